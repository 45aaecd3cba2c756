/*
 * part_encoder.c - from the bytes of a part to its streams
 *
 * What a part's numbers are says which transforms come into question; where several do, samples or trials decide.
 *
 *     floats             byte groups, under the rotation that suits them; or fixed point, if they may be rounded
 *     integers           byte groups as they lie
 *     few values         a palette, where it is smaller than the groups
 *     many zeros         byte groups of the others, and a map, where that is smaller
 *     quantized blocks   fields, or plain bytes
 *     opaque             plain bytes
 *
 * and what has a base is coded as what it differs in from that, too, and the smaller is kept.
 */
#include "engine/part/part_encoder.h"

#include <string.h>

#include "container/format.h"
#include "engine/part/casting.h"
#include "engine/part/delta_encoder.h"
#include "engine/part/fixed_encoder.h"
#include "engine/part/fixed_type.h"
#include "engine/part/palette_encoder.h"
#include "engine/part/sparse_encoder.h"
#include "transform/bits.h"
#include "transform/fields.h"
#include "transform/groups.h"

/* At the smallest level, how many rotations are tried in earnest. */
#define ROTATION_TRIALS 4

/* A part of which a difference leaves less than one byte in so many. */
#define HARDLY_ANYTHING 16

/* So many bytes stay in the fastest cache while they are hashed and split. */
#define SPLIT_BYTES ((size_t)1 << 14)

/* What was the smallest so far. */
struct layout_choice {
    size_t size;
    uint8_t rotation;
    bool signs;
};

bool znn_part_encoder_open(struct part_encoder *encoder, const struct chunk_coding *coding,
                           struct rotation_sample *sample)
{
    *encoder = (struct part_encoder){.coding = *coding, .sample = sample};
    encoder->streams = znn_stream_encoder_new(coding->level);
    bool has_base = coding->base.fetch;
    if (has_base)
        encoder->deltas = znn_delta_encoder_new(coding->base);
    return encoder->streams && (encoder->deltas || !has_base);
}

void znn_part_encoder_start(struct part_encoder *encoder, const struct part_call *call)
{
    encoder->call = *call;
    encoder->payload.size = 0;
}

void znn_part_encoder_close(struct part_encoder *encoder)
{
    znn_stream_encoder_free(encoder->streams);
    znn_delta_encoder_free(encoder->deltas);
    znn_buffer_free(&encoder->groups);
    znn_buffer_free(&encoder->kept);
    znn_palette_free(&encoder->palette);
    znn_buffer_free(&encoder->payload);
}

void znn_part_set_groups(struct part *part, uint8_t width)
{
    part->transform = TRANSFORM_GROUPS;
    part->width = width;
    part->rotation = 0;
    part->signs = false;
    part->stream_count = width;
}

static void set_signs(struct part *part, bool apart)
{
    part->signs = apart;
    part->stream_count = (uint8_t)(part->width + apart);
}

const struct payload_gap *znn_part_gap(struct part_encoder *encoder)
{
    struct payload_gap *gap = &encoder->call.gap;
    if (gap->at + gap->size > encoder->payload.size)
        gap->size = 0;
    return gap;
}

void znn_part_fill_gap(struct part_encoder *encoder)
{
    const struct payload_gap *gap = znn_part_gap(encoder);
    if (gap->size > 0)
        memcpy(encoder->payload.data + gap->at, gap->data, gap->size);
    encoder->call.gap.size = 0;
}

enum znn_status znn_part_encode_stream(struct part_encoder *encoder, const uint8_t *data, size_t size,
                                       enum stream_hint hint, struct stream *stream, struct znn_error *error)
{
    if (!znn_buffer_reserve(&encoder->payload, size))
        return znn_fail_memory(error, size);
    uint8_t *target = encoder->payload.data + encoder->payload.size;
    const struct stream_wish wish = {hint, encoder->call.hurries};
    enum znn_status status = znn_stream_encode(encoder->streams, data, size, wish, target, stream, error);
    if (status)
        return status;
    if (stream->kind == STREAM_RAW)
        memcpy(target, data, size);
    encoder->payload.size += stream->size;
    return ZNN_OK;
}

