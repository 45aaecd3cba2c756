/*
 * content_match.c - finds partners by content
 *
 * A tensor needs help if no name led to a partner, or if the partner of that name has other numbers, as happens when
 * layers were removed and the rest was numbered anew.  Its fingerprint is compared with those of the base's tensors
 * that have as many elements and as long rows:
 *
 *     model    a [64, 256] 1011...          base   x [64, 256] 0110...    no
 *                                                  y [64, 256] 1011...    the partner
 *                                                  z [32, 512]            not compared
 *
 * Several tensors may get the same partner, because a model may repeat a layer of its base.
 *
 * The work is bounded.  A sample is read at most twice from each tensor, at most SAMPLES_MAX tensors of the model and
 * of the base are kept, and a tensor is compared with at most COMPARED_MAX others.
 */
#include <stdlib.h>
#include <xxhash.h>

#include "common/array.h"
#include "common/memory.h"
#include "engine/cut/fingerprint.h"
#include "engine/cut/matching.h"

#define SAMPLES_MAX 65536
#define COMPARED_MAX 4096

struct sampled {
    uint64_t key;
    size_t tensor;
    struct fingerprint print;
};

struct samples {
    struct sampled *items;
    size_t count;
    size_t capacity;
};

static bool add(struct samples *samples, const struct sampled *sampled)
{
    struct sampled *items = znn_array_grow(samples->items, samples->count, &samples->capacity, sizeof *items);
    if (!items)
        return false;
    samples->items = items;
    items[samples->count++] = *sampled;
    return true;
}

static int compare_samples(const void *a, const void *b)
{
    const struct sampled *x = a;
    const struct sampled *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
}

static void sort(struct samples *samples)
{
    if (samples->count > 0)
        qsort(samples->items, samples->count, sizeof *samples->items, compare_samples);
}

