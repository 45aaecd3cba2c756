/*
 * torch_pickle.c - storages and tensors in a PyTorch pickle
 */
#include "model/torch_pickle.h"

#include "common/memory.h"

/* A separate budget for storages, so that there is space even if the pickle used all of its own. */
#define STORAGES_BUDGET ((size_t)16 << 20)

/* ------------------------------------------------------------------------------------------------------------------ */
/* Storages                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

static uint64_t multiply(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* Returns false if `id` does not identify a storage. */
static bool read_storage(struct pickle *pickle, uint32_t id, struct torch_storage *storage)
{
    const struct torch_global *global = znn_torch_global(pickle, znn_pickle_item(pickle, id, 1));
    uint64_t numel;
    if (!znn_pickle_is_text(pickle, znn_pickle_item(pickle, id, 0), "storage") || global->meaning != MEANS_STORAGE ||
        !znn_pickle_unsigned(pickle, znn_pickle_item(pickle, id, 4), &numel))
        return false;
    unsigned unit = znn_torch_element_size(global->type);
    *storage = (struct torch_storage){
        .bytes = multiply(numel, unit),
        .offset = STORAGE_UNPLACED,
        .key = znn_pickle_item(pickle, id, 2),
        .view = znn_pickle_item(pickle, id, 5),
        .unit = (uint8_t)unit,
        .type = global->type,
    };
    return true;
}

static void collect_storages(struct torch_pickle *torch)
{
    struct pickle *pickle = &torch->pickle;
    pickle->budget = STORAGES_BUDGET;
    for (size_t i = 0; i < pickle->value_count; i++) {
        struct pickle_value *value = &pickle->values[i];
        struct torch_storage storage;
        if (value->kind != PICKLE_PERSISTENT || !read_storage(pickle, value->a, &storage))
            continue;
        struct torch_storage *storages =
            znn_pickle_grow(pickle, torch->storages, torch->count, &torch->capacity, sizeof *storages);
        if (!storages)
            return;
        torch->storages = storages;
        storages[torch->count++] = storage;
        value->b = torch->count;
    }
}

static struct torch_storage *storage_of(struct torch_pickle *torch, uint32_t value)
{
    const struct pickle_value *persistent = znn_pickle_value(&torch->pickle, value);
    return persistent->kind == PICKLE_PERSISTENT && persistent->b ? &torch->storages[persistent->b - 1] : NULL;
}

/* An untyped storage takes the type of the first tensor that views it. */
static void type_untyped_storages(struct torch_pickle *torch)
{
    struct pickle *pickle = &torch->pickle;
    for (uint32_t i = 0; i < pickle->value_count; i++) {
        if (pickle->values[i].kind != PICKLE_OBJECT)
            continue;
        struct torch_call call = znn_torch_call(torch, i);
        if (call.meaning != MEANS_TENSOR_WITH_DTYPE)
            continue;
        struct torch_storage *storage = storage_of(torch, znn_pickle_item(pickle, call.arguments, 0));
        const struct torch_global *dtype = znn_torch_global(pickle, znn_pickle_item(pickle, call.arguments, 6));
        if (storage && storage->type.dtype == DTYPE_BYTES && dtype->meaning == MEANS_DTYPE)
            storage->type = dtype->type;
    }
}

bool znn_torch_pickle_read(struct torch_pickle *torch, const uint8_t *data, size_t size)
{
    *torch = (struct torch_pickle){0};
    if (!znn_pickle_run(&torch->pickle, data, size, ZNN_PICKLE_BUDGET))
        return false;
    collect_storages(torch);
    type_untyped_storages(torch);
    return !torch->pickle.no_memory;
}

void znn_torch_pickle_free(struct torch_pickle *torch)
{
    znn_release(torch->storages);
    znn_pickle_free(&torch->pickle);
    *torch = (struct torch_pickle){0};
}

