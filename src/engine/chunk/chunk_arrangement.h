/*
 * chunk_arrangement.h - which pieces of a chunk share a part
 *
 *     pieces     | BF16 a | BF16 b | opaque | F32 c | BF16 d |
 *     parts      a b d, opaque, c                               numbers of one type share their statistics
 *     segments   | a b    | opaque | c     | d      |           the places of the parts in the chunk
 *
 * Pieces that hardly differ from their partners in a base share one part, whatever their size: their changes are few
 * and alike, and each part costs a description and code tables.
 */
#ifndef ZNN_ENGINE_CHUNK_CHUNK_ARRANGEMENT_H
#define ZNN_ENGINE_CHUNK_CHUNK_ARRANGEMENT_H

#include "common/buffer.h"
#include "common/error.h"
#include "container/chunk.h"
#include "engine/chunk/chunk_plan.h"
#include "model/dtype.h"

/*
 * Pieces share a part only with pieces of the same kind: both are to be rounded or not, and both have no partner, or a
 * partner of their own type, or one of the same other type.
 */
#define PARTNER_KINDS (2 + DTYPE_F64)
#define PIECE_KINDS (2 * PARTNER_KINDS)

/* The source of a part. */
struct part_source {
    uint8_t dtype;
    bool rounded;
    struct delta *delta;               /* the ranges of the base that the part is related to; or NULL */
    const struct scale_tensor *scales; /* of the only piece; or NULL */
    uint64_t place;                    /* with scales: the number of the piece's first element in its tensor */
    bool joins;                        /* has several pieces because they are rare */
    uint32_t first;                    /* the number of its first segment */
    uint32_t start;                    /* the place of that segment in the chunk */
};

/*
 * The result of znn_arrange(), and its working memory.  Each call replaces the contents.
 */
struct arrangement {
    struct directory directory;
    /* The number of a part for each kind of pieces, or UINT32_MAX: */
    uint32_t shared[PIECE_KINDS][DTYPE_COUNT]; /* the part of the small pieces of a type */
    uint32_t latest[PIECE_KINDS][DTYPE_COUNT]; /* the part of a type's last piece that was not small */
    uint32_t rare[DTYPE_COUNT];                /* the part of the rare pieces of a type */
    struct part_source *sources;               /* of the parts; has space for PARTS_MAX */
    struct buffer gathered;                    /* the bytes of a part with several segments */
};

/* Which pieces share a part if that is only a guess. */
struct sharing_guess {
    bool may_go_on; /* each SHARING_MAY_GO_ON piece shares the part of the last piece of its type */
    bool rare;      /* all rare pieces of a type share a part */
};

/*
 * Turns the plan's pieces into parts and segments.
 */
enum znn_status znn_arrange(struct arrangement *arrangement, const struct chunk_plan *plan, struct sharing_guess guess,
                            struct znn_error *error);

/*
 * Returns true if pieces were joined because they are rare, and the parts, which are encoded, are not.
 */
bool znn_arranged_in_vain(const struct arrangement *arrangement);

/*
 * Returns the bytes of a part of the chunk at `data`.  They are in place if the part is one segment, else in
 * arrangement->gathered.  Returns NULL if memory runs out.
 */
const uint8_t *znn_arranged_bytes(struct arrangement *arrangement, uint32_t part, const uint8_t *data);

/*
 * Copies the bytes that a part decodes to into its segments of `chunk`.
 */
void znn_arranged_restore(const struct arrangement *arrangement, uint32_t part, const uint8_t *bytes, uint8_t *chunk);

#endif
