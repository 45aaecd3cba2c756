/*
 * bench_kernels.c - measures splitting, merging and hashing numbers
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/hash.h"
#include "measure.h"
#include "transform/groups.h"

#define CHUNK ((size_t)1 << 20)
#define MORE_ROUNDS 40

struct kernels {
    const uint8_t *source;
    uint8_t *target, *room, *groups[GROUPS_MAX];
    unsigned width;
    volatile uint64_t digest;
};

static bool run_memcpy(void *context)
{
    struct kernels *kernels = context;
    copy_memory(kernels->target, kernels->source, CHUNK);
    return true;
}

static bool run_split(void *context)
{
    struct kernels *kernels = context;
    znn_groups_split(kernels->source, CHUNK / kernels->width, kernels->width, 1, kernels->groups);
    return true;
}

static bool run_merge(void *context)
{
    struct kernels *kernels = context;
    const uint8_t *groups[GROUPS_MAX];
    for (unsigned g = 0; g < kernels->width; g++)
        groups[g] = kernels->groups[g];
    znn_groups_merge(groups, CHUNK / kernels->width, kernels->width, 1, kernels->target);
    return true;
}

static bool run_hash(void *context)
{
    struct kernels *kernels = context;
    kernels->digest = znn_hash(kernels->source, CHUNK);
    return true;
}

bool bench_kernels(const struct bench_options *options, const struct bench_model *model)
{
    struct contest *contest = calloc(1, sizeof *contest);
    struct kernels kernels = {.source = model->data + model->size / 2, .width = model->width};
    char title[64];
    kernels.target = malloc(CHUNK);
    kernels.room = malloc(CHUNK);
    bool done = contest && kernels.target && kernels.room && model->size / 2 > CHUNK;
    if (done) {
        for (unsigned g = 0; g < model->width; g++)
            kernels.groups[g] = kernels.room + g * (CHUNK / model->width);
        snprintf(title, sizeof title, "kernels, %s, in the cache", model->name);
        *contest = (struct contest){
            .title = title, .bytes = CHUNK, .rounds = MORE_ROUNDS * options->rounds, .context = &kernels};
        contest_add(contest, "memcpy", run_memcpy);
        contest_add(contest, "split into groups", run_split);
        contest_add(contest, "merge groups", run_merge);
        contest_add(contest, "XXH3-64", run_hash);
        done = contest_run(contest);
        if (done)
            contest_print(contest, options->json);
    }
    free(kernels.target);
    free(kernels.room);
    free(contest);
    return done;
}
