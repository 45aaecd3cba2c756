/*
 * torch_names.c - makes a list of tensors from a pickle
 *
 * The walk enters every container and object once, however often it is referenced.  So the walk ends, and its time is
 * proportional to the length of the pickle.  Only a tensor is listed again at each place where it occurs.  There are
 * limits on the depth of the walk, the length of each part of a name and the size of the list.  Tensors beyond the
 * limits are not listed.
 */
#include "model/torch_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/torch_ndarray.h"
#include "model/utf8.h"

#define DEPTH_MAX 100
#define PART_MAX 1024

struct walk {
    struct torch_pickle *torch;
    struct model *model;
    uint64_t pickle_offset;
    struct buffer name;
    size_t prefix_size; /* of the name; no dot follows the prefix */
    size_t allowance;   /* bytes that names and list may still take */
    unsigned depth;
    bool no_memory;
};

static void walk_value(struct walk *walk, uint32_t value);

/* Takes `cost` from the allowance.  If the allowance is too small, sets it to 0. */
static bool charge(struct walk *walk, size_t cost)
{
    bool enough = cost <= walk->allowance;
    walk->allowance = enough ? walk->allowance - cost : 0;
    return enough;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Names                                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Names are UTF-8.  Invalid bytes become question marks. */
static void make_utf8(uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        i += znn_utf8_valid_size(data + i, size - i);
        if (i < size)
            data[i] = '?';
    }
}

static void add_part(struct walk *walk, const void *part, size_t size)
{
    struct buffer *name = &walk->name;
    bool dot = name->size > walk->prefix_size;
    if (size > PART_MAX) {
        part = "?";
        size = 1;
    }
    charge(walk, size);
    if ((dot && !znn_buffer_append_u8(name, '.')) || !znn_buffer_append(name, part, size))
        walk->no_memory = true;
    else if (size > 0)
        make_utf8(name->data + name->size - size, size);
}

static void add_number(struct walk *walk, int64_t number)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRId64, number);
    add_part(walk, digits, (size_t)size);
}

static void add_key(struct walk *walk, uint32_t key)
{
    const struct pickle *pickle = &walk->torch->pickle;
    const struct pickle_value *value = znn_pickle_value(pickle, key);
    if (value->kind == PICKLE_STRING)
        add_part(walk, pickle->data + value->b, value->a);
    else if (value->kind == PICKLE_INT)
        add_number(walk, value->b <= INT64_MAX ? (int64_t)value->b : -(int64_t)(UINT64_MAX - value->b) - 1);
    else
        add_part(walk, "?", 1);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The list                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

static void add_span(struct walk *walk, const struct torch_storage *storage)
{
    struct tensor span = {
        .offset = storage->offset,
        .size = storage->size,
        .dtype = storage->type.dtype,
        .flags = TENSOR_SPAN,
    };
    if (storage->offset == STORAGE_UNPLACED || storage->size == 0 || span.dtype == DTYPE_BYTES)
        return;
    if (!znn_model_add(walk->model, &span, "", NULL))
        walk->no_memory = true;
}

static void add_tensor(struct walk *walk, const struct torch_view *view, unsigned flags)
{
    struct tensor tensor = {
        .offset = view->offset,
        .size = view->size,
        .name_size = (uint32_t)walk->name.size,
        .rank = view->rank,
        .dtype = (uint8_t)view->dtype,
        .flags = (uint8_t)(flags | (view->strided ? TENSOR_STRIDED : 0)),
    };
    const uint8_t *name = walk->name.data;
    if (tensor.name_size > 0 && tensor.name_size == walk->prefix_size && name[tensor.name_size - 1] == '/')
        tensor.name_size--; /* the archive holds only this tensor */
    if (charge(walk, sizeof tensor + walk->name.size + view->rank * (view->strided ? 2 : 1) * sizeof *view->shape) &&
        !znn_model_add_view(walk->model, &tensor, name, view->shape, view->strides))
        walk->no_memory = true;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The walk                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Returns true if the value may contain tensors, so that no other value gets a name. */
static bool is_worth_a_name(struct walk *walk, uint32_t value)
{
    const struct pickle_value *inside = znn_pickle_value(&walk->torch->pickle, value);
    switch ((enum pickle_kind)inside->kind) {
    case PICKLE_TUPLE:
    case PICKLE_LIST:
    case PICKLE_DICT:
        return !inside->visited;
    default:
        return inside->kind == PICKLE_OBJECT;
    }
}

/* Returns true for the dicts in which a module keeps its parts. */
static bool is_module_dict(const struct pickle *pickle, uint32_t key)
{
    return znn_pickle_is_text(pickle, key, "_parameters") || znn_pickle_is_text(pickle, key, "_buffers") ||
           znn_pickle_is_text(pickle, key, "_modules");
}

static void walk_pairs(struct walk *walk, const struct pickle_batch *batch, bool attributes)
{
    size_t name_size = walk->name.size;
    for (uint32_t i = 0; i + 1 < batch->count; i += 2) {
        if (!is_worth_a_name(walk, batch->items[i + 1]))
            continue;
        if (!attributes || !is_module_dict(&walk->torch->pickle, batch->items[i]))
            add_key(walk, batch->items[i]);
        walk_value(walk, batch->items[i + 1]);
        walk->name.size = name_size;
    }
}

static void walk_items(struct walk *walk, const uint32_t *items, uint32_t count, uint32_t first_index)
{
    size_t name_size = walk->name.size;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_worth_a_name(walk, items[i]))
            continue;
        add_number(walk, (int64_t)first_index + i);
        walk_value(walk, items[i]);
        walk->name.size = name_size;
    }
}

