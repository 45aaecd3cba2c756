/*
 * parts.h - 256 values in parts of 16 or 32
 *
 * Compilers turn long loops over all values into vector code, but hardly ever short ones over the values of a part.  So
 * the scale of a part is copied for each of its values.  For the same reason, the extremes of all parts are found at
 * once: each step halves the number of candidates, until one is left for each part.
 */
#ifndef ZNN_TRANSFORM_GGML_PARTS_H
#define ZNN_TRANSFORM_GGML_PARTS_H

#include "transform/ggml/ggml_block.h"
#include "transform/ggml/rounding.h"

struct part_extremes {
    float low[GGML_VALUES_MAX / 2], high[GGML_VALUES_MAX / 2]; /* of each part, and behind them leftovers */
};

/*
 * Finds the least value of each part, or 0.0 if none is below zero, and the greatest, or 0.0 if none is above.  NaNs do
 * not count.
 */
static ALWAYS_INLINE void find_part_extremes(const float *values, unsigned parts, struct part_extremes *found)
{
    for (unsigned i = 0; i < GGML_VALUES_MAX / 2; i++) {
        float a = values[2 * i], b = values[2 * i + 1];
        float low = a < 0.0f ? a : 0.0f, high = a > 0.0f ? a : 0.0f;
        found->low[i] = b < low ? b : low;
        found->high[i] = b > high ? b : high;
    }
    for (unsigned count = GGML_VALUES_MAX / 4; count >= parts; count /= 2) {
        float low[GGML_VALUES_MAX / 4], high[GGML_VALUES_MAX / 4];
        for (unsigned i = 0; i < count; i++) {
            low[i] = found->low[2 * i + 1] < found->low[2 * i] ? found->low[2 * i + 1] : found->low[2 * i];
            high[i] = found->high[2 * i + 1] > found->high[2 * i] ? found->high[2 * i + 1] : found->high[2 * i];
        }
        memcpy(found->low, low, count * sizeof *low);
        memcpy(found->high, high, count * sizeof *high);
    }
}

/* Finds the value of the greatest magnitude of each part, the first one of several. */
static ALWAYS_INLINE void find_part_farthest(const float *values, unsigned parts, float *farthest)
{
    struct part_extremes found;
    find_part_extremes(values, parts, &found);
    for (unsigned i = 0; i < parts; i++)
        farthest[i] =
            choose_farthest((struct extremes){found.low[i], found.high[i]}, values + i * (GGML_VALUES_MAX / parts));
}

/* Writes the scale of each value: the product of the word and the field of its part. */
static ALWAYS_INLINE void spread_scales(uint16_t word, const int8_t *fields, unsigned parts, float *scales)
{
    float scale = float_from_half(word);
    for (unsigned i = 0; i < parts; i++) {
        float product = scale * (float)fields[i];
        for (unsigned k = 0; k < GGML_VALUES_MAX / parts; k++)
            *scales++ = product;
    }
}

#endif
