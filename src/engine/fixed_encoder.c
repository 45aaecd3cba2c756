/*
 * fixed_encoder.c - from the floats of a part to the streams of fixed-point numbers
 */
#include "engine/fixed_encoder.h"

#include <string.h>

#include "codec/statistics.h"
#include "container/format.h"
#include "container/part_fixed.h"
#include "engine/fixed_type.h"
#include "transform/bits.h"
#include "transform/fixed_groups.h"

#define SAMPLE FIXED_BLOCK /* elements */
#define RUN 64

/* Signs apart cost a zero a bit that it has no use for: with fewer zeros than one in so many, zigzag cannot win. */
#define RARE_ZEROS 128

/* The integers of a block. */
struct block {
    int32_t narrow[FIXED_BLOCK];
    int64_t wide[FIXED_BLOCK];
    union fixed_values values;
};

/* A part on its way. */
struct cast {
    struct part_encoder *encoder;
    struct fixed_point fixed;
    const uint8_t *data;
    unsigned width;
    size_t count;
    size_t exceptions;
    struct fixed_shape shape;
    bool is_packed; /* the last group */
    bool signs_are_noise;
    uint8_t *groups[GROUPS_MAX]; /* where the streams are made */
    uint8_t *signs, *tail;       /* the latter is the packed last group */
    uint8_t *map, *verbatim;     /* of the exceptions: where they are, and what */
    size_t taken;                /* exceptions so far */
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Which form?                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static void init_block(struct block *block, bool is_wide)
{
    if (is_wide)
        block->values.of64 = block->wide;
    else
        block->values.of32 = block->narrow;
}

/* Replaces exceptions by zeros, and counts what is zero then. */
static size_t count_zeros(struct block *block, bool is_wide, size_t count)
{
    size_t zeros = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_wide && block->wide[i] == FIXED_EXCEPTION64)
            block->wide[i] = 0;
        if (!is_wide && block->narrow[i] == FIXED_EXCEPTION32)
            block->narrow[i] = 0;
        zeros += is_wide ? block->wide[i] == 0 : block->narrow[i] == 0;
    }
    return zeros;
}

/* Casts sample elements, taken in runs, and says how many they are. */
static size_t cast_sample(const struct cast *cast, struct block *block)
{
    uint8_t elements[SAMPLE * GROUPS_MAX], restored[SAMPLE * GROUPS_MAX];
    size_t runs = cast->count <= SAMPLE ? 1 : SAMPLE / RUN;
    size_t run = cast->count <= SAMPLE ? cast->count : RUN;
    for (size_t i = 0; i < runs; i++) {
        size_t start = runs > 1 ? (size_t)((uint64_t)(cast->count - run) * i / (runs - 1)) : 0;
        memcpy(elements + i * run * cast->width, cast->data + start * cast->width, run * cast->width);
    }
    znn_fixed_cast(&cast->fixed, elements, runs * run, block->values, restored);
    return runs * run;
}

/* What a form makes of the sample. */
struct trial {
    struct fixed_shape shape;
    uint64_t bits; /* of an element, in 1/ENTROPY_ONE */
    uint32_t last; /* of these, those of the last group */
    size_t signs;  /* that are set */
};

static struct trial try_form(const struct cast *cast, enum fixed_form form, unsigned length, const struct block *block,
                             size_t count)
{
    uint8_t room[GROUPS_MAX][SAMPLE], signs[SAMPLE];
    uint8_t *groups[GROUPS_MAX];
    struct trial trial = {
        .shape = znn_fixed_shape(cast->shape.is_wide, form, length),
        .bits = form == FIXED_SIGNS_APART ? ENTROPY_ONE : 0,
    };
    for (unsigned k = 0; k < trial.shape.groups; k++)
        groups[k] = room[k];
    znn_fixed_split(&trial.shape, block->values, count, groups, signs);
    for (size_t i = 0; i < count; i++)
        trial.signs += signs[i];
    for (unsigned k = 0; k < trial.shape.groups; k++) {
        struct statistics statistics;
        znn_statistics_count(&statistics, room[k], count);
        trial.last = znn_statistics_entropy(&statistics);
        trial.bits += trial.last;
    }
    return trial;
}

