/*
 * apportion.h - divides the bytes of a .znn file among its tensors
 *
 * A part of a chunk may hold bytes of many tensors, and bytes of none.  Its streams do not show which of their bytes
 * belong to which tensor.  So each stream is divided in proportion to the bytes of the original:
 *
 *     part      | a a a a a a | b b | none |      10 elements
 *     group 0   33 bytes      -> a 19, b 7, none 7
 *
 * The ends of the shares are rounded (0, 19.8, 26.4, 33), not the shares themselves.  So the shares add up to the size
 * of the stream, and a tensor's share does not depend on how its bytes are cut into segments.
 *
 * Rounded bytes are a property of a tensor's numbers and not a cost, so they count for every tensor that has them.  For
 * this, the number of rounded bytes before the start and before the end of each tensor is stored.
 */
#ifndef ZNN_ENGINE_LOOK_APPORTION_H
#define ZNN_ENGINE_LOOK_APPORTION_H

#include "container/chunk.h"
#include "engine/file/tensor_list.h"

/* The share of one tensor. */
struct share {
    uint64_t size; /* bytes of the original that count for the tensor */
    size_t groups; /* position of its groups among all groups */
};

/* More about the share of a tensor, if some parts are differences or fixed point. */
struct kinds {
    uint64_t related; /* bytes that count for the tensor and are in parts that are differences */
    uint64_t rounded; /* bytes that count for the tensor and are stored as fixed point */
    /* Bytes of the original stored as fixed point, up to the start of the tensor and up to its end. */
    uint64_t rounded_before, rounded_until;
};

/*
 * The state of the division, which goes through the original once.
 */
struct apportionment {
    const struct tensor_list *tensors;
    struct share *shares; /* one per tensor */
    struct kinds *kinds;  /* one per tensor; NULL until the first part that is a difference or fixed point */
    uint64_t *groups;     /* bytes of the groups of all tensors, one tensor after the other */
    uint64_t opaque_size; /* bytes that count for no tensor: in the original and compressed */
    uint64_t opaque_compressed;
    /* The next range of the original that counts for one tensor. */
    size_t owner;
    uint64_t start;
    uint64_t end;
    /* Bytes stored as fixed point so far, and the next tensors to start and to end after the current position. */
    uint64_t rounded;
    size_t *by_end; /* the tensors, sorted by end; made together with `kinds` */
    size_t next_start;
    size_t next_end;
};

/*
 * Prepares for an original with `tensors`, which must outlive the apportionment.  Returns false if memory ran out.
 * Call znn_apportion_free() in either case.
 */
bool znn_apportion_open(struct apportionment *apportionment, const struct tensor_list *tensors);

void znn_apportion_free(struct apportionment *apportionment);

/*
 * Divides the streams of the next chunk, which starts at `offset`.  If the chunk has segments, they must have been
 * read.  Returns false if memory ran out.
 */
bool znn_apportion_chunk(struct apportionment *apportionment, struct directory *directory, uint64_t offset);

/*
 * Sets *cost to the share of tensor `i`.
 */
void znn_apportion_get(const struct apportionment *apportionment, size_t i, struct znn_cost *cost);

#endif
