/*
 * plain.c - Q4_0, Q5_0 and Q8_0: 32 values that share one scale
 *
 *     Q4_0 | d, F16 | 16 bytes: two codes each |
 *     Q5_0 | d, F16 | fifth bits, 4 bytes | 16 bytes: the other four bits of two codes each |
 *     Q8_0 | d, F16 | 32 signed codes |
 *
 * In Q4_0 and Q5_0, the value of the greatest magnitude gets the lowest code, -8 or -16, so d has the opposite sign.
 * In Q8_0 it gets 127 or -127.  The codes are found with d as it was before it became an F16 number.  So if the stored
 * d is what that d rounds to, the unrounded one predicts them.  Otherwise a search has found d, and the stored d is the
 * best guess.
 */
#include "transform/ggml/rounding.h"
#include "transform/ggml/types.h"

#define VALUES 32

static void unpack(const uint8_t *block, struct ggml_scales *scales)
{
    scales->words[0] = load_le16(block);
}

static void pack(const struct ggml_scales *scales, uint8_t *block)
{
    store_le16(block, scales->words[0]);
}

static void find_ideal4(const float *values, struct ggml_ideal *ideal)
{
    ideal->scale[0] = find_farthest(values, VALUES) / -8.0f;
}

static void find_ideal5(const float *values, struct ggml_ideal *ideal)
{
    ideal->scale[0] = find_farthest(values, VALUES) / -16.0f;
}

static void find_ideal8(const float *values, struct ggml_ideal *ideal)
{
    struct extremes found = find_extremes(values, VALUES, (struct extremes){0.0f, 0.0f});
    float farthest = found.high > -found.low ? found.high : -found.low;
    ideal->scale[0] = (farthest > 0.0f ? farthest : 0.0f) / 127.0f;
}

static void predict_words(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = half_from_float(ideal->scale[0]);
}

/* The usual quantizer gives zeros the code in the middle, and the search gives them the lowest one. */
static float reciprocal_scale(const struct ggml_ideal *ideal, const struct ggml_scales *scales)
{
    float scale = ideal->scale[0];
    if (half_from_float(scale) != scales->words[0])
        scale = nonzero_scale(float_from_half(scales->words[0]));
    return scale == 0.0f ? 0.0f : 1.0f / scale;
}

/* Rounds by adding one half and cutting off the fraction. */
static ALWAYS_INLINE void find_codes(const float *values, float reciprocal, float offset, float most, uint8_t *codes)
{
    for (unsigned i = 0; i < VALUES; i++) {
        float scaled = values[i] * reciprocal;
        float sum = scaled + offset;
        codes[i] = (uint8_t)(int32_t)limit(sum, 0.0f, most);
    }
}

static void predict_codes4(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, reciprocal_scale(ideal, scales), 8.5f, 15.0f, codes);
    pack_nibbles(codes, block + 2);
}

static void predict_codes5(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, reciprocal_scale(ideal, scales), 16.5f, 31.0f, codes);
    pack_fifth_bits(codes, block + 2);
    pack_nibbles(codes, block + 6);
}

/* Rounds to nearest, ties away from zero. */
static void predict_codes8(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    float reciprocal = reciprocal_scale(ideal, scales);
    for (unsigned i = 0; i < VALUES; i++) {
        float scaled = limit(values[i] * reciprocal, -127.0f, 127.0f);
        int32_t code = (int32_t)scaled;
        float fraction = scaled - (float)code;
        code += (fraction >= 0.5f) - (fraction <= -0.5f);
        block[2 + i] = (uint8_t)code;
    }
}

const struct ggml_block znn_ggml_q4_0 = {
    .values = VALUES,
    .bytes = 18,
    .code_start = 2,
    .code_bytes = 16,
    .words = 1,
    .unpack = unpack,
    .pack = pack,
    .find_ideal = find_ideal4,
    .predict_words = predict_words,
    .predict_codes = predict_codes4,
};
const struct ggml_block znn_ggml_q5_0 = {
    .values = VALUES,
    .bytes = 22,
    .code_start = 2,
    .code_bytes = 20,
    .words = 1,
    .unpack = unpack,
    .pack = pack,
    .find_ideal = find_ideal5,
    .predict_words = predict_words,
    .predict_codes = predict_codes5,
};
const struct ggml_block znn_ggml_q8_0 = {
    .values = VALUES,
    .bytes = 34,
    .code_start = 2,
    .code_bytes = 32,
    .words = 1,
    .unpack = unpack,
    .pack = pack,
    .find_ideal = find_ideal8,
    .predict_words = predict_words,
    .predict_codes = predict_codes8,
};
