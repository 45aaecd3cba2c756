/*
 * huffman_plan.h - which blocks of a frame share a Huffman code?
 *
 * Each block of a zstd frame may bring a code of its own or go on with the last one.  A code costs some 20 to 120 bytes
 * to describe, and time on both sides; a code that is made for others costs bits.  Weights of one tensor hardly change
 * from block to block, so that mostly one code serves all.  The exact counts of every block are at hand, so each choice
 * is weighed in bits, block by block from the left: join the blocks of the last code (a code is made for all of them
 * together), start another one, or leave the block raw.  Where joining is nearly as small as the alternatives, it is
 * taken for its speed.
 */
#ifndef ZNN_CODEC_HUFFMAN_PLAN_H
#define ZNN_CODEC_HUFFMAN_PLAN_H

#include "codec/huffman_tree.h"

/* Blocks that are planned together: 1 MiB, which stays in a cache between counting and packing. */
#define HUFFMAN_PLAN_BLOCKS 8

/*
 * A code, what it was made for and what it costs.
 */
struct huffman_table {
    struct huffman_code code;
    uint32_t counts[256]; /* of all blocks that use it */
    uint64_t size;        /* of these together */
    uint64_t bits;        /* that they take */
    size_t tree_size;     /* 0: not made, or there is none */
    uint8_t tree[HUFFMAN_TREE_SIZE_MAX];
};

enum huffman_choice { HUFFMAN_BLOCK_RAW, HUFFMAN_BLOCK_CONSTANT, HUFFMAN_BLOCK_CODED };

struct huffman_block_plan {
    enum huffman_choice choice;
    unsigned table; /* for HUFFMAN_BLOCK_CODED: its place in tables[] */
};

struct huffman_plan {
    unsigned blocks; /* to be filled in, with size[] and counts[], by the caller */
    size_t size[HUFFMAN_PLAN_BLOCKS];
    uint32_t counts[HUFFMAN_PLAN_BLOCKS][256];

    struct huffman_block_plan block[HUFFMAN_PLAN_BLOCKS];
    /* tables[0] is the one that an earlier part of the frame has left, if any; it is not changed. */
    struct huffman_table tables[1 + HUFFMAN_PLAN_BLOCKS];
};

/*
 * Fills in block[] and tables[1..).
 */
void znn_huffman_plan_make(struct huffman_plan *plan);

/*
 * An upper bound of the bytes that a block's literals take under `table`, headers and all, without the tree.
 * UINT64_MAX / 8 and more where the table lacks a symbol.
 */
uint64_t znn_huffman_plan_block_size(const struct huffman_table *table, const uint32_t counts[256], size_t size);

/*
 * Whether a block of `size` bytes is worth coding in `coded` bytes.  One that would shrink by less than 1/1024 is
 * better left raw: that is read at the speed of a copy.
 */
static inline bool huffman_plan_pays(uint64_t coded, size_t size)
{
    return coded < size - (size >> 10);
}

/* Blocks below this size are one stream; sizes need more bits from 1 KiB on, and from 16 KiB on. */
#define HUFFMAN_ONE_STREAM_BELOW 1024

/*
 * The size of the literals' header of a block that expands to `size` bytes.
 */
static inline size_t huffman_literals_header_size(size_t size)
{
    return size < 1024 ? 3 : size < 16384 ? 4 : 5;
}

#endif
