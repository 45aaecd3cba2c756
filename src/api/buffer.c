/*
 * buffer.c - compresses and decompresses from memory to memory in one call
 *
 * znn_compress_bound() assumes that directories and the list of tensors are a small part of a model, like the heads of
 * plain bytes.  If a header lists very many tiny tensors, the result can exceed the bound.  Then
 * znn_compress_buffer() compresses the file again, as plain bytes.
 */
#include <errno.h>

#include "api/call.h"
#include "common/error.h"
#include "engine/run/compress.h"
#include "engine/run/decompress.h"

/* The bound: an empty file, plus an eighth of the input for heads and lists. */
#define BOUND_FIXED ((size_t)64 << 10)
#define BOUND_SHARE 8

size_t znn_compress_bound(size_t size)
{
    size_t more = size / BOUND_SHARE + BOUND_FIXED;
    return more < SIZE_MAX - size ? size + more : SIZE_MAX;
}

static bool is_full(enum znn_status status, const struct znn_error *reason)
{
    return status == ZNN_ERROR_IO && reason->system_error == ENOSPC;
}

static enum znn_status compress_bytes(struct znn_input *input, struct znn_output *output,
                                      const struct znn_compress_options *options, struct znn_report *made,
                                      struct znn_error *reason)
{
    struct znn_compress_options plain = *options;
    plain.dtype = "U8";
    plain.base = NULL;
    plain.dedup = -1;
    plain.lossy = (struct znn_lossy){.mode = ZNN_LOSSLESS};
    return znn_run_compress(input, output, &plain, false, made, reason);
}

enum znn_status znn_compress_buffer(const void *data, size_t size, void *target, size_t capacity, size_t *written,
                                    const struct znn_compress_options *options, struct znn_error *error)
{
    struct call call;
    struct znn_compress_options complete;
    struct znn_report made;
    struct znn_input input = znn_input_memory(data, size);
    struct znn_output output = znn_output_fixed(target, capacity);
    *written = 0;
    enum znn_status status = znn_call_start(&call, error, NULL, NULL, NULL);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.base);
    if (!status)
        status = znn_run_compress(&input, &output, &complete, false, &made, &call.reason);
    if (is_full(status, &call.reason) && capacity >= znn_compress_bound(size))
        status = compress_bytes(&input, &output, &complete, &made, &call.reason);
    if (!status)
        *written = (size_t)made.compressed_size;
    return znn_call_end(&call, status);
}

enum znn_status znn_decompress_buffer(const void *data, size_t size, void *target, size_t capacity, size_t *written,
                                      const struct znn_decompress_options *options, struct znn_error *error)
{
    struct call call;
    struct znn_decompress_options complete;
    struct znn_report made;
    struct znn_input input = znn_input_memory(data, size);
    struct znn_output output = znn_output_fixed(target, capacity);
    *written = 0;
    enum znn_status status = znn_call_start(&call, error, NULL, NULL, NULL);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.base);
    if (!status)
        status = znn_run_decompress(&input, &output, &complete, &made, &call.reason);
    if (!status)
        *written = (size_t)made.original_size;
    return znn_call_end(&call, status);
}
