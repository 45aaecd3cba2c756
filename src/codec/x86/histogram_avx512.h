/*
 * histogram_avx512.h - counting bytes that are nearly all in one small range
 *
 * Exponents of weights are: 16 neighbouring values hold all but some thousandths of them.  64 bytes are compared with
 * each of the 16 at once, and where a byte agrees, its place in that value's row of counters goes up by one:
 *
 *     bytes           121 119 120 122 119 ...
 *     row of 119        0   1   0   0   1 ...
 *     row of 120        0   0   1   0   0 ...
 *
 * A row's counters have 8 bits, so they are summed up after 255 rounds.  The few bytes out of range are counted singly.
 */
#ifndef ZNN_CODEC_X86_HISTOGRAM_AVX512_H
#define ZNN_CODEC_X86_HISTOGRAM_AVX512_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_RANGE 16

/*
 * Adds to counts[b] the number of bytes `b` in data[0..size).  `size` is a multiple of 64.  It is fast where few bytes
 * are outside of first to first + 15; `first` is at most 240.
 */
void znn_histogram_avx512(const uint8_t *data, size_t size, uint8_t first, uint32_t counts[256]);

#endif