/*
 * Chooses the form for magnitudes of `length` bits.  False where an element has too few bytes for all of the bits.  A
 * last group of noise is packed: to code it would take time and save nothing.
 */
static bool choose_shape(struct cast *cast, unsigned length, uint64_t *bits)
{
    struct block block;
    bool is_wide = cast->shape.is_wide;
    if (znn_fixed_shape(is_wide, FIXED_SIGNS_APART, length).groups > cast->width)
        return false;
    init_block(&block, is_wide);
    size_t count = cast_sample(cast, &block);
    size_t zeros = count_zeros(&block, is_wide, count);
    struct trial trial = try_form(cast, FIXED_SIGNS_APART, length, &block, count);
    bool zigzag_fits = znn_fixed_shape(is_wide, FIXED_ZIGZAG, length).groups <= cast->width;
    if (zigzag_fits && zeros > count / RARE_ZEROS) {
        struct trial rival = try_form(cast, FIXED_ZIGZAG, length, &block, count);
        trial = rival.bits < trial.bits ? rival : trial;
    }
    uint32_t tail = (8 - trial.shape.shift) * ENTROPY_ONE;
    cast->shape = trial.shape;
    cast->is_packed = trial.shape.shift > 0 && trial.shape.groups > 1 && trial.last >= tail - tail / 128;
    cast->signs_are_noise = trial.signs > count * 3 / 8 && trial.signs < count * 5 / 8;
    *bits = trial.bits;
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The streams                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Finds places for all streams. */
static bool place_streams(struct cast *cast)
{
    size_t bits = bits_size(cast->count, 1), verbatim = cast->exceptions * cast->width;
    struct buffer *buffer = &cast->encoder->groups;
    if (!znn_buffer_reserve(buffer, (cast->shape.groups + 1) * cast->count + 2 * bits + verbatim))
        return false;
    uint8_t *room = buffer->data;
    for (unsigned k = 0; k < cast->shape.groups; k++, room += cast->count)
        cast->groups[k] = room;
    cast->tail = room;
    cast->signs = cast->tail + cast->count;
    cast->map = cast->signs + bits;
    cast->verbatim = cast->map + bits;
    return true;
}

/* Notes the exceptions of the block that starts at `start`, and puts zeros among the integers for them. */
static void take_exceptions(struct cast *cast, struct block *block, size_t start, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_exception =
            cast->shape.is_wide ? block->wide[i] == FIXED_EXCEPTION64 : block->narrow[i] == FIXED_EXCEPTION32;
        if (!is_exception)
            continue;
        cast->map[(start + i) / 8] |= (uint8_t)(1u << (start + i) % 8);
        memcpy(cast->verbatim + cast->taken++ * cast->width, cast->data + (start + i) * cast->width, cast->width);
        block->wide[i] = block->narrow[i] = 0;
    }
}

static void cast_block(struct cast *cast, struct block *block, size_t start, size_t count, uint8_t *restored)
{
    uint8_t signs[FIXED_BLOCK];
    uint8_t *groups[GROUPS_MAX];
    const struct fixed_shape *shape = &cast->shape;
    struct fixed_result result = znn_fixed_cast(&cast->fixed, cast->data + start * cast->width, count, block->values,
                                                restored + start * cast->width);
    if (result.exceptions > 0)
        take_exceptions(cast, block, start, count);
    for (unsigned k = 0; k < shape->groups; k++)
        groups[k] = cast->groups[k] + start;
    znn_fixed_split(shape, block->values, count, groups, signs);
    if (shape->form == FIXED_SIGNS_APART)
        znn_bits_pack(signs, count, 1, cast->signs + start / 8);
    if (!cast->is_packed)
        return;
    uint8_t *last = groups[shape->groups - 1];
    const unsigned shift = shape->shift, tail = 8 - shift;
    for (size_t i = 0; i < count; i++)
        last[i] = (uint8_t)(last[i] >> shift);
    znn_bits_pack(last, count, tail, cast->tail + start / 8 * tail);
}

