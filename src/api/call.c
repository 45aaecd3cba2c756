/*
 * call.c - what every public function does before and after its work
 */
#include "api/call.h"

#include "common/error.h"
#include "common/memory.h"
#include "engine/file/base.h"

/* Every struct that never grows has as many members for later. */
#define RESERVED 2

static bool is_any_set(void *const reserved[RESERVED])
{
    for (size_t i = 0; i < RESERVED; i++)
        if (reserved[i])
            return true;
    return false;
}

enum znn_status znn_call_start(struct call *call, struct znn_error *error, const void *report,
                               const struct znn_input *input, const struct znn_output *output)
{
    *call = (struct call){
        .reason = {.offset = ZNN_NO_OFFSET, .original_offset = ZNN_NO_OFFSET},
        .error = error,
        .outer = znn_memory_enter(NULL),
    };
    if (!znn_sized_is_valid(report) || !znn_sized_is_valid(error))
        return znn_sized_fail(&call->reason);
    if ((input && is_any_set(input->reserved)) || (output && is_any_set(output->reserved)))
        return znn_fail(&call->reason, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET,
                        "a reserved member of an input or output is set");
    return ZNN_OK;
}

enum znn_status znn_call_take(struct call *call, const void *options, void *complete, size_t size)
{
    return znn_sized_take(complete, size, options, &call->reason);
}

enum znn_status znn_call_use(struct call *call, const struct znn_allocator *allocator, const struct znn_base *base)
{
    if (allocator && (!allocator->resize || !allocator->release || is_any_set(allocator->reserved)))
        return znn_fail(&call->reason, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET,
                        "the allocator lacks a function, or a reserved member of it is set");
    if (base && base->allocator != allocator)
        return znn_fail(&call->reason, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "the base was opened with another allocator");
    znn_memory_enter(allocator);
    return ZNN_OK;
}

enum znn_status znn_call_end(struct call *call, enum znn_status status)
{
    znn_memory_leave(call->outer);
    if (status && znn_sized_is_valid(call->error))
        znn_sized_give(call->error, &call->reason, sizeof call->reason);
    return status;
}
