/*
 * chunk_encoder.c - from the bytes of a chunk to its record
 *
 *     pieces    the plan says what lies where
 *       |         arrange(): which pieces share statistics?
 *     parts     bytes of one kind
 *       |         split into byte groups
 *     groups
 *       |         stream coder: constant, raw, Huffman, full
 *     streams   -> payload; their sizes -> directory
 */
#include "engine/chunk_encoder.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "engine/guess.h"
#include "engine/rotation.h"
#include "transform/fields.h"
#include "transform/groups.h"

#define NO_PART UINT32_MAX

/* At the smallest level, how many rotations are tried in earnest. */
#define ROTATION_TRIALS 4

/* Below this size, what parts cost may be more than what they gain. */
#define SHORT_CHUNK (1u << 16)

/* Where a part comes from. */
struct part_source {
    uint8_t dtype;
    const uint8_t *bytes; /* all of it: in the chunk, or gathered */
    uint8_t *start;       /* where it is gathered */
    size_t gathered;      /* bytes that have been copied there */
};

struct chunk_encoder {
    int level;
    struct stream_encoder *streams;
    struct directory directory;
    uint32_t shared[DTYPE_COUNT]; /* part of the small pieces of a type, or NO_PART */
    struct part_source *sources;  /* of the parts, PARTS_MAX of them */
    struct guesser guesser;
    struct chunk_plan guess;
    struct buffer gathered; /* parts whose bytes do not lie together */
    struct buffer groups;   /* the byte groups of a part */
    struct buffer layout;
    struct buffer payload;
    struct buffer head;
};

struct chunk_encoder *znn_chunk_encoder_new(int level)
{
    struct chunk_encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->level = level;
    encoder->sources = malloc(PARTS_MAX * sizeof *encoder->sources);
    encoder->streams = znn_stream_encoder_new(level);
    if (!encoder->sources || !encoder->streams) {
        znn_chunk_encoder_free(encoder);
        return NULL;
    }
    return encoder;
}

void znn_chunk_encoder_free(struct chunk_encoder *encoder)
{
    if (!encoder)
        return;
    znn_stream_encoder_free(encoder->streams);
    znn_directory_free(&encoder->directory);
    znn_chunk_plan_free(&encoder->guess);
    znn_buffer_free(&encoder->gathered);
    znn_buffer_free(&encoder->groups);
    znn_buffer_free(&encoder->layout);
    znn_buffer_free(&encoder->payload);
    znn_buffer_free(&encoder->head);
    free(encoder->sources);
    free(encoder);
}

/* What every part is at first: numbers of `width` bytes, or with a width of 1 just bytes. */
static void set_groups(struct part *part, uint8_t width)
{
    part->transform = TRANSFORM_GROUPS;
    part->width = width;
    part->rotation = 0;
    part->stream_count = width;
}

/* The part that `piece` belongs to, a new one where it shares with none; NO_PART where memory ran out. */
static uint32_t find_part(struct chunk_encoder *encoder, const struct piece *piece)
{
    bool shares = piece->small || piece->dtype == DTYPE_BYTES;
    if (shares && encoder->shared[piece->dtype] != NO_PART)
        return encoder->shared[piece->dtype];
    struct part *part = znn_directory_add_part(&encoder->directory);
    if (!part)
        return NO_PART;
    uint32_t number = (uint32_t)(encoder->directory.part_count - 1);
    set_groups(part, znn_dtype_info((enum dtype)piece->dtype)->word);
    encoder->sources[number] = (struct part_source){.dtype = piece->dtype};
    if (shares)
        encoder->shared[piece->dtype] = number;
    return number;
}

