/*
 * scaled.c - predicts the codes of a quantized tensor from the numbers that they were made from
 *
 *     numbers --> F32 --> quotients, by tiles --> rounded, perhaps --> limited --> codes         a block at a time
 */
#include "transform/scaled.h"

#include <assert.h>

#include "common/endian.h"
#include "platform/compiler.h"
#include "platform/float_mode.h"

#define BLOCK 512

#define NAN32 0x7fc00000u

/* The type of codes and its greatest numbers. */
struct range {
    float low, high;
};

static struct range range_of(unsigned to)
{
    return to == SCALED_I8       ? (struct range){-128.0f, 127.0f}
           : to == FLOAT_F8_E5M2 ? (struct range){-57344.0f, 57344.0f}
                                 : (struct range){-448.0f, 448.0f};
}

bool znn_scaled_from(unsigned number)
{
    return number == FLOAT_F16 || number == FLOAT_BF16 || number == FLOAT_F32;
}

bool znn_scaled_to(unsigned number)
{
    return number == SCALED_I8 || number == FLOAT_F8_E5M2 || number == FLOAT_F8_E4M3;
}

uint64_t znn_scale_count(const struct scale_grid *grid, uint64_t count)
{
    uint64_t last_row = (grid->start + count - 1) / grid->columns;
    return (last_row / grid->height + 1) * scale_grid_tiles(grid);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Floats                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Loads at most BLOCK numbers. */
static void load_block(enum float_type type, const uint8_t *numbers, size_t count, float *block)
{
    uint8_t wide[4 * BLOCK];
    znn_float_convert(type, FLOAT_F32, FLOAT_NEAREST, numbers, count, wide);
    for (size_t i = 0; i < count; i++)
        block[i] = float_of(load_word32(wide + 4 * i));
}

/* Stores at most BLOCK numbers as floats of `type`. */
static void store_block(enum float_type type, enum float_rounding rounding, const float *block, size_t count,
                        uint8_t *numbers)
{
    uint8_t wide[4 * BLOCK];
    for (size_t i = 0; i < count; i++)
        store_word32(wide + 4 * i, bits_of(block[i]));
    znn_float_convert(FLOAT_F32, type, rounding, wide, count, numbers);
}

static void round_block(enum float_type type, float *block, size_t count)
{
    uint8_t narrow[4 * BLOCK];
    if (type == FLOAT_F32)
        return;
    store_block(type, FLOAT_NEAREST, block, count, narrow);
    load_block(type, narrow, count, block);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Operands                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The operand of a scale that is zero does not change a number. */
static float operand_of(unsigned operation, float numerator, float divisor)
{
    float scale = numerator / divisor;
    if (scale == 0.0f)
        return 1.0f;
    return operation == SCALED_RECIPROCAL ? 1.0f / scale : operation == SCALED_INVERTED ? divisor / numerator : scale;
}

static void find_operands(const struct scaling *scaling, enum float_type from, const uint8_t *numerators, size_t count,
                          float *operands)
{
    const unsigned operation = scaling->way & SCALED_OPERATIONS;
    const bool is_factor = operation == SCALED_RECIPROCAL || operation == SCALED_INVERTED;
    const size_t width = znn_float_width(scaling->type);
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t some = count - start < BLOCK ? count - start : BLOCK;
        load_block((enum float_type)scaling->type, numerators + start * width, some, operands + start);
        for (size_t i = start; i < start + some; i++)
            operands[i] = operand_of(operation, operands[i], (float)scaling->divisor);
        if (is_factor && scaling->way & SCALED_ROUND_FACTOR)
            round_block(from, operands + start, some);
    }
}

void znn_scaled_operands(const struct scaling *scaling, enum float_type from, const uint8_t *numerators, size_t count,
                         float *operands)
{
    struct float_mode mode = znn_float_mode_begin();
    find_operands(scaling, from, numerators, count, operands);
    znn_float_mode_end(mode);
}

static bool shorten(const uint8_t *scales, size_t count, enum float_type type, unsigned divisor, uint8_t *numerators)
{
    const size_t width = znn_float_width(type);
    float block[BLOCK];
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t some = count - start < BLOCK ? count - start : BLOCK;
        uint8_t *target = numerators + start * width;
        load_block(FLOAT_F32, scales + 4 * start, some, block);
        for (size_t i = 0; i < some; i++)
            block[i] *= (float)divisor;
        store_block(type, FLOAT_NEAREST, block, some, target);
        load_block(type, target, some, block);
        for (size_t i = 0; i < some; i++)
            if (bits_of(block[i] / (float)divisor) != load_word32(scales + 4 * (start + i)))
                return false;
    }
    return true;
}

