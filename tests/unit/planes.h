/*
 * planes.h - bytes like those of weights, and what libzstd makes of them
 */
#ifndef ZNN_TESTS_PLANES_H
#define ZNN_TESTS_PLANES_H

#include <stdbool.h>
#include <string.h>
#include <zstd.h>

#include "support.h"

/*
 * A number that is nearly gaussian, with deviation 1: twelve uniform ones have that in sum.
 */
static inline double random_gaussian(struct random *random)
{
    uint64_t sum = 0;
    for (int i = 0; i < 12; i++)
        sum += random_u64(random) >> 24;
    return ((double)sum + 6) / (double)(UINT64_C(1) << 40) - 6;
}

/*
 * Eight neighbouring bits of gaussian floats of deviation 0.02, from the exponent's lowest bit's place `below` bits
 * upwards of which are exponent: 0 gives the exponent (entropy 2.5 bits), 3 the top byte of an FP16 number (5.5), 5 a
 * plane of exponent and mantissa bits mixed (7.4).
 */
static inline void fill_plane(struct random *random, uint8_t *data, size_t size, unsigned below)
{
    for (size_t i = 0; i < size; i++) {
        float value = (float)(random_gaussian(random) * 0.02);
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        data[i] = (uint8_t)(bits >> (23 - below));
    }
}

/*
 * `symbols` kinds of bytes, scattered over all 256 values; the greater `skew`, the rarer the later ones.
 */
static inline void fill_skewed(struct random *random, uint8_t *data, size_t size, size_t symbols, unsigned skew)
{
    uint8_t start = (uint8_t)random_u64(random);
    for (size_t i = 0; i < size; i++) {
        size_t rank = random_below(random, symbols);
        for (unsigned s = 0; s < skew; s++)
            rank = random_below(random, rank + 1);
        data[i] = (uint8_t)(start + rank * (256 / symbols));
    }
}

/*
 * libzstd's own frame of Huffman-coded literals, or as near to it as it will go.  Returns its size.
 */
static inline size_t zstd_huffman_frame(const uint8_t *data, size_t size, uint8_t *frame, size_t capacity,
                                        bool checksum)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, ZSTD_minCLevel());
    ZSTD_CCtx_setParameter(context, (ZSTD_cParameter)1002, 1); /* literals are always to be compressed */
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum);
    size_t written = ZSTD_compress2(context, frame, capacity, data, size);
    ZSTD_freeCCtx(context);
    return ZSTD_isError(written) ? 0 : written;
}

#endif
