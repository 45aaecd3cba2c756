/*
 * histogram_avx512.h - counting bytes that are nearly all in one small range
 *
 * Exponents of weights are: 16 neighbouring values hold all but some thousandths of them.  Each such byte becomes one
 * bit out of 16, and the bits at each place are counted over many bytes at once:
 *
 *     byte - first   2                 0                 1                 2
 *     bits           0000000000000100  0000000000000001  0000000000000010  0000000000000100
 *
 * The few bytes out of range are counted singly.  Where 16 are too few, two such ranges side by side may do, in twice
 * the time.
 */
#ifndef ZNN_CODEC_X86_HISTOGRAM_AVX512_H
#define ZNN_CODEC_X86_HISTOGRAM_AVX512_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_RANGE 16

/*
 * Adds to counts[b] the number of bytes `b` in data[0..size).  It is fast where few bytes are outside of `ranges`
 * ranges (1 or 2) that start with `first`, and end within the bytes' values.
 */
void znn_histogram_avx512(const uint8_t *data, size_t size, uint8_t first, unsigned ranges, uint32_t counts[256]);

#endif
