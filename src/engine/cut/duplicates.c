/*
 * duplicates.c - finds tensors that repeat earlier ones
 *
 * Each tensor that repeats another one becomes a reference.  References that are neighbours, and whose sources are
 * neighbours, become one.  This is possible even with bytes between them, if these are repeated as well.  A reference
 * also grows by small repeated tensors before and after it:
 *
 *     original    | norm a | W a | W b | ... | norm c | W c | W d |
 *     found                                           |--a--|--b--|
 *     reference                              |--------------------|
 */
#include "engine/cut/duplicates.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/array.h"
#include "common/memory.h"
#include "engine/cut/planner.h"
#include "engine/cut/same_bytes.h"

/* A smaller tensor is not worth a reference of its own. */
#define LEAST 8192

/* Bytes of each tensor to compare first. */
#define SAMPLE 512

/* The most different tensors of equal size and sample that a further one is compared with. */
#define RIVALS 4

/* The most bytes between two references to compare in order to join them. */
#define BRIDGE (1u << 20)

/* The most tensors in a row to skip that are not spans. */
#define VIEWS 1000

struct candidate {
    size_t tensor;
    uint64_t size;
    uint64_t sample; /* a hash */
};

struct search {
    struct source *source;
    const struct model *model;
    struct references *references;
    struct candidate *candidates;
    size_t count;
    size_t capacity;
    struct reference *found; /* the sources of repeated tensors */
    size_t found_count;
    size_t found_capacity;
    uint64_t chunk; /* start of the last reference's chunk */
    struct buffer room;
    struct znn_error *error;
};

