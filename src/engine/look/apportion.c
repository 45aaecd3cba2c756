/*
 * apportion.c - divides the bytes of a .znn file among its tensors
 *
 * Tensors are sorted by offset, but may overlap (views of one storage).  A byte counts for the first tensor that has
 * it.  So a tensor counts only the bytes past the end of all earlier tensors, which are one range at its end:
 *
 *     a   |----------|              a a a a
 *     b      |----|                              nothing left
 *     c         |---------|                 c c c
 */
#include "engine/look/apportion.h"

#include <stdlib.h>

#include "common/memory.h"
#include "container/part_format.h"

static unsigned group_count(const struct tensor_list *tensors, size_t i)
{
    return znn_dtype_info((enum dtype)tensors->tensors[i].dtype)->word;
}

/* Finds the next tensor, from tensor `i` on, that extends past `end`. */
static void find_owner(struct apportionment *apportionment, size_t i, uint64_t end)
{
    const struct tensor_list *list = apportionment->tensors;
    for (; i < list->count; i++) {
        const struct tensor *tensor = &list->tensors[i];
        if (tensor->size == 0 || tensor->offset + tensor->size <= end)
            continue;
        apportionment->owner = i;
        apportionment->start = tensor->offset > end ? tensor->offset : end;
        apportionment->end = tensor->offset + tensor->size;
        return;
    }
    apportionment->start = apportionment->end = UINT64_MAX;
}

/* A tensor and its end, for sorting. */
struct ending {
    uint64_t end;
    size_t tensor;
};

static int compare_endings(const void *a, const void *b)
{
    const struct ending *x = a, *y = b;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return (x->tensor > y->tensor) - (x->tensor < y->tensor);
}

static uint64_t end_of(const struct apportionment *apportionment, size_t i)
{
    const struct tensor *tensor = &apportionment->tensors->tensors[i];
    return tensor->offset + tensor->size;
}

/* Sorts the tensors by end.  They are sorted by start already, but if one lies within another, the order differs. */
static bool sort_by_end(struct apportionment *apportionment)
{
    size_t count = apportionment->tensors->count;
    struct ending *endings = znn_allocate(count * sizeof *endings);
    apportionment->by_end = znn_allocate(count * sizeof *apportionment->by_end);
    bool good = endings && apportionment->by_end;
    for (size_t i = 0; i < count && good; i++)
        endings[i] = (struct ending){end_of(apportionment, i), i};
    if (good)
        qsort(endings, count, sizeof *endings, compare_endings);
    for (size_t i = 0; i < count && good; i++)
        apportionment->by_end[i] = endings[i].tensor;
    znn_release(endings);
    return good;
}

/* Goes past the bytes from `start` to `end`.  Stores the fixed point bytes up to each tensor border in this range. */
static void pass(struct apportionment *apportionment, uint64_t start, uint64_t end, bool is_fixed)
{
    const struct tensor_list *list = apportionment->tensors;
    const uint64_t rounded = apportionment->rounded;
    for (size_t *i = &apportionment->next_start; *i < list->count && list->tensors[*i].offset < end; ++*i)
        apportionment->kinds[*i].rounded_before = rounded + (is_fixed ? list->tensors[*i].offset - start : 0);
    for (size_t *i = &apportionment->next_end; *i < list->count; ++*i) {
        size_t tensor = apportionment->by_end[*i];
        if (end_of(apportionment, tensor) > end)
            break;
        apportionment->kinds[tensor].rounded_until = rounded + (is_fixed ? end_of(apportionment, tensor) - start : 0);
    }
    apportionment->rounded += is_fixed ? end - start : 0;
}

static bool is_fixed_point(const struct part *part)
{
    unsigned precision;
    return znn_part_is_rounded(part, &precision);
}

static bool is_related(const struct part *part)
{
    return znn_part_format(part->transform)->needs == PART_NEEDS_BASE;
}

/*
 * Allocates data that only some files need, because a file may have millions of tensors.  No part before `offset` is a
 * difference or fixed point.
 */
static bool make_kinds(struct apportionment *apportionment, uint64_t offset)
{
    const struct tensor_list *list = apportionment->tensors;
    if (apportionment->kinds || list->count == 0)
        return true;
    apportionment->kinds = znn_allocate_zeroed(list->count, sizeof *apportionment->kinds);
    if (!apportionment->kinds || !sort_by_end(apportionment))
        return false;
    size_t *start = &apportionment->next_start;
    size_t *end = &apportionment->next_end;
    while (*start < list->count && list->tensors[*start].offset < offset)
        ++*start;
    while (*end < list->count && end_of(apportionment, apportionment->by_end[*end]) <= offset)
        ++*end;
    return true;
}

bool znn_apportion_open(struct apportionment *apportionment, const struct tensor_list *tensors)
{
    *apportionment = (struct apportionment){.tensors = tensors};
    find_owner(apportionment, 0, 0);
    if (tensors->count == 0)
        return true;
    apportionment->shares = znn_allocate_zeroed(tensors->count, sizeof *apportionment->shares);
    if (!apportionment->shares)
        return false;
    size_t groups = 0;
    for (size_t i = 0; i < tensors->count; i++) {
        apportionment->shares[i].groups = groups;
        groups += group_count(tensors, i);
    }
    apportionment->groups = znn_allocate_zeroed(groups, sizeof *apportionment->groups);
    return apportionment->groups;
}

