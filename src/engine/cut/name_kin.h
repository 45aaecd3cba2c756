/*
 * name_kin.h - names of tensors that mean the same
 *
 * Programs give the same tensor different names.  Hugging Face's depend on the architecture, and llama.cpp's converter
 * translates them all to one spelling, which GGUF files have:
 *
 *     model.layers.0.self_attn.q_proj.weight       blk.0.attn_q.weight
 *     transformer.h.0.mlp.c_fc.bias                blk.0.ffn_up.bias
 *     gpt_neox.embed_in.weight                     token_embd.weight
 *
 * Two names are kin if they have the same spelling in llama.cpp's style.  A GGUF name has itself as its spelling.  Any
 * other name keeps the pieces that name_kin_table.h does not have, without words at its start that only say which
 * class of a library saved it:
 *
 *     module.model.vision.patch.weight             vision.patch.weight
 *
 * One name of Hugging Face has two meanings: post_attention_layernorm is blk.N.post_attention_norm in some
 * architectures and blk.N.ffn_norm in most.  The first spelling is the rarer one, so try it first.
 */
#ifndef ZNN_ENGINE_CUT_NAME_KIN_H
#define ZNN_ENGINE_CUT_NAME_KIN_H

#include <stddef.h>

/* The longest name that has a spelling, and the longest spelling. */
#define KIN_NAME_MAX 256

/* The most spellings of a name. */
#define KIN_SPELLINGS 2

/*
 * Writes spelling number `choice`, below KIN_SPELLINGS, of a name.  Returns its length, or 0 if the name has no such
 * spelling or is too long.
 */
size_t znn_name_kin(const char *name, size_t size, unsigned choice, char spelling[KIN_NAME_MAX]);

#endif
