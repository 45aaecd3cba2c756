/*
 * histogram_avx512.h - counting bytes that are nearly all in one small range
 *
 * Exponents of weights are: 16 neighbouring values hold all but some thousandths of them.  Each such byte becomes one
 * bit out of 16, and the bits at each place are counted over many bytes at once:
 *
 *     byte - first   2                 0                 1                 2
 *     bits           0000000000000100  0000000000000001  0000000000000010  0000000000000100
 *
 * The few bytes out of range are counted singly.
 */
#ifndef ZNN_CODEC_X86_HISTOGRAM_AVX512_H
#define ZNN_CODEC_X86_HISTOGRAM_AVX512_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_RANGE 16

/*
 * Adds to counts[b] the number of bytes `b` in data[0..size).  It is fast where few bytes
 * are outside of first to first + 15; `first` is at most 240.
 */
void znn_histogram_avx512(const uint8_t *data, size_t size, uint8_t first, uint32_t counts[256]);

#endif
