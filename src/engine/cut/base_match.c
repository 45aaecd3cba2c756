/*
 * base_match.c - finds the partner of each tensor among the tensors of a base
 */
#include "engine/cut/base_match.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "common/memory.h"
#include "container/format.h"
#include "container/part_blocks.h"
#include "container/part_delta.h"

/* A tensor of the base without a partner.  The key covers all properties that must agree. */
struct candidate {
    uint64_t key;
    size_t tensor;
    size_t used; /* in the first candidate with a key: how many candidates with that key have a partner by now */
};

struct matching {
    const struct model *model;
    const struct tensor_list *list;
    size_t *matches;
    bool *taken; /* for each tensor of the base: whether it has a partner */
    struct candidate *candidates;
    size_t candidate_count;
};

/* Reads the dimension of the model's tensor at *shape, and moves *shape past it. */
static uint64_t next_dimension(const uint8_t **shape)
{
    uint64_t dimension = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = *(*shape)++;
        dimension |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return dimension;
    }
}

/* Returns true if numbers of one type say something about numbers of the other. */
static bool are_relatives(uint8_t base, uint8_t dtype)
{
    return base == dtype || delta_converts(base, dtype) || znn_blocks_predictable(dtype, base);
}

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

static void match_names(struct matching *matching)
{
    for (size_t i = 0; i < matching->model->count; i++) {
        const struct tensor *tensor = &matching->model->tensors[i];
        matching->matches[i] = NO_TENSOR;
        if (!(tensor->flags & TENSOR_SPAN) || tensor->dtype == DTYPE_BYTES || tensor->name_size == 0)
            continue;
        const char *name = (const char *)znn_tensor_text(matching->model, tensor);
        size_t found = znn_tensor_list_find(matching->list, name, tensor->name_size);
        if (found == SIZE_MAX || matching->taken[found] || !is_alike(matching, tensor, found))
            continue;
        matching->matches[i] = found;
        matching->taken[found] = true;
    }
}

/*
 * Returns the key of a tensor: a hash of all properties that must agree if names do not.  If `any_float` is set, all
 * floats that znn can convert have the same type.
 */
static uint64_t key_of(const struct tensor *tensor, bool any_float, const uint64_t *shape, uint32_t rank)
{
    uint8_t bytes[10];
    bool is_float = any_float && delta_converts(tensor->dtype, tensor->dtype);
    bytes[0] = is_float ? DTYPE_COUNT : tensor->dtype;
    bytes[1] = tensor->flags & TENSOR_STRIDED;
    store_le64(bytes + 2, is_float ? tensor->size / znn_dtype_info((enum dtype)tensor->dtype)->word : tensor->size);
    return XXH3_64bits_withSeed(shape, rank * sizeof *shape, XXH3_64bits(bytes, sizeof bytes));
}

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
}

static void collect_candidates(struct matching *matching, bool any_float)
{
    matching->candidate_count = 0;
    for (size_t i = 0; i < matching->list->count; i++) {
        const struct tensor *entry = &matching->list->tensors[i];
        struct znn_tensor other;
        if (matching->taken[i] || entry->dtype == DTYPE_BYTES || entry->size == 0)
            continue;
        znn_tensor_list_get(matching->list, i, &other);
        matching->candidates[matching->candidate_count++] = (struct candidate){
            .key = key_of(entry, any_float, other.shape, entry->rank),
            .tensor = i,
        };
    }
    if (matching->candidate_count > 0)
        qsort(matching->candidates, matching->candidate_count, sizeof *matching->candidates, compare_candidates);
}

static bool model_key(const struct matching *matching, const struct tensor *tensor, bool any_float, uint64_t *key)
{
    const uint8_t *text = znn_tensor_text(matching->model, tensor) + tensor->name_size;
    uint64_t *shape = znn_allocate((tensor->rank + (size_t)1) * sizeof *shape);
    if (!shape)
        return false;
    for (uint32_t d = 0; d < tensor->rank; d++)
        shape[d] = next_dimension(&text);
    *key = key_of(tensor, any_float, shape, tensor->rank);
    znn_release(shape);
    return true;
}

/* Takes the first free candidate with this key. */
static size_t take_candidate(struct matching *matching, uint64_t key)
{
    struct candidate *candidates = matching->candidates;
    size_t low = 0;
    for (size_t high = matching->candidate_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (candidates[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    size_t next = low < matching->candidate_count ? low + candidates[low].used : low;
    if (next >= matching->candidate_count || candidates[next].key != key)
        return NO_TENSOR;
    candidates[low].used++;
    return candidates[next].tensor;
}

static bool match_shapes(struct matching *matching, bool any_float)
{
    collect_candidates(matching, any_float);
    for (size_t i = 0; i < matching->model->count && matching->candidate_count > 0; i++) {
        const struct tensor *tensor = &matching->model->tensors[i];
        uint64_t key;
        if (!(tensor->flags & TENSOR_SPAN) || tensor->dtype == DTYPE_BYTES || tensor->size == 0 ||
            matching->matches[i] != NO_TENSOR || (any_float && !delta_converts(tensor->dtype, tensor->dtype)))
            continue;
        if (!model_key(matching, tensor, any_float, &key))
            return false;
        size_t found = take_candidate(matching, key);
        matching->matches[i] = found;
        if (found != NO_TENSOR)
            matching->taken[found] = true;
    }
    return true;
}

enum znn_status znn_base_match(const struct model *model, const struct znn_base *base, size_t *matches,
                               struct znn_error *error)
{
    size_t count = base->tensors->count;
    struct matching matching = {.model = model, .list = base->tensors, .matches = matches};
    matching.taken = znn_allocate_zeroed(count + 1, sizeof *matching.taken);
    matching.candidates = znn_allocate((count + 1) * sizeof *matching.candidates);
    bool good = matching.taken && matching.candidates;
    if (good) {
        match_names(&matching);
        good = match_shapes(&matching, false) && match_shapes(&matching, true);
    }
    znn_release(matching.taken);
    znn_release(matching.candidates);
    return good ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
}
