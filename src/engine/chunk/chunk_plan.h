/*
 * chunk_plan.h - the pieces of a chunk
 *
 * A chunk is a sequence of pieces, each of one dtype: tensors or parts of them, opaque bytes between them, and
 * references to bytes that occurred before.
 *
 *     chunk   | BF16 a | BF16 b | opaque | F32 c |          a, b and c are tensors, or parts of them
 *     chunk   | reference | opaque | reference |            these are never mixed with numbers
 *
 * cut/planner.h decides where chunks end; the encoder turns the pieces into parts.
 */
#ifndef ZNN_ENGINE_CHUNK_CHUNK_PLAN_H
#define ZNN_ENGINE_CHUNK_CHUNK_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "container/row_order.h"
#include "engine/coding/scale_tensor.h"

/* The limits of a planner.  The format allows more (container/format.h). */
#define CHUNK_NUMBERS (1u << 20) /* bytes of a chunk with numbers */
#define CHUNK_SLACK (1u << 18)   /* how much longer such a chunk may get to avoid a short tail */
#define CHUNK_OPAQUE (4u << 20)  /* bytes of a chunk without numbers */
#define CHUNK_PIECES 65536u

/* How a piece shares its statistics with others of its type in the chunk. */
enum sharing {
    SHARING_NONE,
    SHARING_SMALL,   /* with all small pieces */
    SHARING_GOES_ON, /* with the last one that was not small; other pieces lie in between */
    SHARING_MAY_GO_ON,
};

/* A range of one type. */
struct piece {
    uint64_t source; /* offset in the original, if the piece is a reference */
    uint32_t size;
    uint8_t dtype;        /* an enum dtype; DTYPE_BYTES is opaque */
    uint8_t sharing;      /* an enum sharing; opaque pieces always share */
    uint8_t related;      /* 1: the piece has a partner in the base */
    uint8_t rounded;      /* 1: the piece may be rounded; shares only with such pieces */
    uint32_t base;        /* the partner's tensor, numbered as in the record of the bases */
    uint64_t base_offset; /* the partner's place in that tensor */
    uint8_t base_dtype;   /* the partner's type if it is another type, else DTYPE_BYTES */
    bool rare;            /* few numbers seem to differ from the partner, which has the same type */
    bool is_reference;
    const struct scale_tensor *scales; /* by which the partner is divided; or NULL */
    const struct row_order *order; /* of the partner's rows; base_offset counts in this order; NULL: no other order */
};

struct chunk_plan {
    uint64_t offset;
    uint32_t size;
    uint32_t weight; /* `size`, but a piece whose partner is larger counts with the partner's size */
    struct piece *pieces;
    size_t count;
    size_t capacity;
    bool has_references; /* all other pieces are opaque bytes */
    bool is_alone;       /* the chunk is part of one tensor of at least ALONE bytes (cut/planner.h) */
};

/*
 * Returns the bytes of the partner of `size` bytes of type `dtype`.  `base_dtype` is as in struct piece.
 */
uint64_t znn_partner_size(uint64_t size, uint8_t dtype, uint8_t base_dtype);

/*
 * Append a piece.  Return false if memory runs out.
 */
bool znn_chunk_plan_add(struct chunk_plan *plan, uint32_t size, uint8_t dtype, enum sharing sharing);
bool znn_chunk_plan_add_piece(struct chunk_plan *plan, const struct piece *piece);

/*
 * Appends a reference to the `size` bytes at `source`.  Returns false if memory runs out.
 */
bool znn_chunk_plan_refer(struct chunk_plan *plan, uint32_t size, uint64_t source);

/*
 * Starts a plan at `offset`.
 */
void znn_chunk_plan_clear(struct chunk_plan *plan, uint64_t offset);

/*
 * Cuts `plan` down to `size` bytes if the input ends early.  An incomplete element becomes opaque.  Returns false if
 * memory runs out.
 */
bool znn_chunk_plan_shorten(struct chunk_plan *plan, uint32_t size);

void znn_chunk_plan_free(struct chunk_plan *plan);

#endif
