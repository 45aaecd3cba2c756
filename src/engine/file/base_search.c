/*
 * base_search.c - finds the tensors of a base by their bytes
 */
#include "engine/file/base_search.h"

#include <stdlib.h>
#include <string.h>

#include "common/array.h"
#include "common/memory.h"
#include "engine/part/part_decoder.h"

/* A tensor of the base.  The entries are sorted twice: by position, to hash them, then by key, to look them up. */
struct entry {
    uint64_t a, b; /* offset and size, then key_of() */
    size_t tensor;
};

struct search {
    struct bases *bases;
    const struct sought *sought; /* sorted by type and size */
    size_t count;
    struct entry *entries;
    size_t entry_count;
    size_t capacity;
    struct znn_error *error;
};

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Compares by size and type of the tensor, then by the order in the file. */
static int compare_sought(const void *a, const void *b)
{
    const struct sought *x = a;
    const struct sought *y = b;
    int order = compare(x->row.size, y->row.size);
    if (order == 0)
        order = compare(x->row.dtype, y->row.dtype);
    return order ? order : compare(x->number, y->number);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = compare(x->a, y->a);
    if (order == 0)
        order = compare(x->b, y->b);
    return order ? order : compare(x->tensor, y->tensor);
}

static void sort_entries(const struct search *search)
{
    if (search->entry_count > 0)
        qsort(search->entries, search->entry_count, sizeof *search->entries, compare_entries);
}

/* Returns true if a row needs a tensor of this type and size. */
static bool is_wanted(const struct search *search, uint64_t dtype, uint64_t size)
{
    size_t low = 0;
    for (size_t high = search->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        const struct bases_row *row = &search->sought[middle].row;
        if (row->size < size || (row->size == size && row->dtype < dtype))
            low = middle + 1;
        else
            high = middle;
    }
    return low < search->count && search->sought[low].row.size == size && search->sought[low].row.dtype == dtype;
}

static bool list_entries(struct search *search)
{
    const struct tensor_list *list = search->bases->base->tensors;
    for (size_t i = 0; i < list->count; i++) {
        const struct tensor *tensor = &list->tensors[i];
        if (!is_wanted(search, tensor->dtype, tensor->size))
            continue;
        struct entry *entries =
            znn_array_grow(search->entries, search->entry_count, &search->capacity, sizeof *entries);
        if (!entries)
            return false;
        search->entries = entries;
        entries[search->entry_count++] = (struct entry){tensor->offset, tensor->size, i};
    }
    return true;
}

/* Computes the key of a tensor.  The keys differ if the hashes are equal but the types or sizes are not. */
static void key_of(const uint64_t hash[2], uint64_t dtype, uint64_t size, uint64_t key[2])
{
    key[0] = hash[0] + dtype * UINT64_C(0x9e3779b97f4a7c15);
    key[1] = hash[1] + size * UINT64_C(0xc2b2ae3d27d4eb4f);
}

/* Hashes the tensors in the order of the base.  Neighbours that have the same range of bytes are hashed once. */
static enum znn_status hash_entries(struct search *search)
{
    struct znn_base *base = search->bases->base;
    struct buffer room = {0};
    struct part_scratch scratch = {.groups = {0}};
    struct nested nested = {&search->bases->allowance, &scratch};
    uint64_t hash[2];
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < search->entry_count && !status; i++) {
        size_t tensor = search->entries[i].tensor;
        const struct tensor *at = &base->tensors->tensors[tensor];
        const struct tensor *before = i > 0 ? &base->tensors->tensors[search->entries[i - 1].tensor] : NULL;
        if (before && before->offset == at->offset && before->size == at->size)
            status = znn_base_set_hash(base, tensor, hash, search->error);
        else
            status = znn_base_hash(base, tensor, &room, &nested, hash, search->error);
    }
    for (size_t i = 0; i < search->entry_count && !status; i++) {
        struct entry *entry = &search->entries[i];
        const struct tensor *tensor = &base->tensors->tensors[entry->tensor];
        uint64_t key[2];
        key_of(base->hashes[entry->tensor].hash, tensor->dtype, tensor->size, key);
        entry->a = key[0];
        entry->b = key[1];
    }
    znn_buffer_free(&room);
    znn_part_scratch_free(&scratch);
    return status;
}

/* Returns the first tensor that matches the row, or SIZE_MAX if there is none. */
static size_t find(const struct search *search, const struct bases_row *row)
{
    uint64_t key[2];
    size_t low = 0;
    key_of(row->hash, row->dtype, row->size, key);
    for (size_t high = search->entry_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        const struct entry *entry = &search->entries[middle];
        if (entry->a < key[0] || (entry->a == key[0] && entry->b < key[1]))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == search->entry_count || search->entries[low].a != key[0] || search->entries[low].b != key[1])
        return SIZE_MAX;
    size_t found = search->entries[low].tensor;
    const struct tensor *tensor = &search->bases->base->tensors->tensors[found];
    return tensor->dtype == row->dtype && tensor->size == row->size ? found : SIZE_MAX;
}

enum znn_status znn_base_search(struct bases *bases, struct sought *sought, size_t count, const struct sought **missing,
                                struct znn_error *error)
{
    struct search search = {.bases = bases, .sought = sought, .count = count, .error = error};
    *missing = NULL;
    if (count == 0)
        return ZNN_OK;
    qsort(sought, count, sizeof *sought, compare_sought);
    enum znn_status status = list_entries(&search) ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
    sort_entries(&search);
    if (!status)
        status = hash_entries(&search);
    sort_entries(&search);
    for (size_t i = 0; i < count && !status; i++) {
        size_t *tensor = &bases->tensors[sought[i].number].tensor;
        *tensor = find(&search, &sought[i].row);
        if (*tensor == SIZE_MAX && (!*missing || sought[i].number < (*missing)->number))
            *missing = &sought[i];
    }
    znn_release(search.entries);
    return status;
}
