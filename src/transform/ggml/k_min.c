/*
 * k_min.c - Q2_K, Q4_K and Q5_K: 256 values in parts that each have a scale and a minimum
 *
 *     Q2_K | 16 bytes: scale and minimum of a part, 4 bits each | codes, 64 bytes | d, F16 | dmin, F16 |
 *     Q4_K | d | dmin | 12 bytes: scales and minimums, 6 bits each | codes, 128 bytes |
 *     Q5_K | d | dmin | 12 bytes: scales and minimums, 6 bits each | fifth bits, 32 bytes | codes, 128 bytes |
 *
 *     value = d * scale * code - dmin * minimum
 *
 * Q2_K has 16 parts, the others have 8.  Once the quantizer knows the scales, it computes all codes from the stored
 * ones.  It leaves out parts with a scale of zero: their codes are leftovers of the search.  The ideal scale predicts
 * most of these.
 *
 * 12 bytes hold 8 scales s and 8 minimums m:
 *
 *     bytes 0 to 3    s of parts 0 to 3, and above them the two top bits of s of parts 4 to 7
 *     bytes 4 to 7    m likewise
 *     bytes 8 to 11   the low four bits of s of parts 4 to 7, and above them those of m
 */
#include "transform/ggml/parts.h"
#include "transform/ggml/types.h"

#define VALUES GGML_VALUES_MAX

/* ------------------------------------------------------------------------------------------------------------------ */
/* The scales in the bytes of a block                                                                                 */
/* ------------------------------------------------------------------------------------------------------------------ */

static void unpack2(const uint8_t *block, struct ggml_scales *scales)
{
    scales->words[0] = load_le16(block + 80);
    scales->words[1] = load_le16(block + 82);
    for (unsigned i = 0; i < 16; i++) {
        scales->fields[i] = (int8_t)(block[i] & 15);
        scales->fields[16 + i] = (int8_t)(block[i] >> 4);
    }
}

static void pack2(const struct ggml_scales *scales, uint8_t *block)
{
    store_le16(block + 80, scales->words[0]);
    store_le16(block + 82, scales->words[1]);
    for (unsigned i = 0; i < 16; i++)
        block[i] = (uint8_t)((scales->fields[i] & 15) | (scales->fields[16 + i] & 15) << 4);
}

static void unpack6(const uint8_t *block, struct ggml_scales *scales)
{
    const uint8_t *packed = block + 4;
    scales->words[0] = load_le16(block);
    scales->words[1] = load_le16(block + 2);
    for (unsigned i = 0; i < 4; i++) {
        scales->fields[i] = (int8_t)(packed[i] & 63);
        scales->fields[8 + i] = (int8_t)(packed[4 + i] & 63);
        scales->fields[4 + i] = (int8_t)((packed[8 + i] & 15) | packed[i] >> 6 << 4);
        scales->fields[12 + i] = (int8_t)(packed[8 + i] >> 4 | packed[4 + i] >> 6 << 4);
    }
}