/* Marks a container as visited.  Returns true the first time. */
static bool enter(struct walk *walk, uint32_t value)
{
    struct pickle_value *container = &walk->torch->pickle.values[value];
    bool first = !container->visited;
    container->visited = 1;
    return first;
}

static void walk_dict(struct walk *walk, uint32_t value, bool attributes)
{
    const struct pickle *pickle = &walk->torch->pickle;
    struct pickle_batch batch = {.next = znn_pickle_value(pickle, value)->a};
    if (!enter(walk, value))
        return;
    while (znn_pickle_next_batch(pickle, &batch))
        if (batch.role == ROLE_PAIRS)
            walk_pairs(walk, &batch, attributes);
}

/* An object's state is a dict of attributes, a tuple of two such dicts, or anything that its class defines. */
static void walk_state(struct walk *walk, uint32_t state)
{
    const struct pickle *pickle = &walk->torch->pickle;
    if (znn_pickle_value(pickle, state)->kind == PICKLE_DICT) {
        walk_dict(walk, state, true);
        return;
    }
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t part = znn_pickle_item(pickle, state, i);
        if (znn_pickle_value(pickle, part)->kind == PICKLE_DICT)
            walk_dict(walk, part, true);
    }
    walk_value(walk, state);
}

/* Walks the arguments of an unknown call.  A single argument gets no number. */
static void walk_arguments(struct walk *walk, uint32_t arguments)
{
    const struct pickle_value *tuple = znn_pickle_value(&walk->torch->pickle, arguments);
    if (tuple->kind == PICKLE_TUPLE && tuple->a == 1)
        walk_value(walk, znn_pickle_item(&walk->torch->pickle, arguments, 0));
    else
        walk_value(walk, arguments);
}

/* Returns an item of a list or tuple, or 0 if it is missing. */
static uint32_t list_item(const struct pickle *pickle, uint32_t list, uint32_t index)
{
    const struct pickle_value *value = znn_pickle_value(pickle, list);
    struct pickle_batch batch = {.next = value->a};
    if (value->kind != PICKLE_LIST)
        return znn_pickle_item(pickle, list, index);
    while (znn_pickle_next_batch(pickle, &batch)) {
        if (index < batch.count)
            return batch.items[index];
        index -= batch.count;
    }
    return 0;
}

/* Python 2 makes an OrderedDict from a list of pairs, each of them a list. */
static void walk_pair_list(struct walk *walk, uint32_t list)
{
    const struct pickle *pickle = &walk->torch->pickle;
    struct pickle_batch batch = {.next = znn_pickle_value(pickle, list)->a};
    size_t name_size = walk->name.size;
    if (znn_pickle_value(pickle, list)->kind != PICKLE_LIST || !enter(walk, list))
        return;
    while (znn_pickle_next_batch(pickle, &batch))
        for (uint32_t i = 0; i < batch.count; i++) {
            uint32_t value = list_item(pickle, batch.items[i], 1);
            if (!is_worth_a_name(walk, value))
                continue;
            add_key(walk, list_item(pickle, batch.items[i], 0));
            walk_value(walk, value);
            walk->name.size = name_size;
        }
}

/* Adds the tensor or array that `object` is.  Does nothing for other objects. */
static void list_object(struct walk *walk, uint32_t object, const struct torch_call *call)
{
    struct torch_view view;
    switch (call->meaning) {
    case MEANS_QUANTIZED:
    case MEANS_TENSOR:
    case MEANS_TENSOR_WITH_DTYPE:
        if (znn_torch_view(walk->torch, call, &view))
            add_tensor(walk, &view, TENSOR_LISTED);
        break;
    case MEANS_NDARRAY:
    case MEANS_FROM_BUFFER:
        if (znn_torch_ndarray(walk->torch, object, call, &view)) {
            view.offset += walk->pickle_offset;
            add_tensor(walk, &view, view.size > 0 ? TENSOR_SPAN | TENSOR_LISTED : TENSOR_LISTED);
        }
        break;
    default:
        break;
    }
}

