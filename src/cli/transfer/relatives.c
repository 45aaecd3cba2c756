/*
 * relatives.c - compress -r --related: which files of the plan get which base, and in which order they are made
 */
#include "cli/transfer/relatives.h"

#include "cli/flags/names.h"
#include "cli/say/message.h"

#include <stdlib.h>
#include <string.h>

/* The places of the .znn files that this run makes, sorted. */
struct places {
    const char **list;
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
    struct members members;
    struct places places;
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

static bool add_new(struct gathering *gathering)
{
    const struct recursive_plan *plan = gathering->plan;
    for (size_t i = 0; i < plan->tree->count; i++) {
        const struct entry *entry = &plan->tree->entries[i];
        const struct member member = {
            .path = entry->path,
            .place = plan->jobs[i].output,
            .entry = i,
            .operand = operand_of(gathering, entry),
            .stays_whole = plan->jobs[i].has_names_ahead,
        };
        if (is_new(plan, i) && !add(gathering, &member))
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

bool znn_relatives_find(struct relatives *relatives, const struct recursive_plan *plan, const struct tree *existing)
{
    const struct settings *settings = plan->batch->settings;
    struct gathering gathering = {.plan = plan};
    bool good = list_places(&gathering) && add_all_existing(&gathering, existing) && add_up_to_date(&gathering) &&
                add_new(&gathering);
    good = good ? znn_family_choose(&relatives->family, &gathering.members, plan->tree->count, settings->base.depth,
                                    settings->limits.threads, settings->base.directory)
                : znn_say_memory_error(NULL);
    znn_members_free(&gathering.members);
    free(gathering.places.list);
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
