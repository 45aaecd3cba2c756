/*
 * packing.h - compressing and decompressing in memory, with everything checked that holds of every call
 */
#ifndef ZNN_TESTS_PACKING_H
#define ZNN_TESTS_PACKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "callbacks.h"
#include "common/buffer.h"
#include "znn.h"

/* What must hold of an error, or of its absence. */
static inline void check_error(enum znn_status status, const struct znn_error *error)
{
    if (status == ZNN_OK) {
        assert_int_equal(error->status, ZNN_OK);
        return;
    }
    assert_int_equal(error->status, status);
    assert_true(error->detail[0] != '\0' && error->detail[strlen(error->detail) - 1] != '.');
    assert_true(status == ZNN_ERROR_IO || error->system_error == 0);
}

/* Compresses `size` bytes; the result is to be freed. */
static inline struct buffer pack_way(const void *data, size_t size, enum way way, size_t step,
                                     const struct znn_compress_options *options, struct znn_report *report)
{
    struct feed feed = {.data = data, .size = size, .step = step};
    struct znn_input input = feed_input(&feed, way);
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    struct znn_report unused = ZNN_INIT(struct znn_report);
    struct znn_error error = ZNN_INIT(struct znn_error);
    report = report ? report : &unused;
    enum znn_status status = znn_compress(&input, &output, options, report, &error);
    check_error(status, &error);
    assert_int_equal(status, ZNN_OK);
    assert_int_equal(report->original_size, size);
    assert_int_equal(report->compressed_size, memory.size);
    return (struct buffer){.data = memory.data, .size = memory.size, .capacity = memory.capacity};
}

static inline struct buffer pack(const void *data, size_t size, int level)
{
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = level, .threads = 1};
    return pack_way(data, size, WAY_MEMORY, 0, &options, NULL);
}

/* What all files here are decompressed with that need it. */
static struct znn_base *packing_base;

/* Decompresses to *drain, which is to be closed. */
static inline enum znn_status unpack_way(const void *data, size_t size, enum way way, unsigned threads, bool anywhere,
                                         struct drain *drain, struct znn_report *report, struct znn_error *error)
{
    struct feed feed = {.data = data, .size = size, .step = way == WAY_STREAM ? 1000 : 0};
    struct znn_input input = feed_input(&feed, way);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = threads, .base = packing_base};
    drain_open(drain);
    struct znn_output output = drain_output(drain, anywhere);
    *error = (struct znn_error){.struct_size = sizeof(struct znn_error)};
    enum znn_status status = znn_decompress(&input, &output, &options, report, error);
    check_error(status, error);
    return status;
}

/* Expects that the `packed` bytes decompress to the `size` bytes at `data`. */
static inline void expect_unpacked(const struct buffer *packed, enum way way, unsigned threads, bool anywhere,
                                   const void *data, size_t size)
{
    struct drain drain;
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = unpack_way(packed->data, packed->size, way, threads, anywhere, &drain, &report, &error);
    if (status)
        fail_msg("%s: %s", znn_status_name(status), error.detail);
    assert_int_equal(report.original_size, size);
    assert_int_equal(report.compressed_size, packed->size);
    assert_int_equal(drain.size, size);
    assert_int_equal(drain.written, size);
    assert_true(drain.set_to == (anywhere ? size : UINT64_MAX));
    if (size > 0)
        assert_memory_equal(drain.data, data, size);
    drain_close(&drain);
}

#endif