enum znn_status znn_part_encode_group(struct part_encoder *encoder, const uint8_t *data, size_t size,
                                      enum stream_hint hint, struct stream *stream, struct znn_error *error)
{
    struct payload_gap *gap = &encoder->call.gap;
    if (!znn_buffer_reserve(&encoder->payload, size))
        return znn_fail_memory(error, size);
    size_t at = encoder->payload.size;
    const struct stream_wish wish = {hint, encoder->call.hurries};
    enum znn_status status =
        znn_stream_encode(encoder->streams, data, size, wish, encoder->payload.data + at, stream, error);
    if (status)
        return status;
    if (stream->kind == STREAM_RAW && gap->size > 0 && gap->at + gap->size == at && gap->data + gap->size == data) {
        gap->size += size;
    } else if (stream->kind == STREAM_RAW) {
        znn_part_fill_gap(encoder);
        *gap = (struct payload_gap){at, size, data};
    }
    encoder->payload.size += stream->size;
    return ZNN_OK;
}

/* Splits a part of numbers, and hashes its bytes if it is their turn, block by block: so memory is read once. */
static void split(struct part_encoder *encoder, const struct part *part, const uint8_t *data, uint8_t *const *groups)
{
    uint8_t *next[GROUPS_MAX];
    struct part_call *call = &encoder->call;
    memcpy(next, groups, part->width * sizeof *next);
    for (size_t left = part->size / part->width, count; left > 0; left -= count, data += count * part->width) {
        count = left < SPLIT_BYTES / part->width ? left : SPLIT_BYTES / part->width;
        if (call->hash && call->hashed == data) {
            znn_hash_add(call->hash, data, count * part->width);
            call->hashed += count * part->width;
        }
        znn_groups_split(data, count, part->width, part->rotation, next);
        for (unsigned g = 0; g < part->width; g++)
            next[g] += count;
    }
}

/* Splits a part of numbers and appends its streams to the payload. */
static enum znn_status encode_groups(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                     enum stream_hint hint, struct znn_error *error)
{
    size_t count = part->size / part->width;
    uint8_t *groups[GROUPS_MAX + 1];
    for (unsigned g = 0; g < part->stream_count; g++)
        groups[g] = encoder->groups.data + g * count; /* the signs last, for which there is room, too */
    znn_part_fill_gap(encoder);
    split(encoder, part, data, groups);
    if (part->signs) {
        unsigned group, place;
        groups_find_sign(part->width, part->rotation, &group, &place);
        znn_bits_extract(groups[group], count, place, groups[part->width]);
    }
    enum znn_status status = ZNN_OK;
    for (unsigned g = 0; g < part->stream_count && !status; g++) {
        status =
            znn_part_encode_group(encoder, groups[g], znn_part_stream_size(part, g), hint, &part->streams[g], error);
        if (hint == STREAM_FLOAT && part->streams[g].is_fresh)
            hint = STREAM_FRESH;
    }
    return status;
}

static enum znn_status encode_fields(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                     const uint8_t *widths, struct znn_error *error)
{
    uint8_t *fields[PART_STREAMS_MAX];
    uint8_t *room = encoder->groups.data;
    part->transform = TRANSFORM_FIELDS;
    part->width = 0;
    for (part->stream_count = 0; widths[part->stream_count] > 0; part->stream_count++)
        part->fields[part->stream_count] = widths[part->stream_count];
    for (unsigned i = 0; i < part->stream_count; i++) {
        fields[i] = room;
        room += znn_part_stream_size(part, i);
    }
    size_t blocks = znn_part_stream_size(part, 0) / widths[0];
    znn_fields_split(data, blocks, widths, part->stream_count, fields);
    enum znn_status status = ZNN_OK;
    for (unsigned i = 0; i < part->stream_count && !status; i++)
        status = znn_part_encode_stream(encoder, fields[i], blocks * widths[i], STREAM_FLOAT, &part->streams[i], error);
    return status;
}

