/*
 * torch_ndarray.c - NumPy arrays inside a pickle
 */
#include "model/torch_ndarray.h"

#include <string.h>

static const struct {
    const char *name;
    struct torch_type type;
} numpy_types[] = {
    {"f2", {DTYPE_F16, 1}},  {"f4", {DTYPE_F32, 1}},  {"f8", {DTYPE_F64, 1}}, {"c8", {DTYPE_C64, 1}},
    {"c16", {DTYPE_F64, 2}}, {"b1", {DTYPE_BOOL, 1}}, {"i1", {DTYPE_I8, 1}},  {"i2", {DTYPE_I16, 1}},
    {"i4", {DTYPE_I32, 1}},  {"i8", {DTYPE_I64, 1}},  {"u1", {DTYPE_U8, 1}},  {"u2", {DTYPE_U16, 1}},
    {"u4", {DTYPE_U32, 1}},  {"u8", {DTYPE_U64, 1}},
};

/* Returns the state that the object was built with right after the call, or 0 if there is none. */
static uint32_t state_of(const struct pickle *pickle, uint32_t object)
{
    struct pickle_batch batch = {.next = znn_pickle_value(pickle, object)->a};
    bool two = znn_pickle_next_batch(pickle, &batch) && znn_pickle_next_batch(pickle, &batch);
    return two && batch.role == ROLE_STATE ? batch.items[0] : 0;
}

/* Returns DTYPE_BYTES for unknown types. */
static struct torch_type read_type(struct torch_pickle *torch, uint32_t dtype)
{
    const struct pickle *pickle = &torch->pickle;
    struct torch_type unknown = {DTYPE_BYTES, 1};
    if (znn_pickle_value(pickle, dtype)->kind != PICKLE_OBJECT)
        return unknown;
    struct torch_call call = znn_torch_call(torch, dtype);
    uint32_t name = znn_pickle_item(pickle, call.arguments, 0);
    if (call.meaning != MEANS_NUMPY_DTYPE ||
        znn_pickle_is_text(pickle, znn_pickle_item(pickle, state_of(pickle, dtype), 1), ">"))
        return unknown;
    for (size_t i = 0; i < sizeof numpy_types / sizeof *numpy_types; i++)
        if (znn_pickle_is_text(pickle, name, numpy_types[i].name))
            return numpy_types[i].type;
    return unknown;
}

bool znn_torch_ndarray(struct torch_pickle *torch, uint32_t object, const struct torch_call *call,
                       struct torch_view *view)
{
    const struct pickle *pickle = &torch->pickle;
    bool built = call->meaning == MEANS_NDARRAY;
    uint32_t tuple = built ? state_of(pickle, object) : call->arguments;
    uint32_t order = znn_pickle_item(pickle, tuple, 3);
    const struct pickle_value *bytes = znn_pickle_value(pickle, znn_pickle_item(pickle, tuple, built ? 4 : 0));
    struct torch_type type = read_type(torch, znn_pickle_item(pickle, tuple, built ? 2 : 1));
    if (bytes->kind != PICKLE_STRING ||
        !znn_torch_shape(torch, znn_pickle_item(pickle, tuple, built ? 1 : 2), view->shape, &view->rank) ||
        !znn_torch_measure(view, type) || view->size != bytes->a)
        return false;
    view->offset = bytes->b;
    view->strided = view->rank > 1 && (order == VALUE_INT_0 + 1 || znn_pickle_is_text(pickle, order, "F"));
    uint64_t step = type.parts; /* the first dimension is the fastest, except for the two parts of a pair */
    for (uint32_t i = 0; i < view->rank; i++) {
        view->strides[i] = step;
        step *= view->shape[i];
    }
    if (type.parts > 1)
        view->strides[view->rank - 1] = 1;
    return true;
}
