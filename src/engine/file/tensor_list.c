/*
 * tensor_list.c - the tensors of a .znn file, as its index lists them
 *
 * The text of a tensor starts at a multiple of 8.  Pointers into it are returned to callers:
 *
 *     | dimension, 8 bytes | ... | stride, 8 bytes | ... | name | NUL | up to 7 bytes of padding |
 *
 * Only strided tensors have strides.
 *
 * Names are found by binary search among pairs of a name's hash and its tensor's number.  The pairs are sorted once
 * more than a few names have been looked up.  Many readers never do that; until then a lookup compares all names.
 *
 * Sorting needs no extra memory, and no choice of names makes it slow.  The pairs are distributed by the first byte of
 * the hash, and each group is heap-sorted.  Even names whose hashes are all equal do not make lookups slow, because
 * names of equal hash are sorted, too.
 */
#include "engine/file/tensor_list.h"

#include <string.h>
#include <xxhash.h>

#include "common/array.h"
#include "common/bytes.h"
#include "common/memory.h"
#include "platform/threads.h"

/* The number of lookups that compare all names, because sorting takes time. */
#define FEW 4

struct name_entry {
    uint64_t hash;
    size_t tensor;
};

struct name_index {
    struct mutex lock; /* held while sorting */
    bool sorted;
    unsigned compared; /* number of lookups that compared all names; at most FEW */
    struct name_entry entries[];
};

static bool has_strides(const struct tensor *tensor)
{
    return (tensor->flags & (TENSOR_STRIDED | TENSOR_NO_STRIDES)) == TENSOR_STRIDED;
}

/* Returns the number of dimensions and strides. */
static uint64_t number_count(const struct tensor *tensor)
{
    return (has_strides(tensor) ? 2 : 1) * (uint64_t)tensor->rank;
}

static bool add_text(struct buffer *text, const struct tensor *tensor, const struct buffer *added)
{
    struct byte_reader shape = byte_reader(added->data ? added->data : (const uint8_t *)"", added->size);
    const uint8_t *name = read_bytes(&shape, tensor->name_size);
    for (uint64_t i = 0; i < number_count(tensor); i++) {
        uint64_t dimension = read_leb128(&shape);
        if (!znn_buffer_append(text, &dimension, sizeof dimension))
            return false;
    }
    static const uint8_t zeros[8];
    return znn_buffer_append(text, name, tensor->name_size) &&
           znn_buffer_append(text, zeros, 8 - (text->size & 7)); /* at least one zero, the NUL */
}

bool znn_tensor_list_add(struct tensor_list *list, const struct tensor *tensor, const struct buffer *text)
{
    struct tensor *tensors = znn_array_grow(list->tensors, list->count, &list->capacity, sizeof *tensors);
    if (!tensors)
        return false;
    list->tensors = tensors;
    tensors[list->count] = *tensor;
    tensors[list->count].text = list->text.size;
    list->count++;
    list->cut_count += tensor->size < znn_tensor_extent(tensor, text->data ? text->data : (const uint8_t *)"");
    return add_text(&list->text, tensor, text);
}

bool znn_tensor_list_finish(struct tensor_list *list)
{
    if (list->count == 0)
        return true;
    /* Give back unused memory.  If that fails, keep the larger blocks. */
    struct tensor *tensors = znn_reallocate(list->tensors, list->count * sizeof *tensors);
    uint8_t *text = znn_reallocate(list->text.data, list->text.size);
    list->tensors = tensors ? tensors : list->tensors;
    list->text.data = text ? text : list->text.data;
    list->names = znn_allocate(sizeof *list->names + list->count * sizeof *list->names->entries);
    if (!list->names)
        return false;
    list->names->sorted = false;
    list->names->compared = 0;
    znn_mutex_open(&list->names->lock);
    return true;
}

void znn_tensor_list_free(struct tensor_list *list)
{
    if (list->names)
        znn_mutex_close(&list->names->lock);
    znn_release(list->names);
    znn_release(list->tensors);
    znn_buffer_free(&list->text);
    *list = (struct tensor_list){0};
}

static const uint8_t *name_of(const struct tensor_list *list, const struct tensor *tensor)
{
    return list->text.data + tensor->text + number_count(tensor) * sizeof(uint64_t);
}

void znn_tensor_list_get(const struct tensor_list *list, size_t i, struct znn_tensor *tensor)
{
    const struct tensor *entry = &list->tensors[i];
    const struct dtype_info *dtype = znn_dtype_info((enum dtype)entry->dtype);
    const void *shape = list->text.data + entry->text;
    const uint64_t *strides = has_strides(entry) && entry->rank > 0 ? (const uint64_t *)shape + entry->rank : NULL;
    const void *name = name_of(list, entry);
    *tensor = (struct znn_tensor){
        .name = name,
        .name_size = entry->name_size,
        .dtype = dtype->name,
        .bits = dtype->bits,
        .block = dtype->block_elements,
        .rank = entry->rank,
        .shape = shape,
        .offset = entry->offset,
        .size = entry->size,
        .is_strided = (entry->flags & TENSOR_STRIDED) != 0,
        .strides = strides,
    };
}

uint64_t znn_tensor_dense_size(const struct znn_tensor *tensor)
{
    uint64_t bits = tensor->bits;
    bool is_empty = false;
    for (size_t i = 0; i < tensor->rank; i++)
        is_empty = is_empty || tensor->shape[i] == 0;
    for (size_t i = 0; i < tensor->rank && !is_empty; i++) {
        if (tensor->shape[i] > UINT64_MAX / bits)
            return UINT64_MAX;
        bits *= tensor->shape[i];
    }
    return is_empty ? 0 : bits / (8u * tensor->block);
}

