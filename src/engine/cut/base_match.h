/*
 * base_match.h - finds the partner of each tensor among the tensors of a base
 *
 * Two tensors are partners if type and shape are equal and one of these leads from one to the other, tried in this
 * order:
 *
 *     name         they have the same name
 *     translation  their names mean the same in the styles of Hugging Face and llama.cpp (name_kin.h)
 *     content      samples of their numbers are alike (content_match.c)
 *     shape        the partner is the first tensor of the same type and shape that is not the partner of another one
 *
 * So if a whole model was renamed or reordered, its tensors still find each other.  A tensor that grew at its end, as a
 * vocabulary does, has a partner for the part that the base has, if the names say so.  If the numbers of tensors of the
 * same name have nothing in common, a tensor with similar numbers replaces the partner.
 *
 * A model may have been stored in another precision, so float types also match each other if no equal type is there.
 * The base's numbers are then converted (transform/float_convert.h).  Quantized blocks match the floats that they may
 * have been made from (transform/ggml/ggml_block.h).  Integers match the floats that they and their scales may have
 * been made from (scale_match.h).
 *
 * A pair is useful only if its numbers are similar.  A sample shows this: znn compares the size of the tensor alone
 * with the size of the difference.
 */
#ifndef ZNN_ENGINE_CUT_BASE_MATCH_H
#define ZNN_ENGINE_CUT_BASE_MATCH_H

#include "container/row_order.h"
#include "engine/coding/scale_tensor.h"
#include "engine/file/base.h"
#include "model/model.h"

#define NO_TENSOR SIZE_MAX

/* How a tensor found its partner: an enum znn_match of znn.h. */
enum match_kind {
    MATCH_NONE = ZNN_MATCH_NONE,
    MATCH_NAME = ZNN_MATCH_NAME,
    MATCH_TRANSLATED = ZNN_MATCH_TRANSLATED,
    MATCH_CONTENT = ZNN_MATCH_CONTENT,
    MATCH_SHAPE = ZNN_MATCH_SHAPE
};

struct match {
    size_t tensor; /* of the base, or NO_TENSOR */
    uint8_t how;   /* an enum match_kind */
    struct row_order order;
};

/*
 * Sets matches[i], for each tensor i of the model, to its partner in the base.  Several tensors may have the same
 * partner.  Samples are compared only if `source` allows random access.  Fails if reading fails or memory runs out.
 */
enum znn_status znn_base_match(const struct model *model, struct source *source, struct znn_base *base,
                               struct match *matches, struct znn_error *error);

/*
 * Returns the type of the partner, or DTYPE_BYTES if both tensors have the same type.
 */
static inline uint8_t znn_partner_dtype(const struct tensor *tensor, const struct tensor *partner)
{
    return partner->dtype == tensor->dtype ? DTYPE_BYTES : partner->dtype;
}

/*
 * Returns the bytes that as many elements as the partner has take in the type of the tensor.
 */
static inline uint64_t znn_partner_share(const struct tensor *tensor, const struct tensor *partner)
{
    if (partner->dtype == tensor->dtype)
        return partner->size;
    const struct dtype_info *own = znn_dtype_info((enum dtype)tensor->dtype);
    return partner->size / znn_dtype_info((enum dtype)partner->dtype)->block_bytes / own->block_elements *
           own->block_bytes;
}

/*
 * Returns true if the tensor cannot be coded against the partner without scales.
 */
static inline bool znn_partner_needs_scales(const struct tensor *tensor, const struct tensor *partner)
{
    return tensor->dtype == SCALED_I8 && partner->dtype != SCALED_I8;
}

/* Sizes estimated from a sample: bytes for the part of the model's tensor that has a partner. */
struct pair_estimate {
    uint64_t size; /* bytes that have a partner */
    uint64_t alone;
    uint64_t related;
    bool rare; /* few numbers of the sample differ from their partners */
};

/*
 * Working memory for estimates.  `lossy` sets how rounded tensors are rounded; it may be NULL if no tensor is rounded.
 * Returns NULL if memory ran out.
 */
struct pair_estimator;

struct pair_estimator *znn_pair_estimator_new(struct znn_base *base, const struct znn_lossy *lossy);

void znn_pair_estimator_free(struct pair_estimator *estimator);

/*
 * Compares a tensor in `source` with its partner in the base.  If the source is a stream, it keeps all bytes up to the
 * end of the tensor.  If match->tensor is NO_TENSOR or needs scales, and `scales` is NULL, estimates only the size of
 * the tensor alone, and sets estimate->related to the same size.
 */
enum znn_status znn_pair_estimate(struct pair_estimator *estimator, struct source *source, const struct tensor *tensor,
                                  const struct match *match, const struct scale_tensor *scales,
                                  struct pair_estimate *estimate, struct znn_error *error);

#endif
