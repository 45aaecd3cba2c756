/*
 * test_chunk_directory.c - the directory of a chunk, and the layout of its segments
 *
 * The test writes directories byte by byte, following znn(5).  Most are variations of the smallest one: one part of ten
 * opaque bytes, stored raw.
 *
 *     | 1 part | T=0 W=1 R=0 | size 10 | raw | no segments |
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "container/chunk.h"
#include "container/format.h"
#include "container/part_fixed.h"
#include "container/part_palette.h"
#include "support.h"

#define PLACE 4321

/* Parses an exact copy, so that a sanitizer sees any read beyond the end. */
static enum znn_status parse(const void *bytes, size_t size, uint32_t decoded, uint32_t payload,
                             struct directory *directory)
{
    struct record record = {
        .kind = RECORD_CHUNK,
        .decoded_size = decoded,
        .directory_size = (uint32_t)size,
        .payload_size = payload,
    };
    struct znn_error error = ZNN_INIT(struct znn_error);
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    enum znn_status status = znn_directory_parse(directory, &record, copy, PLACE, &error);
    free(copy);
    assert_int_equal(error.status, status);
    if (status)
        assert_int_equal(error.offset, PLACE);
    return status;
}

static void check_shape(const struct part *part)
{
    if (part->transform == TRANSFORM_GROUPS) {
        assert_true(part->width == 1 || part->width == 2 || part->width == 4 || part->width == 8);
        assert_true(part->groups.rotation < 8 * part->width);
        assert_int_equal(part->stream_count, part->width + part->groups.signs);
    } else if (part->transform == TRANSFORM_FIXED) {
        assert_true(part->fixed.groups >= 1 && part->fixed.groups <= part->width);
        assert_true(part->fixed.exceptions <= part->size / part->width / 8);
    } else if (part->transform == TRANSFORM_PALETTE) {
        assert_true(part->width == 2 || part->width == 4 || part->width == 8);
        assert_true(part->palette.run > 0 && part->palette.run <= palette_elements(part));
        assert_true(part->palette.values > 0 && part->palette.values <= (palette_elements(part) + 1) / 2);
        assert_true(part->stream_count <= PART_STREAMS_MAX);
    } else {
        assert_int_equal(part->transform, TRANSFORM_FIELDS);
        assert_true(part->stream_count > 0 && part->stream_count <= PART_STREAMS_MAX);
        unsigned block = 0;
        for (unsigned i = 0; i < part->stream_count; i++) {
            assert_true(part->fields.widths[i] > 0);
            block += part->fields.widths[i];
        }
        assert_int_equal(part->width, block);
    }
    assert_true(part->size > 0 && part->size % part->width == 0);
}

/* What a parsed directory promises to the decoder. */
static void check_promises(const struct directory *directory, uint32_t decoded, uint32_t payload)
{
    uint64_t sum = 0;
    uint64_t streams = directory->layout_segments ? directory->layout.size : 0;
    assert_true(directory->part_count > 0 && directory->part_count <= PARTS_MAX);
    for (size_t i = 0; i < directory->part_count; i++) {
        const struct part *part = &directory->parts[i];
        check_shape(part);
        sum += part->size;
        uint64_t of_part = 0;
        for (unsigned k = 0; k < part->stream_count; k++) {
            assert_true(part->streams[k].kind < STREAM_KIND_COUNT);
            streams += part->streams[k].size;
            of_part += znn_part_stream_size(part, k);
        }
        if (part->transform == TRANSFORM_PALETTE)
            assert_true(of_part <= 3 * (uint64_t)part->size);
        else if (part->transform == TRANSFORM_FIXED || (part->transform == TRANSFORM_GROUPS && part->groups.signs))
            assert_true(of_part <= part->size + part->size / 2 + 2 * PART_STREAMS_MAX);
        else
            assert_int_equal(of_part, part->size);
    }
    assert_int_equal(sum, decoded);
    assert_int_equal(streams, payload);
    assert_true(directory->layout_segments <= SEGMENTS_MAX && directory->layout_size <= LAYOUT_MAX);
}

static void expect(const char *what, const void *bytes, size_t size, uint32_t decoded, uint32_t payload,
                   enum znn_status expected)
{
    struct directory directory = {0};
    enum znn_status status = parse(bytes, size, decoded, payload, &directory);
    if (status != expected)
        fail_msg("%s: %s", what, znn_status_name(status));
    if (status == ZNN_OK)
        check_promises(&directory, decoded, payload);
    znn_directory_free(&directory);
}

