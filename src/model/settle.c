/*
 * settle.c - sorts storages and views
 *
 * A scanner of PyTorch files finds storages and the tensors that view them separately.  It may find a storage several
 * times, and a hostile file may have overlapping ranges.  The result is the list that model.h promises:
 *
 *     span   [0, 100) F32                      span+listed  [0, 100) F32 "a"
 *     listed [0, 100) F32 "a"           ->     listed       [0, 40)  F32 "b"     (by offset, then size)
 *     listed [0, 40)  F32 "b"                  span         [100, 200) I64
 *     span   [100, 200) I64
 *     span   [150, 180) U8
 */
#include <stdlib.h>

#include "model/model.h"

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* By offset, then size.  Spans without a name come first, in the order in which they were found (see below). */
static int compare_tensors(const void *left, const void *right)
{
    const struct tensor *a = left, *b = right;
    int order = compare(a->offset, b->offset);
    order = order ? order : compare(a->size, b->size);
    order = order ? order : compare(a->flags & TENSOR_LISTED, b->flags & TENSOR_LISTED);
    order = order ? order : compare(a->text, b->text);
    order = order ? order : compare(a->rank, b->rank);
    return order ? order : compare(a->dtype, b->dtype);
}

/* Sorts the tensors.  A span without a name does not need its rank, so the rank holds its place in the order. */
static void sort_tensors(struct model *model)
{
    struct tensor *tensors = model->tensors;
    for (size_t i = 0; i < model->count; i++)
        if (!(tensors[i].flags & TENSOR_LISTED)) {
            tensors[i].text = 0;
            tensors[i].rank = (uint32_t)i;
        }
    if (model->count > 1)
        qsort(tensors, model->count, sizeof *tensors, compare_tensors);
    for (size_t i = 0; i < model->count; i++)
        if (!(tensors[i].flags & TENSOR_LISTED))
            tensors[i].rank = 0;
}

/* Keeps at most one span among the `count` tensors of one range, and none if `possible` is false. */
static struct tensor *choose_span(struct tensor *tensors, size_t count, bool possible)
{
    struct tensor *chosen = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!(tensors[i].flags & TENSOR_SPAN))
            continue;
        if (possible && !chosen)
            chosen = &tensors[i];
        else
            tensors[i].flags &= (uint8_t)~TENSOR_SPAN;
    }
    return chosen;
}

/* Makes a listed tensor of the same type the span, so that the nameless span can go. */
static void merge_span(struct tensor *tensors, size_t count, struct tensor *span)
{
    for (size_t i = 0; i < count && !(span->flags & TENSOR_LISTED); i++)
        if (tensors[i].flags & TENSOR_LISTED && tensors[i].dtype == span->dtype) {
            tensors[i].flags |= TENSOR_SPAN;
            span->flags = 0;
            return;
        }
}

void znn_model_settle(struct model *model, uint64_t file_size)
{
    struct tensor *tensors = model->tensors;
    uint64_t end = 0; /* of all spans so far */
    size_t kept = 0;
    sort_tensors(model);
    for (size_t i = 0, count; i < model->count; i += count) {
        uint64_t offset = tensors[i].offset, size = tensors[i].size;
        for (count = 1; i + count < model->count; count++)
            if (tensors[i + count].offset != offset || tensors[i + count].size != size)
                break;
        bool inside = offset <= file_size && size <= file_size - offset;
        struct tensor *span = choose_span(&tensors[i], count, inside && size > 0 && offset >= end);
        if (span) {
            end = offset + size;
            merge_span(&tensors[i], count, span);
        }
        for (size_t k = i; k < i + count; k++)
            if (tensors[k].flags != 0)
                tensors[kept++] = tensors[k];
    }
    model->count = kept;
    znn_model_trim(model);
}
