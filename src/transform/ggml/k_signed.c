/*
 * k_signed.c - Q3_K and Q6_K: 256 values in 16 parts that each have a signed scale
 *
 *     Q3_K | third bits, 32 bytes | two bits of each code, 64 bytes | 12 bytes: scales, 6 bits each | d, F16 |
 *     Q6_K | four bits of each code, 128 bytes | the top two bits, 64 bytes | 16 scales, 8 bits | d, F16 |
 *
 *     value = d * scale * code       codes from -4 to 3 or -32 to 31, stored with 4 or 32 added
 *
 * As in k_min.c, all codes follow from the stored scales, or from the ideal scale if the stored one is zero.  A part of
 * zeros has codes that are stored as zeros.
 *
 * The 12 bytes of Q3_K hold 16 scales, from -32 to 31, with 32 added:
 *
 *     bytes 0 to 7    the low four bits of parts 0 to 7, and above them those of parts 8 to 15
 *     bytes 8 to 11   the top two bits of parts 0 to 3, and above them those of 4 to 7, 8 to 11 and 12 to 15
 */
#include "transform/ggml/parts.h"
#include "transform/ggml/types.h"

#define VALUES GGML_VALUES_MAX
#define PARTS GGML_PARTS_MAX

/* ------------------------------------------------------------------------------------------------------------------ */
/* The scales in the bytes of a block                                                                                 */
/* ------------------------------------------------------------------------------------------------------------------ */

static void unpack3(const uint8_t *block, struct ggml_scales *scales)
{
    const uint8_t *packed = block + 96;
    scales->words[0] = load_le16(block + 108);
    for (unsigned i = 0; i < PARTS; i++) {
        int low = i < 8 ? packed[i] & 15 : packed[i - 8] >> 4;
        int high = packed[8 + i % 4] >> 2 * (i / 4) & 3;
        scales->fields[i] = (int8_t)((low | high << 4) - 32);
    }
}

static void pack3(const struct ggml_scales *scales, uint8_t *block)
{
    uint8_t *packed = block + 96;
    store_le16(block + 108, scales->words[0]);
    memset(packed, 0, 12);
    for (unsigned i = 0; i < PARTS; i++) {
        unsigned field = (unsigned)(scales->fields[i] + 32) & 63;
        packed[i % 8] |= (uint8_t)((field & 15) << (i < 8 ? 0 : 4));
        packed[8 + i % 4] |= (uint8_t)(field >> 4 << 2 * (i / 4));
    }
}

static void unpack6(const uint8_t *block, struct ggml_scales *scales)
{
    scales->words[0] = load_le16(block + 208);
    memcpy(scales->fields, block + 192, PARTS);
}

static void pack6(const struct ggml_scales *scales, uint8_t *block)
{
    store_le16(block + 208, scales->words[0]);
    memcpy(block + 192, scales->fields, PARTS);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Predicting the scales                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

/* The value of the greatest magnitude gets the lowest code. */
static ALWAYS_INLINE void find_ideal(const float *values, float lowest, struct ggml_ideal *ideal)
{
    find_part_farthest(values, PARTS, ideal->scale);
    for (unsigned i = 0; i < PARTS; i++)
        ideal->scale[i] /= lowest;
}

static void find_ideal3(const float *values, struct ggml_ideal *ideal)
{
    find_ideal(values, -4.0f, ideal);
}

static void find_ideal6(const float *values, struct ggml_ideal *ideal)
{
    find_ideal(values, -32.0f, ideal);
}

/* The scale of the greatest magnitude becomes the lowest field. */
static void predict_words3(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = half_from_float(find_farthest(ideal->scale, PARTS) / -32.0f);
}

static void predict_words6(const struct ggml_ideal *ideal, uint16_t *words)
{
    words[0] = half_from_float(find_farthest(ideal->scale, PARTS) / -128.0f);
}

static ALWAYS_INLINE void predict_fields(const struct ggml_ideal *ideal, float lowest, float most,
                                         struct ggml_scales *scales)
{
    float scale = float_from_half(scales->words[0]);
    if (scale == 0.0f)
        scale = 1.0f;
    for (unsigned i = 0; i < PARTS; i++)
        scales->fields[i] = (int8_t)nearest(ideal->scale[i] / scale, lowest, most);
}

static void predict_fields3(const struct ggml_ideal *ideal, struct ggml_scales *scales)
{
    predict_fields(ideal, -32.0f, 31.0f, scales);
}

static void predict_fields6(const struct ggml_ideal *ideal, struct ggml_scales *scales)
{
    predict_fields(ideal, -128.0f, 127.0f, scales);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Predicting the codes                                                                                               */
/* ------------------------------------------------------------------------------------------------------------------ */

static ALWAYS_INLINE void find_codes(const float *values, const struct ggml_ideal *ideal,
                                     const struct ggml_scales *scales, int lowest, uint8_t *codes)
{
    float scale[VALUES];
    spread_scales(scales->words[0], scales->fields, PARTS, scale);
    for (unsigned i = 0; i < VALUES; i += VALUES / PARTS)
        if (scale[i] == 0.0f)
            for (unsigned k = 0; k < VALUES / PARTS; k++)
                scale[i + k] = nonzero_scale(ideal->scale[i / (VALUES / PARTS)]);
    for (unsigned i = 0; i < VALUES; i++)
        codes[i] = (uint8_t)(nearest(values[i] / scale[i], (float)lowest, (float)(-lowest - 1)) - lowest);
}

static void predict_codes3(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES];
    find_codes(values, ideal, scales, -4, codes);
    pack_planes(codes, 2, block);
    pack_pairs(codes, block + 32);
}

static void predict_codes6(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                           uint8_t *block)
{
    uint8_t codes[VALUES], top[VALUES];
    find_codes(values, ideal, scales, -32, codes);
    for (unsigned half = 0; half < 2; half++)
        for (unsigned i = 0; i < 64; i++)
            block[64 * half + i] = (uint8_t)((codes[128 * half + i] & 15) | codes[128 * half + 64 + i] << 4);
    for (unsigned i = 0; i < VALUES; i++)
        top[i] = codes[i] >> 4;
    pack_pairs(top, block + 128);
}

const struct ggml_block znn_ggml_q3_k = {
    .values = VALUES,
    .bytes = 110,
    .code_start = 0,
    .code_bytes = 96,
    .words = 1,
    .fields = PARTS,
    .unpack = unpack3,
    .pack = pack3,
    .find_ideal = find_ideal3,
    .predict_words = predict_words3,
    .predict_fields = predict_fields3,
    .predict_codes = predict_codes3,
};
const struct ggml_block znn_ggml_q6_k = {
    .values = VALUES,
    .bytes = 210,
    .code_start = 0,
    .code_bytes = 192,
    .words = 1,
    .fields = PARTS,
    .unpack = unpack6,
    .pack = pack6,
    .find_ideal = find_ideal6,
    .predict_words = predict_words6,
    .predict_fields = predict_fields6,
    .predict_codes = predict_codes6,
};
