/*
 * index.c - writes the index, and reads its directory
 *
 *     directory   | format | verdict | chunks size stream | tensors size stream |
 *     payload     | chunk table                           | tensor table        |
 *
 * table_parser.c reads the tables.
 */
#include "container/index.h"

#include "common/bytes.h"
#include "container/stream_entry.h"

static bool write_table(const struct table *table, struct buffer *out)
{
    return znn_buffer_append_leb128(out, table->entries) && znn_buffer_append_leb128(out, table->size) &&
           znn_stream_write(&table->stream, out);
}

bool znn_index_write(const struct index *index, struct buffer *out)
{
    return znn_buffer_append_u8(out, index->format) && znn_buffer_append_u8(out, index->verdict) &&
           write_table(&index->chunks, out) && write_table(&index->tensors, out);
}

static enum znn_status fail_malformed(uint64_t place, struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the index is malformed");
}

static enum znn_status parse_table(struct byte_reader *reader, uint64_t *payload_left, struct table *table,
                                   uint64_t place, struct znn_error *error)
{
    table->entries = read_leb128(reader);
    table->size = read_leb128(reader);
    /* An entry takes at least two bytes, so a table that claims more entries is malformed. */
    if (reader->bad || table->entries > table->size / 2)
        return fail_malformed(place, error);
    enum znn_status status = znn_stream_parse(reader, table->size, *payload_left, &table->stream, place, error);
    if (status)
        return status;
    if (table->stream.kind == STREAM_CONSTANT)
        return fail_malformed(place, error);
    *payload_left -= table->stream.size;
    return ZNN_OK;
}

enum znn_status znn_index_parse(struct index *index, const struct record *record, const uint8_t *bytes, uint64_t place,
                                struct znn_error *error)
{
    struct byte_reader reader = byte_reader(bytes, record->directory_size);
    uint64_t payload_left = record->payload_size;
    index->format = read_u8(&reader);
    index->verdict = read_u8(&reader);
    enum znn_status status = parse_table(&reader, &payload_left, &index->chunks, place, error);
    if (!status)
        status = parse_table(&reader, &payload_left, &index->tensors, place, error);
    if (!status && (bytes_left(&reader) > 0 || payload_left > 0))
        status = fail_malformed(place, error);
    return status;
}

static bool sink_number(table_sink *sink, void *context, uint64_t number)
{
    uint8_t bytes[LEB128_MAX];
    return sink(context, bytes, store_leb128(bytes, number));
}

static bool write_chunk(const struct chunk_entry *chunk, table_sink *sink, void *context)
{
    uint8_t digest[8];
    store_le64(digest, chunk->digest);
    return sink_number(sink, context, chunk->decoded_size) && sink_number(sink, context, chunk->record_size) &&
           sink(context, digest, sizeof digest);
}

bool znn_chunk_table_write(const struct chunk_entry *chunks, size_t count, table_sink *sink, void *context)
{
    for (size_t i = 0; i < count; i++)
        if (!write_chunk(&chunks[i], sink, context))
            return false;
    return true;
}

static uint64_t zigzag(uint64_t difference)
{
    return difference >> 63 ? ~(difference << 1) : difference << 1;
}

/* Returns the size of shape and strides.  They are LEB128 already in the model, so they are copied as a whole. */
static size_t shape_size(const struct model *model, const struct tensor *tensor)
{
    const uint8_t *shape = znn_tensor_text(model, tensor) + tensor->name_size;
    uint64_t numbers = (tensor->flags & TENSOR_STRIDED ? 2 : 1) * (uint64_t)tensor->rank;
    size_t size = 0;
    for (uint64_t i = 0; i < numbers; i++)
        while (shape[size++] & 0x80)
            ;
    return size;
}

static bool write_tensor(const struct model *model, const struct tensor *tensor, uint64_t gap, table_sink *sink,
                         void *context)
{
    const uint8_t *text = znn_tensor_text(model, tensor);
    const uint8_t *shape = text + tensor->name_size;
    uint64_t type = 2 * (uint64_t)tensor->dtype + (tensor->flags & TENSOR_STRIDED ? 1 : 0);
    uint64_t surplus = tensor->size - znn_tensor_expected_size((enum dtype)tensor->dtype, shape, tensor->rank);
    return sink_number(sink, context, tensor->name_size) && sink(context, text, tensor->name_size) &&
           sink_number(sink, context, type) && sink_number(sink, context, tensor->rank) &&
           sink(context, shape, shape_size(model, tensor)) && sink_number(sink, context, zigzag(gap)) &&
           sink_number(sink, context, zigzag(surplus));
}

bool znn_tensor_table_write(const struct model *model, uint64_t original_size, uint64_t *entries, table_sink *sink,
                            void *context)
{
    uint64_t end = 0;
    *entries = 0;
    for (size_t i = 0; i < model->count; i++) {
        struct tensor tensor = model->tensors[i];
        if (!(tensor.flags & TENSOR_LISTED))
            continue;
        znn_tensor_clip(&tensor, original_size);
        if (!write_tensor(model, &tensor, tensor.offset - end, sink, context))
            return false;
        end = tensor.offset + tensor.size;
        ++*entries;
    }
    return true;
}
