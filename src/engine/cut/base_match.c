/*
 * base_match.c - finds the partner of each tensor among the tensors of a base
 */
#include "engine/cut/base_match.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "common/memory.h"
#include "engine/cut/matching.h"
#include "engine/cut/moved_rows.h"
#include "engine/cut/name_kin.h"

/* Tensors of the base that have no partner, by their key. */
struct candidates {
    struct keyed *items;
    size_t *used; /* at the first item with a key: how many items with that key have a partner by now */
    size_t count;
};

/*
 * Returns true if type and shape are equal, except that the base may have other floats, and that the first dimension
 * may be smaller or larger.
 */
static bool is_alike(const struct matching *matching, const struct tensor *tensor, size_t i)
{
    struct znn_tensor other;
    const struct tensor *entry = &matching->list->tensors[i];
    const uint8_t *shape = znn_tensor_text(matching->model, tensor) + tensor->name_size;
    znn_tensor_list_get(matching->list, i, &other);
    if (!are_relatives(entry->dtype, tensor->dtype) || entry->rank != tensor->rank || entry->size == 0 ||
        ((entry->flags ^ tensor->flags) & TENSOR_STRIDED))
        return false;
    for (uint32_t d = 0; d < tensor->rank; d++)
        if (next_dimension(&shape) != other.shape[d] && d > 0)
            return false;
    return tensor->size == znn_partner_share(tensor, entry) || (tensor->rank > 0 && !(tensor->flags & TENSOR_STRIDED));
}

static const char *name_of(const struct matching *matching, const struct tensor *tensor)
{
    return (const char *)znn_tensor_text(matching->model, tensor);
}

static void match_names(struct matching *matching)
{
    for (size_t i = 0; i < matching->model->count; i++) {
        const struct tensor *tensor = &matching->model->tensors[i];
        matching->matches[i] = (struct match){.tensor = NO_TENSOR, .how = MATCH_NONE};
        if (!wants_partner(tensor) || tensor->name_size == 0)
            continue;
        size_t found = znn_tensor_list_find(matching->list, name_of(matching, tensor), tensor->name_size);
        if (found != SIZE_MAX && !matching->taken[found] && is_alike(matching, tensor, found))
            pair_up(matching, i, found, MATCH_NAME);
    }
}

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a;
    const struct keyed *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
}

static void add_candidate(struct candidates *candidates, uint64_t key, size_t tensor)
{
    candidates->used[candidates->count] = 0;
    candidates->items[candidates->count++] = (struct keyed){.key = key, .tensor = tensor};
}

static void sort_candidates(struct candidates *candidates)
{
    if (candidates->count > 0)
        qsort(candidates->items, candidates->count, sizeof *candidates->items, compare_keyed);
}