struct row {
    const char *what;
    const char *bytes;
    size_t size;
    enum znn_status expected;
};

#define ROW(what, bytes, expected)                                                                                     \
    {                                                                                                                  \
        what, bytes, sizeof(bytes) - 1, expected                                                                       \
    }
#define GOOD ZNN_OK
#define BAD ZNN_ERROR_CORRUPT
#define NEW ZNN_ERROR_TOO_NEW

#define PART(size, stream) "\x00\x01\x00" size stream
#define RAW "\x01"
#define ZERO "\x00\x00"
#define ZSTD(size) "\x02" size

/* Of a chunk of ten bytes with a payload of ten. */
static void test_directories_of_ten_bytes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ROW("smallest", "\x01" PART("\x0a", RAW) "\x00", GOOD),
        ROW("two parts", "\x02" PART("\x04", RAW) PART("\x06", RAW) "\x00", GOOD),
        ROW("zstd of ten", "\x01" PART("\x0a", ZSTD("\x0a")) "\x00", GOOD),
        ROW("constant and zstd", "\x02" PART("\x09", ZERO) PART("\x01", ZSTD("\x0a")) "\x00", GOOD),
        ROW("elements of two", "\x01\x00\x02\x0f\x0a" RAW RAW "\x00", GOOD),
        ROW("two segments", "\x01" PART("\x0a", ZSTD("\x06")) "\x02\x04" RAW, GOOD),
        ROW("empty", "", BAD),
        ROW("no parts", "\x00\x00", BAD),
        ROW("overlong count", "\x81\x00" PART("\x0a", RAW) "\x00", BAD),
        ROW("huge count", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" PART("\x0a", RAW) "\x00", BAD),
        ROW("4096 parts that are not there", "\x80\x20" PART("\x0a", RAW) "\x00", BAD),
        ROW("4097 parts", "\x81\x20" PART("\x0a", RAW) "\x00", BAD),
        ROW("transform 100", "\x01\x64\x01\x00\x0a" RAW "\x00", NEW),
        ROW("transform 255", "\x01\xff\x01\x00\x0a" RAW "\x00", NEW),
        ROW("fields of 2 and 3", "\x01\x01\x02\x02\x03\x0a" RAW RAW "\x00", GOOD),
        ROW("one field", "\x01\x01\x01\x0a\x0a" ZSTD("\x0a") "\x00", GOOD),
        ROW("no fields", "\x01\x01\x00\x0a" RAW "\x00", BAD),
        ROW("17 fields", "\x01\x01\x11\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\x0a" RAW "\x00", BAD),
        ROW("255 fields", "\x01\x01\xff\x02\x03\x0a" RAW RAW "\x00", BAD),
        ROW("a field of nothing", "\x01\x01\x02\x0a\x00\x0a" RAW RAW "\x00", BAD),
        ROW("half a block", "\x01\x01\x02\x02\x02\x0a" RAW RAW "\x00", BAD),
        ROW("a block larger than the chunk", "\x01\x01\x02\xff\xff\x0a" RAW RAW "\x00", BAD),
        ROW("fields of nothing", "\x02\x01\x01\x0a\x00" RAW PART("\x0a", RAW) "\x00", BAD),
        ROW("width 0", "\x01\x00\x00\x00\x0a" RAW "\x00", NEW),
        ROW("width 3", "\x01\x00\x03\x00\x0a" RAW RAW RAW "\x00", NEW),
        ROW("width 16", "\x01\x00\x10\x00\x0a" RAW "\x00", NEW),
        ROW("rotation 8 of 8", "\x01\x00\x01\x08\x0a" RAW "\x00", BAD),
        ROW("rotation 16 of 16", "\x01\x00\x02\x10\x0a" RAW RAW "\x00", BAD),
        ROW("rotation 255", "\x01\x00\x02\xff\x0a" RAW RAW "\x00", BAD),
        ROW("part of nothing", "\x02" PART("\x00", ZERO) PART("\x0a", RAW) "\x00", BAD),
        ROW("part too short", "\x01" PART("\x09", ZSTD("\x0a")) "\x00", BAD),
        ROW("part too long", "\x01" PART("\x0b", ZSTD("\x0a")) "\x00", BAD),
        ROW("part of 2^32 + 10", "\x01" PART("\x8a\x80\x80\x80\x10", RAW) "\x00", BAD),
        ROW("part of 2^64 - 1", "\x01" PART("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", RAW) "\x00", BAD),
        ROW("parts too long together", "\x02" PART("\x09", ZERO) PART("\x02", ZSTD("\x0a")) "\x00", BAD),
        ROW("broken element", "\x02\x00\x04\x00\x0a" RAW RAW RAW RAW PART("\x01", ZERO) "\x00", BAD),
        ROW("stream of kind 3", "\x01" PART("\x0a", "\x03\x0a") "\x00", NEW),
        ROW("stream of kind 255", "\x01" PART("\x0a", "\xff") "\x00", NEW),
        ROW("zstd too short", "\x01" PART("\x0a", ZSTD("\x09")) "\x00", BAD),
        ROW("zstd too long", "\x01" PART("\x0a", ZSTD("\x0b")) "\x00", BAD),
        ROW("zstd of 2^32 + 10", "\x01" PART("\x0a", ZSTD("\x8a\x80\x80\x80\x10")) "\x00", BAD),
        ROW("zstd of 2^64 - 1", "\x01" PART("\x0a", ZSTD("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")) "\x00", BAD),
        ROW("raw and more", "\x02" PART("\x06", RAW) PART("\x04", ZSTD("\x05")) "\x00", BAD),
        ROW("payload of nobody", "\x01" PART("\x0a", ZERO) "\x00", BAD),
        ROW("a byte behind", "\x01" PART("\x0a", RAW) "\x00\x00", BAD),
        ROW("no segments field", "\x01" PART("\x0a", RAW), BAD),
        ROW("overlong segments", "\x01" PART("\x0a", RAW) "\x80\x00", BAD),
        ROW("one segment", "\x01" PART("\x0a", ZSTD("\x08")) "\x01\x02" RAW, BAD),
        ROW("65537 segments", "\x01" PART("\x0a", ZSTD("\x01")) "\x81\x80\x04\x80\x80\x10" ZSTD("\x09"), BAD),
        ROW("65536 segments", "\x01" PART("\x0a", ZSTD("\x01")) "\x80\x80\x04\x80\x80\x10" ZSTD("\x09"), GOOD),
        ROW("2^64 - 1 segments", "\x01" PART("\x0a", ZSTD("\x01")) "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x05" RAW,
            BAD),
        ROW("layout of 512 KiB", "\x01" PART("\x0a", ZSTD("\x01")) "\x02\x80\x80\x20" ZSTD("\x09"), GOOD),
        ROW("layout beyond", "\x01" PART("\x0a", ZSTD("\x01")) "\x02\x81\x80\x20" ZSTD("\x09"), BAD),
        ROW("layout too short", "\x01" PART("\x0a", ZSTD("\x07")) "\x02\x03" RAW, BAD),
        ROW("palette of one run", "\x01\x04\x02\x01\x08\x0a\x05\x03" ZERO ZERO ZSTD("\x0a") "\x00", GOOD),
        ROW("palette of two runs", "\x01\x04\x02\x01\x08\x0a\x03\x03" ZERO ZERO ZERO ZSTD("\x0a") "\x00", GOOD),
        ROW("palette, wide", "\x01\x04\x02\x01\x10\x0a\x05\x03" ZERO ZERO RAW RAW "\x00", GOOD),
        ROW("palette, wide in runs", "\x01\x04\x02\x01\x10\x0a\x04\x03" ZERO ZERO ZERO RAW RAW "\x00", BAD),
        ROW("palette of bytes", "\x01\x04\x01\x01\x08\x0a\x0a\x03" ZERO ZSTD("\x0a") "\x00", NEW),
        ROW("palette, 3 bits", "\x01\x04\x02\x01\x03\x0a\x05\x03" ZERO ZERO ZSTD("\x0a") "\x00", NEW),
        ROW("palette, too many values", "\x01\x04\x02\x01\x08\x0a\x05\x04" ZERO ZERO ZSTD("\x0a") "\x00", BAD),
        ROW("palette, no run", "\x01\x04\x02\x01\x08\x0a\x00\x03" ZERO ZERO ZSTD("\x0a") "\x00", BAD),
        ROW("palette, run too long", "\x01\x04\x02\x01\x08\x0a\x06\x03" ZERO ZERO ZSTD("\x0a") "\x00", BAD),
        ROW("constant layout", "\x01" PART("\x0a", RAW) "\x02\x04\x00\x01", BAD),
        ROW("layout of kind 3", "\x01" PART("\x0a", RAW) "\x02\x04\x03", NEW),
        ROW("raw layout too long", "\x01" PART("\x0a", ZSTD("\x07")) "\x02\x04" RAW, BAD),
        ROW("layout missing", "\x01" PART("\x0a", RAW) "\x02", BAD),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(rows[i].what, rows[i].bytes, rows[i].size, 10, 10, rows[i].expected);
}

