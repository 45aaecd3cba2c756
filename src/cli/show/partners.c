/*
 * partners.c - which tensors of a base are the partners of a model's tensors, and how they were found
 */
#include "cli/show/partners.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    const char *way; /* for a sentence */
} words[] = {
    [ZNN_MATCH_NONE] = {"", ""},
    [ZNN_MATCH_NAME] = {"name", "by name"},
    [ZNN_MATCH_TRANSLATED] = {"translation", "by translated name"},
    [ZNN_MATCH_CONTENT] = {"content", "by content"},
    [ZNN_MATCH_SHAPE] = {"shape", "by shape"},
};

static void add(void *context, uint64_t offset, uint64_t size, const struct znn_tensor *partner, int how)
{
    struct partners *partners = context;
    if (partners->count == partners->capacity) {
        size_t capacity = partners->capacity > 0 ? 2 * partners->capacity : 64;
        struct partner *items = realloc(partners->items, capacity * sizeof *items);
        partners->is_short = partners->is_short || !items;
        if (!items)
            return;
        partners->items = items;
        partners->capacity = capacity;
    }
    struct partner *item = &partners->items[partners->count++];
    *item = (struct partner){.offset = offset, .size = size, .how = (enum znn_match)how};
    if (partner)
        item->tensor = *partner;
}

enum znn_status znn_partners_collect(struct partners *partners, struct znn_input *input, struct znn_base *base,
                                     struct znn_error *error)
{
    enum znn_status status = znn_match_tensors(input, base, add, partners, error);
    if (status || !partners->is_short)
        return status;
    error->status = ZNN_ERROR_MEMORY;
    error->detail[0] = '\0';
    return error->status;
}

void znn_partners_free(struct partners *partners)
{
    free(partners->items);
    *partners = (struct partners){.count = 0};
}

const struct partner *znn_partners_find(const struct partners *partners, const struct znn_tensor *tensor)
{
    size_t low = 0;
    for (size_t high = partners->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (partners->items[middle].offset < tensor->offset)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < partners->count && partners->items[low].offset == tensor->offset; low++)
        if (partners->items[low].size == tensor->size)
            return partners->items[low].how != ZNN_MATCH_NONE ? &partners->items[low] : NULL;
    return NULL;
}

const char *znn_match_word(enum znn_match how)
{
    return words[how].word;
}

void znn_matches_print(const uint64_t counts[ZNN_MATCH_SHAPE + 1], uint64_t converted)
{
    bool is_first = true;
    for (unsigned how = ZNN_MATCH_NAME; how <= ZNN_MATCH_SHAPE; how++)
        if (counts[how] > 0) {
            printf("%s%" PRIu64 " %s", is_first ? "" : ", ", counts[how], words[how].way);
            is_first = false;
        }
    if (is_first)
        fputs("none", stdout);
    if (converted > 0)
        printf("; %" PRIu64 " %s another type", converted, converted == 1 ? "has" : "have");
}

void znn_partners_print(const struct partners *partners, const struct znn_analysis *model)
{
    uint64_t counts[ZNN_MATCH_SHAPE + 1] = {0}, converted = 0;
    for (size_t i = 0; i < partners->count; i++)
        counts[partners->items[i].how]++;
    for (size_t i = 0; i < znn_analysis_tensor_count(model); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        znn_analysis_tensor(model, i, &tensor, NULL);
        const struct partner *partner = znn_partners_find(partners, &tensor);
        converted += partner && strcmp(partner->tensor.dtype, tensor.dtype) != 0;
    }
    znn_matches_print(counts, converted);
}
