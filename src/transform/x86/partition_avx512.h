/*
 * partition_avx512.h - sorting symbols of which most have one of few contexts
 *
 * So it is where contexts are exponents.  The contexts of 64 symbols are compared with each of these at once; where one
 * agrees, the next symbols of that context belong, in order, which is one instruction:
 *
 *     contexts         120 121 120 119 121 121 ...
 *     mask of 121        0   1   0   0   1   1
 *     next ones        u v w x ...
 *     expanded           .   u   .   .   v   w             and the reverse: compressed
 *
 * What is left over after the frequent ones is moved one by one.
 */
#ifndef ZNN_TRANSFORM_X86_PARTITION_AVX512_H
#define ZNN_TRANSFORM_X86_PARTITION_AVX512_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Symbols that are moved at once. */
#define PARTITION_BLOCK 64

/* So many contexts, or the fewer, are compared with each block. */
#define PARTITION_FEWER 8
#define PARTITION_FREQUENT 12

/* The frequent contexts, and where the next symbol of each context is among the sorted ones. */
struct partition_rows {
    unsigned frequent; /* PARTITION_FEWER or PARTITION_FREQUENT */
    uint8_t contexts[PARTITION_FREQUENT];
    uint8_t *next[PARTITION_FREQUENT]; /* of these */
    uint8_t *others[256];              /* of each of the others */
};

/* So many neighbouring contexts are counted together, and so many symbols at once. */
#define PARTITION_WINDOW 16
#define PARTITION_COUNTED 512

/*
 * Counts `count` contexts, a multiple of PARTITION_COUNTED: adds to counts[c] how often context c occurs.  It is fast
 * as long as nearly all of them lie in the window that begins with `first`, and goes on with 0 behind 255.
 */
void znn_partition_count_avx512(const uint8_t *contexts, size_t count, uint8_t first, uint32_t *counts);

/*
 * Sort `count` symbols of 2 or 4 bytes, a multiple of PARTITION_BLOCK; and the reverse.  Up to 64 bytes behind the
 * sorted symbols may be read.
 */
void znn_partition_scatter_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source,
                                  size_t count, unsigned width);
void znn_partition_gather_avx512(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count,
                                 unsigned width);

/*
 * The latter, where the symbols are what numbers differ in from those of `base`: by exclusive-or, or by the zigzag of
 * the difference.
 */
void znn_partition_gather_delta_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *base,
                                       bool by_xor, uint8_t *target, size_t count, unsigned width);

#endif