/* A palette for so many elements. */
static void random_palette(struct random *random, struct part *part, uint32_t elements)
{
    part->transform = TRANSFORM_PALETTE;
    part->width = (uint8_t)(2 << random_below(random, 3));
    part->palette.rotation = (uint8_t)random_below(random, 8u * part->width);
    part->size = part->width * elements;
    part->palette.bits = (uint8_t)(1 << random_below(random, 5));
    part->palette.run = part->palette.bits > 8 ? elements : 1 + (uint32_t)random_below(random, elements);
    part->palette.values = 1 + (uint32_t)random_below(random, (elements + 1) / 2);
    part->stream_count = znn_palette_stream_count(part);
}

/* Groups or fields; returns the bytes of an element or block. */
static uint32_t random_shape(struct random *random, struct part *part)
{
    size_t kind = random_below(random, 4);
    if (kind < 2) {
        part->width = (uint8_t)(1 << random_below(random, 4));
        part->groups.rotation = (uint8_t)random_below(random, 8u * part->width);
        part->groups.signs = random_below(random, 2);
        part->stream_count = (uint8_t)(part->width + part->groups.signs);
        return part->width;
    }
    if (kind == 2) {
        static const uint8_t types[] = {14, 15, 18, 20};
        part->transform = TRANSFORM_FIXED;
        part->fixed.type = types[random_below(random, 4)];
        part->fixed.precision = (uint8_t)random_below(random, 31);
        part->fixed.form = (uint8_t)random_below(random, 4);
        part->fixed.shift = (uint8_t)(1 + random_below(random, 7));
        znn_part_fixed_complete(part);
        part->fixed.groups = (uint8_t)(1 + random_below(random, part->width));
        znn_part_fixed_complete(part);
        return part->width;
    }
    part->transform = TRANSFORM_FIELDS;
    part->stream_count = (uint8_t)(1 + random_below(random, PART_STREAMS_MAX));
    for (unsigned i = 0; i < part->stream_count; i++)
        part->width = (uint16_t)(part->width + (part->fields.widths[i] = (uint8_t)(1 + random_below(random, 255))));
    return part->width;
}

