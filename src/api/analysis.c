/*
 * analysis.c - the space that tensors take, and the effect of rounding
 */
#include "engine/look/analysis.h"

#include "api/call.h"
#include "engine/look/sweep.h"

enum znn_status znn_analyze(struct znn_input *input, const struct znn_analysis_options *options,
                            struct znn_analysis **analysis, struct znn_error *error)
{
    struct call call;
    struct znn_analysis_options complete;
    struct znn_compress_options compress;
    *analysis = NULL;
    enum znn_status status = znn_call_start(&call, error, NULL, input, NULL);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_take(&call, complete.compress, &compress, sizeof compress);
    if (!status)
        status = znn_call_use(&call, compress.allocator, compress.base);
    if (!status)
        status = znn_look_analyze(input, &compress, complete.quick != 0, analysis, &call.reason);
    return znn_call_end(&call, status);
}

enum znn_status znn_analysis_report(const struct znn_analysis *analysis, struct znn_report *report)
{
    struct znn_report complete;
    if (!znn_sized_is_valid(report))
        return ZNN_ERROR_ARGUMENT;
    znn_analysis_describe(analysis, &complete);
    znn_sized_give(report, &complete, sizeof complete);
    return ZNN_OK;
}

enum znn_status znn_analysis_tensor(const struct znn_analysis *analysis, size_t i, struct znn_tensor *tensor,
                                    struct znn_cost *cost)
{
    struct znn_tensor described;
    struct znn_cost complete;
    if (i >= znn_analysis_tensor_count(analysis) || !znn_sized_is_valid(tensor) || !znn_sized_is_valid(cost))
        return ZNN_ERROR_ARGUMENT;
    znn_analysis_get(analysis, i, &described, &complete);
    znn_sized_give(tensor, &described, sizeof described);
    znn_sized_give(cost, &complete, sizeof complete);
    return ZNN_OK;
}

enum znn_status znn_sweep_make(struct znn_input *input, const struct znn_compress_options *options,
                               const unsigned *bits, size_t count, struct znn_sweep **sweep, struct znn_error *error)
{
    struct call call;
    struct znn_compress_options complete;
    *sweep = NULL;
    enum znn_status status = znn_call_start(&call, error, NULL, input, NULL);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.base);
    if (!status)
        status = znn_look_sweep(input, &complete, bits, count, sweep, &call.reason);
    return znn_call_end(&call, status);
}

enum znn_status znn_sweep_total(const struct znn_sweep *sweep, size_t i, struct znn_report *report,
                                struct znn_point *point)
{
    struct znn_report reported;
    struct znn_point total;
    if (i >= znn_sweep_count(sweep) || !znn_sized_is_valid(report) || !znn_sized_is_valid(point))
        return ZNN_ERROR_ARGUMENT;
    znn_sweep_get_total(sweep, i, &reported, &total);
    znn_sized_give(report, &reported, sizeof reported);
    znn_sized_give(point, &total, sizeof total);
    return ZNN_OK;
}

enum znn_status znn_sweep_tensor(const struct znn_sweep *sweep, size_t k, size_t i, struct znn_tensor *tensor,
                                 struct znn_point *point)
{
    struct znn_tensor described;
    struct znn_point complete;
    if (i >= znn_sweep_count(sweep) || k >= znn_sweep_tensor_count(sweep) || !znn_sized_is_valid(tensor) ||
        !znn_sized_is_valid(point))
        return ZNN_ERROR_ARGUMENT;
    znn_sweep_get(sweep, k, i, &described, &complete);
    znn_sized_give(tensor, &described, sizeof described);
    znn_sized_give(point, &complete, sizeof complete);
    return ZNN_OK;
}
