/*
 * index_reader.c - reads the end of a .znn file: index and footer
 *
 *     payload, in pieces --+--> digest
 *                          +--> chunk table:  zstd or raw --> parser --> visitor
 *                          +--> tensor table: zstd or raw --> parser --> visitor
 *
 * Only one piece is in memory at a time.  So the memory needed does not depend on the size that an index claims to
 * have.
 */
#include "engine/file/index_reader.h"

#include <string.h>
#include <xxhash.h>

#include "codec/frame_stream.h"

#define PIECE ((size_t)64 << 10)

struct reading {
    struct source *source;
    uint64_t position; /* in the file */
    const struct index_visitor *visitor;
    XXH3_state_t *digest;
    struct buffer piece;
    struct table_parser parser; /* of the current table */
    struct znn_error *error;
};

static enum znn_status visit_chunk(void *context, const struct chunk_entry *entry)
{
    struct reading *reading = context;
    const struct index_visitor *visitor = reading->visitor;
    return visitor->on_chunk ? visitor->on_chunk(visitor->context, entry, reading->error) : ZNN_OK;
}

static enum znn_status visit_tensor(void *context, const struct tensor *tensor, const struct buffer *text)
{
    struct reading *reading = context;
    const struct index_visitor *visitor = reading->visitor;
    return visitor->on_tensor(visitor->context, tensor, text, reading->error);
}

static enum znn_status parse_piece(void *context, const uint8_t *data, size_t size)
{
    struct reading *reading = context;
    return znn_table_parser_feed(&reading->parser, data, size, reading->error);
}

/* Reads a table's stream in pieces and parses them.  If the stream is compressed, `frame` decompresses them first. */
static enum znn_status read_stream(struct reading *reading, const struct table *table, struct frame_reader *frame)
{
    uint32_t left = table->stream.size;
    enum znn_status status = ZNN_OK;
    while (left > 0 && !status) {
        size_t size = left < PIECE ? left : PIECE;
        uint8_t *data = reading->piece.data;
        status = znn_source_read_exactly(reading->source, reading->position, data, size, reading->error);
        if (status)
            break;
        XXH3_64bits_update(reading->digest, data, size);
        status = frame ? znn_frame_reader_feed(frame, data, size, parse_piece, reading, reading->error)
                       : parse_piece(reading, data, size);
        reading->position += size;
        left -= (uint32_t)size;
    }
    return status;
}

static enum znn_status read_frame(struct reading *reading, const struct table *table)
{
    struct frame_reader frame;
    if (!znn_frame_reader_open(&frame))
        return znn_fail_memory(reading->error, SIZE_NOT_KNOWN);
    enum znn_status status = read_stream(reading, table, &frame);
    if (!status && (!frame.ended || frame.size != table->size))
        status =
            znn_fail(reading->error, ZNN_ERROR_CORRUPT, reading->position, "a table of the index has another size");
    znn_frame_reader_close(&frame);
    return status;
}

static enum znn_status read_table(struct reading *reading, const struct table *table, enum table_kind kind,
                                  uint64_t original_size)
{
    reading->parser = (struct table_parser){
        .kind = kind,
        .entries = table->entries,
        .original_size = original_size,
        .on_chunk = visit_chunk,
        .on_tensor = reading->visitor->on_tensor ? visit_tensor : NULL,
        .context = reading,
        .text_limit = reading->visitor->text_limit,
    };
    enum znn_status status =
        table->stream.kind == STREAM_ZSTD ? read_frame(reading, table) : read_stream(reading, table, NULL);
    if (!status)
        status = znn_table_parser_finish(&reading->parser, reading->error);
    znn_table_parser_free(&reading->parser);
    return status;
}

static enum znn_status read_directory(struct reading *reading, const uint8_t prefix[RECORD_PREFIX],
                                      const struct record *record, struct index *index)
{
    struct buffer *piece = &reading->piece;
    uint64_t place = reading->position;
    if (!znn_buffer_reserve(piece, RECORD_PREFIX + record->directory_size + PIECE))
        return znn_fail_memory(reading->error, RECORD_PREFIX + record->directory_size + PIECE);
    memcpy(piece->data, prefix, RECORD_PREFIX);
    enum znn_status status = znn_source_read_exactly(
        reading->source, place + RECORD_PREFIX, piece->data + RECORD_PREFIX, record->directory_size, reading->error);
    if (!status)
        status = znn_record_verify(record, piece->data, place, reading->error);
    if (!status && record->kind != RECORD_INDEX)
        status = znn_fail(reading->error, ZNN_ERROR_CORRUPT, place, "a record is out of place");
    if (!status)
        status = znn_index_parse(index, record, piece->data + RECORD_PREFIX, place, reading->error);
    reading->position += RECORD_PREFIX + record->directory_size;
    return status;
}

enum znn_status znn_index_read(struct source *source, unsigned version, uint64_t place,
                               const uint8_t prefix[RECORD_PREFIX], const struct record *record,
                               const struct index_visitor *visitor, struct index *index, struct znn_error *error)
{
    enum table_kind chunks = index_has_digests(version) ? TABLE_CHUNKS : TABLE_CHUNKS_VERSION_1;
    enum table_kind tensors = version >= 2 ? TABLE_TENSORS : TABLE_TENSORS_VERSION_1;
    struct reading reading = {
        .source = source,
        .position = place,
        .visitor = visitor,
        .digest = XXH3_createState(),
        .error = error,
    };
    if (!reading.digest)
        return znn_fail(error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET, "could not allocate a hash state");
    XXH3_64bits_reset(reading.digest);
    enum znn_status status = read_directory(&reading, prefix, record, index);
    if (!status)
        status = read_table(&reading, &index->chunks, chunks, record->offset);
    if (!status)
        status = read_table(&reading, &index->tensors, tensors, record->offset);
    if (!status && XXH3_64bits_digest(reading.digest) != record->digest)
        status = znn_fail(error, ZNN_ERROR_CORRUPT, place, "the index does not match its checksum");
    XXH3_freeState(reading.digest);
    znn_buffer_free(&reading.piece);
    return status;
}