/* Like znn_tensor_extent(), but for an unpacked description. */
static uint64_t extent_of(const struct znn_tensor *tensor)
{
    uint64_t last = 0;
    uint64_t dense = znn_tensor_dense_size(tensor);
    if (!tensor->strides)
        return tensor->is_strided || dense == UINT64_MAX ? tensor->size : dense;
    for (size_t i = 0; i < tensor->rank; i++) {
        uint64_t steps = tensor->shape[i] - 1, stride = tensor->strides[i];
        if (tensor->shape[i] == 0)
            return 0;
        if (stride > 0 && steps > (UINT64_MAX - last) / stride)
            return UINT64_MAX;
        last += steps * stride;
    }
    uint64_t bytes = tensor->bits / 8;
    return bytes > 0 && last >= UINT64_MAX / bytes ? UINT64_MAX : (last + 1) * bytes;
}

uint64_t znn_tensor_missing(const struct znn_tensor *tensor)
{
    uint64_t extent = strcmp(tensor->dtype, "BYTES") == 0 ? 0 : extent_of(tensor);
    return extent > tensor->size ? extent - tensor->size : 0;
}

/* Compares names: by length, then by bytes. */
static int compare_name(const struct tensor_list *list, const struct name_entry *entry, const void *name, size_t size)
{
    const struct tensor *tensor = &list->tensors[entry->tensor];
    if (tensor->name_size != size)
        return tensor->name_size < size ? -1 : 1;
    return memcmp(name_of(list, tensor), name, size);
}

/* Compares entries: by hash, then by name, then by the order of the tensors. */
static bool is_before(const struct tensor_list *list, const struct name_entry *a, const struct name_entry *b)
{
    if (a->hash != b->hash)
        return a->hash < b->hash;
    const struct tensor *tensor = &list->tensors[b->tensor];
    int order = compare_name(list, a, name_of(list, tensor), tensor->name_size);
    return order != 0 ? order < 0 : a->tensor < b->tensor;
}

/* Moves `entry` down from position `i` in a heap of `count` entries until no child comes after it. */
static void sink(const struct tensor_list *list, struct name_entry *heap, size_t count, struct name_entry entry,
                 size_t i)
{
    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && is_before(list, &heap[child], &heap[child + 1]))
            child++;
        if (!is_before(list, &entry, &heap[child]))
            break;
        heap[i] = heap[child];
    }
    heap[i] = entry;
}

static void sort_heap(const struct tensor_list *list, struct name_entry *heap, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sink(list, heap, count, heap[i], i);
    for (size_t last = count; last-- > 1;) {
        struct name_entry entry = heap[last];
        heap[last] = heap[0];
        sink(list, heap, last, entry, 0);
    }
}

static unsigned first_byte(const struct name_entry *entry)
{
    return (unsigned)(entry->hash >> 56);
}

/* Groups entries by the first byte of their hash, in place.  Sets ends[b] to the end of the group of byte b. */
static void distribute(struct name_entry *entries, size_t count, size_t ends[256])
{
    size_t next[256] = {0};
    for (size_t i = 0; i < count; i++)
        next[first_byte(&entries[i])]++;
    for (size_t b = 0, end = 0; b < 256; b++) {
        end += next[b];
        next[b] = end - next[b];
        ends[b] = end;
    }
    for (size_t b = 0; b < 256; b++)
        while (next[b] < ends[b]) {
            struct name_entry entry = entries[next[b]];
            for (unsigned home; (home = first_byte(&entry)) != b;) {
                struct name_entry displaced = entries[next[home]];
                entries[next[home]++] = entry;
                entry = displaced;
            }
            entries[next[b]++] = entry;
        }
}

static void sort_names(const struct tensor_list *list)
{
    struct name_entry *entries = list->names->entries;
    size_t ends[256];
    for (size_t i = 0; i < list->count; i++) {
        const struct tensor *tensor = &list->tensors[i];
        entries[i] = (struct name_entry){XXH3_64bits(name_of(list, tensor), tensor->name_size), i};
    }
    distribute(entries, list->count, ends);
    for (size_t b = 0, start = 0; b < 256; start = ends[b++])
        sort_heap(list, entries + start, ends[b] - start);
}

static size_t find_unsorted(const struct tensor_list *list, const char *name, size_t name_size)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct tensor *tensor = &list->tensors[i];
        if (tensor->name_size == name_size && memcmp(name_of(list, tensor), name, name_size) == 0)
            return i;
    }
    return SIZE_MAX;
}

size_t znn_tensor_list_find(const struct tensor_list *list, const char *name, size_t name_size)
{
    if (list->count == 0)
        return SIZE_MAX;
    znn_mutex_lock(&list->names->lock);
    bool is_early = list->names->compared < FEW;
    list->names->compared += is_early;
    if (!is_early && !list->names->sorted) {
        sort_names(list);
        list->names->sorted = true;
    }
    znn_mutex_unlock(&list->names->lock);
    if (is_early)
        return find_unsorted(list, name, name_size);

    const struct name_entry *entries = list->names->entries;
    uint64_t hash = XXH3_64bits(name, name_size);
    size_t low = 0;
    for (size_t high = list->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        const struct name_entry *entry = &entries[middle];
        if (entry->hash < hash || (entry->hash == hash && compare_name(list, entry, name, name_size) < 0))
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < list->count && entries[low].hash == hash && compare_name(list, &entries[low], name, name_size) == 0;
    return found ? entries[low].tensor : SIZE_MAX;
}
