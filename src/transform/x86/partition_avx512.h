/*
 * partition_avx512.h - sorts symbols if most have one of a few contexts
 *
 * This is the case if contexts are exponents.  The contexts of 64 symbols are compared with each frequent context at
 * once.  The next symbols of that context belong, in order, to the places that match.  One instruction puts them there:
 *
 *     contexts         120 121 120 119 121 121 ...
 *     mask of 121        0   1   0   0   1   1
 *     next ones        u v w x ...
 *     expanded           .   u   .   .   v   w             and the reverse: compressed
 *
 * Symbols of other contexts are moved one by one.
 */
#ifndef ZNN_TRANSFORM_X86_PARTITION_AVX512_H
#define ZNN_TRANSFORM_X86_PARTITION_AVX512_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The number of symbols in a block. */
#define PARTITION_BLOCK 64

/* The number of contexts that are compared with each block: PARTITION_FREQUENT, or only PARTITION_FEWER. */
#define PARTITION_FEWER 8
#define PARTITION_FREQUENT 12

/* The frequent contexts, and where the next symbol of each context is among the sorted symbols. */
struct partition_rows {
    unsigned frequent; /* PARTITION_FEWER or PARTITION_FREQUENT */
    uint8_t contexts[PARTITION_FREQUENT];
    uint8_t *next[PARTITION_FREQUENT]; /* of the frequent contexts */
    uint8_t *others[256];              /* of each other context */
};

/* The number of neighbouring contexts that are counted together, and of symbols that are counted at once. */
#define PARTITION_WINDOW 16
#define PARTITION_COUNTED 512

/*
 * Counts `count` contexts, a multiple of PARTITION_COUNTED: adds to counts[c] how often context c occurs.  This is fast
 * if nearly all contexts are in the window that begins with `first`; the window continues with 0 after 255.
 */
void znn_partition_count_avx512(const uint8_t *contexts, size_t count, uint8_t first, uint32_t *counts);

/*
 * Sort `count` symbols of 2 or 4 bytes, and do the reverse.  `count` is a multiple of PARTITION_BLOCK.  Up to 64 bytes
 * after the sorted symbols may be read.
 */
void znn_partition_scatter_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source,
                                  size_t count, unsigned width);
void znn_partition_gather_avx512(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count,
                                 unsigned width);

/*
 * Does the reverse, and adds the symbols to the numbers of `base`: by exclusive-or, or as zigzag differences.
 */
void znn_partition_gather_delta_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *base,
                                       bool by_xor, uint8_t *target, size_t count, unsigned width);

#endif
