/*
 * ggml_values.c - the values that quantized blocks stand for
 *
 * The types pack their codes in a few ways, in planes of 4, 2, or 1 bits (types.h and the files of each family):
 *
 *     nibbles   the low ones are `run` codes, the high ones the next `run` codes; then the next bytes
 *     pairs     of 128 codes, four with 32 codes between them share a byte
 *     planes    bit k of byte i belongs to code 32 k + i
 */
#include "transform/ggml/ggml_values.h"

#include <string.h>

#include "common/bytes.h"

static const int8_t levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/* How a type packs its codes: the place of each plane in a block, and the number that is added to a code. */
struct packing {
    uint8_t run;    /* codes in a run of nibbles; 0: no nibbles */
    uint8_t nibble; /* the first byte of the nibbles */
    uint8_t pair, pair_shift;
    uint8_t plane, plane_shift;
    bool has_pairs, has_planes;
    int8_t least;
};

static const struct packing packings[GGML_KINDS] = {
    [GGML_Q4_0] = {.run = 16, .nibble = 2, .least = -8},
    [GGML_Q4_1] = {.run = 16, .nibble = 4},
    [GGML_Q5_0] = {.run = 16, .nibble = 6, .has_planes = true, .plane = 2, .plane_shift = 4, .least = -16},
    [GGML_Q5_1] = {.run = 16, .nibble = 8, .has_planes = true, .plane = 4, .plane_shift = 4},
    [GGML_Q2_K] = {.has_pairs = true, .pair = 16},
    [GGML_Q3_K] = {.has_pairs = true, .pair = 32, .has_planes = true, .plane_shift = 2, .least = -4},
    [GGML_Q4_K] = {.run = 32, .nibble = 16},
    [GGML_Q5_K] = {.run = 32, .nibble = 48, .has_planes = true, .plane = 16, .plane_shift = 4},
    [GGML_Q6_K] = {.run = 64, .has_pairs = true, .pair = 128, .pair_shift = 4, .least = -32},
    [GGML_IQ4_NL] = {.run = 16, .nibble = 2},
    [GGML_IQ4_XS] = {.run = 16, .nibble = 8},
};

/* With 32 codes, a plane has 4 bytes, whose bits are in the order of the codes. */
static unsigned plane_bit(const uint8_t *plane, unsigned i, unsigned count)
{
    return count == 32 ? plane[i / 8] >> i % 8 & 1u : plane[i % 32] >> i / 32 & 1u;
}

static void unpack_codes(const struct packing *packing, const uint8_t *block, unsigned count, int *codes)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned code = 0;
        if (packing->run) {
            unsigned place = i % packing->run + i / (2u * packing->run) * packing->run;
            code = block[packing->nibble + place] >> (i / packing->run % 2 ? 4 : 0) & 15u;
        }
        if (packing->has_pairs)
            code |= (block[packing->pair + i / 128 * 32 + i % 32] >> 2 * (i / 32 % 4) & 3u) << packing->pair_shift;
        if (packing->has_planes)
            code |= plane_bit(block + packing->plane, i, count) << packing->plane_shift;
        codes[i] = (int)code + packing->least;
    }
}

static void find_codes(enum ggml_kind kind, const uint8_t *block, unsigned count, int *codes)
{
    if (kind == GGML_Q8_0) {
        for (unsigned i = 0; i < count; i++)
            codes[i] = (int8_t)block[2 + i];
        return;
    }
    unpack_codes(&packings[kind], block, count, codes);
    if (kind == GGML_IQ4_NL || kind == GGML_IQ4_XS)
        for (unsigned i = 0; i < count; i++)
            codes[i] = levels[codes[i]];
}

/* Returns an F16 number in units of 2^-24. */
static int64_t fixed_from_half(uint16_t half)
{
    unsigned exponent = half >> 10 & 31;
    int64_t magnitude = exponent == 0 ? half & 1023 : (int64_t)((half & 1023) | 1024) << (exponent - 1);
    return half & 0x8000 ? -magnitude : magnitude;
}

void znn_ggml_values(enum ggml_kind kind, const uint8_t *block, int64_t *values)
{
    const struct ggml_block *type = znn_ggml_block(kind);
    struct ggml_scales scales = {.words = {0}};
    int codes[GGML_VALUES_MAX];
    type->unpack(block, &scales);
    find_codes(kind, block, type->values, codes);
    unsigned parts = type->fields > 0 ? type->fields : 1;
    for (unsigned i = 0; i < type->values; i++) {
        unsigned part = i / (type->values / parts);
        int64_t scale = fixed_from_half(scales.words[0]), min = type->words > 1 ? fixed_from_half(scales.words[1]) : 0;
        if (type->fields > 0) {
            scale *= scales.fields[part];
            min *= -(int64_t)scales.fields[parts + part];
        }
        values[i] = scale * codes[i] + min;
    }
}
