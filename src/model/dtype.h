/*
 * dtype.h - the element types of tensors
 *
 * Names and bit widths are those of safetensors; other formats map their own names onto them.  The numbers stand in
 * .znn files (znn(5), "Element types") and never change meaning.
 *
 * What matters to compression is how the bytes of an element are laid out.  A float has sign, exponent and mantissa,
 * from the top bit downwards; rotating it left by one puts the exponent on top and the sign last:
 *
 *     BF16  | s eeeeeeee mmmmmmm |  ->  | eeeeeeee mmmmmmm s |
 *     F16   | s eeeee mmmmmmmmmm |  ->  | eeeee mmmmmmmmmm s |
 *
 * C64 is a pair of F32 and is treated as twice as many of them.
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
    DTYPE_COUNT
};

enum number_class { NUMBER_OPAQUE, NUMBER_INTEGER, NUMBER_FLOAT };

struct dtype_info {
    const char *name; /* as in a safetensors header */
    uint8_t bits;     /* of one element */
    uint8_t word;     /* bytes of the number whose bytes are grouped: 1, 2, 4 or 8 */
    enum number_class number;
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
