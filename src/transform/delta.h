/*
 * delta.h - codes numbers as differences from a base
 *
 * A fine-tuned model has nearly the same numbers as its base.  An optimizer changes small and large weights by about
 * the same amount, so the exponent of the base's number predicts the size of the difference between the bit patterns.
 * With b the base's number and x the number:
 *
 *     z = zigzag(x - b)                    | q ............ | low bits |
 *     context = exponent of b  ------>       a token          s bits, s by the context
 *
 * The bits of a difference below the first few are noise and are stored as they are.  The token, one byte, holds the
 * first bits.  Tokens of the same context are far from random, so partition.h groups tokens by context.  If the first
 * bits do not fit in a token, the token is an escape and they are stored elsewhere.
 *
 * For integers, above all packed ones, exclusive-or may give smaller differences.  All arithmetic is on bit patterns,
 * so NaNs and signed zeros are numbers like others.
 */
#ifndef ZNN_TRANSFORM_DELTA_H
#define ZNN_TRANSFORM_DELTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The token of an escape. */
#define DELTA_ESCAPE 255

/* The most low bits. */
#define DELTA_SHIFT_MAX 56

/*
 * DELTA_CASTS is the difference of fixed-point numbers, see fixed_delta.h, and DELTA_CHANGES stores only the elements
 * that differ, see changes.h.  The functions here do not take them.
 */
enum delta_coding { DELTA_DIFFERENCE = 0, DELTA_XOR = 1, DELTA_CASTS = 2, DELTA_CHANGES = 3, DELTA_CODING_COUNT };

/*
 * Writes the contexts of `count` little-endian numbers of `width` bytes (1, 2, 4 or 8) at `base`: for each number, its
 * 8 bits from bit `shift` on.  `shift` is at most 8 * width - 8.
 */
void znn_delta_contexts(const uint8_t *base, size_t count, unsigned width, unsigned shift, uint8_t *contexts);

/*
 * Writes z for each number at `data` to `values`, which is aligned for these numbers, in the machine's byte order.
 */
void znn_delta_split(const uint8_t *base, const uint8_t *data, size_t count, unsigned width, enum delta_coding coding,
                     void *values);

/*
 * The reverse: writes numbers to `target`.
 */
void znn_delta_merge(const uint8_t *base, const void *values, size_t count, unsigned width, enum delta_coding coding,
                     uint8_t *target);

/*
 * Writes or reads low bits, the first ones in the lowest bits of a byte.  `position` counts bits.
 */
struct low_writer {
    uint8_t *data; /* room for all bits, and 8 bytes more */
    uint64_t position;
};

struct low_reader {
    const uint8_t *data;
    size_t size;
    uint64_t position;
};

/*
 * Splits `count` values of one context.  Token i is value i without its lowest `shift` bits (fewer than 8 * width), or
 * DELTA_ESCAPE if the result is at least that.  Appends the low bits to `low`; the spare bits of the last byte are
 * zero.
 */
void znn_delta_tokens(const void *values, size_t count, unsigned width, unsigned shift, uint8_t *tokens);
void znn_delta_low_write(const void *values, size_t count, unsigned width, unsigned shift, struct low_writer *low);

/*
 * The reverse: makes values from the tokens and the next bits of `low`, which must have enough.
 */
void znn_delta_values(const uint8_t *tokens, size_t count, unsigned width, unsigned shift, struct low_reader *low,
                      void *target);

#endif
