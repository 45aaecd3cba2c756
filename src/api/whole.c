/*
 * whole.c - compresses, decompresses and salvages whole files
 */
#include "api/call.h"
#include "engine/run/compress.h"
#include "engine/run/decompress.h"
#include "engine/run/salvage.h"

enum znn_status znn_compress(struct znn_input *input, struct znn_output *output,
                             const struct znn_compress_options *options, struct znn_report *report,
                             struct znn_error *error)
{
    struct call call;
    struct znn_compress_options complete;
    struct znn_report made;
    enum znn_status status = znn_call_start(&call, error, report, input, output);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.base);
    if (!status)
        status = znn_run_compress(input, output, &complete, false, &made, &call.reason);
    if (!status)
        znn_sized_give(report, &made, sizeof made);
    return znn_call_end(&call, status);
}

enum znn_status znn_decompress(struct znn_input *input, struct znn_output *output,
                               const struct znn_decompress_options *options, struct znn_report *report,
                               struct znn_error *error)
{
    struct call call;
    struct znn_decompress_options complete;
    struct znn_report made;
    enum znn_status status = znn_call_start(&call, error, report, input, output);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.base);
    if (!status)
        status = znn_run_decompress(input, output, &complete, &made, &call.reason);
    if (!status)
        znn_sized_give(report, &made, sizeof made);
    return znn_call_end(&call, status);
}

enum znn_status znn_salvage(struct znn_input *input, struct znn_output *output,
                            const struct znn_decompress_options *options, struct znn_salvage **salvage,
                            struct znn_error *error)
{
    struct call call;
    struct znn_decompress_options complete;
    *salvage = NULL;
    enum znn_status status = znn_call_start(&call, error, NULL, input, output);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.base);
    if (!status)
        status = znn_run_salvage(input, output, &complete, salvage, &call.reason);
    return znn_call_end(&call, status);
}

enum znn_status znn_salvage_tensor(const struct znn_salvage *salvage, size_t i, struct znn_tensor *tensor,
                                   uint64_t *lost)
{
    struct znn_tensor complete;
    if (i >= znn_salvage_tensor_count(salvage) || !znn_sized_is_valid(tensor))
        return ZNN_ERROR_ARGUMENT;
    znn_salvage_get(salvage, i, &complete, lost);
    znn_sized_give(tensor, &complete, sizeof complete);
    return ZNN_OK;
}
