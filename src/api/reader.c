/*
 * reader.c - random access to a .znn file, its header, and the size of its original
 */
#include <string.h>

#include "api/sized.h"
#include "container/header.h"
#include "engine/file/original_size.h"
#include "engine/file/reader.h"
#include "engine/file/reader_ranges.h"

enum znn_status znn_read_header(const void *data, size_t size, struct znn_header *header, struct znn_error *error)
{
    struct znn_error reason;
    struct znn_header complete;
    enum znn_status status = znn_sized_start(header, error, &reason);
    if (!status)
        status = znn_header_read_start(data, size, &complete, &reason);
    if (!status)
        znn_sized_give(header, &complete, sizeof complete);
    return znn_sized_finish(status, &reason, error);
}

enum znn_status znn_original_size(struct znn_input *input, uint64_t *size, struct znn_error *error)
{
    struct znn_error reason;
    *size = 0;
    enum znn_status status = znn_sized_start(NULL, error, &reason);
    if (!status)
        status = znn_streams_check(input, NULL, &reason);
    if (!status)
        status = znn_original_size_read(input, size, &reason);
    return znn_sized_finish(status, &reason, error);
}

enum znn_status znn_reader_open(struct znn_input *input, const struct znn_reader_options *options,
                                struct znn_reader **reader, struct znn_error *error)
{
    struct znn_error reason;
    struct znn_reader_options complete;
    *reader = NULL;
    enum znn_status status = znn_sized_start(NULL, error, &reason);
    if (!status)
        status = znn_sized_take(&complete, sizeof complete, options, &reason);
    if (!status)
        status = znn_streams_check(input, NULL, &reason);
    if (!status)
        status = znn_reader_open_file(input, complete.base, complete.memory_limit, reader, &reason);
    return znn_sized_finish(status, &reason, error);
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

enum znn_status znn_reader_pread(struct znn_reader *reader, void *data, size_t size, uint64_t offset, size_t *got,
                                 struct znn_error *error)
{
    struct znn_error reason;
    *got = 0;
    enum znn_status status = znn_sized_start(NULL, error, &reason);
    if (!status)
        status = znn_reader_read(reader, data, size, offset, got, &reason);
    return znn_sized_finish(status, &reason, error);
}

enum znn_status znn_reader_read_ranges(struct znn_reader *reader, const struct znn_range *ranges, size_t count,
                                       unsigned threads, struct znn_error *error)
{
    struct znn_error reason;
    enum znn_status status = znn_sized_start(NULL, error, &reason);
    if (!status)
        status = znn_ranges_read(reader, ranges, count, threads, &reason);
    return znn_sized_finish(status, &reason, error);
}
