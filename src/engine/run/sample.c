/*
 * sample.c - compresses some chunks as a sample of all
 */
#include "engine/run/sample.h"

#include <string.h>

#include "common/array.h"

/* The size of a sample.  The sizes of chunks differ by a few percent, and their mean by a fraction of that. */
#define SAMPLE_CHUNKS 256

uint64_t znn_sample_step(uint64_t size)
{
    return size == ZNN_SIZE_UNKNOWN ? 0 : size / CHUNK_NUMBERS / SAMPLE_CHUNKS;
}

/* Chooses one chunk in a block of `step`, at a random position that does not follow the layers of a model. */
static bool is_chosen(const struct sample *sample)
{
    uint64_t block = sample->number / sample->step;
    uint64_t chance = (block + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 33;
    return sample->number % sample->step == chance % sample->step;
}

static bool is_alike(const struct chunk_plan *a, const struct chunk_plan *b)
{
    if (a->size != b->size || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->pieces[i].size != b->pieces[i].size || a->pieces[i].dtype != b->pieces[i].dtype ||
            a->pieces[i].sharing != b->pieces[i].sharing || a->pieces[i].rounded != b->pieces[i].rounded)
            return false;
    return true;
}

static struct sample_kind *find_kind(struct sample *sample, const struct chunk_plan *plan)
{
    for (size_t i = 0; i < SAMPLE_KINDS; i++)
        if (sample->kinds[i].plan.count > 0 && is_alike(&sample->kinds[i].plan, plan))
            return &sample->kinds[i];
    return NULL;
}

bool znn_sample_covers(struct sample *sample, const struct chunk_plan *plan, struct encoded_chunk *chunk)
{
    if (sample->step < 2)
        return false;
    bool chosen = is_chosen(sample);
    struct sample_kind *kind = find_kind(sample, plan);
    sample->number++;
    if (chosen || !kind)
        return false;
    kind->chunk.record.offset = plan->offset;
    znn_record_write(&kind->chunk.record, kind->head.data);
    *chunk = kind->chunk;
    return true;
}

static bool copy_plan(struct chunk_plan *copy, const struct chunk_plan *plan)
{
    copy->size = plan->size;
    for (copy->count = 0; copy->count < plan->count; copy->count++) {
        struct piece *pieces = znn_array_grow(copy->pieces, copy->count, &copy->capacity, sizeof *pieces);
        if (!pieces) {
            copy->count = 0;
            return false;
        }
        copy->pieces = pieces;
        pieces[copy->count] = plan->pieces[copy->count];
    }
    return true;
}

bool znn_sample_remember(struct sample *sample, const struct chunk_plan *plan, const struct encoded_chunk *chunk)
{
    if (sample->step < 2)
        return true;
    struct sample_kind *kind = find_kind(sample, plan);
    if (!kind) {
        kind = &sample->kinds[sample->next];
        sample->next = (sample->next + 1) % SAMPLE_KINDS;
    }
    kind->chunk = *chunk;
    kind->head.size = 0;
    if (!znn_buffer_append(&kind->head, chunk->head, chunk->head_size) || !copy_plan(&kind->plan, plan))
        return false;
    kind->chunk.head = kind->head.data;
    for (size_t i = 0; i < SAMPLE_KINDS; i++) /* the encoder's buffer has room for all, but may move */
        sample->kinds[i].chunk.payload = chunk->payload;
    kind->chunk.gap.size = 0;
    return true;
}

void znn_sample_free(struct sample *sample)
{
    for (size_t i = 0; i < SAMPLE_KINDS; i++) {
        znn_chunk_plan_free(&sample->kinds[i].plan);
        znn_buffer_free(&sample->kinds[i].head);
    }
}
