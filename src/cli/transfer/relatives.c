/*
 * relatives.c - compress -r --related: which files of the plan get which base, and in which order they are made
 */
#include "cli/transfer/relatives.h"

#include "cli/flags/names.h"
#include "cli/say/message.h"
#include "cli/system/path.h"

#include <stdlib.h>
#include <string.h>

/* The places of the .znn files that this run makes, sorted. */
struct places {
    char **list;
    size_t count;
};

static int compare_places(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_made(const struct places *places, const char *path)
{
    return places->count > 0 && bsearch(&path, places->list, places->count, sizeof *places->list, compare_places);
}

struct gathering {
    const struct recursive_plan *plan;
    const struct base_graph *graph;
    struct members members;
    struct places places;
    struct places lost; /* where missing bases of existing files were, sorted */
};

/* Outputs in OUTDIR lie below one directory, whatever the operands are. */
static size_t operand_of(const struct gathering *gathering, const struct entry *entry)
{
    return gathering->plan->mirror->root ? 0 : entry->operand;
}

static bool add(struct gathering *gathering, const struct member *member)
{
    return znn_members_add(&gathering->members, member, gathering->plan->batch->settings->base.directory);
}

/* A .znn file that exists already. */
static bool add_existing(struct gathering *gathering, const char *path, size_t operand)
{
    const struct member member = {.path = path, .place = path, .operand = operand, .choice.is_fixed = true};
    return is_made(&gathering->places, path) || add(gathering, &member);
}

/* The .znn files below the operands, or those in OUTDIR. */
static bool add_all_existing(struct gathering *gathering, const struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        const struct entry *entry = &tree->entries[i];
        if (entry->kind == ENTRY_FILE && !entry->is_link && entry->status.kind == FILE_REGULAR &&
            znn_names_is_znn(entry->path) && !add_existing(gathering, entry->path, operand_of(gathering, entry)))
            return false;
    }
    return true;
}

/* A file that the user names may have been compressed by an earlier run, whose output is no entry. */
static bool add_up_to_date(struct gathering *gathering)
{
    for (size_t i = 0; i < gathering->plan->tree->count; i++) {
        const struct entry *entry = &gathering->plan->tree->entries[i];
        const struct job *job = &gathering->plan->jobs[i];
        if (entry->kind == ENTRY_OPERAND && job->fate == FATE_UP_TO_DATE && !gathering->plan->mirror->root &&
            !add_existing(gathering, job->output, operand_of(gathering, entry)))
            return false;
    }
    return true;
}

static bool is_new(const struct recursive_plan *plan, size_t number)
{
    return plan->jobs[number].fate == FATE_DO && plan->jobs[number].output &&
           plan->tree->entries[number].status.kind == FILE_REGULAR;
}

/* Lists where the bases that were not found should be.  They are often files of this run. */
static bool list_lost(struct gathering *gathering)
{
    struct places *lost = &gathering->lost;
    lost->list = calloc(gathering->graph->count + 1, sizeof *lost->list);
    for (size_t i = 0; lost->list && i < gathering->graph->count; i++) {
        const struct graph_file *file = &gathering->graph->members[i];
        if (file->base != NO_MEMBER || !file->hint.name[0])
            continue;
        char *directory = znn_path_directory(file->path);
        char *root = directory ? znn_path_root(directory) : NULL;
        lost->list[lost->count] = root ? znn_path_resolve(root, file->hint.name) : NULL;
        free(directory);
        free(root);
        if (!lost->list[lost->count++])
            return false;
    }
    if (lost->count > 0)
        qsort(lost->list, lost->count, sizeof *lost->list, compare_places);
    return lost->list;
}

/*
 * Returns true if an existing file needs this one.  It stays whole then: as a difference from a file that needs it, it
 * would be lost, and as any difference it would make chains longer.
 */
static bool is_needed(const struct gathering *gathering, const struct entry *entry, const char *output)
{
    for (size_t i = 0; i < gathering->graph->count; i++) {
        const struct graph_file *file = &gathering->graph->members[i];
        if (file->children > 0 && znn_file_is_same(&file->status, &entry->status))
            return true;
    }
    return is_made(&gathering->lost, output) || is_made(&gathering->lost, entry->path);
}

static bool add_new(struct gathering *gathering)
{
    const struct recursive_plan *plan = gathering->plan;
    for (size_t i = 0; i < plan->tree->count; i++) {
        const struct entry *entry = &plan->tree->entries[i];
        struct member member = {
            .path = entry->path,
            .place = plan->jobs[i].output,
            .entry = i,
            .operand = operand_of(gathering, entry),
        };
        if (!is_new(plan, i))
            continue;
        member.stays_whole = plan->jobs[i].has_names_ahead || is_needed(gathering, entry, member.place);
        if (!add(gathering, &member))
            return false;
    }
    return true;
}

static bool list_places(struct gathering *gathering)
{
    const struct recursive_plan *plan = gathering->plan;
    struct places *places = &gathering->places;
    places->list = malloc((plan->tree->count + 1) * sizeof *places->list);
    if (!places->list)
        return false;
    for (size_t i = 0; i < plan->tree->count; i++)
        if (is_new(plan, i))
            places->list[places->count++] = plan->jobs[i].output;
    if (places->count > 0)
        qsort(places->list, places->count, sizeof *places->list, compare_places);
    return true;
}

bool znn_relatives_find(struct relatives *relatives, const struct recursive_plan *plan, const struct tree *existing,
                        const struct base_graph *graph)
{
    const struct settings *settings = plan->batch->settings;
    struct gathering gathering = {.plan = plan, .graph = graph};
    bool good = list_places(&gathering) && list_lost(&gathering) && add_all_existing(&gathering, existing) &&
                add_up_to_date(&gathering) && add_new(&gathering);
    good = good ? znn_family_choose(&relatives->family, &gathering.members, plan->tree->count, settings->base.depth,
                                    settings->limits.threads, settings->base.directory)
                : znn_say_memory_error(NULL);
    znn_members_free(&gathering.members);
    free(gathering.places.list);
    for (size_t i = 0; i < gathering.lost.count; i++)
        free(gathering.lost.list[i]);
    free(gathering.lost.list);
    return good;
}

const struct kin *znn_relatives_kin(const struct relatives *relatives, size_t number)
{
    const struct family *family = &relatives->family;
    return number < family->count && family->kin[number].base ? &family->kin[number] : NULL;
}

void znn_relatives_free(struct relatives *relatives)
{
    znn_family_free(&relatives->family);
}