/* Turns the plan's pieces into parts and segments. */
static enum znn_status arrange(struct chunk_encoder *encoder, const struct chunk_plan *plan, struct znn_error *error)
{
    struct directory *directory = &encoder->directory;
    znn_directory_clear(directory);
    for (int i = 0; i < DTYPE_COUNT; i++)
        encoder->shared[i] = NO_PART;
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *piece = &plan->pieces[i];
        uint32_t part = find_part(encoder, piece);
        if (part == NO_PART)
            return znn_fail_memory(error, sizeof(struct part));
        directory->parts[part].size += piece->size;
        size_t last = directory->segment_count - 1;
        if (directory->segment_count > 0 && directory->segments[last].part == part) {
            directory->segments[last].size += piece->size;
            continue;
        }
        struct segment *segment = znn_directory_add_segment(directory);
        if (!segment)
            return znn_fail_memory(error, sizeof *segment);
        *segment = (struct segment){.part = part, .size = piece->size};
    }
    return ZNN_OK;
}

/* Finds the bytes of each part: in place where it has one segment only, else copied together. */
static void gather(struct chunk_encoder *encoder, const uint8_t *data)
{
    const struct directory *directory = &encoder->directory;
    uint8_t *free_space = encoder->gathered.data;
    for (size_t i = 0; i < directory->segment_count; i++) {
        const struct segment *segment = &directory->segments[i];
        struct part_source *source = &encoder->sources[segment->part];
        uint32_t part_size = directory->parts[segment->part].size;
        if (segment->size == part_size) {
            source->bytes = data;
        } else {
            if (source->gathered == 0) {
                source->bytes = source->start = free_space;
                free_space += part_size;
            }
            memcpy(source->start + source->gathered, data, segment->size);
            source->gathered += segment->size;
        }
        data += segment->size;
    }
}

static enum znn_status encode_stream(struct chunk_encoder *encoder, const uint8_t *data, size_t size,
                                     enum stream_hint hint, struct stream *stream, struct znn_error *error)
{
    if (!znn_buffer_reserve(&encoder->payload, size))
        return znn_fail_memory(error, size);
    uint8_t *target = encoder->payload.data + encoder->payload.size;
    enum znn_status status = znn_stream_encode(encoder->streams, data, size, hint, target, stream, error);
    if (!status)
        encoder->payload.size += stream->size;
    return status;
}

/* Splits a part of numbers and appends its streams to the payload. */
static enum znn_status encode_groups(struct chunk_encoder *encoder, struct part *part, const uint8_t *data,
                                     enum stream_hint hint, struct znn_error *error)
{
    size_t count = part->size / part->width;
    uint8_t *groups[GROUPS_MAX];
    for (unsigned g = 0; g < part->width; g++)
        groups[g] = encoder->groups.data + g * count;
    znn_groups_split(data, count, part->width, part->rotation, groups);
    enum znn_status status = ZNN_OK;
    for (unsigned g = 0; g < part->width && !status; g++)
        status = encode_stream(encoder, groups[g], count, hint, &part->streams[g], error);
    return status;
}

static enum znn_status encode_fields(struct chunk_encoder *encoder, struct part *part, const uint8_t *data,
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
        status = encode_stream(encoder, fields[i], blocks * widths[i], STREAM_FLOAT, &part->streams[i], error);
    return status;
}

/* Tries the rotations that the sample favours, and encodes the part under the one that is really the smallest. */
static enum znn_status encode_smallest(struct chunk_encoder *encoder, struct part *part, const uint8_t *data,
                                       struct znn_error *error)
{
    unsigned ranked[ROTATIONS];
    size_t start = encoder->payload.size;
    size_t least = SIZE_MAX;
    uint8_t best = 0;
    enum znn_status status = ZNN_OK;
    znn_rotation_rank(&encoder->guesser.sample, data, part->size / part->width, part->width, ranked);
    for (unsigned i = 0; i < ROTATION_TRIALS && !status; i++) {
        part->rotation = (uint8_t)ranked[i];
        encoder->payload.size = start;
        status = encode_groups(encoder, part, data, STREAM_FLOAT, error);
        if (encoder->payload.size - start < least) {
            least = encoder->payload.size - start;
            best = part->rotation;
        }
    }
    if (status || best == part->rotation)
        return status;
    part->rotation = best;
    encoder->payload.size = start;
    return encode_groups(encoder, part, data, STREAM_FLOAT, error);
}

