/*
 * matching.h - tensors of a model and their partners, while these are found
 */
#ifndef ZNN_ENGINE_CUT_MATCHING_H
#define ZNN_ENGINE_CUT_MATCHING_H

#include "container/part_blocks.h"
#include "container/part_delta.h"
#include "engine/cut/base_match.h"

struct matching {
    const struct model *model;
    const struct tensor_list *list; /* of the base */
    struct match *matches;          /* one for each tensor of the model */
    bool *taken;                    /* for each tensor of the base: whether it has a partner */
};

/* A tensor under a key.  Tensors that may be partners have the same key. */
struct keyed {
    uint64_t key;
    size_t tensor;
};

/*
 * Reads the dimension of a tensor of the model at *shape, and moves *shape past it.
 */
static inline uint64_t next_dimension(const uint8_t **shape)
{
    uint64_t dimension = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = *(*shape)++;
        dimension |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return dimension;
    }
}

/*
 * Returns true if numbers of one type say something about numbers of the other.
 */
static inline bool are_relatives(uint8_t base, uint8_t dtype)
{
    return base == dtype || delta_converts(base, dtype) || znn_blocks_predictable(dtype, base) ||
           (dtype == DTYPE_I8 && znn_scaled_from(base));
}

/*
 * Returns true if the tensor of the model has numbers that a partner may predict.
 */
static inline bool wants_partner(const struct tensor *tensor)
{
    return (tensor->flags & TENSOR_SPAN) && tensor->dtype != DTYPE_BYTES;
}

static inline void pair_up(struct matching *matching, size_t i, size_t partner, enum match_kind how)
{
    matching->matches[i] = (struct match){.tensor = partner, .how = (uint8_t)how};
    matching->taken[partner] = true;
}

/*
 * Finds partners by content, for tensors that have none and for tensors that do not resemble theirs.  Does nothing if
 * `source` is a stream.  Fails if reading fails or memory runs out.
 */
enum znn_status znn_match_contents(struct matching *matching, struct source *source, struct znn_base *base,
                                   struct znn_error *error);

#endif
