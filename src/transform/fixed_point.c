/*
 * fixed_point.c - rounds floats to integer multiples of a power of two
 */
#include "transform/fixed_point.h"

#include "transform/fixed_kernel.h"
#include "transform/kernels.h"

unsigned znn_fixed_bits_max(enum fixed_type type)
{
    return type == FIXED_F64 ? 61 : 30;
}

unsigned znn_fixed_width(enum fixed_type type)
{
    return type == FIXED_F64 ? 8 : type == FIXED_F32 ? 4 : 2;
}

static uint64_t find_largest(const struct fixed_point *fixed, const uint8_t *source, size_t count, size_t *exceptions)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (kernels->fixed_largest)
        return kernels->fixed_largest(fixed, source, count, exceptions);
    return fixed_largest(fixed, source, count, exceptions);
}

/*
 * The integer for the largest magnitude has the most bits, plus one for a carry if a negative number is rounded down.
 */
unsigned znn_fixed_measure(const struct fixed_point *fixed, const uint8_t *source, size_t count, size_t *exceptions)
{
    int32_t narrow;
    int64_t wide;
    uint8_t element[8], restored[8];
    struct fixed_point alone = *fixed;
    bool is_wide = fixed->type == FIXED_F64;
    uint64_t largest = find_largest(fixed, source, count, exceptions);
    for (unsigned i = 0; i < sizeof element; i++)
        element[i] = (uint8_t)(largest >> 8 * i);
    if (fixed->floor)
        element[znn_fixed_width(fixed->type) - 1] |= 0x80;
    alone.exact_zero = false;
    union fixed_values values = {.of32 = &narrow};
    if (is_wide)
        values.of64 = &wide;
    uint64_t magnitude = fixed_cast(&alone, element, 1, values, restored).magnitudes;
    unsigned length = 0;
    for (; magnitude > 0; magnitude >>= 1)
        length++;
    return length;
}

struct fixed_result znn_fixed_cast(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                   union fixed_values values, uint8_t *restored)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (kernels->fixed_cast)
        return kernels->fixed_cast(fixed, source, count, values, restored);
    return fixed_cast(fixed, source, count, values, restored);
}

bool znn_fixed_restore(const struct fixed_point *fixed, union fixed_values values, size_t count, uint8_t *target)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (kernels->fixed_restore)
        return kernels->fixed_restore(fixed, values, count, target);
    return fixed_restore(fixed, values, count, target);
}
