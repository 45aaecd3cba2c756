/*
 * delta.h - numbers by what they differ in from others
 *
 * A model that was trained on from another has nearly the same numbers.  What an optimizer adds to a weight is of much
 * the same size for small weights and large ones, so it is the base's exponent that tells how large the difference of
 * the bit patterns will be.  With b the base and x the number:
 *
 *     z = zigzag(x - b)                    | q ............ | low bits |
 *     context = exponent of b  ------>       a token          s bits, s by the context
 *
 * What lies below the first few bits of a difference is noise, and is stored as it is; the token, a byte, tells the
 * rest, and is far from random among those of the same context, which partition.h brings together.  A rest that no
 * token can tell is an escape, and stands elsewhere.
 *
 * Integers, packed ones above all, may differ less by exclusive-or.  All is arithmetic on bit patterns, so that NaNs
 * and zeros of either sign are numbers like others.
 */
#ifndef ZNN_TRANSFORM_DELTA_H
#define ZNN_TRANSFORM_DELTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The token that stands for an escape. */
#define DELTA_ESCAPE 255

/* Low bits are at most so many. */
#define DELTA_SHIFT_MAX 56

/* DELTA_CASTS is the difference of fixed-point numbers, of which fixed_delta.h makes values: not for the functions
 * here.
 */
enum delta_coding { DELTA_DIFFERENCE = 0, DELTA_XOR = 1, DELTA_CASTS = 2, DELTA_CODING_COUNT };

/*
 * The contexts of `count` numbers of `width` bytes (1, 2, 4 or 8), little-endian, at `base`: for each the 8 bits from
 * bit `shift` on, which is at most 8 * width - 8.
 */
void znn_delta_contexts(const uint8_t *base, size_t count, unsigned width, unsigned shift, uint8_t *contexts);

/*
 * z for each number at `data`, to `values`: in the machine's order and aligned for it.
 */
void znn_delta_split(const uint8_t *base, const uint8_t *data, size_t count, unsigned width, enum delta_coding coding,
                     void *values);

/*
 * The reverse: writes numbers to `target`.
 */
void znn_delta_merge(const uint8_t *base, const void *values, size_t count, unsigned width, enum delta_coding coding,
                     uint8_t *target);

/*
 * Rows of low bits, the first ones in the lowest bits of a byte, and how far they have come, in bits.
 */
struct low_writer {
    uint8_t *data; /* room for all, and 8 bytes more */
    uint64_t position;
};

struct low_reader {
    const uint8_t *data;
    size_t size;
    uint64_t position;
};

/*
 * Splits `count` values of one context: token i is the value without its lowest `shift` bits (fewer than 8 * width), or
 * DELTA_ESCAPE for that and more.  The low bits are appended to `low`; what is left of the byte at hand is zero.
 */
void znn_delta_tokens(const void *values, size_t count, unsigned width, unsigned shift, uint8_t *tokens);
void znn_delta_low_write(const void *values, size_t count, unsigned width, unsigned shift, struct low_writer *low);

/*
 * The reverse: takes the next low bits, which are there, and makes values of them and of tokens.
 */
void znn_delta_values(const uint8_t *tokens, size_t count, unsigned width, unsigned shift, struct low_reader *low,
                      void *target);

#endif
