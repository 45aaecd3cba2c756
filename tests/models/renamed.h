/*
 * renamed.h - models whose tensors have other names, and another order
 */
#ifndef ZNN_TESTS_RENAMED_H
#define ZNN_TESTS_RENAMED_H

#include "file_writer.h"
#include "weights.h"

/* The pieces of the sample model's names, as GPT-NeoX and as llama.cpp call them. */
static const struct {
    const char *own, *neox, *gguf;
} renamed_pieces[] = {
    {"wte", "gpt_neox.embed_in", "token_embd"},
    {"wpe", "gpt_neox.embed_positions", "position_embd"},
    {"lnf", "gpt_neox.final_layer_norm", "output_norm"},
    {"head", "embed_out", "output"},
    {"ln1", "input_layernorm", "attn_norm"},
    {"qkv", "attention.query_key_value", "attn_qkv"},
    {"proj", "attention.dense", "attn_output"},
    {"ln2", "post_attention_layernorm", "ffn_norm"},
    {"fc", "mlp.dense_h_to_4h", "ffn_up"},
    {"out", "mlp.dense_4h_to_h", "ffn_down"},
};

/* Writes "gpt_neox.layers.0.input_layernorm.weight" or "blk.0.attn_norm.weight" for "h.0.ln1.weight". */
static inline void rename_weight(const char *name, bool is_gguf, char *renamed, size_t size)
{
    int layer = -1, start = 0;
    if (sscanf(name, "h.%d.%n", &layer, &start) == 1)
        snprintf(renamed, size, is_gguf ? "blk.%d." : "gpt_neox.layers.%d.", layer);
    else
        renamed[0] = '\0';
    size_t length = strcspn(name + start, ".");
    for (size_t i = 0; i < sizeof renamed_pieces / sizeof *renamed_pieces; i++)
        if (strlen(renamed_pieces[i].own) == length && strncmp(name + start, renamed_pieces[i].own, length) == 0) {
            size_t used = strlen(renamed);
            snprintf(renamed + used, size - used, "%s%s", is_gguf ? renamed_pieces[i].gguf : renamed_pieces[i].neox,
                     name + start + length);
        }
}

static inline void add_renamed(struct arrays *arrays, const struct weight *weight, const char *name)
{
    struct array *array = add_array(arrays, name, "", "F32");
    set_shape(array, weight->shape, weight->rank);
    for (size_t k = 0; k < weight->count; k++)
        put_number(&array->data, float_to_bits(weight->values[k]), 4);
}

static inline void make_renamed(const struct weights *weights, struct arrays *arrays, bool is_gguf)
{
    char name[200];
    for (size_t i = 0; i < weights->count; i++) {
        rename_weight(weights->items[i].name, is_gguf, name, sizeof name);
        add_renamed(arrays, &weights->items[i], name);
    }
}

static inline void make_neox(const struct weights *weights, struct arrays *arrays)
{
    make_renamed(weights, arrays, false);
}

static inline void make_gguf_names(const struct weights *weights, struct arrays *arrays)
{
    make_renamed(weights, arrays, true);
}

/* The last tensor comes first, and names say nothing. */
static inline void make_reversed(const struct weights *weights, struct arrays *arrays)
{
    char name[40];
    for (size_t i = weights->count; i-- > 0;) {
        snprintf(name, sizeof name, "t%zu", i);
        add_renamed(arrays, &weights->items[i], name);
    }
}

#endif