static enum znn_status encode_streams(const struct cast *cast, struct part *part, struct znn_error *error)
{
    unsigned count = 0;
    const uint8_t *streams[PART_STREAMS_MAX];
    enum stream_hint hints[PART_STREAMS_MAX];
    for (; count < cast->shape.groups; count++) {
        streams[count] = cast->groups[count];
        hints[count] = STREAM_FLOAT;
    }
    if (cast->is_packed) {
        streams[count - 1] = cast->tail;
        hints[count - 1] = STREAM_NOISE;
    }
    if (cast->shape.form == FIXED_SIGNS_APART) {
        streams[count] = cast->signs;
        hints[count++] = cast->signs_are_noise ? STREAM_NOISE : STREAM_FLOAT;
    }
    if (cast->exceptions > 0) {
        streams[count] = cast->map;
        hints[count++] = STREAM_BYTES;
        streams[count] = cast->verbatim;
        hints[count++] = STREAM_BYTES;
    }
    enum znn_status status = ZNN_OK;
    for (unsigned i = 0; i < count && !status; i++) {
        /* Below a group that is noise, there is nothing else but at the end, where numbers may have no more bits. */
        bool is_below_noise = i > 1 && i + 1 < cast->shape.groups && part->streams[i - 1].kind == STREAM_RAW;
        status = znn_part_encode_stream(cast->encoder, streams[i], znn_part_stream_size(part, i),
                                        is_below_noise ? STREAM_NOISE : hints[i], &part->streams[i], error);
    }
    return status;
}

static void describe(const struct cast *cast, enum dtype type, struct part *part)
{
    part->transform = TRANSFORM_FIXED;
    part->fixed = (struct part_fixed){
        .type = (uint8_t)type,
        .precision = (uint8_t)cast->fixed.bits,
        .form = (uint8_t)((cast->shape.form == FIXED_ZIGZAG ? FIXED_FORM_ZIGZAG : 0) |
                          (cast->is_packed ? FIXED_FORM_PACKED : 0)),
        .groups = (uint8_t)cast->shape.groups,
        .shift = (uint8_t)cast->shape.shift,
        .exceptions = (uint32_t)cast->exceptions,
    };
    znn_part_fixed_complete(part);
}

enum znn_status znn_fixed_encode(struct part_encoder *encoder, enum dtype type, const uint8_t *data, struct part *part,
                                 uint8_t *restored, bool *done, uint64_t *bits, struct znn_error *error)
{
    const struct znn_lossy *lossy = &encoder->lossy;
    struct cast cast = {
        .encoder = encoder,
        .fixed = {.type = znn_fixed_type(type),
                  .bits = lossy->bits,
                  .floor = lossy->rounding == ZNN_ROUND_FLOOR,
                  .exact_zero = lossy->exact_zero},
        .data = data,
        .width = znn_dtype_info(type)->word,
    };
    struct block block;
    cast.count = part->size / cast.width;
    cast.shape.is_wide = cast.fixed.type == FIXED_F64;
    *done = false;
    unsigned length = znn_fixed_measure(&cast.fixed, data, cast.count, &cast.exceptions);
    if (cast.exceptions > cast.count / FIXED_EXCEPTIONS_SHARE || !choose_shape(&cast, length, bits))
        return ZNN_OK;
    if (!place_streams(&cast))
        return znn_fail_memory(error, part->size);
    if (cast.exceptions > 0)
        memset(cast.map, 0, bits_size(cast.count, 1));
    init_block(&block, cast.shape.is_wide);
    for (size_t i = 0; i < cast.count; i += FIXED_BLOCK)
        cast_block(&cast, &block, i, cast.count - i < FIXED_BLOCK ? cast.count - i : FIXED_BLOCK, restored);
    describe(&cast, type, part);
    *done = true;
    return encode_streams(&cast, part, error);
}
