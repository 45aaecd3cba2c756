/*
 * cast_delta.c - the differences between floats and their base, both cast to fixed point
 */
#include "engine/delta/cast_delta.h"

#include <string.h>

/* The integers of a block. */
struct integers {
    int32_t narrow[FIXED_DELTA_BLOCK];
    int64_t wide[FIXED_DELTA_BLOCK];
};

static union fixed_values values_of(struct integers *integers, enum fixed_type type)
{
    return fixed_values_in(type, integers->narrow, integers->wide);
}

/* Returns whether a difference of 16-bit elements can lead to v. */
static bool fits16(int32_t v)
{
    return -INT16_MAX <= v && v <= INT16_MAX;
}

/*
 * Saves the exceptions of the block that starts at `start`, and replaces them in `values` by the integers of the base,
 * or by 0 if those do not fit.  Decoders refuse a difference that leads to no valid integer, even if an exception
 * overwrites the result.
 */
static void take_exceptions(enum fixed_type type, const uint8_t *data, size_t start, size_t count,
                            union fixed_values base, union fixed_values values, struct exceptions *exceptions)
{
    unsigned width = znn_fixed_width(type);
    for (size_t i = 0; i < count; i++) {
        bool wide = type == FIXED_F64;
        if (wide ? values.of64[i] != FIXED_EXCEPTION64 : values.of32[i] != FIXED_EXCEPTION32)
            continue;
        if (wide)
            values.of64[i] = base.of64[i];
        else
            values.of32[i] = width > 2 || fits16(base.of32[i]) ? base.of32[i] : 0;
        exceptions->map[(start + i) / 8] |= (uint8_t)(1u << (start + i) % 8);
        memcpy(exceptions->values + (size_t)exceptions->count++ * width, data + i * width, width);
    }
}

void znn_cast_delta_split(const struct fixed_point *fixed, const uint8_t *base, const uint8_t *data, size_t count,
                          void *differences, uint8_t *restored, struct exceptions *exceptions)
{
    struct integers before, after;
    union fixed_values old = values_of(&before, fixed->type), new = values_of(&after, fixed->type);
    unsigned width = znn_fixed_width(fixed->type);
    uint8_t block[FIXED_DELTA_BLOCK * 8];
    for (size_t start = 0; start < count; start += FIXED_DELTA_BLOCK) {
        size_t some = count - start < FIXED_DELTA_BLOCK ? count - start : FIXED_DELTA_BLOCK;
        size_t byte = start * width;
        znn_fixed_cast_base(fixed, base + byte, some, old);
        if (znn_fixed_cast(fixed, data + byte, some, new, restored ? restored + byte : block).exceptions > 0)
            take_exceptions(fixed->type, data + byte, start, some, old, new, exceptions);
        znn_fixed_subtract(fixed->type, old, new, some, (uint8_t *)differences + byte);
    }
}

void znn_cast_delta_hash(const struct fixed_point *fixed, const uint8_t *data, size_t count, struct hash *hash,
                         struct zeroed *zeroed)
{
    struct integers integers;
    union fixed_values values = values_of(&integers, fixed->type);
    uint8_t restored[FIXED_DELTA_BLOCK * 8];
    unsigned width = znn_fixed_width(fixed->type);
    for (size_t start = 0; start < count; start += FIXED_DELTA_BLOCK) {
        size_t some = count - start < FIXED_DELTA_BLOCK ? count - start : FIXED_DELTA_BLOCK;
        znn_fixed_cast(fixed, data + start * width, some, values, restored);
        znn_hash_add(hash, restored, some * width);
        if (zeroed)
            znn_zeroed_add(width, data + start * width, restored, some, zeroed);
    }
}

bool znn_cast_delta_merge(const struct fixed_point *fixed, const uint8_t *base, const void *differences, size_t count,
                          uint8_t *target)
{
    struct integers before, after;
    union fixed_values old = values_of(&before, fixed->type), new = values_of(&after, fixed->type);
    unsigned width = znn_fixed_width(fixed->type);
    for (size_t start = 0; start < count; start += FIXED_DELTA_BLOCK) {
        size_t some = count - start < FIXED_DELTA_BLOCK ? count - start : FIXED_DELTA_BLOCK;
        size_t byte = start * width;
        znn_fixed_cast_base(fixed, base + byte, some, old);
        if (!znn_fixed_add(fixed->type, old, (const uint8_t *)differences + byte, some, new) ||
            !znn_fixed_restore(fixed, new, some, target + byte))
            return false;
    }
    return true;
}