static void append_random_part(struct random *random, struct directory *directory, uint32_t *decoded, uint32_t *payload)
{
    struct part *part = znn_directory_add_part(directory);
    assert_non_null(part);
    uint32_t elements = (uint32_t)(1 + random_below(random, 1000));
    if (random_below(random, 4))
        part->size = random_shape(random, part) * elements;
    else
        random_palette(random, part, elements);
    if (part->transform == TRANSFORM_FIXED && random_below(random, 2)) {
        part->fixed.exceptions = (uint32_t)random_below(random, elements / 8 + 1);
        znn_part_fixed_complete(part);
    }
    *decoded += part->size;
    for (unsigned i = 0; i < part->stream_count; i++) {
        struct stream *stream = &part->streams[i];
        stream->kind = (enum stream_kind)random_below(random, STREAM_KIND_COUNT);
        if (stream->kind == STREAM_CONSTANT)
            stream->value = (uint8_t)random_u64(random);
        else
            stream->size =
                stream->kind == STREAM_RAW ? znn_part_stream_size(part, i) : (uint32_t)random_below(random, 300);
        *payload += stream->size;
    }
}

/* A directory of random parts, perhaps with a layout stream; its sizes are in *decoded and *payload. */
static void make_random(struct random *random, struct directory *directory, uint32_t *decoded, uint32_t *payload)
{
    znn_directory_clear(directory);
    *decoded = *payload = 0;
    for (size_t i = 1 + random_below(random, 20); i > 0; i--)
        append_random_part(random, directory, decoded, payload);
    if (random_below(random, 2)) {
        directory->layout_segments = 2 + (uint32_t)random_below(random, 100);
        directory->layout_size = 2 * directory->layout_segments + (uint32_t)random_below(random, 100);
        directory->layout = (struct stream){.kind = STREAM_ZSTD, .size = 1 + (uint32_t)random_below(random, 100)};
        *payload += directory->layout.size;
    }
}

