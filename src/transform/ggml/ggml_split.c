/*
 * ggml_split.c - the difference between blocks and their prediction
 */
#include "transform/ggml/ggml_split.h"

#include "common/bytes.h"
#include "platform/float_mode.h"
#include "transform/ggml/half.h"

static void widen32(const uint8_t *bytes, unsigned count, float *values)
{
    for (unsigned i = 0; i < count; i++)
        values[i] = float_from_bits(load_le32(bytes + 4 * i));
}

static void widen_half(const uint8_t *bytes, unsigned count, float *values)
{
    for (unsigned i = 0; i < count; i++)
        values[i] = float_from_half(load_le16(bytes + 2 * i));
}

static void widen_brain(const uint8_t *bytes, unsigned count, float *values)
{
    for (unsigned i = 0; i < count; i++)
        values[i] = float_from_bits((uint32_t)load_le16(bytes + 2 * i) << 16);
}

static void widen(enum ggml_source source, const uint8_t *bytes, unsigned count, float *values)
{
    if (source == GGML_FROM_F32)
        widen32(bytes, count, values);
    else if (source == GGML_FROM_F16)
        widen_half(bytes, count, values);
    else
        widen_brain(bytes, count, values);
}

static uint16_t fold(uint16_t difference)
{
    return (uint16_t)(difference << 1 ^ (difference & 0x8000 ? 0xffff : 0));
}

static uint16_t unfold(uint16_t folded)
{
    return (uint16_t)(folded >> 1 ^ (folded & 1 ? 0xffff : 0));
}

/* Fields are 8-bit numbers, and so are the differences; both wrap around. */
static int8_t field_plus(int8_t predicted, uint8_t difference)
{
    unsigned sum = predicted < 0 ? (unsigned)predicted - difference : (unsigned)predicted + difference;
    return (int8_t)((int)((sum & 0xff) ^ 0x80) - 0x80);
}

static uint8_t field_minus(int8_t field, int8_t predicted)
{
    return (uint8_t)(predicted < 0 ? predicted - field : field - predicted);
}

static void split_block(const struct ggml_block *type, const float *values, const uint8_t *block, size_t index,
                        const struct ggml_room *room)
{
    struct ggml_ideal ideal;
    struct ggml_scales scales, predicted;
    uint8_t expected[GGML_BYTES_MAX];
    type->unpack(block, &scales);
    type->find_ideal(values, &ideal);
    type->predict_words(&ideal, predicted.words);
    for (unsigned i = 0; i < type->words; i++) {
        uint16_t folded = fold((uint16_t)(scales.words[i] - predicted.words[i]));
        room->words[2 * i][index] = (uint8_t)folded;
        room->words[2 * i + 1][index] = (uint8_t)(folded >> 8);
    }
    memcpy(predicted.words, scales.words, sizeof scales.words);
    if (type->predict_fields)
        type->predict_fields(&ideal, &predicted);
    for (unsigned i = 0; i < type->words; i++)
        for (unsigned k = 0; k < type->fields; k++)
            room->fields[i][index * type->fields + k] =
                field_minus(scales.fields[i * type->fields + k], predicted.fields[i * type->fields + k]);
    type->predict_codes(values, &ideal, &scales, expected);
    for (unsigned i = 0; i < type->code_bytes; i++)
        room->codes[index * type->code_bytes + i] =
            (uint8_t)(block[type->code_start + i] - expected[type->code_start + i]);
}

static void merge_block(const struct ggml_block *type, const float *values, const struct ggml_differences *differences,
                        size_t index, uint8_t *block)
{
    struct ggml_ideal ideal;
    struct ggml_scales scales;
    type->find_ideal(values, &ideal);
    type->predict_words(&ideal, scales.words);
    for (unsigned i = 0; i < type->words; i++) {
        unsigned folded = differences->words[2 * i][index] | (unsigned)differences->words[2 * i + 1][index] << 8;
        scales.words[i] = (uint16_t)(scales.words[i] + unfold((uint16_t)folded));
    }
    if (type->predict_fields)
        type->predict_fields(&ideal, &scales);
    for (unsigned i = 0; i < type->words; i++)
        for (unsigned k = 0; k < type->fields; k++) {
            int8_t *field = &scales.fields[i * type->fields + k];
            *field = field_plus(*field, differences->fields[i][index * type->fields + k]);
        }
    type->pack(&scales, block);
    type->unpack(block, &scales); /* a difference that leads out of a field's range has lost bits */
    type->predict_codes(values, &ideal, &scales, block);
    for (unsigned i = 0; differences->codes && i < type->code_bytes; i++)
        block[type->code_start + i] =
            (uint8_t)(block[type->code_start + i] + differences->codes[index * type->code_bytes + i]);
}

void znn_ggml_split(enum ggml_kind type, enum ggml_source source, const uint8_t *values, const uint8_t *blocks,
                    size_t count, const struct ggml_room *room)
{
    const struct ggml_block *block = znn_ggml_block(type);
    struct float_mode mode = znn_float_mode_begin();
    float wide[GGML_VALUES_MAX];
    for (size_t i = 0; i < count; i++) {
        widen(source, values + i * block->values * ggml_source_width(source), block->values, wide);
        split_block(block, wide, blocks + i * block->bytes, i, room);
    }
    znn_float_mode_end(mode);
}

void znn_ggml_merge(enum ggml_kind type, enum ggml_source source, const uint8_t *values,
                    const struct ggml_differences *differences, size_t count, uint8_t *blocks)
{
    const struct ggml_block *block = znn_ggml_block(type);
    struct float_mode mode = znn_float_mode_begin();
    float wide[GGML_VALUES_MAX];
    for (size_t i = 0; i < count; i++) {
        widen(source, values + i * block->values * ggml_source_width(source), block->values, wide);
        merge_block(block, wide, differences, i, blocks + i * block->bytes);
    }
    znn_float_mode_end(mode);
}
