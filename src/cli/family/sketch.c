/*
 * sketch.c - a few numbers that show which models may be related
 */
#include "cli/family/sketch.h"

#include <stdlib.h>

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_numbers(const void *a, const void *b)
{
    return compare(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* The key of a tensor.  The sketch keeps the keys of the lowest ranks. */
struct ranked {
    uint64_t key, rank;
};

static int compare_ranks(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    int ranks = compare(x->rank, y->rank);
    return ranks ? ranks : compare(x->key, y->key);
}

/* Mixes the bits of a number; the constants are those of the generator SplitMix64. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* Makes the keys from the tensors' numbers of elements.  A key is like a random number, so dividing it by the number of
 * elements gives large tensors low ranks. */
static void rank_all(const uint64_t *elements, size_t count, struct ranked *ranked)
{
    uint64_t ordinal = 0;
    for (size_t i = 0; i < count; i++) {
        ordinal = i > 0 && elements[i] == elements[i - 1] ? ordinal + 1 : 0;
        uint64_t key = mix(elements[i] ^ mix(ordinal));
        ranked[i] = (struct ranked){.key = key, .rank = key / elements[i]};
    }
}

static uint64_t count_elements(const struct znn_tensor *tensor)
{
    uint64_t elements = 1;
    for (size_t d = 0; d < tensor->rank; d++)
        elements *= tensor->shape[d]; /* a product that overflows is as good a number as any other */
    return elements;
}

/* Sets `elements` to the numbers of elements of all tensors that have any, and returns how many there are. */
static size_t list_elements(struct sketch *sketch, const struct znn_base *model, uint64_t *elements)
{
    size_t used = 0;
    for (size_t i = 0; i < znn_base_tensor_count(model); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        if (znn_base_tensor(model, i, &tensor) || tensor.size == 0)
            continue;
        elements[used] = count_elements(&tensor);
        if (elements[used] == 0)
            continue;
        sketch->elements += elements[used++];
        sketch->size += tensor.size;
    }
    return used;
}

static void keep_lowest(struct sketch *sketch, struct ranked *ranked, size_t count)
{
    qsort(ranked, count, sizeof *ranked, compare_ranks);
    sketch->count = count < SKETCH_KEYS ? count : SKETCH_KEYS;
    for (size_t i = 0; i < sketch->count; i++)
        sketch->keys[i] = ranked[i].key;
    qsort(sketch->keys, sketch->count, sizeof *sketch->keys, compare_numbers);
}

bool znn_sketch_make(struct sketch *sketch, const struct znn_base *model)
{
    size_t count = znn_base_tensor_count(model);
    uint64_t *elements = malloc((count + 1) * sizeof *elements);
    struct ranked *ranked = malloc((count + 1) * sizeof *ranked);
    bool good = elements && ranked;
    *sketch = (struct sketch){.count = 0};
    if (good) {
        count = list_elements(sketch, model, elements);
        qsort(elements, count, sizeof *elements, compare_numbers);
        rank_all(elements, count, ranked);
        keep_lowest(sketch, ranked, count);
    }
    free(elements);
    free(ranked);
    return good;
}

size_t znn_sketch_common(const struct sketch *a, const struct sketch *b)
{
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        int order = compare(a->keys[i], b->keys[j]);
        common += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return common;
}

double znn_sketch_bits(const struct sketch *sketch)
{
    return sketch->elements > 0 ? 8.0 * (double)sketch->size / (double)sketch->elements : 0;
}