static void expect_equal_shape(const struct part *a, const struct part *b)
{
    if (a->transform == TRANSFORM_GROUPS) {
        assert_int_equal(a->groups.rotation, b->groups.rotation);
        assert_int_equal(a->groups.signs, b->groups.signs);
    } else if (a->transform == TRANSFORM_FIELDS) {
        assert_memory_equal(a->fields.widths, b->fields.widths, a->stream_count);
    } else if (a->transform == TRANSFORM_FIXED) {
        assert_int_equal(a->fixed.type, b->fixed.type);
        assert_int_equal(a->fixed.precision, b->fixed.precision);
        assert_int_equal(a->fixed.form, b->fixed.form);
        assert_int_equal(a->fixed.groups, b->fixed.groups);
        assert_int_equal(a->fixed.shift, b->fixed.shift);
        assert_int_equal(a->fixed.exceptions, b->fixed.exceptions);
    } else {
        assert_int_equal(a->transform, TRANSFORM_PALETTE);
        assert_int_equal(a->palette.rotation, b->palette.rotation);
        assert_int_equal(a->palette.bits, b->palette.bits);
        assert_int_equal(a->palette.run, b->palette.run);
        assert_int_equal(a->palette.values, b->palette.values);
    }
}

static void expect_equal(const struct directory *a, const struct directory *b)
{
    assert_int_equal(a->part_count, b->part_count);
    assert_int_equal(a->layout_segments, b->layout_segments);
    assert_int_equal(a->layout_size, b->layout_size);
    assert_int_equal(a->layout.kind, b->layout.kind);
    assert_int_equal(a->layout.size, b->layout.size);
    for (size_t i = 0; i < a->part_count; i++) {
        assert_int_equal(a->parts[i].size, b->parts[i].size);
        assert_int_equal(a->parts[i].transform, b->parts[i].transform);
        assert_int_equal(a->parts[i].width, b->parts[i].width);
        assert_int_equal(a->parts[i].stream_count, b->parts[i].stream_count);
        expect_equal_shape(&a->parts[i], &b->parts[i]);
        for (unsigned g = 0; g < a->parts[i].stream_count; g++) {
            assert_int_equal(a->parts[i].streams[g].kind, b->parts[i].streams[g].kind);
            assert_int_equal(a->parts[i].streams[g].value, b->parts[i].streams[g].value);
            assert_int_equal(a->parts[i].streams[g].size, b->parts[i].streams[g].size);
        }
    }
}

/* One directory is used for one chunk after the other, as the engine does. */
static void test_write_and_parse(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct directory written = {0};
    struct directory back = {0};
    struct buffer bytes = {0};
    for (int round = 0; round < 2000; round++) {
        uint32_t decoded, payload;
        make_random(&random, &written, &decoded, &payload);
        bytes.size = 0;
        assert_true(znn_directory_write(&written, &bytes));
        assert_int_equal(parse(bytes.data, bytes.size, decoded, payload, &back), ZNN_OK);
        expect_equal(&written, &back);
    }
    znn_directory_free(&written);
    znn_directory_free(&back);
    znn_buffer_free(&bytes);
}

static void test_every_truncation_is_corrupt(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct directory directory = {0};
    struct buffer bytes = {0};
    for (int round = 0; round < 50; round++) {
        uint32_t decoded, payload;
        make_random(&random, &directory, &decoded, &payload);
        bytes.size = 0;
        assert_true(znn_directory_write(&directory, &bytes));
        for (size_t size = 0; size < bytes.size; size++)
            assert_int_equal(parse(bytes.data, size, decoded, payload, &directory), ZNN_ERROR_CORRUPT);
        assert_int_equal(parse(bytes.data, bytes.size, decoded + 1, payload, &directory), ZNN_ERROR_CORRUPT);
        assert_int_equal(parse(bytes.data, bytes.size, decoded, payload + 1, &directory), ZNN_ERROR_CORRUPT);
        assert_int_equal(parse(bytes.data, bytes.size, decoded - 1, payload, &directory), ZNN_ERROR_CORRUPT);
        if (payload > 0)
            assert_int_equal(parse(bytes.data, bytes.size, decoded, payload - 1, &directory), ZNN_ERROR_CORRUPT);
    }
    znn_directory_free(&directory);
    znn_buffer_free(&bytes);
}