bool znn_scales_shorten(const uint8_t *scales, size_t count, enum float_type type, unsigned divisor,
                        uint8_t *numerators)
{
    struct float_mode mode = znn_float_mode_begin();
    bool exact = shorten(scales, count, type, divisor, numerators);
    znn_float_mode_end(mode);
    return exact;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Codes                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The place of an element in the grid. */
struct place {
    uint64_t row;   /* in its tile */
    uint64_t scale; /* of the first tile in the row */
    uint32_t column;
};

static struct place find_place(const struct scale_grid *grid, uint64_t element)
{
    uint64_t row = element / grid->columns;
    return (struct place){
        .row = row % grid->height,
        .scale = row / grid->height * scale_grid_tiles(grid),
        .column = (uint32_t)(element % grid->columns),
    };
}

/* Moves past the next `count` elements, which are in one tile. */
static void advance(const struct scale_grid *grid, struct place *place, uint32_t count)
{
    place->column += count;
    if (place->column < grid->columns)
        return;
    place->column = 0;
    if (++place->row < grid->height)
        return;
    place->row = 0;
    place->scale += scale_grid_tiles(grid);
}

/* Divides or multiplies the numbers of a block by the operands of their tiles. */
static void scale_block(const struct scale_grid *grid, bool divides, const float *operands, struct place *place,
                        float *block, size_t count)
{
    while (count > 0) {
        uint32_t tile = place->column / grid->width;
        uint64_t end = (uint64_t)(tile + 1) * grid->width;
        uint64_t left = (end < grid->columns ? end : grid->columns) - place->column;
        uint32_t some = (uint32_t)(left < count ? left : count);
        float operand = operands[place->scale + tile];
        if (divides)
            for (uint32_t i = 0; i < some; i++)
                block[i] /= operand;
        else
            for (uint32_t i = 0; i < some; i++)
                block[i] *= operand;
        advance(grid, place, some);
        block += some;
        count -= some;
    }
}

/* Limits the numbers.  Processors disagree about the sign of a NaN, so it becomes a certain one. */
static void limit_block(struct range range, float *block, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float value = block[i];
        value = value > range.high ? range.high : value;
        value = value < range.low ? range.low : value;
        block[i] = value == value ? value : float_of(NAN32);
    }
}

/* From 2^23 on floats have no fraction, so the sum with 1.5 * 2^23 is rounded to an integer. */
static void store_integers(enum float_rounding rounding, const float *block, size_t count, uint8_t *codes)
{
    for (size_t i = 0; i < count; i++) {
        float value = block[i] == block[i] ? block[i] : 0.0f;
        float sum = value + 0x1.8p23f;
        codes[i] = rounding == FLOAT_TRUNCATE ? (uint8_t)(int32_t)value : (uint8_t)bits_of(sum);
    }
}

/*
 * Rounds a number that is a NaN or within range to a float of 8 bits, of which `mantissa` are mantissa; the exponent
 * has the given bias.  A number that becomes subnormal is added to a number whose last bit has the place of their last
 * bit. There are no branches, so that loops become vector code.
 */
static ALWAYS_INLINE uint8_t narrow(float value, unsigned mantissa, uint32_t bias)
{
    const unsigned drop = 23 - mantissa;
    const uint32_t least = (128 - bias) << 23, large = (151 - bias - mantissa) << 23;
    uint32_t bits = bits_of(value), size = bits & 0x7fffffff;
    uint32_t code = (size + (1u << (drop - 1)) - 1 + (size >> drop & 1)) >> drop;
    float sum = float_of(size) + float_of(large);
    code -= (127 - bias) << mantissa;
    code = size < least ? bits_of(sum) - large : code;
    code = size >= NAN32 ? 0x7f : code;
    return (uint8_t)(code | (bits >> 24 & 0x80));
}

static void store_codes(const struct scaled_types *types, const float *block, size_t count, uint8_t *codes)
{
    if (types->to == SCALED_I8)
        store_integers(types->rounding, block, count, codes);
    else if (types->rounding == FLOAT_TRUNCATE)
        store_block((enum float_type)types->to, FLOAT_TRUNCATE, block, count, codes);
    else if (types->to == FLOAT_F8_E4M3)
        for (size_t i = 0; i < count; i++)
            codes[i] = narrow(block[i], 3, 7);
    else
        for (size_t i = 0; i < count; i++)
            codes[i] = narrow(block[i], 2, 15);
}

static void predict(const struct scaling *scaling, const struct scaled_types *types, const float *operands,
                    uint64_t first, const uint8_t *numbers, size_t count, uint8_t *codes)
{
    const struct range range = range_of(types->to);
    const size_t width = znn_float_width(types->from);
    const bool divides = (scaling->way & SCALED_OPERATIONS) == SCALED_DIVIDE;
    struct place place = find_place(&scaling->grid, scaling->grid.start + first);
    float block[BLOCK];
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t some = count - start < BLOCK ? count - start : BLOCK;
        load_block(types->from, numbers + start * width, some, block);
        scale_block(&scaling->grid, divides, operands, &place, block, some);
        if (scaling->way & SCALED_ROUND)
            round_block(types->from, block, some);
        limit_block(range, block, some);
        store_codes(types, block, some, codes + start);
    }
}

void znn_scaled_predict(const struct scaling *scaling, const struct scaled_types *types, const float *operands,
                        uint64_t first, const uint8_t *numbers, size_t count, uint8_t *codes)
{
    assert(znn_scaled_from(types->from) && znn_scaled_to(types->to));
    struct float_mode mode = znn_float_mode_begin();
    predict(scaling, types, operands, first, numbers, count, codes);
    znn_float_mode_end(mode);
}
