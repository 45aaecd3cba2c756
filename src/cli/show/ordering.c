/*
 * ordering.c - sorts tensors with little memory for each
 *
 * Depending on the C library, qsort() takes as much extra memory as the array, or quadratic time.  This merge sort
 * takes half of that memory: the first half of a range waits aside while both halves are merged into the range.
 *
 *     range   | first half | second half |        aside   |            |
 *             |  free      | second half |  <---          | first half |
 */
#include "cli/show/ordering.h"

#include "cli/flags/tensor_name.h"
#include "cli/say/message.h"

#include <stdlib.h>
#include <string.h>

/* Ranges this short are sorted by insertion. */
#define SHORT 8

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

int znn_entry_by_name(const struct entry *a, const struct entry *b)
{
    int order = znn_name_compare(a->key.name, a->more.name_size, b->key.name, b->more.name_size);
    return order != 0 ? order : compare_numbers(a->number, b->number);
}

int znn_entry_by_bytes(const struct entry *a, const struct entry *b)
{
    size_t shorter = a->more.name_size < b->more.name_size ? a->more.name_size : b->more.name_size;
    int order = shorter > 0 ? memcmp(a->key.name, b->key.name, shorter) : 0;
    if (order == 0)
        order = compare_numbers(a->more.name_size, b->more.name_size);
    return order != 0 ? order : compare_numbers(a->number, b->number);
}

int znn_entry_by_size(const struct entry *a, const struct entry *b)
{
    if (a->key.size != b->key.size)
        return a->key.size > b->key.size ? -1 : 1;
    return compare_numbers(a->more.place, b->more.place);
}

int znn_entry_by_ratio(const struct entry *a, const struct entry *b)
{
    if (a->key.ratio > b->key.ratio)
        return -1;
    return a->key.ratio < b->key.ratio ? 1 : compare_numbers(a->more.place, b->more.place);
}

bool znn_entry_has_name_of(const struct entry *a, const struct entry *b)
{
    return a->more.name_size == b->more.name_size && memcmp(a->key.name, b->key.name, a->more.name_size) == 0;
}

struct entry *znn_entries_new(size_t count)
{
    /* The numbers have 32 bits. */
    struct entry *entries = count <= UINT32_MAX ? malloc((count + 1) * sizeof *entries) : NULL;
    if (!entries)
        znn_say_memory_error(NULL);
    return entries;
}

static void sort_short(struct entry *entries, size_t count, entry_order *order)
{
    for (size_t i = 1; i < count; i++) {
        struct entry entry = entries[i];
        size_t k = i;
        for (; k > 0 && order(&entries[k - 1], &entry) > 0; k--)
            entries[k] = entries[k - 1];
        entries[k] = entry;
    }
}

static void sort(struct entry *entries, size_t count, struct entry *aside, entry_order *order)
{
    if (count <= SHORT) {
        sort_short(entries, count, order);
        return;
    }
    size_t half = count / 2;
    sort(entries, half, aside, order);
    sort(entries + half, count - half, aside, order);
    if (order(&entries[half - 1], &entries[half]) <= 0)
        return; /* most files have their tensors in some order */
    memcpy(aside, entries, half * sizeof *aside);
    size_t to = 0;
    for (size_t first = 0, second = half; first < half;) {
        bool takes_second = second < count && order(&aside[first], &entries[second]) > 0;
        entries[to++] = takes_second ? entries[second++] : aside[first++];
    }
}

bool znn_entries_sort(struct entry *entries, size_t count, entry_order *order)
{
    struct entry *aside = malloc((count / 2 + 1) * sizeof *aside);
    if (!aside)
        return znn_say_memory_error(NULL);
    sort(entries, count, aside, order);
    free(aside);
    return true;
}