/* Walks the other parts of an object that may lead to tensors. */
static void walk_call(struct walk *walk, const struct torch_call *call)
{
    const struct pickle *pickle = &walk->torch->pickle;
    switch (call->meaning) {
    case MEANS_TENSOR:
    case MEANS_TENSOR_WITH_DTYPE:
    case MEANS_NDARRAY:
    case MEANS_FROM_BUFFER:
        break;
    case MEANS_QUANTIZED: /* scales and zero points may be tensors */
        walk_value(walk, znn_pickle_item(pickle, call->arguments, 4));
        break;
    case MEANS_PARAMETER:
    case MEANS_PARAMETER_AND_DICT:
        walk_value(walk, znn_pickle_item(pickle, call->arguments, 0));
        break;
    case MEANS_ORDERED_DICT:
        walk_pair_list(walk, znn_pickle_item(pickle, call->arguments, 0));
        break;
    default:
        walk_arguments(walk, call->arguments);
        break;
    }
    if (call->state)
        walk_state(walk, call->state);
}

/* A parameter is a wrapper around a tensor. */
static uint32_t unwrap(struct walk *walk, uint32_t object, struct torch_call *call)
{
    *call = znn_torch_call(walk->torch, object);
    if (call->meaning == MEANS_PARAMETER || call->meaning == MEANS_PARAMETER_AND_DICT) {
        object = znn_pickle_item(&walk->torch->pickle, call->arguments, 0);
        *call = znn_torch_call(walk->torch, object);
    }
    return object;
}

static void walk_object(struct walk *walk, uint32_t object)
{
    const struct pickle *pickle = &walk->torch->pickle;
    struct pickle_batch batch = {.next = znn_pickle_value(pickle, object)->a};
    struct torch_call call;
    uint32_t items = 0;
    if (!enter(walk, object)) {
        uint32_t tensor = unwrap(walk, object, &call);
        list_object(walk, tensor, &call);
        return;
    }
    call = znn_torch_call(walk->torch, object);
    list_object(walk, object, &call);
    walk_call(walk, &call);
    while (znn_pickle_next_batch(pickle, &batch)) {
        if (batch.role == ROLE_STATE && call.meaning != MEANS_NDARRAY)
            walk_state(walk, batch.items[0]);
        else if (batch.role == ROLE_PAIRS)
            walk_pairs(walk, &batch, false);
        else if (batch.role == ROLE_ITEMS)
            walk_items(walk, batch.items, batch.count, items);
        items += batch.role == ROLE_ITEMS ? batch.count : 0;
    }
}

static void walk_list(struct walk *walk, uint32_t value)
{
    const struct pickle *pickle = &walk->torch->pickle;
    struct pickle_batch batch = {.next = znn_pickle_value(pickle, value)->a};
    uint32_t items = 0;
    if (!enter(walk, value))
        return;
    while (znn_pickle_next_batch(pickle, &batch)) {
        if (batch.role == ROLE_ITEMS)
            walk_items(walk, batch.items, batch.count, items);
        items += batch.role == ROLE_ITEMS ? batch.count : 0;
    }
}

static void walk_value(struct walk *walk, uint32_t value)
{
    const struct pickle *pickle = &walk->torch->pickle;
    const struct pickle_value *inside = znn_pickle_value(pickle, value);
    if (walk->depth == DEPTH_MAX || walk->allowance == 0 || walk->no_memory)
        return;
    walk->depth++;
    if (inside->kind == PICKLE_TUPLE && enter(walk, value))
        walk_items(walk, &pickle->words[inside->b], inside->a, 0);
    else if (inside->kind == PICKLE_LIST)
        walk_list(walk, value);
    else if (inside->kind == PICKLE_DICT)
        walk_dict(walk, value, false);
    else if (inside->kind == PICKLE_OBJECT)
        walk_object(walk, value);
    walk->depth--;
}

bool znn_torch_list(struct torch_pickle *torch, struct model *model, uint64_t pickle_offset, const char *prefix)
{
    struct walk walk = {
        .torch = torch,
        .model = model,
        .pickle_offset = pickle_offset,
        .prefix_size = strlen(prefix),
        .allowance = torch->pickle.size * 2 + ((size_t)1 << 20),
    };
    for (size_t i = 0; i < torch->count && !walk.no_memory; i++)
        add_span(&walk, &torch->storages[i]);
    if (!znn_buffer_append(&walk.name, prefix, walk.prefix_size))
        walk.no_memory = true;
    else
        make_utf8(walk.name.data, walk.name.size);
    if (torch->pickle.complete)
        walk_value(&walk, torch->pickle.result);
    znn_buffer_free(&walk.name);
    return !walk.no_memory;
}
