/*
 * base.c - opens and closes base models
 */
#include "engine/file/base.h"
#include "api/call.h"
#include "engine/look/relation.h"

enum znn_status znn_base_open(struct znn_input *input, const struct znn_base_options *options, struct znn_base **base,
                              struct znn_error *error)
{
    struct call call;
    struct znn_base_options complete;
    *base = NULL;
    enum znn_status status = znn_call_start(&call, error, NULL, input, NULL);
    if (!status)
        status = znn_call_take(&call, options, &complete, sizeof complete);
    if (!status)
        status = znn_call_use(&call, complete.allocator, complete.parent);
    if (!status)
        status = znn_base_open_file(input, complete.parent, base, &call.reason);
    return znn_call_end(&call, status);
}

size_t znn_base_tensor_count(const struct znn_base *base)
{
    return base->tensors->count;
}

enum znn_status znn_base_tensor(const struct znn_base *base, size_t i, struct znn_tensor *tensor)
{
    struct znn_tensor complete;
    if (i >= base->tensors->count || !znn_sized_is_valid(tensor))
        return ZNN_ERROR_ARGUMENT;
    znn_tensor_list_get(base->tensors, i, &complete);
    znn_sized_give(tensor, &complete, sizeof complete);
    return ZNN_OK;
}

enum znn_status znn_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                           struct znn_error *error)
{
    struct call call;
    struct znn_relation complete;
    enum znn_status status = znn_call_start(&call, error, relation, input, NULL);
    if (!status)
        status = znn_call_use(&call, base->allocator, base);
    if (!status)
        status = znn_look_relate(input, base, &complete, &call.reason);
    if (!status)
        znn_sized_give(relation, &complete, sizeof complete);
    return znn_call_end(&call, status);
}

enum znn_status znn_match_tensors(struct znn_input *input, struct znn_base *base, znn_see_match *see, void *context,
                                  struct znn_error *error)
{
    struct call call;
    enum znn_status status = znn_call_start(&call, error, NULL, input, NULL);
    if (!status)
        status = znn_call_use(&call, base->allocator, base);
    if (!status)
        status = znn_look_match(input, base, see, context, &call.reason);
    return znn_call_end(&call, status);
}