/* Returns the number of the first sample whose key is at least `key`. */
static size_t lower_bound(const struct samples *samples, uint64_t key)
{
    size_t low = 0;
    for (size_t high = samples->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (samples->items[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint64_t key_of(const struct tensor *tensor, uint64_t row)
{
    uint64_t properties[3] = {znn_element_count(tensor), row, tensor->flags & TENSOR_STRIDED};
    return XXH3_64bits(properties, sizeof properties);
}

static uint64_t model_key(const struct model *model, const struct tensor *tensor)
{
    const uint8_t *shape = znn_tensor_text(model, tensor) + tensor->name_size;
    uint64_t row = 1;
    for (uint32_t d = 0; d < tensor->rank; d++)
        row = next_dimension(&shape);
    return key_of(tensor, row);
}

static uint64_t base_key(const struct tensor_list *list, size_t i)
{
    struct znn_tensor tensor;
    znn_tensor_list_get(list, i, &tensor);
    return key_of(&list->tensors[i], tensor.rank > 0 ? tensor.shape[tensor.rank - 1] : 1);
}

/* Take samples from the middle of the first elements. */
static enum znn_status sample_model(struct source *source, const struct tensor *tensor, uint64_t elements,
                                    struct fingerprint *print, struct znn_error *error)
{
    return znn_fingerprint_model(source, tensor, znn_fingerprint_middle(elements), elements, print, error);
}

static enum znn_status sample_base(struct znn_base *base, const struct tensor *tensor, uint64_t elements,
                                   struct fingerprint *print, struct znn_error *error)
{
    return znn_fingerprint_base(base, tensor, znn_fingerprint_middle(elements), elements, print, error);
}

/* Decides whether a pair has different numbers. */
static enum znn_status doubt(const struct matching *matching, struct source *source, struct znn_base *base, size_t i,
                             bool *doubtful, struct znn_error *error)
{
    const struct tensor *tensor = &matching->model->tensors[i];
    const struct tensor *partner = &matching->list->tensors[matching->matches[i].tensor];
    uint64_t elements = znn_element_count(tensor), others = znn_element_count(partner);
    struct fingerprint own, other = {.count = 0};
    elements = elements < others ? elements : others;
    enum znn_status status = sample_model(source, tensor, elements, &own, error);
    if (!status && own.count > 0)
        status = sample_base(base, partner, elements, &other, error);
    struct agreement agreement = znn_fingerprint_compare(&own, &other);
    *doubtful = own.count > 0 && znn_agreement_is_poor(&agreement);
    return status;
}

/* Collects the tensors of the model that need help. */
static enum znn_status collect_needy(const struct matching *matching, struct source *source, struct znn_base *base,
                                     struct samples *needy, struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < matching->model->count && needy->count < SAMPLES_MAX && !status; i++) {
        const struct tensor *tensor = &matching->model->tensors[i];
        struct sampled sampled = {.tensor = i};
        bool wanted = wants_partner(tensor);
        if (wanted && matching->matches[i].tensor != NO_TENSOR)
            status = doubt(matching, source, base, i, &wanted, error);
        if (status || !wanted)
            continue;
        status = sample_model(source, tensor, znn_element_count(tensor), &sampled.print, error);
        sampled.key = model_key(matching->model, tensor);
        if (!status && sampled.print.count > 0 && !add(needy, &sampled))
            return znn_fail_memory(error, SIZE_NOT_KNOWN);
    }
    return status;
}

/* Collects the tensors of the base that have the key of a tensor that needs help. */
static enum znn_status collect_candidates(const struct matching *matching, struct znn_base *base,
                                          const struct samples *needy, struct samples *candidates,
                                          struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < matching->list->count && candidates->count < SAMPLES_MAX && !status; i++) {
        const struct tensor *tensor = &matching->list->tensors[i];
        struct sampled sampled = {.tensor = i, .key = base_key(matching->list, i)};
        size_t place = lower_bound(needy, sampled.key);
        if (tensor->dtype == DTYPE_BYTES || place == needy->count || needy->items[place].key != sampled.key)
            continue;
        status = sample_base(base, tensor, znn_element_count(tensor), &sampled.print, error);
        if (!status && sampled.print.count > 0 && !add(candidates, &sampled))
            return znn_fail_memory(error, SIZE_NOT_KNOWN);
    }
    return status;
}

/* Returns true if candidate `a` is as similar as `b` and suits better: it has the tensor's type, or is free. */
static bool suits_better(const struct matching *matching, uint8_t dtype, size_t a, size_t b)
{
    bool is_equal_a = matching->list->tensors[a].dtype == dtype, is_equal_b = matching->list->tensors[b].dtype == dtype;
    return is_equal_a != is_equal_b ? is_equal_a : matching->taken[b] && !matching->taken[a];
}

/* Returns the candidate that is most similar, or NO_TENSOR if none is. */
static size_t find_similar(const struct matching *matching, const struct samples *candidates,
                           const struct sampled *sampled)
{
    uint8_t dtype = matching->model->tensors[sampled->tensor].dtype;
    struct agreement best = {0, 1};
    size_t found = NO_TENSOR, first = lower_bound(candidates, sampled->key);
    for (size_t i = first; i < candidates->count && i - first < COMPARED_MAX; i++) {
        const struct sampled *candidate = &candidates->items[i];
        if (candidate->key != sampled->key)
            break;
        struct agreement agreement = znn_fingerprint_compare(&sampled->print, &candidate->print);
        if (!znn_agreement_is_sure(&agreement) ||
            !are_relatives(matching->list->tensors[candidate->tensor].dtype, dtype))
            continue;
        int order = znn_agreement_order(&agreement, &best);
        if (found != NO_TENSOR &&
            (order < 0 || (order == 0 && !suits_better(matching, dtype, candidate->tensor, found))))
            continue;
        best = agreement;
        found = candidate->tensor;
    }
    return found;
}

/* A partner that was given up is free again, unless it is the partner of another tensor. */
static void count_taken(struct matching *matching)
{
    for (size_t i = 0; i < matching->list->count; i++)
        matching->taken[i] = false;
    for (size_t i = 0; i < matching->model->count; i++)
        if (matching->matches[i].tensor != NO_TENSOR)
            matching->taken[matching->matches[i].tensor] = true;
}

static int compare_tensors(const void *a, const void *b)
{
    const struct sampled *x = a;
    const struct sampled *y = b;
    return x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
}

enum znn_status znn_match_contents(struct matching *matching, struct source *source, struct znn_base *base,
                                   struct znn_error *error)
{
    struct samples needy = {.count = 0}, candidates = {.count = 0};
    if (!znn_source_is_seekable(source))
        return ZNN_OK;
    enum znn_status status = collect_needy(matching, source, base, &needy, error);
    sort(&needy);
    if (!status)
        status = collect_candidates(matching, base, &needy, &candidates, error);
    sort(&candidates);
    if (needy.count > 0)
        qsort(needy.items, needy.count, sizeof *needy.items, compare_tensors);
    for (size_t i = 0; i < needy.count && !status; i++) {
        size_t found = find_similar(matching, &candidates, &needy.items[i]);
        if (found != NO_TENSOR)
            pair_up(matching, needy.items[i].tensor, found, MATCH_CONTENT);
    }
    count_taken(matching);
    znn_release(needy.items);
    znn_release(candidates.items);
    return status;
}