/* A trial at the smallest level: encodes the part, and sees whether it is smaller than *least. */
static enum znn_status try_layout(struct part_encoder *encoder, struct part *part, const uint8_t *data, size_t start,
                                  struct layout_choice *best, struct znn_error *error)
{
    encoder->payload.size = start;
    enum znn_status status = encode_groups(encoder, part, data, STREAM_FLOAT, error);
    if (encoder->payload.size - start < best->size)
        *best = (struct layout_choice){encoder->payload.size - start, part->rotation, part->signs};
    return status;
}

/*
 * Tries the rotations that the sample favours, under the best of them signs apart, and encodes the part in the way that
 * is really the smallest.
 */
static enum znn_status encode_smallest(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                       struct znn_error *error)
{
    unsigned ranked[ROTATIONS];
    size_t start = encoder->payload.size;
    struct layout_choice best = {.size = SIZE_MAX};
    enum znn_status status = ZNN_OK;
    set_signs(part, encoder->coding.sign == ZNN_SIGN_SEPARATE);
    znn_rotation_rank(encoder->sample, data, part->size / part->width, part->width, ranked);
    for (unsigned i = 0; i < ROTATION_TRIALS && !status; i++) {
        part->rotation = (uint8_t)ranked[i];
        status = try_layout(encoder, part, data, start, &best, error);
    }
    if (!status && encoder->coding.sign == ZNN_SIGN_AUTO) {
        part->rotation = best.rotation;
        set_signs(part, true);
        status = try_layout(encoder, part, data, start, &best, error);
    }
    if (status || (best.rotation == part->rotation && best.signs == part->signs))
        return status;
    part->rotation = best.rotation;
    set_signs(part, best.signs);
    encoder->payload.size = start;
    return encode_groups(encoder, part, data, STREAM_FLOAT, error);
}

static enum znn_status encode_bytes(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                    enum stream_hint hint, struct znn_error *error)
{
    znn_part_set_groups(part, 1);
    return znn_part_encode_stream(encoder, data, part->size, hint, &part->streams[0], error);
}

/* Chooses rotation and signs from a sample. */
static void choose_layout(struct part_encoder *encoder, struct part *part, const uint8_t *data)
{
    part->rotation = (uint8_t)znn_rotation_choose(encoder->sample, data, part->size / part->width, part->width);
    set_signs(part,
              encoder->coding.sign == ZNN_SIGN_SEPARATE ||
                  (encoder->coding.sign == ZNN_SIGN_AUTO && znn_rotation_parts_signs(encoder->sample, part->rotation)));
}

enum znn_status znn_part_encode_numbers(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                        const struct dtype_info *dtype, struct znn_error *error)
{
    bool floats = dtype->number == NUMBER_FLOAT;
    znn_part_set_groups(part, dtype->word);
    if (floats && encoder->coding.level == ZNN_LEVEL_SMALLEST)
        return encode_smallest(encoder, part, data, error);
    if (floats)
        choose_layout(encoder, part, data);
    return encode_groups(encoder, part, data, floats ? STREAM_FLOAT : STREAM_BYTES, error);
}

/* Of two attempts in the payload, from `start` and from `middle` on, keeps the `last` or the first. */
static void keep(struct part_encoder *encoder, size_t start, size_t middle, bool last)
{
    struct buffer *payload = &encoder->payload;
    if (!last) {
        payload->size = middle;
        return;
    }
    znn_part_fill_gap(encoder);
    memmove(payload->data + start, payload->data + middle, payload->size - middle);
    payload->size -= middle - start;
}

/* A part of quantized blocks, by its fields or as bytes, whichever is smaller. */
static enum znn_status encode_blocks(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                     const struct dtype_info *dtype, struct znn_error *error)
{
    struct part fields = {.size = part->size};
    size_t start = encoder->payload.size;
    enum znn_status status = encode_bytes(encoder, part, data, STREAM_BYTES, error);
    size_t middle = encoder->payload.size;
    if (status || part->size % dtype->block_bytes != 0)
        return status;
    status = encode_fields(encoder, &fields, data, dtype->fields, error);
    if (status)
        return status;
    bool last = encoder->payload.size - middle <= middle - start;
    keep(encoder, start, middle, last);
    if (last)
        *part = fields;
    return ZNN_OK;
}

