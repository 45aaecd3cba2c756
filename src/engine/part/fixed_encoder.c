/*
 * fixed_encoder.c - from the floats of a part to the streams of fixed-point numbers
 */
#include "engine/part/fixed_encoder.h"

#include <string.h>

#include "codec/statistics.h"
#include "container/format.h"
#include "container/part_fixed.h"
#include "engine/coding/fixed_type.h"
#include "engine/part/fixed_choice.h"
#include "transform/bits.h"
#include "transform/fixed_block.h"

/* About how many bits the place of an exception takes. */
#define EXCEPTION_PLACE 8

/* A part that is being cast. */
struct cast {
    struct encode_call *call;
    struct fixed_layout layout;
    bool signs_are_noise;
    const uint8_t *data;
    unsigned width;
    size_t count;
    size_t exceptions;
    uint8_t *groups[GROUPS_MAX]; /* the streams are built here */
    uint8_t *signs;
    uint8_t *map, *verbatim; /* of the exceptions: their places and their bytes */
    size_t taken;            /* exceptions so far */
};

/* Lays out the memory of all streams, one after the other. */
static bool place_streams(struct cast *cast)
{
    const struct fixed_shape *shape = &cast->layout.shape;
    size_t bits = bits_size(cast->count, 1), verbatim = cast->exceptions * cast->width;
    struct buffer *buffer = &cast->call->encoder->groups;
    if (!znn_buffer_reserve(buffer, shape->groups * cast->count + 2 * bits + verbatim))
        return false;
    uint8_t *room = buffer->data;
    for (unsigned k = 0; k < shape->groups; k++, room += cast->count)
        cast->groups[k] = room;
    if (cast->layout.is_packed)
        room = cast->groups[shape->groups - 1] + bits_size(cast->count, 8 - shape->shift);
    cast->signs = room;
    cast->map = room + (shape->form == FIXED_SIGNS_APART ? bits : 0);
    cast->verbatim = cast->map + bits;
    return true;
}

/* Appends the exceptions among the `count` elements from `start` on.  `map` has a bit for each of these elements. */
static void take_exceptions(struct cast *cast, const uint8_t *map, size_t start, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (map[i / 8] >> i % 8 & 1)
            memcpy(cast->verbatim + cast->taken++ * cast->width, cast->data + (start + i) * cast->width, cast->width);
}

/* Casts a block.  If its decoded bytes are only hashed, they never leave the fastest cache. */
static void cast_block(struct cast *cast, size_t start, size_t count, const struct part_restored *restored)
{
    uint8_t spare[FIXED_BLOCK / 8], block[FIXED_BLOCK * GROUPS_MAX];
    uint8_t *target = restored->bytes ? restored->bytes + start * cast->width : block;
    uint8_t *groups[GROUPS_MAX];
    const struct fixed_shape *shape = &cast->layout.shape;
    for (unsigned k = 0; k < shape->groups; k++)
        groups[k] = cast->groups[k] + start;
    if (cast->layout.is_packed)
        groups[shape->groups - 1] = cast->groups[shape->groups - 1] + start / 8 * (8 - shape->shift);
    uint8_t *map = cast->exceptions > 0 ? cast->map + start / 8 : spare;
    if (znn_fixed_encode_block(&cast->layout, cast->data + start * cast->width, count, groups, cast->signs + start / 8,
                               map, target) > 0)
        take_exceptions(cast, map, start, count);
    if (restored->hash)
        znn_hash_add(restored->hash, target, count * cast->width);
    if (restored->zeroed)
        znn_zeroed_add(cast->width, cast->data + start * cast->width, target, count, restored->zeroed);
}

static enum znn_status encode_streams(const struct cast *cast, struct part *part, struct znn_error *error)
{
    unsigned count = 0;
    const uint8_t *streams[PART_STREAMS_MAX];
    enum stream_hint hints[PART_STREAMS_MAX];
    for (; count < cast->layout.shape.groups; count++) {
        streams[count] = cast->groups[count];
        hints[count] = STREAM_FLOAT;
    }
    if (cast->layout.is_packed)
        hints[count - 1] = STREAM_NOISE;
    if (cast->layout.shape.form == FIXED_SIGNS_APART) {
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
    bool is_fresh = false; /* repeated elements would repeat in all groups */
    for (unsigned i = 0; i < count && !status; i++) {
        enum stream_hint hint = hints[i] == STREAM_FLOAT && is_fresh ? STREAM_FRESH : hints[i];
        /* Below a noisy group are only noisy groups, except the last one, which may have bits that no number uses. */
        bool is_below_noise = i > 1 && i + 1 < cast->layout.shape.groups && part->streams[i - 1].kind == STREAM_RAW;
        status = znn_part_encode_group(cast->call, streams[i], znn_part_stream_size(part, i),
                                       is_below_noise ? STREAM_NOISE : hint, &part->streams[i], error);
        is_fresh = is_fresh || (hint == STREAM_FLOAT && part->streams[i].is_fresh);
    }
    return status;
}

static void describe(const struct cast *cast, enum dtype type, struct part *part)
{
    part->transform = TRANSFORM_FIXED;
    part->fixed = (struct part_fixed){
        .type = (uint8_t)type,
        .precision = (uint8_t)cast->layout.fixed.bits,
        .form = (uint8_t)((cast->layout.shape.form == FIXED_ZIGZAG ? FIXED_FORM_ZIGZAG : 0) |
                          (cast->layout.is_packed ? FIXED_FORM_PACKED : 0)),
        .groups = (uint8_t)cast->layout.shape.groups,
        .shift = (uint8_t)cast->layout.shape.shift,
        .exceptions = (uint32_t)cast->exceptions,
    };
    znn_part_fixed_complete(part);
}

enum znn_status znn_fixed_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                 const struct part_restored *restored, bool *done, uint64_t *bits,
                                 struct znn_error *error)
{
    const struct chunk_coding *coding = &call->encoder->coding;
    const uint8_t *data = input->data;
    const struct fixed_point fixed = znn_fixed_asked(&coding->lossy, input->type);
    struct cast cast = {.call = call, .data = data, .width = znn_dtype_info(input->type)->word};
    struct fixed_choice choice;
    cast.count = part->size / cast.width;
    *done = false;
    unsigned length = znn_fixed_measure(&fixed, data, cast.count, &cast.exceptions);
    if (cast.exceptions > cast.count / FIXED_EXCEPTIONS_SHARE ||
        !znn_fixed_choose(&fixed, data, cast.count, length, coding->level == ZNN_LEVEL_SMALLEST, &choice))
        return ZNN_OK;
    cast.layout = choice.layout;
    cast.signs_are_noise = choice.signs_are_noise;
    *bits = choice.bits + cast.exceptions * (8 * cast.width + EXCEPTION_PLACE) * ENTROPY_ONE / cast.count;
    if (!place_streams(&cast))
        return znn_fail_memory(error, part->size);
    for (size_t i = 0; i < cast.count; i += FIXED_BLOCK)
        cast_block(&cast, i, cast.count - i < FIXED_BLOCK ? cast.count - i : FIXED_BLOCK, restored);
    describe(&cast, input->type, part);
    *done = true;
    return encode_streams(&cast, part, error);
}