void znn_apportion_free(struct apportionment *apportionment)
{
    znn_release(apportionment->shares);
    znn_release(apportionment->groups);
    znn_release(apportionment->kinds);
    znn_release(apportionment->by_end);
}

/* Returns the part of `amount`, which is spread over `whole`, that belongs to the range from `start` to `end`. */
static uint64_t portion(uint64_t amount, uint64_t start, uint64_t end, uint64_t whole)
{
    return amount * end / whole - amount * start / whole;
}

/* Returns the range's portion of a part's streams that are not in part->streams. */
static uint64_t rest_portion(const struct part *part, uint32_t start, uint32_t end)
{
    const struct part_format *format = znn_part_format(part->transform);
    return format->rest_payload ? portion(format->rest_payload(part), start, end, part->size) : 0;
}

/* Counts the range from `start` to `end` of a part for no tensor. */
static void charge_none(struct apportionment *apportionment, const struct part *part, uint32_t start, uint32_t end)
{
    apportionment->opaque_size += end - start;
    apportionment->opaque_compressed += rest_portion(part, start, end);
    for (unsigned k = 0; k < part->stream_count; k++)
        apportionment->opaque_compressed += portion(part->streams[k].size, start, end, part->size);
}

/*
 * Counts the range from `start` to `end` of a part for tensor `i`.  If the part was not split like the tensor's
 * elements, nothing is known about their groups, and each group gets an equal share.
 */
static void charge(struct apportionment *apportionment, size_t i, const struct part *part, uint32_t start, uint32_t end)
{
    struct share *share = &apportionment->shares[i];
    uint64_t *groups = apportionment->groups + share->groups;
    unsigned count = group_count(apportionment->tensors, i);
    share->size += end - start;
    const struct part_format *format = znn_part_format(part->transform);
    bool same = format->group_of && part->width == count;
    if (is_fixed_point(part))
        apportionment->kinds[i].rounded += end - start;
    if (is_related(part))
        apportionment->kinds[i].related += end - start;
    uint64_t sum = rest_portion(part, start, end);
    for (unsigned k = 0; k < part->stream_count; k++) {
        uint64_t bytes = portion(part->streams[k].size, start, end, part->size);
        if (same)
            groups[format->group_of(part, k)] += bytes;
        sum += bytes;
    }
    for (unsigned g = 0; g < count && !same; g++)
        groups[g] += portion(sum, g, g + 1, count);
}

/* Counts the next `size` bytes of `part`, which are at `offset` in the original. */
static bool apportion_segment(struct apportionment *apportionment, struct part *part, uint64_t offset, uint32_t size)
{
    if ((is_related(part) || is_fixed_point(part)) && !make_kinds(apportionment, offset))
        return false;
    if (apportionment->kinds)
        pass(apportionment, offset, offset + size, is_fixed_point(part));
    while (size > 0) {
        while (offset >= apportionment->end)
            find_owner(apportionment, apportionment->owner + 1, apportionment->end);
        bool owned = offset >= apportionment->start;
        uint64_t left = (owned ? apportionment->end : apportionment->start) - offset;
        uint32_t taken = left < size ? (uint32_t)left : size;
        if (owned)
            charge(apportionment, apportionment->owner, part, part->used, part->used + taken);
        else
            charge_none(apportionment, part, part->used, part->used + taken);
        part->used += taken;
        offset += taken;
        size -= taken;
    }
    return true;
}

bool znn_apportion_chunk(struct apportionment *apportionment, struct directory *directory, uint64_t offset)
{
    for (size_t i = 0; i < directory->part_count; i++)
        directory->parts[i].used = 0;
    for (size_t i = 0; i < directory->segment_count; i++) {
        const struct segment *segment = &directory->segments[i];
        if (!apportion_segment(apportionment, &directory->parts[segment->part], offset, segment->size))
            return false;
        offset += segment->size;
    }
    for (size_t i = 0; i < directory->part_count && directory->layout_segments == 0; i++) {
        struct part *part = &directory->parts[i];
        if (!apportion_segment(apportionment, part, offset, part->size))
            return false;
        offset += part->size;
    }
    return true;
}

void znn_apportion_get(const struct apportionment *apportionment, size_t i, struct znn_cost *cost)
{
    const struct share *share = &apportionment->shares[i];
    unsigned count = group_count(apportionment->tensors, i);
    uint64_t end = apportionment->tensors->tensors[i].size;
    uint64_t start = end - share->size;
    *cost = (struct znn_cost){
        .size = share->size,
        .groups = count,
    };
    if (apportionment->kinds) {
        const struct kinds *kinds = &apportionment->kinds[i];
        bool any = end > 0 && kinds->rounded_until > kinds->rounded_before;
        cost->delta_size = kinds->related;
        cost->rounded_size = kinds->rounded;
        cost->rounded_bytes = any ? kinds->rounded_until - kinds->rounded_before : 0;
    }
    for (unsigned g = 0; g < count; g++) {
        /* Byte p is in group g if p mod count is count - 1 - g.  Before byte p, (p + g) / count bytes are in group g.
         */
        cost->group_size[g] = (end + g) / count - (start + g) / count;
        cost->group_compressed[g] = apportionment->groups[share->groups + g];
        cost->compressed_size += cost->group_compressed[g];
    }
}