/* Encodes numbers in a way that suits some; *worth is false, and nothing was appended, where it hardly would. */
typedef enum znn_status special(struct part_encoder *encoder, const struct dtype_info *dtype, const uint8_t *data,
                                struct part *part, bool *worth, struct znn_error *error);

/* And in one that suits all. */
typedef enum znn_status usual(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                              const struct dtype_info *dtype, struct znn_error *error);

/* Both, and keeps the smaller; the special way has to gain more than `least` bytes. */
static enum znn_status encode_both(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                   const struct dtype_info *dtype, special *encode_special, usual *encode_usual,
                                   size_t least, struct znn_error *error)
{
    struct part rival = *part;
    size_t start = encoder->payload.size;
    bool worth = false;
    enum znn_status status = encode_special(encoder, dtype, data, &rival, &worth, error);
    size_t middle = encoder->payload.size;
    if (!status)
        status = encode_usual(encoder, part, data, dtype, error);
    if (status || !worth)
        return status;
    bool last = encoder->payload.size - middle <= middle - start + least;
    keep(encoder, start, middle, last);
    if (!last)
        *part = rival;
    return ZNN_OK;
}

/* What a map of zeros takes in the directory, about. */
#define MAP_DESCRIBED 8

/* A part of numbers, of which many may be zero. */
static enum znn_status encode_sparse(struct part_encoder *encoder, struct part *part, const uint8_t *data,
                                     const struct dtype_info *dtype, struct znn_error *error)
{
    return encode_both(encoder, part, data, dtype, znn_sparse_encode, znn_part_encode_numbers, MAP_DESCRIBED, error);
}

/* As if there was no base. */
static enum znn_status encode_alone(struct part_encoder *encoder, enum dtype type, const uint8_t *data,
                                    struct part *part, struct znn_error *error)
{
    const struct dtype_info *dtype = znn_dtype_info(type);
    if (!znn_buffer_reserve(&encoder->groups, part->size + part->size / 8 + 1))
        return znn_fail_memory(error, part->size);
    znn_part_set_groups(part, dtype->word);
    if (dtype->fields)
        return encode_blocks(encoder, part, data, dtype, error);
    if (part->width == 1)
        return encode_bytes(encoder, part, data, dtype->number == NUMBER_FLOAT ? STREAM_FLOAT : STREAM_BYTES, error);
    if (znn_palette_promises(data, part->size / part->width, part->width))
        return encode_both(encoder, part, data, dtype, znn_palette_encode, encode_sparse, 0, error);
    return encode_sparse(encoder, part, data, dtype, error);
}

/* What a part takes in a directory, about. */
static size_t described_size(const struct part *part)
{
    if (part->transform != TRANSFORM_DELTA)
        return 6 + 4 * (size_t)part->stream_count;
    size_t casts = part->delta->coding != DELTA_CASTS ? 0 : part->delta->cast.exceptions == 0 ? 4 : 8;
    return 12 + 8 * part->delta->range_count + 9 * (size_t)part->delta->bucket_count + casts;
}

/* Of a part, which is in the payload from `start` on, and a rival, from `middle` on, keeps the smaller: is it the part?
 */
static bool keep_smaller(struct part_encoder *encoder, struct part *part, const struct part *rival, size_t start,
                         size_t middle)
{
    size_t size = middle - start + described_size(part);
    bool last = size > encoder->payload.size - middle + described_size(rival);
    keep(encoder, start, middle, last);
    if (last)
        *part = *rival;
    return !last;
}

/* Whether so little differs that the part, in the payload from `start` on, need not be tried alone. */
static bool hardly_differs(const struct part_encoder *encoder, const struct part *part, size_t start)
{
    return encoder->payload.size - start + described_size(part) < part->size / HARDLY_ANYTHING;
}

/* As a difference and alone. */
static enum znn_status encode_related(struct part_encoder *encoder, enum dtype type, const uint8_t *data,
                                      struct part *part, struct znn_error *error)
{
    size_t start = encoder->payload.size;
    enum znn_status status = znn_delta_encode(encoder->deltas, encoder, type, data, part, error);
    if (status || hardly_differs(encoder, part, start))
        return status;
    size_t middle = encoder->payload.size;
    struct part alone = {.size = part->size};
    status = encode_alone(encoder, type, data, &alone, error);
    if (!status)
        keep_smaller(encoder, part, &alone, start, middle);
    return status;
}

