/*
 * fixed_delta.c - codes fixed-point numbers as differences from a base
 *
 * The integers of all types up to 32 bits are int32_t; those of F64 are int64_t.
 */
#include "transform/fixed_delta.h"

void znn_fixed_cast_base(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                         union fixed_values values)
{
    uint8_t restored[FIXED_DELTA_BLOCK * 8];
    struct fixed_point cast = *fixed;
    cast.exact_zero = false;
    cast.length = 0;
    if (znn_fixed_cast(&cast, source, count, values, restored).exceptions == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        if (fixed->type == FIXED_F64)
            values.of64[i] = values.of64[i] == FIXED_EXCEPTION64 ? 0 : values.of64[i];
        else
            values.of32[i] = values.of32[i] == FIXED_EXCEPTION32 ? 0 : values.of32[i];
    }
}

#define DEFINE_FIXED_DELTA(bits, integer)                                                                              \
    static void subtract##bits(const integer *restrict base, const integer *restrict values, size_t count,             \
                               uint##bits##_t *restrict differences)                                                   \
    {                                                                                                                  \
        for (size_t i = 0; i < count; i++) {                                                                           \
            uint##bits##_t d = (uint##bits##_t)((uint##bits##_t)values[i] - (uint##bits##_t)base[i]);                  \
            differences[i] = (uint##bits##_t)((uint##bits##_t)(d << 1) ^ (uint##bits##_t)(0 - (d >> (bits - 1))));     \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static bool add##bits(const integer *restrict base, const uint##bits##_t *restrict differences, size_t count,      \
                          integer *restrict values)                                                                    \
    {                                                                                                                  \
        unsigned bad = 0;                                                                                              \
        for (size_t i = 0; i < count; i++) {                                                                           \
            uint##bits##_t z = differences[i];                                                                         \
            uint##bits##_t d = (uint##bits##_t)(z >> 1 ^ (uint##bits##_t)(0 - (z & 1)));                               \
            int##bits##_t value = (int##bits##_t)(uint##bits##_t)((uint##bits##_t)base[i] + d);                        \
            bad |= value == INT##bits##_MIN;                                                                           \
            values[i] = value;                                                                                         \
        }                                                                                                              \
        return bad == 0;                                                                                               \
    }

DEFINE_FIXED_DELTA(16, int32_t)
DEFINE_FIXED_DELTA(32, int32_t)
DEFINE_FIXED_DELTA(64, int64_t)

void znn_fixed_subtract(enum fixed_type type, union fixed_values base, union fixed_values values, size_t count,
                        void *differences)
{
    switch (znn_fixed_width(type)) {
    case 2:
        subtract16(base.of32, values.of32, count, differences);
        break;
    case 4:
        subtract32(base.of32, values.of32, count, differences);
        break;
    default:
        subtract64(base.of64, values.of64, count, differences);
        break;
    }
}

bool znn_fixed_add(enum fixed_type type, union fixed_values base, const void *differences, size_t count,
                   union fixed_values values)
{
    switch (znn_fixed_width(type)) {
    case 2:
        return add16(base.of32, differences, count, values.of32);
    case 4:
        return add32(base.of32, differences, count, values.of32);
    default:
        return add64(base.of64, differences, count, values.of64);
    }
}
