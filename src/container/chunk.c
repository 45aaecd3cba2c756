/*
 * chunk.c - writes and reads the directory of a chunk
 *
 *     | parts | part | part | ... | segments | layout size stream |
 *               part.h                         only if there are segments
 *
 * All sizes are LEB128.  For the description of a stream, see stream_entry.h.
 */
#include "container/chunk.h"

#include "common/array.h"
#include "common/memory.h"
#include "container/format.h"
#include "container/part_format.h"
#include "container/stream_entry.h"

void znn_directory_clear(struct directory *directory)
{
    directory->part_count = 0;
    directory->segment_count = 0;
    directory->layout_segments = 0;
    directory->layout_size = 0;
    directory->layout = (struct stream){0};
    znn_delta_pool_clear(&directory->deltas);
}

void znn_directory_free(struct directory *directory)
{
    znn_release(directory->parts);
    znn_release(directory->segments);
    znn_delta_pool_free(&directory->deltas);
    *directory = (struct directory){0};
}

struct part *znn_directory_add_part(struct directory *directory)
{
    struct part *parts =
        znn_array_grow(directory->parts, directory->part_count, &directory->part_capacity, sizeof *parts);
    if (!parts)
        return NULL;
    directory->parts = parts;
    parts += directory->part_count++;
    *parts = (struct part){0};
    return parts;
}

struct segment *znn_directory_add_segment(struct directory *directory)
{
    struct segment *segments =
        znn_array_grow(directory->segments, directory->segment_count, &directory->segment_capacity, sizeof *segments);
    if (!segments)
        return NULL;
    directory->segments = segments;
    segments += directory->segment_count++;
    *segments = (struct segment){0};
    return segments;
}

static enum part_needs needs_of(const struct part *part)
{
    return znn_part_format(part->transform)->needs;
}

bool znn_directory_has_references(const struct directory *directory)
{
    for (size_t i = 0; i < directory->part_count; i++)
        if (needs_of(&directory->parts[i]) == PART_NEEDS_ORIGINAL)
            return true;
    return false;
}

bool znn_directory_write(const struct directory *directory, struct buffer *out)
{
    bool good = znn_buffer_append_leb128(out, directory->part_count);
    for (size_t i = 0; i < directory->part_count; i++)
        good = good && znn_part_write(&directory->parts[i], out);
    good = good && znn_buffer_append_leb128(out, directory->layout_segments);
    if (directory->layout_segments > 0)
        good =
            good && znn_buffer_append_leb128(out, directory->layout_size) && znn_stream_write(&directory->layout, out);
    return good;
}

bool znn_layout_write(const struct directory *directory, struct buffer *out)
{
    bool good = true;
    for (size_t i = 0; i < directory->segment_count; i++)
        good = good && znn_buffer_append_leb128(out, directory->segments[i].part) &&
               znn_buffer_append_leb128(out, directory->segments[i].size);
    return good;
}

/*
 * Limits the work of a reader.  Parts that need a base or bytes of other chunks make the reader decode other chunks.
 * So a chunk with differences is at most as long as one such part may be and needs at most as many bytes of the base,
 * and a chunk with references has few other bytes.
 */
static bool is_moderate(const struct directory *directory, uint32_t size)
{
    uint32_t rest = size;
    uint64_t base = 0;
    bool has_references = false, has_deltas = false;
    for (size_t i = 0; i < directory->part_count; i++) {
        const struct part *part = &directory->parts[i];
        bool refers = needs_of(part) == PART_NEEDS_ORIGINAL;
        has_references = has_references || refers;
        has_deltas = has_deltas || needs_of(part) == PART_NEEDS_BASE;
        base += needs_of(part) == PART_NEEDS_BASE ? znn_part_format(part->transform)->base_size(part) : 0;
        rest -= refers ? part->size : 0;
    }
    if (has_references && (has_deltas || rest > REFERENCES_REST_MAX))
        return false;
    return !has_deltas || (size <= DELTA_CHUNK_MAX && base <= DELTA_CHUNK_MAX);
}

