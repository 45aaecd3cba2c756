/*
 * bases_record.c - writes and reads the list of a base's tensors in a .znn file
 */
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "codec/frame.h"
#include "codec/frame_stream.h"
#include "common/array.h"
#include "common/memory.h"
#include "engine/file/base_search.h"

/* ---------------------------------------------------------------------------------------------------------------- */
/* Writing                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool make_table(const struct bases *bases, struct buffer *table)
{
    for (size_t i = 0; i < bases->count; i++) {
        const struct base_tensor *tensor = &bases->tensors[i];
        struct znn_tensor named;
        znn_tensor_list_get(bases->base->tensors, tensor->tensor, &named);
        struct bases_row row = {
            .name = (const uint8_t *)named.name,
            .name_size = named.name_size <= BASE_NAME_MAX ? (uint32_t)named.name_size : 0,
            .dtype = bases->base->tensors->tensors[tensor->tensor].dtype,
            .size = tensor->size,
            .hash = {tensor->hash[0], tensor->hash[1]},
        };
        if (!znn_bases_row_write(&row, table))
            return false;
    }
    return true;
}

/* Stores the table as a Zstandard frame or, if that is not smaller, as it is. */
static bool pack_table(const struct buffer *table, int level, struct buffer *payload, struct stream *stream)
{
    struct frame_writer writer;
    bool good = znn_frame_writer_open(&writer, table->size < 1 << 20 ? 19 : level, table->size, payload) &&
                znn_frame_writer_write(&writer, table->data, table->size) && znn_frame_writer_finish(&writer);
    znn_frame_writer_close(&writer);
    stream->kind = STREAM_ZSTD;
    if (good && payload->size >= table->size) {
        stream->kind = STREAM_RAW;
        payload->size = 0;
        good = znn_buffer_append(payload, table->data, table->size);
    }
    stream->size = (uint32_t)payload->size;
    return good;
}

/* Makes the record: the prefix and the directory go to `head`, the rest to `payload`. */
static bool make_record(const struct bases *bases, int level, struct buffer *head, struct buffer *payload)
{
    struct buffer table = {0};
    struct bases_head description = {.base_size = bases->base_size, .tensors = (uint32_t)bases->count};
    bool good = make_table(bases, &table) && pack_table(&table, level, payload, &description.stream) &&
                znn_buffer_reserve(head, RECORD_PREFIX);
    head->size = RECORD_PREFIX;
    description.table_size = (uint32_t)table.size;
    znn_buffer_free(&table);
    if (!good || !znn_bases_head_write(&description, head))
        return false;
    struct record record = {
        .kind = RECORD_BASES,
        .directory_size = (uint32_t)(head->size - RECORD_PREFIX),
        .payload_size = (uint32_t)payload->size,
        .digest = XXH3_64bits(payload->data, payload->size),
    };
    znn_record_write(&record, head->data);
    return true;
}