enum znn_status znn_part_encode(struct part_encoder *encoder, enum dtype type, const uint8_t *data, struct part *part,
                                struct znn_error *error)
{
    znn_part_fill_gap(encoder);
    return part->delta ? encode_related(encoder, type, data, part, error)
                       : encode_alone(encoder, type, data, part, error);
}

/* Below this share of what byte groups are estimated to take, fixed point need not prove that it is smaller. */
#define CLEARLY_SMALLER(bits, rival) ((bits) < (rival) - (rival) / 32)

/* Encodes as byte groups, too, and keeps what is smaller; fixed point has been appended to the payload from `start` on.
 */
static enum znn_status rival_fixed(struct part_encoder *encoder, enum dtype type, const uint8_t *data,
                                   struct part *part, size_t start, bool *done, struct znn_error *error)
{
    struct part groups = {.size = part->size};
    size_t middle = encoder->payload.size;
    znn_part_fill_gap(encoder);
    enum znn_status status = encode_alone(encoder, type, data, &groups, error);
    if (status)
        return status;
    bool last = encoder->payload.size - middle <= middle - start;
    keep(encoder, start, middle, last);
    if (last)
        *part = groups;
    *done = !last;
    return ZNN_OK;
}

/* A part that may be rounded, as if there was no base. */
static enum znn_status encode_rounded_alone(struct part_encoder *encoder, enum dtype type, const uint8_t *data,
                                            struct part *part, const struct part_restored *restored, bool *done,
                                            struct znn_error *error)
{
    size_t start = encoder->payload.size;
    unsigned width = znn_dtype_info(type)->word;
    uint64_t bits;
    enum znn_status status = znn_fixed_encode(encoder, type, data, part, restored, done, &bits, error);
    if (status)
        return status;
    if (!*done)
        return encode_alone(encoder, type, data, part, error);
    uint64_t rival = znn_rotation_entropy(encoder->sample, data, part->size / width, width);
    if (!CLEARLY_SMALLER(bits, rival) || znn_palette_promises(data, part->size / width, width))
        status = rival_fixed(encoder, type, data, part, start, done, error);
    return status;
}

/*
 * A part that may be rounded, as a difference and alone.  What is restored is the same for both, and hashed only when
 * one has been chosen.
 */
static enum znn_status encode_rounded_related(struct part_encoder *encoder, enum dtype type, const uint8_t *data,
                                              struct part *part, const struct part_restored *restored, bool *done,
                                              struct znn_error *error)
{
    const struct part_restored own = {.bytes = restored->bytes};
    const struct fixed_point fixed = znn_fixed_asked(&encoder->coding.lossy, type);
    size_t start = encoder->payload.size;
    enum znn_status status =
        znn_delta_encode_rounded(encoder->deltas, encoder, type, data, part, own.bytes, done, error);
    if (!status && !hardly_differs(encoder, part, start)) {
        size_t middle = encoder->payload.size;
        struct part alone = {.size = part->size};
        bool alone_done;
        status = encode_rounded_alone(encoder, type, data, &alone, &own, &alone_done, error);
        if (!status && !keep_smaller(encoder, part, &alone, start, middle))
            *done = alone_done;
    }
    const unsigned width = znn_fixed_width(fixed.type);
    if (!status && *done && restored->hash)
        znn_casting_hash(&fixed, data, part->size / width, restored->hash, restored->zeroed);
    else if (!status && *done && restored->bytes && restored->zeroed)
        znn_zeroed_add(width, data, restored->bytes, part->size / width, restored->zeroed);
    return status;
}

enum znn_status znn_part_encode_rounded(struct part_encoder *encoder, enum dtype type, const uint8_t *data,
                                        struct part *part, const struct part_restored *restored, bool *done,
                                        struct znn_error *error)
{
    znn_part_fill_gap(encoder);
    return part->delta ? encode_rounded_related(encoder, type, data, part, restored, done, error)
                       : encode_rounded_alone(encoder, type, data, part, restored, done, error);
}
