/*
 * dtype.h - the element types of tensors
 *
 * Names and bit widths are those of safetensors.  Other formats map their own names to these, and GGUF adds its own
 * types.  The numbers are stored in .znn files (znn(5), "Element types") and never change their meaning.
 *
 * Compression depends on the layout of an element's bytes.  A float consists of sign, exponent and mantissa, from the
 * top bit downwards.  Rotating it left by one bit puts the exponent on top and the sign last:
 *
 *     BF16  | s eeeeeeee mmmmmmm |  ->  | eeeeeeee mmmmmmm s |
 *     F16   | s eeeee mmmmmmmmmm |  ->  | eeeee mmmmmmmmmm s |
 *
 * C64 is a pair of F32 and is treated as two F32 elements.
 *
 * GGUF quantizes numbers in blocks: a few packed bits for each element, and scales that the whole block shares.  The
 * parts of a block differ so much that each needs its own statistics.  These parts are the fields of a type:
 *
 *     Q8_0  | scale, F16: low byte | high byte | 32 x I8 |      fields 1, 1, 32
 *
 * Splitting further, by the position in the block, gains nothing, because elements are alike at every position.  On
 * weights in ten of the types, the result was 0.1 to 4 % larger.
 */
#ifndef ZNN_MODEL_DTYPE_H
#define ZNN_MODEL_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dtype {
    DTYPE_BYTES = 0, /* no type: opaque bytes */
    DTYPE_BOOL = 1,
    DTYPE_F4 = 2,
    DTYPE_F6_E2M3 = 3,
    DTYPE_F6_E3M2 = 4,
    DTYPE_U8 = 5,
    DTYPE_I8 = 6,
    DTYPE_F8_E5M2 = 7,
    DTYPE_F8_E4M3 = 8,
    DTYPE_F8_E8M0 = 9,
    DTYPE_F8_E4M3FNUZ = 10,
    DTYPE_F8_E5M2FNUZ = 11,
    DTYPE_I16 = 12,
    DTYPE_U16 = 13,
    DTYPE_F16 = 14,
    DTYPE_BF16 = 15,
    DTYPE_I32 = 16,
    DTYPE_U32 = 17,
    DTYPE_F32 = 18,
    DTYPE_C64 = 19,
    DTYPE_F64 = 20,
    DTYPE_I64 = 21,
    DTYPE_U64 = 22,
    DTYPE_Q4_0 = 23, /* types from here on have blocks */
    DTYPE_Q4_1 = 24,
    DTYPE_Q5_0 = 25,
    DTYPE_Q5_1 = 26,
    DTYPE_Q8_0 = 27,
    DTYPE_Q8_1 = 28,
    DTYPE_Q2_K = 29,
    DTYPE_Q3_K = 30,
    DTYPE_Q4_K = 31,
    DTYPE_Q5_K = 32,
    DTYPE_Q6_K = 33,
    DTYPE_Q8_K = 34,
    DTYPE_IQ2_XXS = 35,
    DTYPE_IQ2_XS = 36,
    DTYPE_IQ3_XXS = 37,
    DTYPE_IQ1_S = 38,
    DTYPE_IQ4_NL = 39,
    DTYPE_IQ3_S = 40,
    DTYPE_IQ2_S = 41,
    DTYPE_IQ4_XS = 42,
    DTYPE_IQ1_M = 43,
    DTYPE_TQ1_0 = 44,
    DTYPE_TQ2_0 = 45,
    DTYPE_MXFP4 = 46,
    DTYPE_NVFP4 = 47,
    DTYPE_Q1_0 = 48,
    DTYPE_Q2_0 = 49,
    DTYPE_COUNT,
    DTYPE_SIZED = 50 /* future types start here; they have no expected size, because an older reader cannot know it */
};

enum number_class { NUMBER_OPAQUE, NUMBER_INTEGER, NUMBER_FLOAT };

/* The most fields that a block has. */
#define BLOCK_FIELDS_MAX 16

/*
 * The properties of a type.  In all types but those of GGUF, a block is one element.
 */
struct dtype_info {
    const char *name; /* as in a safetensors header, or as llama.cpp writes it */
    uint16_t bits;    /* of a block */
    uint16_t block_elements;
    uint16_t block_bytes; /* bits / 8; 1 if a block is smaller than a byte */
    uint8_t word;         /* bytes of the number whose bytes are grouped: 1, 2, 4 or 8 */
    enum number_class number;
    const uint8_t *fields; /* widths in bytes, in file order, then 0; NULL for types without blocks */
};

/*
 * Returns the properties of `dtype`, which must be below DTYPE_COUNT.
 */
const struct dtype_info *znn_dtype_info(enum dtype dtype);

/*
 * Returns the dtype with the safetensors name name[0..size), or DTYPE_BYTES if there is none.
 */
enum dtype znn_dtype_from_name(const void *name, size_t size);

#endif