static enum znn_status same_bytes(struct search *search, uint64_t a, uint64_t b, uint64_t size, bool *same)
{
    return znn_same_bytes(search->source, a, b, size, &search->room, same, search->error);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Tensors that are the same                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static int compare_sizes(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    if (x->sample != y->sample)
        return x->sample < y->sample ? -1 : 1;
    return (x->tensor > y->tensor) - (x->tensor < y->tensor);
}

static enum znn_status list_candidates(struct search *search)
{
    for (size_t i = 0; i < search->model->count; i++) {
        const struct tensor *tensor = &search->model->tensors[i];
        bool there = tensor->offset <= search->source->size && tensor->size <= search->source->size - tensor->offset;
        bool rounded = tensor->flags & TENSOR_ROUNDED; /* the rounded bytes are not known yet */
        if (!(tensor->flags & TENSOR_SPAN) || rounded || tensor->size < LEAST || !there)
            continue;
        struct candidate *grown = znn_array_grow(search->candidates, search->count, &search->capacity, sizeof *grown);
        if (!grown)
            return znn_fail_memory(search->error, SIZE_NOT_KNOWN);
        search->candidates = grown;
        grown[search->count++] = (struct candidate){.tensor = i, .size = tensor->size};
    }
    if (search->count > 0)
        qsort(search->candidates, search->count, sizeof *search->candidates, compare_sizes);
    return ZNN_OK;
}

/* Returns true if the tensor is constant: such a tensor takes almost no space anyway. */
static bool is_constant(const uint8_t *data, size_t size)
{
    return memcmp(data, data + 8, size - 8) == 0;
}

/* Keeps candidates whose size occurs more than once, and takes a sample of each. */
static enum znn_status take_samples(struct search *search)
{
    struct candidate *candidates = search->candidates;
    size_t kept = 0;
    for (size_t i = 0; i < search->count; i++) {
        bool shared = (i > 0 && candidates[i - 1].size == candidates[i].size) ||
                      (i + 1 < search->count && candidates[i + 1].size == candidates[i].size);
        if (!shared)
            continue;
        uint8_t sample[SAMPLE];
        size_t got = 0;
        struct candidate candidate = candidates[i];
        uint64_t middle = search->model->tensors[candidate.tensor].offset + candidate.size / 2;
        enum znn_status status = znn_source_read(search->source, middle, sample, sizeof sample, &got, search->error);
        if (status)
            return status;
        if (got < sizeof sample || is_constant(sample, sizeof sample))
            continue;
        candidate.sample = XXH3_64bits(sample, sizeof sample);
        candidates[kept++] = candidate;
    }
    search->count = kept;
    if (kept > 0)
        qsort(candidates, kept, sizeof *candidates, compare_sizes);
    return ZNN_OK;
}

static enum znn_status add_found(struct search *search, const struct tensor *tensor, uint64_t source)
{
    struct reference *found =
        znn_array_grow(search->found, search->found_count, &search->found_capacity, sizeof *found);
    if (!found)
        return znn_fail_memory(search->error, SIZE_NOT_KNOWN);
    search->found = found;
    found[search->found_count++] = (struct reference){.offset = tensor->offset, .size = tensor->size, .source = source};
    return ZNN_OK;
}

/* Compares `count` candidates of equal size and sample, which are sorted by offset. */
static enum znn_status compare_alike(struct search *search, const struct candidate *candidates, size_t count)
{
    const struct tensor *different[RIVALS];
    size_t rivals = 0;
    for (size_t i = 0; i < count; i++) {
        const struct tensor *tensor = &search->model->tensors[candidates[i].tensor];
        bool same = false;
        enum znn_status status = ZNN_OK;
        for (size_t k = 0; k < rivals && !same && !status; k++) {
            status = same_bytes(search, different[k]->offset, tensor->offset, tensor->size, &same);
            if (!status && same)
                status = add_found(search, tensor, different[k]->offset);
        }
        if (status)
            return status;
        if (!same && rivals < RIVALS)
            different[rivals++] = tensor;
    }
    return ZNN_OK;
}

static int compare_offsets(const void *a, const void *b)
{
    const struct reference *x = a;
    const struct reference *y = b;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static enum znn_status find_same(struct search *search)
{
    for (size_t start = 0, end; start < search->count; start = end) {
        const struct candidate *first = &search->candidates[start];
        for (end = start + 1; end < search->count && search->candidates[end].size == first->size &&
                              search->candidates[end].sample == first->sample;
             end++)
            ;
        enum znn_status status = compare_alike(search, first, end - start);
        if (status)
            return status;
    }
    if (search->found_count > 0)
        qsort(search->found, search->found_count, sizeof *search->found, compare_offsets);
    return ZNN_OK;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* References                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

static uint64_t end_of(const struct reference *reference)
{
    return reference->offset + reference->size;
}

static struct reference *last_of(const struct search *search)
{
    return search->references->count > 0 ? &search->references->items[search->references->count - 1] : NULL;
}

/* Returns true if no chunk of references overlaps the range.  The reference being made is not in the list yet. */
static bool stands_alone(const struct search *search, uint64_t offset, uint64_t size)
{
    const struct reference *items = search->references->items;
    size_t low = 0;
    for (size_t high = search->references->count; low < high;) { /* find the first one that ends after `offset` */
        size_t middle = low + (high - low) / 2;
        if (end_of(&items[middle]) > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low == search->references->count || items[low].offset - items[low].gap >= offset + size;
}

static bool is_span(const struct tensor *tensor)
{
    return (tensor->flags & TENSOR_SPAN) && tensor->size > 0;
}

/*
 * Returns the first span that starts at `offset` or later, or the model's count if there is none.  After very many
 * views the result may be a view.
 */
static size_t span_from(const struct model *model, uint64_t offset)
{
    size_t low = 0;
    for (size_t high = model->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (model->tensors[middle].offset >= offset)
            high = middle;
        else
            low = middle + 1;
    }
    for (int i = 0; i < VIEWS && low < model->count && !is_span(&model->tensors[low]); i++)
        low++;
    return low;
}

/* Extends a reference by the spans before it that repeat the bytes before its source, down to `floor`. */
static enum znn_status grow_back(struct search *search, struct reference *reference, uint64_t floor)
{
    const struct model *model = search->model;
    size_t i = span_from(model, reference->offset);
    int views = 0;
    while (i-- > 0 && views < VIEWS) {
        const struct tensor *tensor = &model->tensors[i];
        bool same = false;
        if (!is_span(tensor)) {
            views++;
            continue;
        }
        if (tensor->offset + tensor->size != reference->offset || tensor->offset < floor ||
            tensor->size > reference->source || !stands_alone(search, reference->source - tensor->size, tensor->size))
            break;
        enum znn_status status =
            same_bytes(search, reference->source - tensor->size, tensor->offset, tensor->size, &same);
        if (status)
            return status;
        if (!same || reference->source + reference->size > tensor->offset)
            break;
        reference->offset -= tensor->size;
        reference->source -= tensor->size;
        reference->size += tensor->size;
    }
    return ZNN_OK;
}

/* Extends a reference by the spans after it that repeat the bytes after its source, up to `ceiling`. */
static enum znn_status grow_on(struct search *search, struct reference *reference, uint64_t ceiling)
{
    const struct model *model = search->model;
    for (;;) {
        size_t i = span_from(model, end_of(reference));
        bool same = false;
        if (i == model->count || !is_span(&model->tensors[i]) || model->tensors[i].offset != end_of(reference))
            return ZNN_OK;
        uint64_t size = model->tensors[i].size;
        uint64_t source = reference->source + reference->size;
        if (size > ceiling - end_of(reference) || source + size > search->chunk || !stands_alone(search, source, size))
            return ZNN_OK;
        enum znn_status status = same_bytes(search, source, end_of(reference), size, &same);
        if (status || !same)
            return status;
        reference->size += size;
    }
}

/* Joins `next` to the last reference if it continues it, directly or after a few bytes that are repeated as well. */
static enum znn_status try_bridge(struct search *search, const struct reference *next, bool *done)
{
    struct reference *last = last_of(search);
    *done = false;
    if (!last || next->offset - next->source != last->offset - last->source)
        return ZNN_OK;
    uint64_t gap = next->offset - end_of(last);
    uint64_t source = last->source + last->size;
    if (gap > BRIDGE || next->source + next->size > search->chunk || !stands_alone(search, source, gap + next->size))
        return ZNN_OK;
    enum znn_status status = same_bytes(search, source, end_of(last), gap, done);
    if (!status && *done)
        last->size = end_of(next) - last->offset;
    return status;
}

/* Returns true if only a few opaque bytes are between the last reference and `offset`. */
static bool is_gap(const struct search *search, const struct reference *last, uint64_t offset)
{
    if (offset - end_of(last) > REFERENCE_GAP)
        return false;
    size_t i = span_from(search->model, end_of(last));
    return i == search->model->count || search->model->tensors[i].offset >= offset;
}

static enum znn_status add_reference(struct search *search, struct reference next, uint64_t ceiling)
{
    bool done;
    enum znn_status status = try_bridge(search, &next, &done);
    if (status || done || !stands_alone(search, next.source, next.size))
        return status;
    struct reference *last = last_of(search);
    status = grow_back(search, &next, last ? end_of(last) : 0);
    if (status)
        return status;
    if (last && is_gap(search, last, next.offset)) {
        next.gap = (uint32_t)(next.offset - end_of(last));
        next.joins = true;
    } else {
        search->chunk = next.offset;
    }
    if (next.source + next.size > search->chunk)
        return ZNN_OK;
    status = grow_on(search, &next, ceiling);
    if (status)
        return status;
    assert(!last || end_of(last) <= next.offset);     /* the planner takes references in order */
    assert(next.source + next.size <= search->chunk); /* a source must end before the chunk of its reference starts */
    struct references *references = search->references;
    struct reference *items =
        znn_array_grow(references->items, references->count, &references->capacity, sizeof *items);
    if (!items)
        return znn_fail_memory(search->error, SIZE_NOT_KNOWN);
    references->items = items;
    items[references->count++] = next;
    return ZNN_OK;
}

static enum znn_status make_references(struct search *search)
{
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < search->found_count && !status; i++) {
        struct reference next = search->found[i];
        struct reference *last = last_of(search);
        bool is_last = i + 1 == search->found_count;
        if (last && next.offset < end_of(last))
            continue;
        status = add_reference(search, next, is_last ? search->source->size : search->found[i + 1].offset);
    }
    return status;
}

enum znn_status znn_duplicates_find(struct source *source, const struct model *model, struct references *references,
                                    struct znn_error *error)
{
    struct search search = {.source = source, .model = model, .references = references, .error = error};
    enum znn_status status = list_candidates(&search);
    if (!status)
        status = take_samples(&search);
    if (!status)
        status = find_same(&search);
    znn_release(search.candidates);
    if (!status)
        status = make_references(&search);
    znn_release(search.found);
    znn_buffer_free(&search.room);
    return status;
}

void znn_references_free(struct references *references)
{
    znn_release(references->items);
    *references = (struct references){0};
}
