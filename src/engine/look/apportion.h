/*
 * apportion.h - which tensor takes how much of the .znn file
 *
 * A part of a chunk may hold bytes of many tensors, and of none, and its streams do not say which of their bytes stand
 * for whose.  So each stream is divided by how much went into it:
 *
 *     part      | a a a a a a | b b | none |      10 elements
 *     group 0   33 bytes      -> a 19, b 7, none 7
 *
 * What is rounded counts for each tensor that has it, as it is a property of its numbers and not a cost: for that it is
 * noted how much was rounded up to the start and up to the end of each tensor.
 *
 * Rounded is not each share but where it ends (0, 19.8, 26.4, 33): so the shares add up to the stream exactly, and what
 * a tensor gets does not depend on how its bytes are cut into segments.
 */
#ifndef ZNN_ENGINE_LOOK_APPORTION_H
#define ZNN_ENGINE_LOOK_APPORTION_H

#include "container/chunk.h"
#include "engine/file/tensor_list.h"

/* What has come together for a tensor. */
struct share {
    uint64_t size; /* bytes of the original that count for it */
    size_t groups; /* where its groups stand among all groups */
};

/* What comes together besides where some parts are differences, or fixed point. */
struct kinds {
    uint64_t related; /* of the bytes that count, those in parts that are differences */
    uint64_t rounded; /* of these, those that are stored as fixed point */
    /* Bytes of the original that are stored as fixed point, up to where the tensor starts, and up to where it ends. */
    uint64_t rounded_before, rounded_until;
};

/*
 * The state of the division, which goes through the original once.
 */
struct apportionment {
    const struct tensor_list *tensors;
    struct share *shares; /* of the tensors */
    struct kinds *kinds;  /* likewise; NULL before the first part that is special */
    uint64_t *groups;     /* bytes of the groups of all tensors, one tensor after the other */
    uint64_t opaque_size; /* bytes that count for no tensor, before and after */
    uint64_t opaque_compressed;
    /* The next range of the original that counts for one tensor. */
    size_t owner;
    uint64_t start;
    uint64_t end;
    /* How many bytes are fixed point so far, and which tensors start, and end, behind what was seen. */
    uint64_t rounded;
    size_t *by_end; /* the tensors, by where they end; made with `kinds` */
    size_t next_start;
    size_t next_end;
};

/*
 * Prepares for an original with `tensors`, which stay the caller's.  Free with znn_apportion_free() in either case.
 * False where memory ran out.
 */
bool znn_apportion_open(struct apportionment *apportionment, const struct tensor_list *tensors);

void znn_apportion_free(struct apportionment *apportionment);

/*
 * Divides the streams of the next chunk, which starts at `offset`.  Its segments must be there if it has any.  False
 * where memory ran out.
 */
bool znn_apportion_chunk(struct apportionment *apportionment, struct directory *directory, uint64_t offset);

/*
 * What tensor `i` takes.
 */
void znn_apportion_get(const struct apportionment *apportionment, size_t i, struct znn_cost *cost);

#endif