/* Whatever is accepted keeps the promises. */
static void test_mutations(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct directory directory = {0};
    struct buffer bytes = {0};
    unsigned accepted = 0;
    for (int round = 0; round < 30000; round++) {
        uint32_t decoded, payload;
        make_random(&random, &directory, &decoded, &payload);
        bytes.size = 0;
        assert_true(znn_directory_write(&directory, &bytes));
        for (size_t i = 1 + random_below(&random, 3); i > 0; i--)
            bytes.data[random_below(&random, bytes.size)] ^= (uint8_t)(1 << random_below(&random, 8));
        enum znn_status status = parse(bytes.data, bytes.size, decoded, payload, &directory);
        assert_true(status == ZNN_OK || status == ZNN_ERROR_CORRUPT || status == ZNN_ERROR_TOO_NEW);
        if (status == ZNN_OK)
            check_promises(&directory, decoded, payload);
        accepted += status == ZNN_OK;
    }
    assert_true(accepted > 0);
    znn_directory_free(&directory);
    znn_buffer_free(&bytes);
}

static void test_most_parts(void **state)
{
    (void)state;
    struct directory directory = {0};
    struct buffer bytes = {0};
    for (uint32_t count = PARTS_MAX; count <= PARTS_MAX + 1; count++) {
        znn_directory_clear(&directory);
        bytes.size = 0;
        for (uint32_t i = 0; i < count; i++) {
            struct part *part = znn_directory_add_part(&directory);
            assert_non_null(part);
            *part = (struct part){.size = 1, .width = 1, .stream_count = 1};
        }
        assert_true(znn_directory_write(&directory, &bytes));
        expect("many parts", bytes.data, bytes.size, count, 0, count == PARTS_MAX ? ZNN_OK : ZNN_ERROR_CORRUPT);
    }
    znn_directory_free(&directory);
    znn_buffer_free(&bytes);
}

/* A reference to ten bytes, and as many opaque bytes as a chunk of references may have, or one more. */
static void test_rest_beside_references(void **state)
{
    (void)state;
    for (uint32_t more = 0; more < 2; more++) {
        struct directory directory = {0};
        struct buffer bytes = {0};
        uint32_t rest = REFERENCES_REST_MAX + more;
        assert_true(znn_buffer_append(&bytes, "\2\3\12\0\0\1\0", 7) && /* a reference; opaque bytes, */
                    znn_buffer_append_leb128(&bytes, rest) && znn_buffer_append(&bytes, "\0\7\0", 3)); /* all 7 */
        struct record record = {
            .kind = RECORD_CHUNK,
            .offset = 1000,
            .decoded_size = 10 + rest,
            .directory_size = (uint32_t)bytes.size,
        };
        assert_int_equal(znn_directory_parse(&directory, &record, bytes.data, PLACE, NULL), more ? BAD : GOOD);
        znn_directory_free(&directory);
        znn_buffer_free(&bytes);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Layouts, of a chunk with a part of five bytes and one of three                                                   */
/* ---------------------------------------------------------------------------------------------------------------- */

static void open_two_parts(struct directory *directory)
{
    *directory = (struct directory){0};
    for (uint32_t size = 5; size >= 3; size -= 2) {
        struct part *part = znn_directory_add_part(directory);
        assert_non_null(part);
        *part = (struct part){.size = size, .width = 1, .stream_count = 1};
    }
}

static enum znn_status parse_layout(struct directory *directory, const void *layout, size_t size, uint32_t segments)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, layout, size);
    directory->layout_segments = segments;
    directory->layout_size = (uint32_t)size;
    enum znn_status status = znn_layout_parse(directory, copy, PLACE, NULL);
    free(copy);
    return status;
}