static enum znn_status parse_parts(struct part_parser *parser, uint32_t size, struct directory *directory)
{
    uint32_t size_left = size;
    uint64_t count = read_leb128(&parser->reader);
    uint32_t references = 0;
    if (parser->reader.bad || count == 0 || count > PARTS_MAX)
        return znn_part_fail(parser);
    for (uint64_t i = 0; i < count; i++) {
        struct part *part = znn_directory_add_part(directory);
        if (!part)
            return znn_fail_memory(parser->error, sizeof *part);
        enum znn_status status = znn_part_parse(parser, size_left, part);
        if (status)
            return status;
        references += needs_of(part) == PART_NEEDS_ORIGINAL;
        if (references > REFERENCES_MAX)
            return znn_part_fail(parser);
        size_left -= part->size;
    }
    return size_left == 0 && is_moderate(directory, size) ? ZNN_OK : znn_part_fail(parser);
}

/* Reads the description of the layout's stream, which comes first in the payload. */
static enum znn_status parse_layout_stream(struct part_parser *parser, struct directory *directory)
{
    uint64_t segments = read_leb128(&parser->reader);
    if (segments == 0 && !parser->reader.bad)
        return ZNN_OK;
    uint64_t size = read_leb128(&parser->reader);
    if (parser->reader.bad || segments < 2 || segments > SEGMENTS_MAX || size > LAYOUT_MAX || size < 2 * segments)
        return znn_part_fail(parser);
    directory->layout_segments = (uint32_t)segments;
    directory->layout_size = (uint32_t)size;
    enum znn_status status = znn_part_parse_stream(parser, directory->layout_size, &directory->layout);
    if (!status && directory->layout.kind == STREAM_CONSTANT)
        return znn_part_fail(parser);
    return status;
}

enum znn_status znn_directory_parse(struct directory *directory, const struct record *record, const uint8_t *bytes,
                                    uint64_t place, struct znn_error *error)
{
    struct part_parser parser = {
        .reader = byte_reader(bytes, record->directory_size),
        .payload_left = record->payload_size,
        .offset = record->offset,
        .deltas = &directory->deltas,
        .place = place,
        .error = error,
    };
    znn_directory_clear(directory);
    enum znn_status status = parse_parts(&parser, record->decoded_size, directory);
    if (!status)
        status = parse_layout_stream(&parser, directory);
    if (!status && (bytes_left(&parser.reader) > 0 || parser.payload_left > 0))
        status = znn_part_fail(&parser);
    return status;
}

enum znn_status znn_directory_check_lossy(const struct directory *directory, const struct znn_lossy *lossy,
                                          uint64_t place, struct znn_error *error)
{
    for (size_t i = 0; i < directory->part_count; i++) {
        unsigned bits;
        if (znn_part_is_rounded(&directory->parts[i], &bits) &&
            !(lossy->mode == ZNN_FIXED_POINT && lossy->bits == bits))
            return znn_fail(error, ZNN_ERROR_CORRUPT, place, "numbers were rounded in a way that the header denies");
    }
    return ZNN_OK;
}

static enum znn_status fail_layout(uint64_t place, struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the layout of a chunk is malformed");
}

enum znn_status znn_layout_parse(struct directory *directory, const uint8_t *layout, uint64_t place,
                                 struct znn_error *error)
{
    struct byte_reader reader = byte_reader(layout, directory->layout_size);
    directory->segment_count = 0;
    for (size_t i = 0; i < directory->part_count; i++)
        directory->parts[i].used = 0;
    for (uint32_t i = 0; i < directory->layout_segments; i++) {
        uint64_t part = read_leb128(&reader);
        uint64_t size = read_leb128(&reader);
        if (reader.bad || part >= directory->part_count || size == 0 ||
            size > directory->parts[part].size - directory->parts[part].used)
            return fail_layout(place, error);
        struct segment *segment = znn_directory_add_segment(directory);
        if (!segment)
            return znn_fail_memory(error, sizeof *segment);
        *segment = (struct segment){.part = (uint32_t)part, .size = (uint32_t)size};
        directory->parts[part].used += (uint32_t)size;
    }
    for (size_t i = 0; i < directory->part_count; i++)
        if (directory->parts[i].used != directory->parts[i].size)
            return fail_layout(place, error);
    return bytes_left(&reader) == 0 ? ZNN_OK : fail_layout(place, error);
}