static void pack6(const struct ggml_scales *scales, uint8_t *block)
{
    uint8_t *packed = block + 4;
    store_le16(block, scales->words[0]);
    store_le16(block + 2, scales->words[1]);
    for (unsigned i = 0; i < 4; i++) {
        unsigned scale = (uint8_t)scales->fields[4 + i], min = (uint8_t)scales->fields[12 + i];
        packed[i] = (uint8_t)((scales->fields[i] & 63) | (scale >> 4 & 3) << 6);
        packed[4 + i] = (uint8_t)((scales->fields[8 + i] & 63) | (min >> 4 & 3) << 6);
        packed[8 + i] = (uint8_t)((scale & 15) | (min & 15) << 4);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Predicting the scales                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Minimums above zero become zero. */
static ALWAYS_INLINE void find_ideal(const float *values, unsigned parts, float codes, struct ggml_ideal *ideal)
{
    struct part_extremes found;
    find_part_extremes(values, parts, &found);
    for (unsigned i = 0; i < parts; i++) {
        float range = found.high[i] - found.low[i];
        ideal->scale[i] = range / codes;
        ideal->min[i] = -found.low[i];
    }
}

static void find_ideal2(const float *values, struct ggml_ideal *ideal)
{
    find_ideal(values, 16, 3.0f, ideal);
}

static void find_ideal4(const float *values, struct ggml_ideal *ideal)
{
    find_ideal(values, 8, 15.0f, ideal);
}

static void find_ideal5(const float *values, struct ggml_ideal *ideal)
{
    find_ideal(values, 8, 31.0f, ideal);
}

/* The greatest field of a block is usually the greatest that there is. */
static uint16_t predict_word(const float *ideal, unsigned parts, float most)
{
    float greatest = 0.0f;
    for (unsigned i = 0; i < parts; i++)
        greatest = ideal[i] > greatest ? ideal[i] : greatest;
    return half_from_float(greatest / most);
}

static void predict_words2(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = predict_word(ideal->scale, 16, 15.0f);
    words[1] = predict_word(ideal->min, 16, 15.0f);
}

static void predict_words6(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = predict_word(ideal->scale, 8, 63.0f);
    words[1] = predict_word(ideal->min, 8, 63.0f);
}

static ALWAYS_INLINE void predict_fields(const float *ideal, unsigned parts, float most, uint16_t word, int8_t *fields)
{
    float scale = float_from_half(word);
    if (scale == 0.0f)
        scale = 1.0f;
    for (unsigned i = 0; i < parts; i++)
        fields[i] = (int8_t)nearest(ideal[i] / scale, 0.0f, most);
}

static void predict_fields2(const struct ggml_ideal *ideal, struct ggml_scales *scales)
{
    predict_fields(ideal->scale, 16, 15.0f, scales->words[0], scales->fields);
    predict_fields(ideal->min, 16, 15.0f, scales->words[1], scales->fields + 16);
}

static void predict_fields6(const struct ggml_ideal *ideal, struct ggml_scales *scales)
{
    predict_fields(ideal->scale, 8, 63.0f, scales->words[0], scales->fields);
    predict_fields(ideal->min, 8, 63.0f, scales->words[1], scales->fields + 8);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Predicting the codes                                                                                               */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Replaces the scale and the minimum of a part, once for each value.  Codes of a part of zeros are zero. */
static inline void take_ideal(const struct ggml_ideal *ideal, unsigned part, unsigned size, float *scale, float *min)
{
    for (unsigned i = 0; i < size; i++) {
        scale[i] = nonzero_scale(ideal->scale[part]);
        min[i] = ideal->min[part];
    }
}

static ALWAYS_INLINE void find_codes(const float *values, const struct ggml_ideal *ideal,
                                     const struct ggml_scales *scales, unsigned parts, float most, uint8_t *codes)
{
    float scale[VALUES], min[VALUES];
    spread_scales(scales->words[0], scales->fields, parts, scale);
    spread_scales(scales->words[1], scales->fields + parts, parts, min);
    for (unsigned i = 0; i < VALUES; i += VALUES / parts)
        if (scale[i] == 0.0f)
            take_ideal(ideal, i / (VALUES / parts), VALUES / parts, scale + i, min + i);
    for (unsigned i = 0; i < VALUES; i++) {
        float above = values[i] + min[i];
        codes[i] = (uint8_t)nearest(above / scale[i], 0.0f, most);
    }
}

static void predict_codes2(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, ideal, scales, 16, 3.0f, codes);
    pack_pairs(codes, block + 16);
}

/* Nibbles of 64 values each: the low ones are 32 codes, the high ones the 32 after them. */
static void pack_low4(const uint8_t *codes, uint8_t *packed)
{
    for (unsigned start = 0; start < VALUES; start += 64)
        for (unsigned i = 0; i < 32; i++)
            packed[start / 2 + i] = (uint8_t)((codes[start + i] & 15) | codes[start + 32 + i] << 4);
}

static void predict_codes4(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, ideal, scales, 8, 15.0f, codes);
    pack_low4(codes, block + 16);
}

static void predict_codes5(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, ideal, scales, 8, 31.0f, codes);
    pack_planes(codes, 4, block + 16);
    pack_low4(codes, block + 48);
}

const struct ggml_block znn_ggml_q2_k = {
    .values = VALUES,
    .bytes = 84,
    .code_start = 16,
    .code_bytes = 64,
    .words = 2,
    .fields = 16,
    .unpack = unpack2,
    .pack = pack2,
    .find_ideal = find_ideal2,
    .predict_words = predict_words2,
    .predict_fields = predict_fields2,
    .predict_codes = predict_codes2,
};
const struct ggml_block znn_ggml_q4_k = {
    .values = VALUES,
    .bytes = 144,
    .code_start = 16,
    .code_bytes = 128,
    .words = 2,
    .fields = 8,
    .unpack = unpack6,
    .pack = pack6,
    .find_ideal = find_ideal4,
    .predict_words = predict_words6,
    .predict_fields = predict_fields6,
    .predict_codes = predict_codes4,
};
const struct ggml_block znn_ggml_q5_k = {
    .values = VALUES,
    .bytes = 176,
    .code_start = 16,
    .code_bytes = 160,
    .words = 2,
    .fields = 8,
    .unpack = unpack6,
    .pack = pack6,
    .find_ideal = find_ideal5,
    .predict_words = predict_words6,
    .predict_fields = predict_fields6,
    .predict_codes = predict_codes5,
};