static void test_layouts(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *bytes;
        size_t size;
        uint32_t segments;
        enum znn_status expected;
    } rows[] = {
        {"in order", "\x00\x05\x01\x03", 4, 2, GOOD},
        {"the other way", "\x01\x03\x00\x05", 4, 2, GOOD},
        {"in pieces", "\x00\x01\x01\x01\x00\x04\x01\x02", 8, 4, GOOD},
        {"a part twice in a row", "\x00\x01\x00\x04\x01\x03", 6, 3, GOOD},
        {"one segment too few", "\x00\x05\x01\x03", 4, 1, BAD},
        {"one segment too many", "\x00\x05\x01\x03", 4, 3, BAD},
        {"a part too short", "\x00\x04\x01\x03", 4, 2, BAD},
        {"a part too long", "\x00\x06\x01\x03", 4, 2, BAD},
        {"too long in pieces", "\x00\x03\x01\x03\x00\x03", 6, 3, BAD},
        {"a part left out", "\x00\x02\x00\x03", 4, 2, BAD},
        {"no such part", "\x00\x05\x02\x03", 4, 2, BAD},
        {"part of 2^32", "\x80\x80\x80\x80\x10\x05\x01\x03", 8, 2, BAD},
        {"part of 2^64 - 1", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x05\x01\x03", 13, 2, BAD},
        {"a segment of nothing", "\x00\x05\x01\x00\x01\x03", 6, 3, BAD},
        {"a size of 2^32 + 5", "\x00\x85\x80\x80\x80\x10\x01\x03", 8, 2, BAD},
        {"a size of 2^64 - 1", "\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x03", 13, 2, BAD},
        {"overlong", "\x00\x85\x00\x01\x03", 5, 2, BAD},
        {"a byte behind", "\x00\x05\x01\x03\x00", 5, 2, BAD},
        {"cut short", "\x00\x05\x01", 3, 2, BAD},
        {"cut within a number", "\x00\x05\x01\x83", 4, 2, BAD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct directory directory;
        open_two_parts(&directory);
        enum znn_status status = parse_layout(&directory, rows[i].bytes, rows[i].size, rows[i].segments);
        if (status != rows[i].expected)
            fail_msg("%s: %s", rows[i].what, znn_status_name(status));
        znn_directory_free(&directory);
    }
}

/* 257 segments of 2^24 bytes: the sum is that of one, if it is kept in 32 bits. */
static void test_layout_that_wraps(void **state)
{
    (void)state;
    struct directory directory = {0};
    struct buffer layout = {0};
    struct part *part = znn_directory_add_part(&directory);
    assert_non_null(part);
    part->size = CHUNK_MAX;
    for (int i = 0; i < 257; i++)
        assert_true(znn_buffer_append_u8(&layout, 0) && znn_buffer_append_leb128(&layout, CHUNK_MAX));
    assert_int_equal(parse_layout(&directory, layout.data, layout.size, 257), BAD);
    znn_directory_free(&directory);
    znn_buffer_free(&layout);
}

static void test_layout_write_and_parse(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 300; round++) {
        struct directory written = {0};
        struct directory back = {0};
        struct buffer bytes = {0};
        size_t parts = 1 + random_below(&random, 10);
        for (size_t i = 0; i < parts; i++)
            assert_non_null(znn_directory_add_part(&back));
        for (size_t i = parts + random_below(&random, 300); i > 0; i--) {
            struct segment *segment = znn_directory_add_segment(&written);
            assert_non_null(segment);
            segment->part = (uint32_t)random_below(&random, parts);
            segment->size = 1 + (uint32_t)(random_u64(&random) >> (44 + random_below(&random, 20)));
            back.parts[segment->part].size += segment->size;
        }
        assert_true(znn_layout_write(&written, &bytes));
        assert_int_equal(parse_layout(&back, bytes.data, bytes.size, (uint32_t)written.segment_count), ZNN_OK);
        assert_int_equal(back.segment_count, written.segment_count);
        assert_memory_equal(back.segments, written.segments, written.segment_count * sizeof *written.segments);
        znn_directory_free(&written);
        znn_directory_free(&back);
        znn_buffer_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directories_of_ten_bytes),
        cmocka_unit_test(test_write_and_parse),
        cmocka_unit_test(test_every_truncation_is_corrupt),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_most_parts),
        cmocka_unit_test(test_rest_beside_references),
        cmocka_unit_test(test_layout_that_wraps),
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_layout_write_and_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
