/*
 * dtype.c - the element types of tensors
 */
#include "model/dtype.h"

#include <string.h>

/* A type whose elements stand alone. */
#define PLAIN(type, bits, word, number) [DTYPE_##type] = {#type, bits, 1, (bits + 7) / 8, word, NUMBER_##number, NULL}

/* A type whose elements come in blocks: elements and bytes of a block, then its fields.  A 16-bit scale counts as two
 * fields. */
#define BLOCKS(type, elements, bytes, ...)                                                                             \
    [DTYPE_##type] = {#type, 8 * bytes, elements, bytes, 1, NUMBER_INTEGER, (const uint8_t[]){__VA_ARGS__, 0}}

/* clang-format off */
static const struct dtype_info dtypes[DTYPE_COUNT] = {
    PLAIN(BYTES, 8, 1, OPAQUE),
    PLAIN(BOOL, 8, 1, INTEGER),
    PLAIN(F4, 4, 1, FLOAT),
    PLAIN(F6_E2M3, 6, 1, FLOAT),
    PLAIN(F6_E3M2, 6, 1, FLOAT),
    PLAIN(U8, 8, 1, INTEGER),
    PLAIN(I8, 8, 1, INTEGER),
    PLAIN(F8_E5M2, 8, 1, FLOAT),
    PLAIN(F8_E4M3, 8, 1, FLOAT),
    PLAIN(F8_E8M0, 8, 1, FLOAT),
    PLAIN(F8_E4M3FNUZ, 8, 1, FLOAT),
    PLAIN(F8_E5M2FNUZ, 8, 1, FLOAT),
    PLAIN(I16, 16, 2, INTEGER),
    PLAIN(U16, 16, 2, INTEGER),
    PLAIN(F16, 16, 2, FLOAT),
    PLAIN(BF16, 16, 2, FLOAT),
    PLAIN(I32, 32, 4, INTEGER),
    PLAIN(U32, 32, 4, INTEGER),
    PLAIN(F32, 32, 4, FLOAT),
    PLAIN(C64, 64, 4, FLOAT),
    PLAIN(F64, 64, 8, FLOAT),
    PLAIN(I64, 64, 8, INTEGER),
    PLAIN(U64, 64, 8, INTEGER),
    BLOCKS(Q4_0, 32, 18, 1, 1, 16),                        /* scale, quants */
    BLOCKS(Q4_1, 32, 20, 1, 1, 1, 1, 16),                  /* scale, minimum, quants */
    BLOCKS(Q5_0, 32, 22, 1, 1, 4, 16),                     /* scale, fifth bits, quants */
    BLOCKS(Q5_1, 32, 24, 1, 1, 1, 1, 4, 16),               /* scale, minimum, fifth bits, quants */
    BLOCKS(Q8_0, 32, 34, 1, 1, 32),                        /* scale, quants */
    BLOCKS(Q8_1, 32, 36, 1, 1, 1, 1, 32),                  /* scale, sum, quants */
    BLOCKS(Q2_K, 256, 84, 16, 64, 1, 1, 1, 1),             /* scales and minimums, quants, units of the two */
    BLOCKS(Q3_K, 256, 110, 32, 64, 8, 4, 1, 1),            /* third bits, quants, scales' low and high bits, unit */
    BLOCKS(Q4_K, 256, 144, 1, 1, 1, 1, 4, 4, 4, 128),      /* units, scales, minimums, more of both, quants */
    BLOCKS(Q5_K, 256, 176, 1, 1, 1, 1, 4, 4, 4, 32, 128),  /* the same with fifth bits */
    BLOCKS(Q6_K, 256, 210, 128, 64, 16, 1, 1),             /* low and high bits, scales, unit */
    BLOCKS(Q8_K, 256, 292, 1, 1, 1, 1, 128, 128, 32),      /* scale, quants in two halves, sums */
    BLOCKS(IQ2_XXS, 256, 66, 1, 1, 64),                    /* scale; indices, signs and scales mixed */
    BLOCKS(IQ2_XS, 256, 74, 1, 1, 64, 8),                  /* scale, indices with signs, scales */
    BLOCKS(IQ3_XXS, 256, 98, 1, 1, 64, 32),                /* scale, indices, signs with scales */
    BLOCKS(IQ1_S, 256, 50, 1, 1, 32, 16),                  /* scale, low bits of indices, the rest */
    BLOCKS(IQ4_NL, 32, 18, 1, 1, 16),                      /* scale, quants */
    BLOCKS(IQ3_S, 256, 110, 1, 1, 64, 8, 32, 4),           /* scale, indices' low and high bits, signs, scales */
    BLOCKS(IQ2_S, 256, 82, 1, 1, 32, 32, 8, 8),            /* scale, indices' low bits, signs, high bits, scales */
    BLOCKS(IQ4_XS, 256, 136, 1, 1, 1, 1, 4, 128),          /* unit, scales' high and low bits, quants */
    BLOCKS(IQ1_M, 256, 56, 32, 16, 1, 1, 1, 1, 1, 1, 1, 1), /* indices' low and high bits, scales with a piece of the unit */
    BLOCKS(TQ1_0, 256, 54, 48, 4, 1, 1),                   /* five in a byte, four in a byte, scale */
    BLOCKS(TQ2_0, 256, 66, 64, 1, 1),                      /* quants, scale */
    BLOCKS(MXFP4, 32, 17, 1, 16),                          /* exponent, quants */
    BLOCKS(NVFP4, 64, 36, 4, 32),                          /* scales, quants */
    BLOCKS(Q1_0, 128, 18, 1, 1, 16),                       /* scale, bits */
    BLOCKS(Q2_0, 64, 18, 1, 1, 16),                        /* scale, quants */
};
/* clang-format on */

const struct dtype_info *znn_dtype_info(enum dtype dtype)
{
    return &dtypes[dtype];
}

enum dtype znn_dtype_from_name(const void *name, size_t size)
{
    for (int i = DTYPE_BYTES + 1; i < DTYPE_COUNT; i++)
        if (!dtypes[i].fields && strlen(dtypes[i].name) == size && memcmp(dtypes[i].name, name, size) == 0)
            return (enum dtype)i;
    return DTYPE_BYTES;
}
