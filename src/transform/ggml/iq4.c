/*
 * iq4.c - IQ4_NL and IQ4_XS: codes that stand for unevenly spaced levels
 *
 *     IQ4_NL | d, F16 | 16 bytes: two codes each |                                   32 values
 *     IQ4_XS | d, F16 | top bits of scales, 2 bytes | low bits, 4 bytes | 8 x 16 bytes: two codes each |   256 values
 *
 *     value = d * scale * level[code]       IQ4_XS has 8 scales from -32 to 31, stored with 32 added
 *
 * Levels are dense near zero, where most weights are.  The quantizer searches for d, and finds the codes with d as it
 * is before it becomes an F16 number.  So a code is mispredicted if its value is about in the middle between two
 * levels, which happens to 1 to 3 codes in 1000.
 */
#include "transform/ggml/parts.h"
#include "transform/ggml/types.h"

#define PART 32
#define PARTS 8

/*
 * The levels are -127 -104 -83 -65 -49 -35 -22 -10 1 13 25 38 53 69 89 113.  This table has the code of the numbers
 * from -127 to 113 in steps of one half.
 */
static const uint8_t code_of_twice[2 * (127 + 113) + 1] = {
    0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  1,  1,  1,  1,  1,  1,
    1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,  1,
    1,  1,  1,  1,  1,  1,  1,  1,  1,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,
    2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  2,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,
    3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  4,  4,  4,  4,  4,
    4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  4,  5,  5,  5,  5,
    5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  6,  6,  6,  6,  6,  6,
    6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
    7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  8,  8,  8,  8,  8,  8,  8,  8,  8,  8,  8,  8,  8,  8,  8,  8,
    8,  8,  8,  8,  8,  8,  8,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,  9,
    9,  9,  10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 11, 11,
    11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 12, 12, 12,
    12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 13,
    13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13,
    13, 13, 13, 13, 13, 13, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14,
    14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
};

static void unpack_nl(const uint8_t *block, struct ggml_scales *scales)
{
    scales->words[0] = load_le16(block);
}

static void pack_nl(const struct ggml_scales *scales, uint8_t *block)
{
    store_le16(block, scales->words[0]);
}

static void unpack_xs(const uint8_t *block, struct ggml_scales *scales)
{
    unsigned top = load_le16(block + 2);
    scales->words[0] = load_le16(block);
    for (unsigned i = 0; i < PARTS; i++) {
        int low = block[4 + i / 2] >> 4 * (i % 2) & 15;
        scales->fields[i] = (int8_t)((low | (int)(top >> 2 * i & 3) << 4) - 32);
    }
}

static void pack_xs(const struct ggml_scales *scales, uint8_t *block)
{
    unsigned top = 0, low = 0;
    for (unsigned i = 0; i < PARTS; i++) {
        unsigned field = (unsigned)(scales->fields[i] + 32) & 63;
        top |= field >> 4 << 2 * i;
        low |= (field & 15) << 4 * i;
    }
    store_le16(block, scales->words[0]);
    store_le16(block + 2, (uint16_t)top);
    store_le32(block + 4, low);
}

/* The value of the greatest magnitude gets the lowest level. */
static void find_ideal_nl(const float *values, struct ggml_ideal *ideal)
{
    ideal->scale[0] = find_farthest(values, PART) / -127.0f;
}

static void find_ideal_xs(const float *values, struct ggml_ideal *ideal)
{
    find_part_farthest(values, PARTS, ideal->scale);
    for (unsigned i = 0; i < PARTS; i++)
        ideal->scale[i] /= -127.0f;
}

static void predict_word_nl(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = half_from_float(ideal->scale[0]);
}

static void predict_word_xs(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = half_from_float(find_farthest(ideal->scale, PARTS) / -32.0f);
}

static void predict_fields_xs(const struct ggml_ideal *ideal, struct ggml_scales *scales)
{
    float scale = float_from_half(scales->words[0]);
    if (scale == 0.0f)
        scale = 1.0f;
    for (unsigned i = 0; i < PARTS; i++)
        scales->fields[i] = (int8_t)nearest(ideal->scale[i] / scale, -32.0f, 31.0f);
}

/*
 * The code of a value is the number of middles between two levels that are not above it.  Twice a middle is an integer,
 * so the integer below twice the value decides.
 */
static void find_codes(const float *values, float reciprocal, uint8_t *codes)
{
    int32_t twice[PART];
    for (unsigned i = 0; i < PART; i++) {
        float scaled = values[i] * reciprocal;
        float limited = limit(scaled, -127.0f, 113.0f) * 2.0f;
        twice[i] = (int32_t)limited;
        twice[i] -= limited < (float)twice[i];
    }
    for (unsigned i = 0; i < PART; i++)
        codes[i] = code_of_twice[twice[i] + 254];
}

/* The ideal scale replaces a word of zero, which stands for a scale that is too small for an F16 number. */
static float reciprocal_scale(const struct ggml_ideal *ideal, unsigned part, uint16_t word, int8_t field)
{
    float scale = float_from_half(word) * (float)field;
    if (float_from_half(word) == 0.0f)
        scale = ideal->scale[part];
    return scale == 0.0f ? 0.0f : 1.0f / scale;
}

static void predict_codes_nl(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                             uint8_t *block)
{
    uint8_t codes[PART];
    find_codes(values, reciprocal_scale(ideal, 0, scales->words[0], 1), codes);
    pack_nibbles(codes, block + 2);
}

static void predict_codes_xs(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                             uint8_t *block)
{
    uint8_t codes[PART];
    for (unsigned i = 0; i < PARTS; i++) {
        float reciprocal = reciprocal_scale(ideal, i, scales->words[0], scales->fields[i]);
        find_codes(values + i * PART, reciprocal, codes);
        pack_nibbles(codes, block + 8 + i * PART / 2);
    }
}

const struct ggml_block znn_ggml_iq4_nl = {
    .values = PART,
    .bytes = 18,
    .code_start = 2,
    .code_bytes = 16,
    .words = 1,
    .unpack = unpack_nl,
    .pack = pack_nl,
    .find_ideal = find_ideal_nl,
    .predict_words = predict_word_nl,
    .predict_codes = predict_codes_nl,
};
const struct ggml_block znn_ggml_iq4_xs = {
    .values = PART * PARTS,
    .bytes = 136,
    .code_start = 8,
    .code_bytes = 128,
    .words = 1,
    .fields = PARTS,
    .unpack = unpack_xs,
    .pack = pack_xs,
    .find_ideal = find_ideal_xs,
    .predict_words = predict_word_xs,
    .predict_fields = predict_fields_xs,
    .predict_codes = predict_codes_xs,
};