/* Returns the place of the first candidate with this key, or the count. */
static size_t find_candidate(const struct candidates *candidates, uint64_t key)
{
    size_t low = 0;
    for (size_t high = candidates->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (candidates->items[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < candidates->count && candidates->items[low].key == key ? low : candidates->count;
}

/* Returns true if the tensor of the base can still become a partner. */
static bool is_free(const struct matching *matching, size_t i)
{
    const struct tensor *entry = &matching->list->tensors[i];
    return !matching->taken[i] && entry->dtype != DTYPE_BYTES && entry->size > 0;
}

/* Returns true if the tensor of the model still needs a partner. */
static bool is_alone(const struct matching *matching, size_t i)
{
    const struct tensor *tensor = &matching->model->tensors[i];
    return wants_partner(tensor) && tensor->size > 0 && matching->matches[i].tensor == NO_TENSOR;
}

/* Sets *key to the hash of a spelling of a name.  Returns false if there is no such spelling. */
static bool spell(const char *name, size_t size, unsigned choice, uint64_t *key)
{
    char spelling[KIN_NAME_MAX];
    size_t length = znn_name_kin(name, size, choice, spelling);
    *key = XXH3_64bits(spelling, length);
    return length > 0;
}

/*
 * Pairs tensors whose names mean the same.  Leaves a tensor alone if several of the base have such a name, as layers of
 * an encoder and of a decoder may.
 */
static void match_kin(struct matching *matching, struct candidates *candidates, unsigned choice, unsigned base_choice)
{
    uint64_t key;
    candidates->count = 0;
    for (size_t i = 0; i < matching->list->count; i++) {
        struct znn_tensor other;
        znn_tensor_list_get(matching->list, i, &other);
        if (is_free(matching, i) && spell(other.name, other.name_size, base_choice, &key))
            add_candidate(candidates, key, i);
    }
    sort_candidates(candidates);
    for (size_t i = 0; i < matching->model->count && candidates->count > 0; i++) {
        const struct tensor *tensor = &matching->model->tensors[i];
        if (!is_alone(matching, i) || !spell(name_of(matching, tensor), tensor->name_size, choice, &key))
            continue;
        size_t place = find_candidate(candidates, key);
        if (place == candidates->count || (place + 1 < candidates->count && candidates->items[place + 1].key == key))
            continue;
        size_t found = candidates->items[place].tensor;
        if (!matching->taken[found] && is_alike(matching, tensor, found))
            pair_up(matching, i, found, MATCH_TRANSLATED);
    }
}

static bool has_lonely(const struct matching *matching)
{
    for (size_t i = 0; i < matching->model->count; i++)
        if (is_alone(matching, i))
            return true;
    return false;
}

/* A second meaning of a name counts only if the first one found nothing. */
static void match_all_kin(struct matching *matching, struct candidates *candidates)
{
    if (!has_lonely(matching))
        return;
    match_kin(matching, candidates, 0, 0);
    match_kin(matching, candidates, 0, 1);
    match_kin(matching, candidates, 1, 0);
}

/* The ways to compare shapes. */
enum shape_way {
    SHAPES_OF_TYPE, /* types are equal, too */
    SHAPES_OF_ANY,  /* any types that can predict each other */
};

/* Returns true if tensors of this type find partners of other types. */
static bool has_relatives(uint8_t dtype, bool is_base)
{
    return delta_converts(dtype, dtype) || (!is_base && znn_blocks_predictable(dtype, DTYPE_F32));
}

/* Returns the key of a tensor: a hash of all properties that must agree if names do not. */
static uint64_t key_of(const struct tensor *tensor, bool any, const uint64_t *shape, uint32_t rank)
{
    uint8_t bytes[10];
    const struct dtype_info *info = znn_dtype_info((enum dtype)tensor->dtype);
    bytes[0] = any ? DTYPE_COUNT : tensor->dtype;
    bytes[1] = tensor->flags & TENSOR_STRIDED;
    store_le64(bytes + 2, any ? tensor->size / info->block_bytes * info->block_elements : tensor->size);
    return XXH3_64bits_withSeed(shape, rank * sizeof *shape, XXH3_64bits(bytes, sizeof bytes));
}

static void collect_shapes(const struct matching *matching, enum shape_way way, struct candidates *candidates)
{
    candidates->count = 0;
    for (size_t i = 0; i < matching->list->count; i++) {
        const struct tensor *entry = &matching->list->tensors[i];
        struct znn_tensor other;
        if (!is_free(matching, i) || (way == SHAPES_OF_ANY && !has_relatives(entry->dtype, true)))
            continue;
        znn_tensor_list_get(matching->list, i, &other);
        add_candidate(candidates, key_of(entry, way == SHAPES_OF_ANY, other.shape, entry->rank), i);
    }
    sort_candidates(candidates);
}

static bool model_key(const struct matching *matching, const struct tensor *tensor, enum shape_way way, uint64_t *key)
{
    const uint8_t *text = znn_tensor_text(matching->model, tensor) + tensor->name_size;
    uint64_t *shape = znn_allocate((tensor->rank + (size_t)1) * sizeof *shape);
    if (!shape)
        return false;
    for (uint32_t d = 0; d < tensor->rank; d++)
        shape[d] = next_dimension(&text);
    *key = key_of(tensor, way == SHAPES_OF_ANY, shape, tensor->rank);
    znn_release(shape);
    return true;
}

/* Takes the first free candidate with this key, if its type is related. */
static size_t take_candidate(const struct matching *matching, struct candidates *candidates, uint8_t dtype,
                             uint64_t key)
{
    size_t first = find_candidate(candidates, key);
    if (first == candidates->count)
        return NO_TENSOR;
    size_t next = first + candidates->used[first];
    if (next >= candidates->count || candidates->items[next].key != key ||
        !are_relatives(matching->list->tensors[candidates->items[next].tensor].dtype, dtype))
        return NO_TENSOR;
    candidates->used[first]++;
    return candidates->items[next].tensor;
}

static bool match_shapes(struct matching *matching, enum shape_way way, struct candidates *candidates)
{
    collect_shapes(matching, way, candidates);
    for (size_t i = 0; i < matching->model->count && candidates->count > 0; i++) {
        const struct tensor *tensor = &matching->model->tensors[i];
        uint64_t key;
        if (!is_alone(matching, i) || (way == SHAPES_OF_ANY && !has_relatives(tensor->dtype, false)))
            continue;
        if (!model_key(matching, tensor, way, &key))
            return false;
        size_t found = take_candidate(matching, candidates, tensor->dtype, key);
        if (found != NO_TENSOR)
            pair_up(matching, i, found, MATCH_SHAPE);
    }
    return true;
}

/* Finds out whether a converter moved the rows of matrices.  If names are equal, it is the same kind of model. */
static enum znn_status find_orders(const struct matching *matching, struct source *source, struct znn_base *base,
                                   struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < matching->model->count && !status; i++) {
        struct match *match = &matching->matches[i];
        const struct tensor *tensor = &matching->model->tensors[i];
        match->order = (struct row_order){.row_bytes = 0};
        if (match->tensor == NO_TENSOR || match->how == MATCH_NAME || tensor->rank != 2 ||
            !znn_source_is_seekable(source))
            continue;
        const uint8_t *shape = znn_tensor_text(matching->model, tensor) + tensor->name_size;
        next_dimension(&shape);
        status = znn_find_row_order(source, tensor, base, &matching->list->tensors[match->tensor],
                                    next_dimension(&shape), &match->order, error);
    }
    return status;
}

static enum znn_status match(struct matching *matching, struct candidates *candidates, struct source *source,
                             struct znn_base *base, struct znn_error *error)
{
    match_names(matching);
    match_all_kin(matching, candidates);
    enum znn_status status = znn_match_contents(matching, source, base, error);
    if (status)
        return status;
    bool good = match_shapes(matching, SHAPES_OF_TYPE, candidates) && match_shapes(matching, SHAPES_OF_ANY, candidates);
    return good ? find_orders(matching, source, base, error) : znn_fail_memory(error, SIZE_NOT_KNOWN);
}

enum znn_status znn_base_match(const struct model *model, struct source *source, struct znn_base *base,
                               struct match *matches, struct znn_error *error)
{
    size_t count = base->tensors->count;
    struct matching matching = {.model = model, .list = base->tensors, .matches = matches};
    struct candidates candidates = {.count = 0};
    matching.taken = znn_allocate_zeroed(count + 1, sizeof *matching.taken);
    candidates.items = znn_allocate((count + 1) * sizeof *candidates.items);
    candidates.used = znn_allocate((count + 1) * sizeof *candidates.used);
    bool good = matching.taken && candidates.items && candidates.used;
    enum znn_status status =
        good ? match(&matching, &candidates, source, base, error) : znn_fail_memory(error, SIZE_NOT_KNOWN);
    znn_release(matching.taken);
    znn_release(candidates.items);
    znn_release(candidates.used);
    return status;
}
