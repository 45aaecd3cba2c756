/*
 * scale_match.h - finds the scales of a quantized tensor among the tensors of a model
 *
 *     codes        model.layers.0.mlp.up_proj.weight             F8_E4M3, F8_E5M2 or I8
 *     scales       model.layers.0.mlp.up_proj.weight_scale       F32, BF16 or F16; compressed-tensors, FBGEMM
 *                  model.layers.0.mlp.up_proj.weight_scale_inv   tiles of 128 x 128: DeepSeek
 *                  model.layers.0.mlp.up_proj.scale              the same, in DeepSeek's own files
 *                  model.layers.0.mlp.up_proj.SCB                127 times the scale of each row: LLM.int8
 *
 * The name says little about the meaning of the scales.  A sample shows whether they predict the codes.
 *
 * The tiles follow from the shapes.  Tensors of three dimensions or more are seen as stacks of matrices.
 */
#ifndef ZNN_ENGINE_CUT_SCALE_MATCH_H
#define ZNN_ENGINE_CUT_SCALE_MATCH_H

#include "engine/coding/scale_tensor.h"
#include "model/model.h"

/* The least bytes of a tensor that is coded with scales.  Each piece of such a tensor is a part of its own, and a chunk
 * can have PARTS_MAX parts. */
#define SCALED_TENSOR_MIN 512

/*
 * Returns the number of the model's tensors that may have scales.
 */
size_t znn_scale_most(const struct model *model);

struct scale_matcher;

/*
 * Returns a matcher for the tensors of a model, which must outlive it and not change, or NULL if memory runs out.
 */
struct scale_matcher *znn_scale_matcher_new(const struct model *model);

void znn_scale_matcher_free(struct scale_matcher *matcher);

/*
 * Finds the scales by which numbers of type `partner` were divided to make a tensor of the model.  Returns false if the
 * types do not suit, or there are no scales.
 */
bool znn_scale_match(const struct scale_matcher *matcher, const struct tensor *tensor, unsigned partner,
                     struct scale_tensor *scales);

#endif
