/*
 * salvage_report.c - reports the losses: ranges of the original, and bytes of each tensor
 */

#include "engine/run/salvage.h"

#include "common/memory.h"

void znn_salvage_free(struct znn_salvage *salvage)
{
    if (!salvage)
        return;
    const struct znn_allocator *outer = znn_memory_enter(salvage->allocator);
    znn_tensor_list_free(&salvage->tensors);
    znn_release(salvage->ranges);
    znn_release(salvage);
    znn_memory_leave(outer);
}

int znn_salvage_is_whole(const struct znn_salvage *salvage)
{
    return salvage->is_whole;
}

const char *znn_salvage_damage(const struct znn_salvage *salvage)
{
    return salvage->count > 0 || salvage->is_whole ? "" : salvage->damage.detail;
}

uint64_t znn_salvage_size(const struct znn_salvage *salvage, int *is_known)
{
    *is_known = salvage->size_is_known;
    return salvage->size;
}

size_t znn_salvage_range_count(const struct znn_salvage *salvage)
{
    return salvage->count;
}

void znn_salvage_range(const struct znn_salvage *salvage, size_t i, uint64_t *offset, uint64_t *size)
{
    *offset = salvage->ranges[i].start;
    *size = salvage->ranges[i].end - salvage->ranges[i].start;
}

size_t znn_salvage_tensor_count(const struct znn_salvage *salvage)
{
    return salvage->tensors.count;
}

/* Returns the first range that ends after `offset`. */
static size_t range_behind(const struct znn_salvage *salvage, uint64_t offset)
{
    size_t low = 0;
    for (size_t high = salvage->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (salvage->ranges[middle].end <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void znn_salvage_get(const struct znn_salvage *salvage, size_t i, struct znn_tensor *tensor, uint64_t *lost)
{
    znn_tensor_list_get(&salvage->tensors, i, tensor);
    uint64_t end = tensor->offset + tensor->size;
    *lost = 0;
    for (size_t k = range_behind(salvage, tensor->offset); k < salvage->count; k++) {
        const struct span *range = &salvage->ranges[k];
        if (range->start >= end)
            break;
        uint64_t from = range->start > tensor->offset ? range->start : tensor->offset;
        *lost += (range->end < end ? range->end : end) - from;
    }
}
