/*
 * dtype.h - the element types of tensors
 *
 * Names and bit widths are those of safetensors; other formats map their own names onto them, and GGUF adds types of
 * its own.  The numbers stand in .znn files (znn(5), "Element types") and never change meaning.
 *
 * What matters to compression is how the bytes of an element are laid out.  A float has sign, exponent and mantissa,
 * from the top bit downwards; rotating it left by one puts the exponent on top and the sign last:
 *
 *     BF16  | s eeeeeeee mmmmmmm |  ->  | eeeeeeee mmmmmmm s |
 *     F16   | s eeeee mmmmmmmmmm |  ->  | eeeee mmmmmmmmmm s |
 *
 * C64 is a pair of F32 and is treated as twice as many of them.
 *
 * GGUF quantizes numbers in blocks: a few small integers to each element, packed, and scales that the whole block
 * shares.  The parts of a block are so unlike each other that each wants statistics of its own.  These are its fields:
 *
 *     Q8_0  | scale, F16: low byte | high byte | 32 x I8 |      fields 1, 1, 32
 *
 * To split further, by the position in the block, gains nothing, as elements are alike wherever they stand: on weights
 * in ten of the types it took 0.1 to 4 % more.
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
    DTYPE_Q4_0 = 23, /* from here on in blocks */
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
    DTYPE_SIZED = 50 /* types from here on, all to come, have no expected size: an older reader could not know it */
};

enum number_class { NUMBER_OPAQUE, NUMBER_INTEGER, NUMBER_FLOAT };

/* The most fields that a block has. */
#define BLOCK_FIELDS_MAX 16

/*
 * A block is one element in all types but those of GGUF.
 */
struct dtype_info {
    const char *name; /* as in a safetensors header, or as llama.cpp writes it */
    uint16_t bits;    /* of a block */
    uint16_t block_elements;
    uint16_t block_bytes; /* bits / 8; 1 for what is smaller than a byte */
    uint8_t word;         /* bytes of the number whose bytes are grouped: 1, 2, 4 or 8 */
    enum number_class number;
    const uint8_t *fields; /* widths in bytes, in the order of the file, then 0; NULL for types that are no blocks */
};

/*
 * The properties of `dtype`, which must be below DTYPE_COUNT.
 */
const struct dtype_info *znn_dtype_info(enum dtype dtype);

/*
 * The dtype that a safetensors header spells as the `size` bytes at `name`; DTYPE_BYTES where it is none of them.
 */
enum dtype znn_dtype_from_name(const void *name, size_t size);

#endif
