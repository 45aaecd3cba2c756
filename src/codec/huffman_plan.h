/*
 * huffman_plan.h - which blocks of a frame share a Huffman code?
 *
 * Each block of a zstd frame may bring its own code or continue with the last one.  A code costs about 20 to 120 bytes
 * to describe, and time on both sides, but a code made for other blocks costs extra bits.  The weights of one tensor
 * hardly change from block to block, so one code mostly serves all.  The planner has the exact counts of every block,
 * so it compares the choices in bits, block by block: join the blocks of the last code (one code is made for all of
 * them together), start another code, or leave the block raw.  If joining is nearly as small as the alternatives, the
 * planner joins, because that is faster.
 */
#ifndef ZNN_CODEC_HUFFMAN_PLAN_H
#define ZNN_CODEC_HUFFMAN_PLAN_H

#include "codec/huffman_tree.h"

/* Blocks that are planned together: 1 MiB, which stays in the cache between counting and packing. */
#define HUFFMAN_PLAN_BLOCKS 8

/*
 * A code with its counts and its cost.
 */
struct huffman_table {
    struct huffman_code code;
    uint32_t counts[256]; /* of all blocks that use it */
    uint64_t size;        /* bytes in all these blocks */
    uint64_t bits;        /* bits that the blocks take with this code */
    size_t tree_size;     /* 0 if the tree is not made or cannot be described */
    uint8_t tree[HUFFMAN_TREE_SIZE_MAX];
};

enum huffman_choice { HUFFMAN_BLOCK_RAW, HUFFMAN_BLOCK_CONSTANT, HUFFMAN_BLOCK_CODED };

struct huffman_block_plan {
    enum huffman_choice choice;
    unsigned table; /* for HUFFMAN_BLOCK_CODED: index in tables[] */
};

struct huffman_plan {
    unsigned blocks; /* the caller sets this, size[] and counts[] */
    size_t size[HUFFMAN_PLAN_BLOCKS];
    uint32_t counts[HUFFMAN_PLAN_BLOCKS][256];

    struct huffman_block_plan block[HUFFMAN_PLAN_BLOCKS];
    /* tables[0] is left over from an earlier part of the frame, if any, and does not change. */
    struct huffman_table tables[1 + HUFFMAN_PLAN_BLOCKS];
};

/*
 * Fills in block[] and tables[1..).
 */
void znn_huffman_plan_make(struct huffman_plan *plan);

/*
 * Returns an upper bound on the bytes that a block's literals take with `table`, including headers but not the tree.
 * Returns at least UINT64_MAX / 8 if the table lacks a symbol.
 */
uint64_t znn_huffman_plan_block_size(const struct huffman_table *table, const uint32_t counts[256], size_t size);

/*
 * Returns true if a block of `size` bytes is worth coding in `coded` bytes.  If coding saves less than 1/1024, the
 * block stays raw, because a reader only copies raw blocks.
 */
static inline bool huffman_plan_pays(uint64_t coded, size_t size)
{
    return coded < size - (size >> 10);
}

/* Smaller blocks have one stream.  Sizes need more bits from 1 KiB on, and again from 16 KiB on. */
#define HUFFMAN_ONE_STREAM_BELOW 1024

/*
 * Returns the size of the literals header of a block that expands to `size` bytes.
 */
static inline size_t huffman_literals_header_size(size_t size)
{
    return size < 1024 ? 3 : size < 16384 ? 4 : 5;
}

#endif
