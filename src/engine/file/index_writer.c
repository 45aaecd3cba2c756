/*
 * index_writer.c - writes the end of a .znn file: index and footer
 *
 * One function produces the rows of a table and passes them to a sink.  It runs up to three times: to learn the size of
 * the table, to compress it and, if compression made it larger, to store it.
 */
#include "engine/file/index_writer.h"

#include "codec/frame_stream.h"
#include "container/footer.h"

/* A table to write: of tensors if `model` is set, or of chunks if it is NULL. */
struct source_table {
    const struct ledger *ledger;
    const struct model *model;
    uint64_t entries;
};

static bool write_rows(struct source_table *source, table_sink *sink, void *context)
{
    const struct ledger *ledger = source->ledger;
    if (source->model)
        return znn_tensor_table_write(source->model, ledger->original_size, &source->entries, sink, context);
    source->entries = ledger->count;
    return znn_chunk_table_write(ledger->chunks, ledger->count, sink, context);
}

static bool count_sink(void *context, const void *data, size_t size)
{
    (void)data;
    *(uint64_t *)context += size;
    return true;
}

static bool frame_write_sink(void *context, const void *data, size_t size)
{
    return znn_frame_writer_write(context, data, size);
}

static bool buffer_sink(void *context, const void *data, size_t size)
{
    return znn_buffer_append(context, data, size);
}

static bool compress_rows(struct source_table *source, uint64_t size, int level, struct buffer *payload)
{
    struct frame_writer writer;
    bool good = znn_frame_writer_open(&writer, level, size, payload) && write_rows(source, frame_write_sink, &writer) &&
                znn_frame_writer_finish(&writer);
    znn_frame_writer_close(&writer);
    return good;
}

/* Appends a table to the payload. */
static bool add_table(struct source_table *source, int level, struct buffer *payload, struct table *table)
{
    /* For a small table the highest level takes almost no time.  For a large one it would need much memory. */
    uint64_t small = level == ZNN_LEVEL_SMALLEST ? 1 << 20 : 1 << 14;
    size_t start = payload->size;
    *table = (struct table){0};
    write_rows(source, count_sink, &table->size);
    table->entries = source->entries;
    if (!compress_rows(source, table->size, table->size < small ? 19 : 3, payload))
        return false;
    table->stream.kind = STREAM_ZSTD;
    if (payload->size - start >= table->size) {
        payload->size = start;
        if (!write_rows(source, buffer_sink, payload))
            return false;
        table->stream.kind = STREAM_RAW;
    }
    table->stream.size = (uint32_t)(payload->size - start);
    return true;
}

static enum znn_status write_footer(const struct ledger *ledger, uint64_t index_offset, struct sink *sink,
                                    struct znn_error *error)
{
    uint8_t bytes[FOOTER_SIZE];
    struct footer footer = {.index_offset = index_offset};
    znn_ledger_root(ledger, footer.root);
    znn_footer_write(&footer, bytes);
    return znn_sink_write(sink, bytes, sizeof bytes, error);
}

static enum znn_status write_index(const struct ledger *ledger, const struct index *index, const struct buffer *payload,
                                   struct buffer *head, struct sink *sink, struct znn_error *error)
{
    if (payload->size > UINT32_MAX)
        return znn_fail(error, ZNN_ERROR_MEMORY_LIMIT, ZNN_NO_OFFSET, "the index would pass 4 GiB");
    if (!znn_buffer_reserve(head, RECORD_PREFIX))
        return znn_fail_memory(error, RECORD_PREFIX);
    head->size = RECORD_PREFIX;
    if (!znn_index_write(index, head))
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    struct record record = {
        .kind = RECORD_INDEX,
        .offset = ledger->original_size,
        .directory_size = (uint32_t)(head->size - RECORD_PREFIX),
        .payload_size = (uint32_t)payload->size,
        .digest = XXH3_64bits(payload->data, payload->size),
    };
    znn_record_write(&record, head->data);
    enum znn_status status = znn_sink_write(sink, head->data, head->size, error);
    if (!status)
        status = znn_sink_write(sink, payload->data, payload->size, error);
    return status;
}

enum znn_status znn_index_finish(const struct ledger *ledger, const struct model *model, int level, struct sink *sink,
                                 uint64_t *tensors, struct znn_error *error)
{
    struct index index = {.format = (uint8_t)model->format, .verdict = (uint8_t)model->verdict};
    struct buffer payload = {0};
    struct buffer head = {0};
    struct source_table chunk_rows = {.ledger = ledger};
    struct source_table tensor_rows = {.ledger = ledger, .model = model};
    uint64_t index_offset = sink->position;
    enum znn_status status = ZNN_OK;
    if (!add_table(&chunk_rows, level, &payload, &index.chunks) ||
        !add_table(&tensor_rows, level, &payload, &index.tensors))
        status = znn_fail_memory(error, SIZE_NOT_KNOWN);
    if (!status)
        status = write_index(ledger, &index, &payload, &head, sink, error);
    if (!status)
        status = write_footer(ledger, index_offset, sink, error);
    *tensors = index.tensors.entries;
    znn_buffer_free(&payload);
    znn_buffer_free(&head);
    return status;
}
