/*
 * chunk_arrangement.h - which pieces of a chunk share a part
 *
 *     pieces     | BF16 a | BF16 b | opaque | F32 c | BF16 d |
 *     parts      a b d, opaque, c                               numbers of one type share their statistics
 *     segments   | a b    | opaque | c     | d      |           where the bytes of the parts are in the chunk
 */
#ifndef ZNN_ENGINE_CHUNK_CHUNK_ARRANGEMENT_H
#define ZNN_ENGINE_CHUNK_CHUNK_ARRANGEMENT_H

#include "common/buffer.h"
#include "common/error.h"
#include "container/chunk.h"
#include "engine/chunk/chunk_plan.h"
#include "model/dtype.h"

/* Pieces share a part with their like only: those that are related to a base, to be rounded, both, or neither. */
#define PIECE_KINDS 4

/* Where a part comes from. */
struct part_source {
    uint8_t dtype;
    bool rounded;
    struct delta *delta; /* the ranges of the base that it is related to; or NULL */
    uint32_t first;      /* the first of its segments */
    uint32_t start;      /* and where that is in the chunk */
};

/*
 * Working memory, which each call of znn_arrange() fills anew.
 */
struct arrangement {
    struct directory directory;
    /* Parts, of each kind of pieces; or UINT32_MAX: */
    uint32_t shared[PIECE_KINDS][DTYPE_COUNT]; /* of the small pieces of a type */
    uint32_t latest[PIECE_KINDS][DTYPE_COUNT]; /* of the last piece of a type that was not small */
    struct part_source *sources;               /* of the parts, PARTS_MAX of them */
    struct buffer gathered;                    /* a part whose bytes do not lie together */
};

/*
 * Turns the plan's pieces into parts and segments.  If `may_go_on`, pieces that may go on with an earlier one do.
 */
enum znn_status znn_arrange(struct arrangement *arrangement, const struct chunk_plan *plan, bool may_go_on,
                            struct znn_error *error);

/*
 * The bytes of a part of the chunk at `data`: in place if it is one segment, else gathered.  NULL if memory runs out.
 */
const uint8_t *znn_arranged_bytes(struct arrangement *arrangement, uint32_t part, const uint8_t *data);

/*
 * Copies the bytes of a part, as they will be decoded, to their segments of `chunk`.
 */
void znn_arranged_restore(const struct arrangement *arrangement, uint32_t part, const uint8_t *bytes, uint8_t *chunk);

#endif
