/*
 * original_size.c - reads the size of the original from the end of a .znn file
 *
 * The footer holds the position of the index.  The first bytes of the index hold the size of the original.
 *
 *     | header | chunks ... | index: size, ... | footer |
 */
#include "engine/file/original_size.h"

#include "common/source.h"
#include "container/footer.h"
#include "container/record.h"
#include "engine/file/header_reader.h"

static enum znn_status read_index(struct source *source, uint64_t start, struct record *record, struct znn_error *error)
{
    uint8_t bytes[RECORD_PREFIX > FOOTER_SIZE ? RECORD_PREFIX : FOOTER_SIZE];
    struct footer footer;
    if (source->size < start + FOOTER_SIZE)
        return znn_fail(error, ZNN_ERROR_CORRUPT, source->size, "the file ends too early");
    uint64_t place = source->size - FOOTER_SIZE;
    enum znn_status status = znn_source_read_exactly(source, place, bytes, FOOTER_SIZE, error);
    if (!status)
        status = znn_footer_parse(bytes, place, &footer, error);
    if (status)
        return status;
    if (footer.index_offset < start || footer.index_offset > place)
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the footer does not lead to an index");
    status = znn_source_read_exactly(source, footer.index_offset, bytes, RECORD_PREFIX, error);
    if (!status)
        status = znn_record_parse(bytes, footer.index_offset, record, error);
    if (status)
        return status;
    bool is_index = record->kind == RECORD_INDEX && record_size(record) == place - footer.index_offset;
    return is_index ? ZNN_OK : znn_fail(error, ZNN_ERROR_CORRUPT, place, "the footer does not lead to an index");
}

enum znn_status znn_original_size_read(struct znn_input *input, uint64_t *size, struct znn_error *error)
{
    struct source source;
    struct znn_header header;
    struct record record = {.offset = 0};
    size_t length = 0;
    znn_source_open(&source, input);
    enum znn_status status = znn_source_is_seekable(&source) ? ZNN_OK
                                                             : znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET,
                                                                        "a stream does not allow random access");
    if (!status)
        status = znn_header_read(&source, &header, &length, error);
    if (!status)
        status = read_index(&source, length, &record, error);
    *size = status ? 0 : record.offset;
    znn_source_close(&source);
    return status;
}
