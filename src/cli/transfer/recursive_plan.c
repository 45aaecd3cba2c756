/*
 * recursive_plan.c - decides what to do with each entry that -r has found
 */
#include "cli/transfer/recursive_plan.h"

#include "cli/flags/names.h"
#include "cli/input/link_text.h"
#include "cli/input/model_file.h"
#include "cli/say/message.h"
#include "cli/system/name.h"
#include "cli/transfer/up_to_date.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_decompressing(const struct recursive_plan *plan)
{
    return plan->batch->direction == DECOMPRESSING;
}

static enum fate skip(const struct entry *entry, const char *why)
{
    znn_say_note(entry->path, "%s, and is skipped", why);
    return FATE_SKIP;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Is the file wanted?                                                                                              */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A file that the user names is always wanted.  Only compressing a .znn file again needs -f, as usual. */
static enum fate judge_operand(const struct recursive_plan *plan, const struct entry *entry)
{
    if (is_decompressing(plan) || plan->batch->settings->target.force || !znn_names_is_znn(entry->path))
        return FATE_DO;
    znn_say_warning(entry->path, "already ends in .znn and is skipped; use -f to compress it again");
    return FATE_SKIP;
}

static enum fate judge_content(const struct recursive_plan *plan, size_t number)
{
    const struct entry *entry = &plan->tree->entries[number];
    switch (znn_same_files_call_model(&plan->same, number) ? MODEL_YES : znn_model_file_judge(entry->path)) {
    case MODEL_YES:
        return FATE_DO;
    case MODEL_NO:
        return skip(entry, "is not a model");
    default:
        znn_say_system_error(entry->path, "read", errno, "");
        return FATE_FAIL;
    }
}

/* Decides about an entry that the walk has found. */
static enum fate judge_found(const struct recursive_plan *plan, size_t number)
{
    const struct entry *entry = &plan->tree->entries[number];
    bool is_znn = znn_names_is_znn(entry->path);
    if (entry->kind == ENTRY_DANGLING)
        return FATE_SKIP;
    if (entry->kind == ENTRY_OTHER)
        return skip(entry, "is a special file, or a link to a directory");
    if (entry->kind == ENTRY_TEMPORARY)
        return skip(entry, "is a temporary file of znn");
    if (is_decompressing(plan))
        return is_znn ? FATE_DO : skip(entry, "does not end in .znn");
    if (is_znn)
        return skip(entry, "already ends in .znn");
    if (plan->batch->settings->tree.all)
        return FATE_DO;
    if (entry->kind == ENTRY_LOST)
        return znn_names_is_model(entry->path) ? FATE_DO : skip(entry, "cannot be reached");
    return judge_content(plan, number);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Other names of a file                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Returns true if the file itself is processed under this name. */
static bool may_lead(const struct recursive_plan *plan, size_t number)
{
    const struct entry *entry = &plan->tree->entries[number];
    return !entry->is_link && plan->jobs[number].fate == FATE_DO && plan->jobs[number].output;
}

/* Returns the first name of the same file that may lead, from `operand` unless that is SIZE_MAX, or `number` if there
 * is none. */
static size_t find_leader(const struct recursive_plan *plan, size_t number, size_t operand)
{
    const size_t *names = NULL;
    size_t count = znn_same_files_find(&plan->same, number, &names);
    for (size_t i = 0; i < count; i++)
        if (may_lead(plan, names[i]) && (operand == SIZE_MAX || plan->tree->entries[names[i]].operand == operand))
            return names[i];
    return number;
}

static bool may_be_link(const struct recursive_plan *plan, const struct entry *entry)
{
    return entry->kind == ENTRY_FILE && entry->is_link && znn_names_is_znn(entry->path) == is_decompressing(plan);
}

static void judge_links(struct recursive_plan *plan)
{
    for (size_t i = 0; i < plan->tree->count; i++) {
        const struct entry *entry = &plan->tree->entries[i];
        struct job *job = &plan->jobs[i];
        if (!entry->is_link || entry->kind == ENTRY_OPERAND)
            continue;
        size_t leader = may_be_link(plan, entry) ? find_leader(plan, i, entry->operand) : i;
        bool is_link = leader != i && job->output;
        job->fate = is_link ? FATE_LINK : judge_found(plan, i);
        job->leader = leader;
        if (job->fate == FATE_FAIL)
            znn_batch_fail(plan->batch, entry->path);
    }
}

/* A file that is given twice has one name, however, and the second time is an error as usual. */
static void judge_twins(struct recursive_plan *plan)
{
    for (size_t i = 0; i < plan->tree->count; i++) {
        if (!may_lead(plan, i) || plan->tree->entries[i].status.names < 2)
            continue;
        size_t leader = find_leader(plan, i, SIZE_MAX);
        if (leader == i)
            continue;
        plan->jobs[i].fate = FATE_TWIN; /* may no longer lead, but it comes after its leader */
        plan->jobs[i].leader = leader;
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Names, and existing outputs                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static char *name_output(const struct recursive_plan *plan, const struct entry *entry)
{
    if (!plan->mirror->root)
        return plan->name(entry->path, entry->path);
    char *target = znn_mirror_name(plan->mirror, entry);
    char *output = target ? plan->name(entry->path, target) : NULL;
    free(target);
    return output;
}

/* If memory runs out, the state of the output is unknown, and the file is not tried. */
static void fail(const struct recursive_plan *plan, size_t number)
{
    const char *path = plan->tree->entries[number].path;
    znn_say_memory_error(path);
    znn_batch_fail(plan->batch, path);
    plan->jobs[number].fate = FATE_FAIL;
}

static void judge_files(struct recursive_plan *plan)
{
    for (size_t i = 0; i < plan->tree->count; i++) {
        const struct entry *entry = &plan->tree->entries[i];
        struct job *job = &plan->jobs[i];
        if (entry->kind == ENTRY_DIRECTORY)
            job->fate = FATE_DIRECTORY;
        else if (entry->kind == ENTRY_OPERAND)
            job->fate = judge_operand(plan, entry);
        else if (!entry->is_link)
            job->fate = judge_found(plan, i);
        if (job->fate == FATE_FAIL)
            znn_batch_fail(plan->batch, entry->path);
        errno = 0;
        if (entry->status.kind == FILE_REGULAR)
            job->output = name_output(plan, entry);
        if (!job->output && errno == ENOMEM && job->fate != FATE_FAIL)
            fail(plan, i);
    }
}

static void judge_age(struct recursive_plan *plan)
{
    const struct batch *batch = plan->batch;
    for (size_t i = 0; i < plan->tree->count; i++) {
        struct job *job = &plan->jobs[i];
        if (!job->output || (job->fate != FATE_DO && job->fate != FATE_TWIN))
            continue;
        enum age age = znn_up_to_date(batch->settings, batch->direction, plan->tree->entries[i].path, job->output);
        if (age == AGE_UP_TO_DATE)
            job->fate = FATE_UP_TO_DATE;
        else if (age == AGE_UNKNOWN)
            fail(plan, i);
    }
}

/* With --rm all names are removed, so only the last one is checked for other names. */
static bool has_names_ahead(const struct recursive_plan *plan, size_t number)
{
    const size_t *names = NULL;
    size_t count = znn_same_files_find(&plan->same, number, &names);
    for (size_t i = 0; i < count; i++)
        if (names[i] > number && !plan->tree->entries[names[i]].is_link && plan->jobs[names[i]].fate >= FATE_DO)
            return true;
    return false;
}

static void finish(const struct recursive_plan *plan)
{
    for (size_t i = 0; i < plan->tree->count; i++) {
        plan->batch->totals.skipped += plan->jobs[i].fate == FATE_SKIP;
        plan->jobs[i].has_names_ahead = has_names_ahead(plan, i);
    }
}

bool znn_recursive_plan_make(struct recursive_plan *plan)
{
    plan->jobs = calloc(plan->tree->count + 1, sizeof *plan->jobs);
    if (!plan->jobs)
        return znn_say_memory_error(NULL);
    if (!znn_same_files_index(&plan->same, plan->tree))
        return false;
    judge_files(plan);
    judge_links(plan);
    judge_twins(plan);
    judge_age(plan);
    finish(plan);
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The text of a link                                                                                               */
/* ---------------------------------------------------------------------------------------------------------------- */

static const char *below(const struct entry *entry)
{
    return entry->path + entry->start + 1;
}

/*
 * Returns the name of the same file that the link's text leads to, perhaps another link, if it is processed, too;
 * otherwise the leader.
 */
static size_t find_stop(const struct recursive_plan *plan, size_t number, const char *text)
{
    const struct entry *entry = &plan->tree->entries[number];
    const size_t *names = NULL;
    size_t count = znn_same_files_find(&plan->same, number, &names);
    char *path = znn_link_resolve(below(entry), text);
    size_t stop = plan->jobs[number].leader;
    for (size_t i = 0; path && i < count; i++) {
        const struct entry *other = &plan->tree->entries[names[i]];
        if (other->operand == entry->operand && plan->jobs[names[i]].fate >= FATE_DO && plan->jobs[names[i]].output &&
            strcmp(below(other), path) == 0) {
            free(path);
            return names[i];
        }
    }
    free(path);
    return stop;
}

/* A text that leads through the tree keeps its form, except for the last name. */
char *znn_recursive_plan_link(const struct recursive_plan *plan, size_t number)
{
    const struct entry *entry = &plan->tree->entries[number];
    const char *output = plan->jobs[number].output;
    char *text = znn_name_link_text(entry->path);
    if (!text) {
        znn_say_system_error(entry->path, "read this link", errno, "");
        return NULL;
    }
    size_t stop = find_stop(plan, number, text);
    char *path = znn_link_resolve(below(entry), text);
    bool is_kept = path && strcmp(path, below(&plan->tree->entries[stop])) == 0;
    char *made =
        is_kept ? znn_link_renamed(text, plan->jobs[stop].output) : znn_link_relative(output, plan->jobs[stop].output);
    free(path);
    free(text);
    if (!made)
        znn_say_memory_error(NULL);
    return made;
}

void znn_recursive_plan_free(struct recursive_plan *plan)
{
    for (size_t i = 0; plan->jobs && i < plan->tree->count; i++)
        free(plan->jobs[i].output);
    free(plan->jobs);
    znn_same_files_free(&plan->same);
}
