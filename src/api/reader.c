/*
 * reader.c - random access to a .znn file, its header, and the size of its original
 */
#include <string.h>

#include "api/call.h"
#include "container/header.h"
#include "engine/file/original_size.h"
#include "engine/file/reader.h"
#include "engine/file/reader_ranges.h"

enum znn_status znn_read_header(const void *data, size_t size, struct znn_header *header, struct znn_error *error)
{
    struct call call;
    struct znn_header complete;
    enum znn_status status = znn_call_start(&call, error, header, NULL, NULL);
    if (!status)
        status = znn_header_read_start(data, size, &complete, &call.reason);
    if (!status)
        znn_sized_give(header, &complete, sizeof complete);
    return znn_call_end(&call, status);
}

enum znn_status znn_original_size(struct znn_input *input, uint64_t *size, struct znn_error *error)
{
    struct call call;
    *size = 0;
    enum znn_status status = znn_call_start(&call, error, NULL, input, NULL);
    if (!status)
        status = znn_original_size_read(input, size, &call.reason);
    return znn_call_end(&call, status);
}

enum znn_status znn_reader_open(struct znn_input *input, const struct znn_reader_options *options,
                                struct znn_reader **reader, struct znn_error *error)
{
    struct call call;
    struct znn_reader_options complete;
    *reader = NULL;
    enum znn_status status = znn_call_start(&call, error, NULL, input, NULL);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.base);
    if (!status)
        status = znn_reader_open_file(input, complete.base, complete.memory_limit, reader, &call.reason);
    return znn_call_end(&call, status);
}

enum znn_status znn_reader_report(const struct znn_reader *reader, struct znn_report *report)
{
    struct znn_report complete;
    if (!znn_sized_is_valid(report))
        return ZNN_ERROR_ARGUMENT;
    znn_reader_describe(reader, &complete);
    znn_sized_give(report, &complete, sizeof complete);
    return ZNN_OK;
}

enum znn_status znn_reader_tensor(const struct znn_reader *reader, size_t i, struct znn_tensor *tensor)
{
    struct znn_tensor complete;
    if (i >= reader->tensors.count || !znn_sized_is_valid(tensor))
        return ZNN_ERROR_ARGUMENT;
    znn_tensor_list_get(&reader->tensors, i, &complete);
    znn_sized_give(tensor, &complete, sizeof complete);
    return ZNN_OK;
}

enum znn_status znn_reader_extent(const struct znn_reader *reader, uint64_t offset, uint64_t *start, size_t *size)
{
    if (offset >= znn_reader_size(reader))
        return ZNN_ERROR_ARGUMENT;
    size_t chunk = znn_reader_chunk_at(reader, offset);
    *start = reader->chunks[chunk].offset;
    *size = reader_chunk_size(reader, chunk);
    return ZNN_OK;
}

enum znn_status znn_reader_pread(struct znn_reader *reader, void *data, size_t size, uint64_t offset, size_t *got,
                                 struct znn_error *error)
{
    struct call call;
    *got = 0;
    enum znn_status status = znn_call_start(&call, error, NULL, NULL, NULL);
    if (!status)
        status = znn_call_use(&call, reader->allocator, NULL);
    if (!status)
        status = znn_reader_read(reader, data, size, offset, got, &call.reason);
    return znn_call_end(&call, status);
}

enum znn_status znn_reader_read_ranges(struct znn_reader *reader, const struct znn_range *ranges, size_t count,
                                       unsigned threads, struct znn_error *error)
{
    struct call call;
    enum znn_status status = znn_call_start(&call, error, NULL, NULL, NULL);
    if (!status)
        status = znn_call_use(&call, reader->allocator, NULL);
    if (!status)
        status = znn_ranges_read(reader, ranges, count, threads, &call.reason);
    return znn_call_end(&call, status);
}
