/*
 * chunk_plan.h - what a chunk consists of
 *
 * A chunk is a row of pieces, each of one dtype: parts of tensors, opaque bytes between them, and references to bytes
 * that occurred before.
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

/* What a planner keeps to; the format allows more (container/format.h). */
#define CHUNK_NUMBERS (1u << 20) /* bytes of a chunk that has numbers */
#define CHUNK_SLACK (1u << 18)   /* how much longer it may get to spare a tail */
#define CHUNK_OPAQUE (4u << 20)  /* bytes of a chunk that has none */
#define CHUNK_PIECES 65536u

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