enum znn_status znn_bases_write(const struct bases *bases, int level, struct sink *sink, struct znn_error *error)
{
    struct buffer head = {0};
    struct buffer payload = {0};
    if (bases->count == 0)
        return ZNN_OK;
    enum znn_status status =
        make_record(bases, level, &head, &payload) ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
    if (!status)
        status = znn_sink_write(sink, head.data, head.size, error);
    if (!status)
        status = znn_sink_write(sink, payload.data, payload.size, error);
    znn_buffer_free(&head);
    znn_buffer_free(&payload);
    return status;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reading                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

struct reading {
    struct bases *bases;
    struct source *source;
    uint64_t place;
    struct record record;
    struct bases_head head;
    struct buffer bytes; /* prefix and directory, then the payload */
    struct buffer table;
    struct sought *sought;
    size_t sought_count;
    size_t sought_capacity;
    struct znn_error *error;
};

static enum znn_status fail_malformed(const struct reading *reading)
{
    return znn_fail(reading->error, ZNN_ERROR_CORRUPT, reading->place, "the list of the base's tensors is malformed");
}

/* Reads `size` more bytes of the record. */
static enum znn_status read_more(struct reading *reading, size_t size)
{
    struct buffer *bytes = &reading->bytes;
    if (!znn_buffer_reserve(bytes, size))
        return znn_fail_memory(reading->error, size);
    enum znn_status status = znn_source_read_exactly(reading->source, reading->place + bytes->size,
                                                     bytes->data + bytes->size, size, reading->error);
    bytes->size += size;
    return status;
}

static enum znn_status read_record(struct reading *reading)
{
    const struct record *record = &reading->record;
    struct buffer *bytes = &reading->bytes;
    enum znn_status status = read_more(reading, RECORD_PREFIX + record->directory_size);
    if (!status)
        status = znn_record_verify(record, bytes->data, reading->place, reading->error);
    if (!status)
        status =
            znn_bases_head_parse(&reading->head, record, bytes->data + RECORD_PREFIX, reading->place, reading->error);
    if (!status)
        status = read_more(reading, record->payload_size);
    if (status)
        return status;
    const uint8_t *payload = bytes->data + bytes->size - record->payload_size;
    return XXH3_64bits(payload, record->payload_size) == record->digest
               ? ZNN_OK
               : znn_fail(reading->error, ZNN_ERROR_CORRUPT, reading->place,
                          "the list of the base's tensors does not match its checksum");
}

static enum znn_status unpack_table(struct reading *reading, struct byte_reader *table)
{
    const struct bases_head *head = &reading->head;
    const uint8_t *payload = reading->bytes.data + reading->bytes.size - head->stream.size;
    if (head->stream.kind == STREAM_RAW) {
        *table = byte_reader(payload, head->stream.size);
        return ZNN_OK;
    }
    struct frame_decoder *frames = znn_frame_decoder_new();
    if (!frames || !znn_buffer_reserve(&reading->table, head->table_size)) {
        znn_frame_decoder_free(frames);
        return znn_fail_memory(reading->error, SIZE_NOT_KNOWN);
    }
    bool good = znn_frame_decode(frames, payload, head->stream.size, reading->table.data, head->table_size);
    znn_frame_decoder_free(frames);
    *table = byte_reader(reading->table.data, head->table_size);
    return good ? ZNN_OK : fail_malformed(reading);
}

/* Writes "tensor 'a' of XXH3-128 ...", for messages. */
static void describe(const struct bases_row *row, char *text, size_t size)
{
    char name[33];
    size_t length = row->name_size < 32 ? row->name_size : 32;
    for (size_t i = 0; i < length; i++)
        name[i] = row->name[i] >= 0x20 && row->name[i] < 0x7f ? (char)row->name[i] : '?';
    name[length] = '\0';
    snprintf(text, size, "tensor '%s' of XXH3-128 %016llx%016llx", name, (unsigned long long)row->hash[1],
             (unsigned long long)row->hash[0]);
}

static bool is_alike(const struct tensor *tensor, const struct bases_row *row)
{
    return tensor->dtype == row->dtype && tensor->size == row->size;
}

/* Leaves the row to znn_base_search(). */
static enum znn_status seek(struct reading *reading, const struct bases_row *row)
{
    struct sought *sought =
        znn_array_grow(reading->sought, reading->sought_count, &reading->sought_capacity, sizeof *sought);
    if (!sought)
        return znn_fail_memory(reading->error, SIZE_NOT_KNOWN);
    reading->sought = sought;
    sought[reading->sought_count++] = (struct sought){*row, reading->bases->count - 1};
    return ZNN_OK;
}

static enum znn_status find_sought(struct reading *reading)
{
    const struct sought *missing;
    char text[100];
    enum znn_status status =
        znn_base_search(reading->bases, reading->sought, reading->sought_count, &missing, reading->error);
    if (status || !missing)
        return status;
    describe(&missing->row, text, sizeof text);
    znn_fail(reading->error, ZNN_ERROR_BASE, ZNN_NO_OFFSET, "it has no %s%s%.40s%s", text,
             reading->bases->name[0] ? ", as '" : "", reading->bases->name, reading->bases->name[0] ? "' has" : "");
    return znn_fail_in_base(reading->error);
}

static enum znn_status take_row(struct reading *reading, const struct bases_row *row)
{
    struct bases *bases = reading->bases;
    struct base_tensor *tensors = znn_array_grow(bases->tensors, bases->count, &bases->capacity, sizeof *tensors);
    if (!tensors)
        return znn_fail_memory(reading->error, SIZE_NOT_KNOWN);
    bases->tensors = tensors;
    if (bases->count == 0)
        describe(row, bases->first, sizeof bases->first);
    struct base_tensor *tensor = &tensors[bases->count++];
    *tensor = (struct base_tensor){.size = row->size, .hash = {row->hash[0], row->hash[1]}, .tensor = SIZE_MAX};
    if (!bases->base)
        return ZNN_OK;
    if (row->name_size > 0)
        tensor->tensor = znn_tensor_list_find(bases->base->tensors, (const char *)row->name, row->name_size);
    if (tensor->tensor != SIZE_MAX && is_alike(&bases->base->tensors->tensors[tensor->tensor], row))
        return ZNN_OK;
    return seek(reading, row);
}

static enum znn_status take_table(struct reading *reading)
{
    struct byte_reader table;
    enum znn_status status = unpack_table(reading, &table);
    for (uint32_t i = 0; i < reading->head.tensors && !status; i++) {
        struct bases_row row;
        status = znn_bases_row_parse(&table, &row) ? take_row(reading, &row) : fail_malformed(reading);
    }
    if (!status && bytes_left(&table) > 0)
        status = fail_malformed(reading);
    return status ? status : find_sought(reading);
}

enum znn_status znn_bases_read(struct bases *bases, struct source *source, uint64_t *position, struct znn_error *error)
{
    struct reading reading = {.bases = bases, .source = source, .place = *position, .error = error};
    const uint8_t *prefix;
    size_t available;
    enum znn_status status = znn_source_view(source, *position, RECORD_PREFIX, &prefix, &available, error);
    bool there = !status && available == RECORD_PREFIX &&
                 znn_record_parse(prefix, *position, &reading.record, NULL) == ZNN_OK &&
                 reading.record.kind == RECORD_BASES;
    if (!there) {
        if (!status && bases->name[0])
            return znn_fail(error, ZNN_ERROR_CORRUPT, *position, "the list of the base's tensors is not there");
        return status;
    }
    status = read_record(&reading);
    bases->base_size = reading.head.base_size;
    if (!status)
        status = take_table(&reading);
    *position += record_size(&reading.record);
    znn_buffer_free(&reading.bytes);
    znn_buffer_free(&reading.table);
    znn_release(reading.sought);
    return status;
}
