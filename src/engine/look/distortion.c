/*
 * distortion.c - measures the effect of rounding on numbers
 */
#include "engine/look/distortion.h"

#include <string.h>

#include "common/endian.h"

static double from_f32(uint32_t word)
{
    float x;
    memcpy(&x, &word, sizeof x);
    return (double)x;
}

/* Converts a normal F16 by moving its bits to the places that they have in an F32.  A subnormal one is a multiple of
 * its last place. */
static double from_f16(uint32_t half)
{
    uint32_t sign = half >> 15 << 31, magnitude = half & 0x7fff;
    if (magnitude >= 0x0400)
        return from_f32(sign | ((magnitude << 13) + (112u << 23)));
    double x = magnitude * (1.0 / 16777216);
    return sign ? -x : x;
}

static double value_at(enum fixed_type type, const uint8_t *p)
{
    double x;
    uint64_t word;
    switch (type) {
    case FIXED_F16:
        return from_f16(load_word16(p));
    case FIXED_BF16:
        return from_f32((uint32_t)load_word16(p) << 16);
    case FIXED_F32:
        return from_f32(load_word32(p));
    default:
        word = load_word64(p);
        memcpy(&x, &word, sizeof x);
        return x;
    }
}

void znn_distortion_add(const struct fixed_point *fixed, const uint8_t *data, size_t count, struct znn_point *point)
{
    uint8_t restored[DISTORTION_BLOCK * 8];
    int32_t narrow[DISTORTION_BLOCK];
    int64_t wide[DISTORTION_BLOCK];
    union fixed_values values = fixed_values_in(fixed->type, narrow, wide);
    size_t width = znn_fixed_width(fixed->type);
    znn_fixed_cast(fixed, data, count, values, restored);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (memcmp(data + i * width, restored + i * width, width) == 0)
            continue;
        double x = value_at(fixed->type, data + i * width), y = value_at(fixed->type, restored + i * width);
        double error = x > y ? x - y : y - x;
        point->max_error = error > point->max_error ? error : point->max_error;
        point->zeros += (y > 0 || y < 0) == false && (x > 0 || x < 0);
        sum += error * error;
    }
    point->square_error += sum;
    point->parameters += count;
}
