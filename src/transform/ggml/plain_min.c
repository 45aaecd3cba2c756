/*
 * plain_min.c - Q4_1 and Q5_1: 32 values that share a scale and a minimum
 *
 *     Q4_1 | d, F16 | m, F16 | 16 bytes: two codes each |                                     value = d * code + m
 *     Q5_1 | d, F16 | m, F16 | fifth bits, 4 bytes | 16 bytes: four bits of two codes each |
 *
 * m is the least value, and d spreads the codes up to the greatest one.  As in plain.c, codes are found with the scales
 * before they became F16 numbers.  If the stored scales are not those, a search has found them.
 */
#include <float.h>

#include "transform/ggml/rounding.h"
#include "transform/ggml/types.h"

#define VALUES 32

static void unpack(const uint8_t *block, struct ggml_scales *scales)
{
    scales->words[0] = load_le16(block);
    scales->words[1] = load_le16(block + 2);
}

static void pack(const struct ggml_scales *scales, uint8_t *block)
{
    store_le16(block, scales->words[0]);
    store_le16(block + 2, scales->words[1]);
}

/* If a zero is the least value, m has the sign of the first zero. */
static float first_zero(const float *values)
{
    for (unsigned i = 0; i < VALUES; i++)
        if (values[i] == 0.0f)
            return values[i];
    return 0.0f;
}

static ALWAYS_INLINE void find_ideal(const float *values, float codes, struct ggml_ideal *ideal)
{
    struct extremes found = find_extremes(values, VALUES, (struct extremes){FLT_MAX, -FLT_MAX});
    float range = found.high - found.low;
    ideal->scale[0] = range / codes;
    ideal->min[0] = found.low == 0.0f ? first_zero(values) : found.low;
}

static void find_ideal4(const float *values, struct ggml_ideal *ideal)
{
    find_ideal(values, 15.0f, ideal);
}

static void find_ideal5(const float *values, struct ggml_ideal *ideal)
{
    find_ideal(values, 31.0f, ideal);
}

static void predict_words(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = half_from_float(ideal->scale[0]);
    words[1] = half_from_float(ideal->min[0]);
}

static ALWAYS_INLINE void find_codes(const float *values, const struct ggml_ideal *ideal,
                                     const struct ggml_scales *scales, float most, uint8_t *codes)
{
    float scale = ideal->scale[0], min = ideal->min[0];
    if (half_from_float(scale) != scales->words[0] || half_from_float(min) != scales->words[1]) {
        scale = float_from_half(scales->words[0]);
        min = float_from_half(scales->words[1]);
    }
    float reciprocal = scale == 0.0f ? 0.0f : 1.0f / scale;
    for (unsigned i = 0; i < VALUES; i++) {
        float above = values[i] - min;
        float scaled = above * reciprocal;
        float sum = scaled + 0.5f;
        codes[i] = (uint8_t)(int32_t)limit(sum, 0.0f, most);
    }
}

static void predict_codes4(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, ideal, scales, 15.0f, codes);
    pack_nibbles(codes, block + 4);
}

static void predict_codes5(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, ideal, scales, 31.0f, codes);
    pack_fifth_bits(codes, block + 4);
    pack_nibbles(codes, block + 8);
}

const struct ggml_block znn_ggml_q4_1 = {
    .values = VALUES,
    .bytes = 20,
    .code_start = 4,
    .code_bytes = 16,
    .words = 2,
    .unpack = unpack,
    .pack = pack,
    .find_ideal = find_ideal4,
    .predict_words = predict_words,
    .predict_codes = predict_codes4,
};
const struct ggml_block znn_ggml_q5_1 = {
    .values = VALUES,
    .bytes = 24,
    .code_start = 4,
    .code_bytes = 20,
    .words = 2,
    .unpack = unpack,
    .pack = pack,
    .find_ideal = find_ideal5,
    .predict_words = predict_words,
    .predict_codes = predict_codes5,
};
