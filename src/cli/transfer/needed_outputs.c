/*
 * needed_outputs.c - with -r, which existing .znn files are needed by others, wherever these lie
 */
#include "cli/transfer/needed_outputs.h"

#include "cli/say/message.h"
#include "cli/system/file_status.h"

#include <stdlib.h>

/* An output that exists and is to be replaced. */
struct replaced {
    struct file_id id;
    size_t entry;
};

struct replacing {
    struct replaced *list; /* sorted by their files */
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return znn_file_id_compare(&((const struct replaced *)a)->id, &((const struct replaced *)b)->id);
}

static bool list_replaced(struct replacing *replacing, const struct recursive_plan *plan)
{
    replacing->list = calloc(plan->tree->count + 1, sizeof *replacing->list);
    for (size_t i = 0; replacing->list && i < plan->tree->count; i++) {
        struct file_status status;
        const struct job *job = &plan->jobs[i];
        if (job->fate == FATE_DO && job->output && znn_file_status(job->output, &status))
            replacing->list[replacing->count++] = (struct replaced){.id = status.id, .entry = i};
    }
    if (replacing->count > 0)
        qsort(replacing->list, replacing->count, sizeof *replacing->list, compare);
    return replacing->list;
}

static const struct replaced *find(const struct replacing *replacing, const struct graph_file *file)
{
    const struct replaced wanted = {.id = file->status.id};
    return replacing->count > 0 ? bsearch(&wanted, replacing->list, replacing->count, sizeof wanted, compare) : NULL;
}

static void note_children(struct needed_outputs *needed, const struct replacing *replacing,
                          const struct base_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        const struct graph_file *child = &graph->members[i];
        const struct replaced *base = child->base == NO_MEMBER ? NULL : find(replacing, &graph->members[child->base]);
        if (base && !find(replacing, child))
            needed->children[base->entry] = child->path;
    }
}

bool znn_needed_outputs_find(struct needed_outputs *needed, const struct recursive_plan *plan,
                             const struct base_graph *graph)
{
    struct replacing replacing = {NULL, 0};
    needed->children = calloc(plan->tree->count + 1, sizeof *needed->children);
    bool good = needed->children && list_replaced(&replacing, plan);
    if (good)
        note_children(needed, &replacing, graph);
    free(replacing.list);
    return good || znn_say_memory_error(NULL);
}

const char *znn_needed_outputs_child(const struct needed_outputs *needed, size_t number)
{
    return needed->children ? needed->children[number] : NULL;
}

void znn_needed_outputs_free(struct needed_outputs *needed)
{
    free(needed->children);
}