void znn_torch_place(struct torch_storage *storage, uint64_t offset, uint64_t room)
{
    uint64_t size = storage->bytes < room ? storage->bytes : room;
    storage->offset = offset;
    storage->size = size - size % znn_torch_element_size(storage->type);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Tensors                                                                                                            */
/* ------------------------------------------------------------------------------------------------------------------ */

struct torch_call znn_torch_call(struct torch_pickle *torch, uint32_t object)
{
    struct pickle *pickle = &torch->pickle;
    const struct pickle_value *value = znn_pickle_value(pickle, object);
    struct pickle_batch batch = {.next = value->kind == PICKLE_OBJECT ? value->a : 0};
    if (!znn_pickle_next_batch(pickle, &batch) || batch.role != ROLE_CALL)
        return (struct torch_call){.meaning = MEANS_NOTHING};
    struct torch_call call = {znn_torch_global(pickle, batch.items[0])->meaning, batch.items[1], 0};
    if (call.meaning == MEANS_PARAMETER_AND_DICT)
        call.state = znn_pickle_item(pickle, call.arguments, 3);
    if (call.meaning == MEANS_SUBCLASS) {
        call.state = znn_pickle_item(pickle, call.arguments, 3);
        call.meaning = znn_torch_global(pickle, znn_pickle_item(pickle, call.arguments, 0))->meaning;
        call.arguments = znn_pickle_item(pickle, call.arguments, 2);
    }
    return call;
}

bool znn_torch_shape(struct torch_pickle *torch, uint32_t value, uint64_t shape[TORCH_RANK_MAX], uint32_t *rank)
{
    const struct pickle *pickle = &torch->pickle;
    if (znn_pickle_value(pickle, value)->kind == PICKLE_OBJECT) {
        struct torch_call call = znn_torch_call(torch, value);
        value = call.meaning == MEANS_SIZE ? znn_pickle_item(pickle, call.arguments, 0) : 0;
    }
    const struct pickle_value *tuple = znn_pickle_value(pickle, value);
    if (tuple->kind != PICKLE_TUPLE || tuple->a > TORCH_RANK_MAX)
        return false;
    *rank = tuple->a;
    for (uint32_t i = 0; i < tuple->a; i++)
        if (!znn_pickle_unsigned(pickle, znn_pickle_item(pickle, value, i), &shape[i]))
            return false;
    return true;
}

bool znn_torch_measure(struct torch_view *view, struct torch_type type)
{
    if (type.dtype == DTYPE_BYTES || type.parts == 0)
        return false;
    if (type.parts > 1)
        view->shape[view->rank++] = type.parts;
    view->dtype = (enum dtype)type.dtype;
    view->size = znn_dtype_info(view->dtype)->bits / 8u;
    bool empty = false;
    for (uint32_t i = 0; i < view->rank; i++) {
        empty = empty || view->shape[i] == 0;
        view->size = multiply(view->size, view->shape[i]);
    }
    view->size = empty ? 0 : view->size;
    return view->size < UINT64_MAX;
}

static bool is_row_major(uint32_t rank, const uint64_t *shape, const uint64_t *strides)
{
    uint64_t step = 1;
    for (uint32_t i = rank; i-- > 0;) {
        if (shape[i] != 1 && strides[i] != step)
            return false;
        step = multiply(step, shape[i]);
    }
    return true;
}

/* The range of a storage in the file, or of the part of a storage that a tensor's offset is relative to. */
struct range {
    uint64_t start;
    uint64_t claimed; /* bytes according to the pickle */
    uint64_t there;   /* bytes that the file has */
};

static bool storage_range(struct torch_pickle *torch, const struct torch_storage *storage, struct range *range)
{
    const struct pickle *pickle = &torch->pickle;
    uint64_t first, count;
    *range = (struct range){storage->offset, storage->bytes, storage->size};
    if (storage->offset == STORAGE_UNPLACED)
        return false;
    if (znn_pickle_value(pickle, storage->view)->kind != PICKLE_TUPLE)
        return true;
    if (!znn_pickle_unsigned(pickle, znn_pickle_item(pickle, storage->view, 1), &first) ||
        !znn_pickle_unsigned(pickle, znn_pickle_item(pickle, storage->view, 2), &count))
        return false;
    uint64_t skipped = multiply(first, storage->unit);
    uint64_t wanted = multiply(count, storage->unit);
    if (skipped > range->claimed || wanted > range->claimed - skipped)
        return false;
    uint64_t passed = skipped < range->there ? skipped : range->there;
    uint64_t left = range->there - passed;
    *range = (struct range){range->start + passed, wanted, left < wanted ? left : wanted};
    return true;
}

/* Converts strides from PyTorch's elements to znn's, which may be half as large (pairs), and sets the size from the
 * first to the last element.  Returns false if the size exceeds 64 bits. */
static bool measure_strides(struct torch_view *view, struct torch_type type, uint32_t rank)
{
    uint64_t last = type.parts - 1;
    for (uint32_t i = 0; i < rank; i++) {
        view->strides[i] = multiply(view->strides[i], type.parts);
        uint64_t step = multiply(view->shape[i] - 1, view->strides[i]);
        last = step > UINT64_MAX - last ? UINT64_MAX : last + step;
    }
    if (view->rank > rank)
        view->strides[rank] = 1;
    view->size = last == UINT64_MAX ? last : multiply(last + 1, znn_dtype_info(view->dtype)->bits / 8u);
    return view->size < UINT64_MAX;
}

bool znn_torch_view(struct torch_pickle *torch, const struct torch_call *call, struct torch_view *view)
{
    struct pickle *pickle = &torch->pickle;
    const struct torch_storage *storage = storage_of(torch, znn_pickle_item(pickle, call->arguments, 0));
    uint64_t first;
    uint32_t stride_count;
    struct range range;
    if (!storage || !storage_range(torch, storage, &range) ||
        !znn_pickle_unsigned(pickle, znn_pickle_item(pickle, call->arguments, 1), &first) ||
        !znn_torch_shape(torch, znn_pickle_item(pickle, call->arguments, 2), view->shape, &view->rank) ||
        !znn_torch_shape(torch, znn_pickle_item(pickle, call->arguments, 3), view->strides, &stride_count) ||
        view->rank != stride_count)
        return false;
    struct torch_type type = storage->type;
    if (call->meaning == MEANS_TENSOR_WITH_DTYPE)
        type = znn_torch_global(pickle, znn_pickle_item(pickle, call->arguments, 6))->type;
    uint32_t rank = view->rank;
    uint64_t skipped = multiply(first, znn_torch_element_size(type));
    if (!znn_torch_measure(view, type))
        return false;
    view->strided = view->size > 0 && !is_row_major(rank, view->shape, view->strides);
    if ((view->strided && !measure_strides(view, type, rank)) || skipped > range.claimed ||
        view->size > range.claimed - skipped)
        return false;
    uint64_t passed = skipped < range.there ? skipped : range.there;
    uint64_t left = range.there - passed;
    view->offset = range.start + passed;
    view->size = left < view->size ? left - left % znn_torch_element_size(type) : view->size;
    return true;
}
