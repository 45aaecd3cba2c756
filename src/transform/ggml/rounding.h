/*
 * rounding.h - floats to small integers, and the extremes of a few floats
 *
 * C does not define the conversion of a NaN or of a float that is too large, so each function here limits the float
 * first.  A comparison with a NaN is false, which makes the lower limit of it.
 */
#ifndef ZNN_TRANSFORM_GGML_ROUNDING_H
#define ZNN_TRANSFORM_GGML_ROUNDING_H

#include "platform/compiler.h"
#include "transform/ggml/half.h"

static ALWAYS_INLINE float limit(float value, float low, float high)
{
    value = value > low ? value : low;
    return value < high ? value : high;
}

/* Returns the scale, or a NaN if it is zero.  Dividing by a NaN gives the lowest code. */
static inline float nonzero_scale(float scale)
{
    return scale == 0.0f ? float_from_bits(0x7fc00000) : scale;
}

/*
 * Returns the integer that is nearest to the value after it is limited; ties go to even.  `low` and `high` are integers
 * below 2^22.  From 2^23 on floats have no fraction, so the sum with 1.5 * 2^23 is rounded to an integer.
 */
static ALWAYS_INLINE int32_t nearest(float value, float low, float high)
{
    float sum = limit(value, low, high) + 0x1.8p23f;
    return (int32_t)(bits_from_float(sum) & 0x7fffff) - 0x400000;
}

struct extremes {
    float low, high;
};

#define EXTREME_LANES 8

/*
 * Returns the least and the greatest of `count` values, a multiple of 8, and of the two in `start`.  NaNs do not count.
 * If several zeros are the least or the greatest, the sign of the result is that of any of them.
 */
static ALWAYS_INLINE struct extremes find_extremes(const float *values, unsigned count, struct extremes start)
{
    float low[EXTREME_LANES], high[EXTREME_LANES];
    for (unsigned lane = 0; lane < EXTREME_LANES; lane++) {
        low[lane] = start.low;
        high[lane] = start.high;
    }
    for (unsigned i = 0; i < count; i += EXTREME_LANES)
        for (unsigned lane = 0; lane < EXTREME_LANES; lane++) {
            float value = values[i + lane];
            low[lane] = value < low[lane] ? value : low[lane];
            high[lane] = value > high[lane] ? value : high[lane];
        }
    for (unsigned lanes = EXTREME_LANES / 2; lanes > 0; lanes /= 2)
        for (unsigned lane = 0; lane < lanes; lane++) {
            low[lane] = low[lane + lanes] < low[lane] ? low[lane + lanes] : low[lane];
            high[lane] = high[lane + lanes] > high[lane] ? high[lane + lanes] : high[lane];
        }
    return (struct extremes){low[0], high[0]};
}

/*
 * Returns the extreme of the greater magnitude, given the extremes of `values` and of 0.0.  If they have the same one,
 * returns the first value that has it.
 */
static ALWAYS_INLINE float choose_farthest(struct extremes found, const float *values)
{
    if (found.high > -found.low)
        return found.high;
    if (found.high < -found.low)
        return found.low;
    if (found.high == 0.0f)
        return 0.0f;
    while (*values != found.high && *values != found.low)
        values++;
    return *values;
}

/* Returns the value of the greatest magnitude, the first one of several.  Returns 0.0 if all are zeros or NaNs. */
static ALWAYS_INLINE float find_farthest(const float *values, unsigned count)
{
    return choose_farthest(find_extremes(values, count, (struct extremes){0.0f, 0.0f}), values);
}

#endif