static enum znn_status encode_bytes(struct chunk_encoder *encoder, struct part *part, const uint8_t *data,
                                    enum stream_hint hint, struct znn_error *error)
{
    set_groups(part, 1);
    return encode_stream(encoder, data, part->size, hint, &part->streams[0], error);
}

/* A part of quantized blocks, by its fields or as bytes, whichever is smaller. */
static enum znn_status encode_blocks(struct chunk_encoder *encoder, struct part *part, const uint8_t *data,
                                     const struct dtype_info *dtype, struct znn_error *error)
{
    if (part->size % dtype->block_bytes != 0)
        return encode_bytes(encoder, part, data, STREAM_BYTES, error);
    size_t start = encoder->payload.size;
    enum znn_status status = encode_bytes(encoder, part, data, STREAM_BYTES, error);
    size_t as_bytes = encoder->payload.size - start;
    encoder->payload.size = start;
    if (!status)
        status = encode_fields(encoder, part, data, dtype->fields, error);
    if (status || encoder->payload.size - start <= as_bytes)
        return status;
    encoder->payload.size = start;
    return encode_bytes(encoder, part, data, STREAM_BYTES, error);
}

static enum znn_status encode_part(struct chunk_encoder *encoder, uint32_t number, const uint8_t *data,
                                   struct znn_error *error)
{
    struct part *part = &encoder->directory.parts[number];
    const struct dtype_info *dtype = znn_dtype_info((enum dtype)encoder->sources[number].dtype);
    bool floats = dtype->number == NUMBER_FLOAT;
    enum stream_hint hint = floats ? STREAM_FLOAT : STREAM_BYTES;
    if (dtype->fields)
        return encode_blocks(encoder, part, data, dtype, error);
    if (part->width == 1)
        return encode_bytes(encoder, part, data, hint, error);
    if (floats && encoder->level == ZNN_LEVEL_SMALLEST)
        return encode_smallest(encoder, part, data, error);
    if (floats)
        part->rotation =
            (uint8_t)znn_rotation_choose(&encoder->guesser.sample, data, part->size / part->width, part->width);
    return encode_groups(encoder, part, data, hint, error);
}

/* One segment for each part, in order, need not be written down. */
static bool needs_layout(const struct directory *directory)
{
    for (size_t i = 0; i < directory->segment_count; i++)
        if (directory->segments[i].part != i)
            return true;
    return false;
}

static enum znn_status encode_layout(struct chunk_encoder *encoder, struct znn_error *error)
{
    struct directory *directory = &encoder->directory;
    if (!needs_layout(directory))
        return ZNN_OK;
    encoder->layout.size = 0;
    if (!znn_layout_write(directory, &encoder->layout))
        return znn_fail_memory(error, encoder->layout.size);
    directory->layout_segments = (uint32_t)directory->segment_count;
    directory->layout_size = (uint32_t)encoder->layout.size;
    return encode_stream(encoder, encoder->layout.data, encoder->layout.size, STREAM_BYTES, &directory->layout, error);
}

static enum znn_status encode_parts(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                    struct znn_error *error)
{
    encoder->payload.size = 0;
    encoder->gathered.size = 0;
    encoder->groups.size = 0;
    enum znn_status status = encode_layout(encoder, error);
    if (status)
        return status;
    if (!znn_buffer_reserve(&encoder->gathered, plan->size) || !znn_buffer_reserve(&encoder->groups, plan->size))
        return znn_fail_memory(error, plan->size);
    gather(encoder, data);
    for (uint32_t i = 0; i < encoder->directory.part_count && !status; i++)
        status = encode_part(encoder, i, encoder->sources[i].bytes, error);
    return status;
}

/* How much of the record the chunk's own bytes take. */
static size_t encoded_size(struct chunk_encoder *encoder)
{
    encoder->head.size = 0;
    return znn_directory_write(&encoder->directory, &encoder->head) ? encoder->head.size + encoder->payload.size : 0;
}

