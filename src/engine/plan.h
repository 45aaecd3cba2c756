/*
 * plan.h - where chunks are cut
 *
 * A chunk is what is decoded at once: large enough that statistics settle and a record's own cost vanishes, small
 * enough to stay in a processor's cache and to give fine random access.  One MiB does that for numbers.  Opaque bytes
 * go by four, because the full compressor finds more matches in more.
 *
 * Bytes that are stored as references go by as much as the format allows: a chunk of them costs the same whatever its
 * length.  Only a few opaque bytes between two references may be in it besides.
 *
 * Cuts lie between elements, never within one, and where a tensor would leave a short tail, the chunk takes it along.
 */
#ifndef ZNN_ENGINE_PLAN_H
#define ZNN_ENGINE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "container/format.h"
#include "engine/duplicates.h"
#include "engine/lineage.h"
#include "model/model.h"

#define CHUNK_NUMBERS (1u << 20)
#define CHUNK_SLACK (1u << 18) /* how much longer a chunk may get to spare a tail */
#define CHUNK_OPAQUE (4u << 20)
#define CHUNK_PIECES 65536u
#define REFERENCE_GAP 4096u /* opaque bytes that a chunk of references takes along */
#define ALONE (1u << 16)    /* tensors of this size have chunks of their own where the planner is told so */

/* Whether a piece shares its statistics with others of its type in the chunk. */
enum sharing {
    SHARING_NONE,
    SHARING_SMALL,   /* with all that are small as well */
    SHARING_GOES_ON, /* with the last one that was not small: there is something else in between */
    SHARING_MAY_GO_ON,
};

/* A range of one type. */
struct piece {
    uint64_t source; /* of a reference */
    uint32_t size;
    uint8_t dtype;        /* an enum dtype; DTYPE_BYTES is opaque */
    uint8_t sharing;      /* an enum sharing; opaque pieces share in any case */
    uint8_t related;      /* it has a partner in the base: */
    uint8_t rounded;      /* 1: may be rounded; shares with such pieces only */
    uint32_t base;        /* its tensor there, as numbered in the record of the bases, */
    uint64_t base_offset; /* and where in that */
    bool is_reference;
};

struct chunk_plan {
    uint64_t offset;
    uint32_t size;
    struct piece *pieces;
    size_t count;
    size_t capacity;
    bool has_references; /* and else nothing but opaque bytes */
    bool is_alone;       /* it is a piece of one tensor that is ALONE or larger */
};

/*
 * Where planning has got to.
 */
struct planner {
    const struct model *model;
    const struct references *references; /* NULL where there are none */
    bool alone;                          /* tensors of some size share no chunk */
    const struct link *links;            /* of its tensors to those of a base, or NULL */
    size_t next;                         /* tensor that has not been passed yet */
    size_t next_reference;
    uint64_t offset;
};

/*
 * Plans the next chunk into `plan`, which is zeroed before the first use and keeps its memory.  Behind the last tensor
 * the plan goes on with opaque bytes for ever: whoever reads them finds out where the file ends.  False where memory
 * ran out.
 */
bool znn_chunk_plan_next(struct planner *planner, struct chunk_plan *plan);

/*
 * Append a piece.  False where memory ran out.
 */
bool znn_chunk_plan_add(struct chunk_plan *plan, uint32_t size, uint8_t dtype, enum sharing sharing);
bool znn_chunk_plan_add_piece(struct chunk_plan *plan, const struct piece *piece);

/*
 * Appends a piece that is a reference to the `size` bytes at `source`.  False where memory ran out.
 */
bool znn_chunk_plan_refer(struct chunk_plan *plan, uint32_t size, uint64_t source);

/*
 * Starts a plan at `offset`.
 */
void znn_chunk_plan_clear(struct chunk_plan *plan, uint64_t offset);

/*
 * Cuts `plan` down to the `size` bytes that were really there.  A part of an element becomes opaque.  False where
 * memory ran out.
 */
bool znn_chunk_plan_shorten(struct chunk_plan *plan, uint32_t size);

void znn_chunk_plan_free(struct chunk_plan *plan);

#endif
