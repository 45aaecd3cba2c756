/*
 * call.h - what every public function does before and after its work
 *
 * A public function checks its caller's structs, takes a complete copy of the options, makes the caller's allocator the
 * current one, calls the engine, and hands out the error:
 *
 *     struct call call;
 *     struct znn_some_options complete;
 *     enum znn_status status = znn_call_start(&call, error, report, input, output);
 *     if (!status)
 *         status = znn_call_take(&call, options, &complete, sizeof complete);
 *     if (!status)
 *         status = znn_call_use(&call, complete.allocator, complete.base);
 *     if (!status)
 *         status = znn_engine_do(..., &call.reason);
 *     return znn_call_end(&call, status);
 */
#ifndef ZNN_API_CALL_H
#define ZNN_API_CALL_H

#include "api/sized.h"

struct call {
    struct znn_error reason;           /* why the call fails, complete */
    struct znn_error *error;           /* the caller's struct, or NULL */
    const struct znn_allocator *outer; /* the current allocator before the call, which a callback may have made */
};

/*
 * Starts a call without an allocator.  Every pointer may be NULL.  Fails with ZNN_ERROR_ARGUMENT if the struct_size of
 * the report or the error is not valid, or if a reserved member of the input or output is set.
 */
enum znn_status znn_call_start(struct call *call, struct znn_error *error, const void *report,
                               const struct znn_input *input, const struct znn_output *output);

/*
 * Copies the caller's options, which may be NULL, into the `size` bytes at `complete`.  Fails like znn_sized_take().
 */
enum znn_status znn_call_take(struct call *call, const void *options, void *complete, size_t size);

/*
 * Makes the call use `allocator`, or malloc() if it is NULL.  Fails with ZNN_ERROR_ARGUMENT if a function of the
 * allocator is missing, or if `base`, which may be NULL, was opened with another one.
 */
enum znn_status znn_call_use(struct call *call, const struct znn_allocator *allocator, const struct znn_base *base);

/*
 * Ends the call, even if its start failed.  After a failure, copies the reason to the caller's struct.  Returns
 * `status`.
 */
enum znn_status znn_call_end(struct call *call, enum znn_status status);

#endif