/*
 * All taking apart has its price: sizes and tables for each part.  A short chunk is therefore also tried as one run of
 * bytes, as is a chunk that all of it has only made larger; the bytes as they are always fit.
 */
static enum znn_status encode_as_bytes(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                       const uint8_t *data, struct znn_error *error)
{
    const size_t own_directory = 16; /* at the most: one part, one stream, three numbers */
    struct stream stream;
    struct buffer *rival = &encoder->gathered;
    size_t size = encoded_size(encoder);
    rival->size = 0;
    if (!znn_buffer_reserve(rival, plan->size) || !znn_buffer_reserve(&encoder->payload, plan->size))
        return znn_fail_memory(error, plan->size);
    enum znn_status status =
        znn_stream_encode(encoder->streams, data, plan->size, STREAM_BYTES, rival->data, &stream, error);
    if (status || (stream.size + own_directory >= size && encoder->payload.size <= plan->size))
        return status;
    struct directory *directory = &encoder->directory;
    znn_directory_clear(directory);
    struct part *part = znn_directory_add_part(directory);
    if (!part)
        return znn_fail_memory(error, sizeof *part);
    set_groups(part, 1);
    part->size = plan->size;
    part->streams[0] = stream;
    encoder->payload.size = stream.size;
    memcpy(encoder->payload.data, rival->data, stream.size);
    return ZNN_OK;
}

static enum znn_status finish_record(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                     struct encoded_chunk *chunk, struct znn_error *error)
{
    struct buffer *head = &encoder->head;
    head->size = 0;
    if (!znn_buffer_reserve(head, RECORD_PREFIX))
        return znn_fail_memory(error, RECORD_PREFIX);
    head->size = RECORD_PREFIX;
    if (!znn_directory_write(&encoder->directory, head))
        return znn_fail_memory(error, head->size);
    chunk->record = (struct record){
        .kind = RECORD_CHUNK,
        .decoded_size = plan->size,
        .offset = plan->offset,
        .directory_size = (uint32_t)(head->size - RECORD_PREFIX),
        .payload_size = (uint32_t)encoder->payload.size,
        .digest = XXH3_64bits(data, plan->size),
    };
    znn_record_write(&chunk->record, head->data);
    chunk->head = head->data;
    chunk->head_size = head->size;
    chunk->payload = encoder->payload.data;
    return ZNN_OK;
}

/* Encodes the chunk as `plan` has it; the record's own parts are all there then, but for its prefix. */
static enum znn_status encode_plan(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                   struct znn_error *error)
{
    enum znn_status status = arrange(encoder, plan, error);
    if (!status)
        status = encode_parts(encoder, plan, data, error);
    bool plain = plan->count == 1 && plan->pieces[0].dtype == DTYPE_BYTES;
    if (!status && !plain && (plan->size < SHORT_CHUNK || encoder->payload.size > plan->size))
        status = encode_as_bytes(encoder, plan, data, error);
    return status;
}

/* Where opaque bytes look like numbers, tries them as such, and keeps what is smaller. */
static enum znn_status encode_guess(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                    struct znn_error *error)
{
    bool found;
    if (!znn_guess_numbers(&encoder->guesser, plan, data, &encoder->guess, &found))
        return znn_fail_memory(error, sizeof(struct piece));
    enum znn_status status = encode_plan(encoder, plan, data, error);
    if (status || !found)
        return status;
    size_t size = encoded_size(encoder);
    status = encode_plan(encoder, &encoder->guess, data, error);
    if (!status && encoded_size(encoder) > size)
        status = encode_plan(encoder, plan, data, error);
    return status;
}

enum znn_status znn_chunk_encode(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                 struct encoded_chunk *chunk, struct znn_error *error)
{
    enum znn_status status = encode_guess(encoder, plan, data, error);
    if (!status)
        status = finish_record(encoder, plan, data, chunk, error);
    return status;
}
