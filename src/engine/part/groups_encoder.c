/*
 * groups_encoder.c - from numbers to their byte groups
 *
 * znn rotates floats first, and may put their signs into a stream of their own.  A sample shows which layout is small.
 * At the smallest level, znn tries the layouts instead.
 */
#include "engine/part/groups_encoder.h"

#include <string.h>

#include "container/format.h"
#include "transform/bits.h"
#include "transform/groups.h"

/* The number of rotations that the smallest level tries. */
#define ROTATION_TRIALS 4

/* Bytes that are hashed and split at a time.  They stay in the fastest cache. */
#define SPLIT_BYTES ((size_t)1 << 14)

/* The layout with the smallest result so far. */
struct layout_choice {
    size_t size;
    uint8_t rotation;
    bool signs;
};

void znn_part_set_groups(struct part *part, unsigned width)
{
    part->transform = TRANSFORM_GROUPS;
    part->width = (uint16_t)width;
    part->groups = (struct part_groups){.rotation = 0};
    part->stream_count = (uint8_t)width;
}

static void set_signs(struct part *part, bool apart)
{
    part->groups.signs = apart;
    part->stream_count = (uint8_t)(part->width + apart);
}

/* Splits a part of numbers and, if its bytes are the next to hash, hashes them.  Reads memory only once. */
static void split(struct encode_call *call, const struct part *part, const uint8_t *data, uint8_t *const *groups)
{
    uint8_t *next[GROUPS_MAX];
    memcpy(next, groups, part->width * sizeof *next);
    for (size_t left = part->size / part->width, count; left > 0; left -= count, data += count * part->width) {
        count = left < SPLIT_BYTES / part->width ? left : SPLIT_BYTES / part->width;
        if (call->hash && call->hashed == data) {
            znn_hash_add(call->hash, data, count * part->width);
            call->hashed += count * part->width;
        }
        znn_groups_split(data, count, part->width, part->groups.rotation, next);
        for (unsigned g = 0; g < part->width; g++)
            next[g] += count;
    }
}

/* Splits a part of numbers and appends its streams to the payload. */
static enum znn_status encode_groups(struct encode_call *call, struct part *part, const uint8_t *data,
                                     enum stream_hint hint, struct znn_error *error)
{
    size_t count = part->size / part->width;
    uint8_t *groups[GROUPS_MAX + 1];
    for (unsigned g = 0; g < part->stream_count; g++)
        groups[g] = call->encoder->groups.data + g * count; /* includes the signs, which come last */
    znn_payload_fill_gap(call);
    split(call, part, data, groups);
    if (part->groups.signs) {
        unsigned group, place;
        groups_find_sign(part->width, part->groups.rotation, &group, &place);
        znn_bits_extract(groups[group], count, place, groups[part->width]);
    }
    enum znn_status status = ZNN_OK;
    for (unsigned g = 0; g < part->stream_count && !status; g++) {
        status = znn_part_encode_group(call, groups[g], znn_part_stream_size(part, g), hint, &part->streams[g], error);
        if (hint == STREAM_FLOAT && part->streams[g].is_fresh)
            hint = STREAM_FRESH;
    }
    return status;
}

/* Encodes the part with its current layout, for the smallest level.  Updates *best if the result is smaller. */
static enum znn_status try_layout(struct encode_call *call, struct part *part, const uint8_t *data, size_t start,
                                  struct layout_choice *best, struct znn_error *error)
{
    call->encoder->payload.size = start;
    enum znn_status status = encode_groups(call, part, data, STREAM_FLOAT, error);
    if (call->encoder->payload.size - start < best->size)
        *best = (struct layout_choice){call->encoder->payload.size - start, part->groups.rotation, part->groups.signs};
    return status;
}

/*
 * Tries the rotations that the sample favours, and then separate signs under the best of them.  Encodes the part with
 * the layout that gives the smallest result.
 */
static enum znn_status encode_smallest(struct encode_call *call, struct part *part, const uint8_t *data,
                                       struct znn_error *error)
{
    unsigned ranked[ROTATIONS];
    size_t start = call->encoder->payload.size;
    struct layout_choice best = {.size = SIZE_MAX};
    enum znn_status status = ZNN_OK;
    set_signs(part, call->encoder->coding.sign == ZNN_SIGN_SEPARATE);
    znn_rotation_rank(call->encoder->sample, data, part->size / part->width, part->width, ranked);
    for (unsigned i = 0; i < ROTATION_TRIALS && !status; i++) {
        part->groups.rotation = (uint8_t)ranked[i];
        status = try_layout(call, part, data, start, &best, error);
    }
    if (!status && call->encoder->coding.sign == ZNN_SIGN_AUTO) {
        part->groups.rotation = best.rotation;
        set_signs(part, true);
        status = try_layout(call, part, data, start, &best, error);
    }
    if (status || (best.rotation == part->groups.rotation && best.signs == part->groups.signs))
        return status;
    part->groups.rotation = best.rotation;
    set_signs(part, best.signs);
    call->encoder->payload.size = start;
    return encode_groups(call, part, data, STREAM_FLOAT, error);
}

/* Chooses the rotation and the place of the signs from a sample. */
static void choose_layout(struct encode_call *call, struct part *part, const uint8_t *data)
{
    part->groups.rotation =
        (uint8_t)znn_rotation_choose(call->encoder->sample, data, part->size / part->width, part->width);
    set_signs(part, call->encoder->coding.sign == ZNN_SIGN_SEPARATE ||
                        (call->encoder->coding.sign == ZNN_SIGN_AUTO &&
                         znn_rotation_parts_signs(call->encoder->sample, part->groups.rotation)));
}

enum znn_status znn_groups_encode_numbers(struct encode_call *call, const struct part_input *input, struct part *part,
                                          struct znn_error *error)
{
    const struct dtype_info *dtype = znn_dtype_info(input->type);
    bool floats = dtype->number == NUMBER_FLOAT;
    znn_part_set_groups(part, dtype->word);
    if (floats && call->encoder->coding.level == ZNN_LEVEL_SMALLEST)
        return encode_smallest(call, part, input->data, error);
    if (floats)
        choose_layout(call, part, input->data);
    return encode_groups(call, part, input->data, floats ? STREAM_FLOAT : STREAM_BYTES, error);
}

enum znn_status znn_groups_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                  bool *worth, struct znn_error *error)
{
    const struct dtype_info *dtype = znn_dtype_info(input->type);
    *worth = true;
    if (dtype->word > 1)
        return znn_groups_encode_numbers(call, input, part, error);
    znn_part_set_groups(part, 1);
    return znn_part_encode_stream(call, input->data, part->size,
                                  dtype->number == NUMBER_FLOAT ? STREAM_FLOAT : STREAM_BYTES, &part->streams[0],
                                  error);
}
