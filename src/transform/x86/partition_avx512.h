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
 * What is left over after the frequent ones is looked up among the rest, as few or as many as there are.
 */
#ifndef ZNN_TRANSFORM_X86_PARTITION_AVX512_H
#define ZNN_TRANSFORM_X86_PARTITION_AVX512_H

#include <stddef.h>
#include <stdint.h>

/* Symbols that are moved at once. */
#define PARTITION_BLOCK 64

/* The contexts that occur, and where the next symbol of each is among the sorted ones. */
struct partition_rows {
    unsigned count;
    unsigned frequent;     /* so many of them are in most blocks */
    uint8_t contexts[256]; /* the most frequent first */
    uint8_t *next[256];
};

/* Contexts that are counted by vectors. */
#define PARTITION_COUNTED 12

/*
 * Counts `count` contexts, a multiple of PARTITION_BLOCK: adds to counts[c] how often context c occurs.  It is fast as
 * long as nearly all of them are among the `frequent` ones, PARTITION_COUNTED different ones.
 */
void znn_partition_count_avx512(const uint8_t *contexts, size_t count, const uint8_t *frequent, uint32_t *counts);

/*
 * Sort `count` symbols of 2 or 4 bytes, a multiple of PARTITION_BLOCK; and the reverse.  Up to 64 bytes behind the
 * sorted symbols may be read.
 */
void znn_partition_scatter_avx512(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source,
                                  size_t count, unsigned width);
void znn_partition_gather_avx512(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count,
                                 unsigned width);

#endif
