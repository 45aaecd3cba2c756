/*
 * recursive.c - compress and decompress with -r: whole directories
 */
#include "cli/transfer/recursive.h"

#include "cli/flags/lossy.h"
#include "cli/flags/names.h"
#include "cli/output/needs.h"
#include "cli/say/message.h"
#include "cli/show/outcome.h"
#include "cli/system/file_status.h"
#include "cli/system/name.h"
#include "cli/system/path.h"
#include "cli/transfer/dry_run.h"
#include "cli/transfer/free_space.h"
#include "cli/transfer/link_file.h"
#include "cli/transfer/needed_outputs.h"
#include "cli/transfer/relatives.h"
#include "cli/transfer/up_to_date.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct batch batch;
    const struct recursive_work *work;
    struct tree tree;
    struct mirror mirror; /* its root is NULL if outputs go next to the inputs */
    struct recursive_plan plan;
    struct tree outputs; /* the files in OUTDIR */
    struct relatives relatives;
    struct needed_outputs needed;
    struct base_graph graph; /* of the .znn files that exist where the outputs go */
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Without a mirror, uses the file's own path. */
static bool act(struct run *run, const struct entry *entry)
{
    if (!run->mirror.root)
        return run->work->action(&run->batch, entry->path, entry->path);
    bool is_dry = run->batch.settings->target.dry_run;
    char *target = is_dry ? znn_mirror_name(&run->mirror, entry) : znn_mirror_path(&run->mirror, entry);
    bool fine = target && run->work->action(&run->batch, entry->path, target);
    free(target);
    return fine;
}

/* If all files are included, so are directories without files. */
static bool do_directory(struct run *run, const struct entry *entry)
{
    if (!run->mirror.root || run->batch.settings->target.dry_run ||
        (run->batch.direction == COMPRESSING && !run->batch.settings->tree.all))
        return true;
    char *target = znn_mirror_path(&run->mirror, entry);
    free(target);
    return target;
}

static void tell(struct run *run, const struct other_outcome *outcome)
{
    znn_outcome_tell_other(outcome, run->batch.settings->json ? &run->batch.json : NULL);
}

/* With --rm, removes a source after comparing its bytes with the output. */
static bool remove_done(struct run *run, size_t number, const struct file_status *known)
{
    const char *path = run->tree.entries[number].path;
    bool fine = !run->batch.settings->target.remove_source ||
                znn_up_to_date_remove(&run->batch, path, run->plan.jobs[number].output, known);
    if (fine)
        znn_needs_settle(&run->batch.needs, number);
    return fine;
}

static bool do_up_to_date(struct run *run, size_t number)
{
    if (run->batch.settings->target.dry_run && run->batch.settings->target.remove_source)
        znn_dry_run_removal(&run->batch, run->tree.entries[number].path, run->plan.jobs[number].output);
    else if (!remove_done(run, number, NULL))
        return false;
    tell(run, &(struct other_outcome){.input = run->tree.entries[number].path,
                                      .output = run->plan.jobs[number].output,
                                      .is_up_to_date = true});
    run->batch.totals.up_to_date++;
    return true;
}

/* Makes the directories above an output.  Returns false if this fails, which is reported. */
static bool make_room(struct run *run, const struct entry *entry)
{
    char *target = run->mirror.root ? znn_mirror_path(&run->mirror, entry) : NULL;
    free(target);
    return !run->mirror.root || target;
}

/* With -n. */
static bool rehearse_link(struct run *run, size_t number, const char *text)
{
    const struct job *job = &run->plan.jobs[number];
    const char *path = run->tree.entries[number].path;
    if (!znn_link_file_may(&run->batch, job->output))
        return false;
    znn_dry_run_link(&run->batch, path, job->output, text, run->plan.jobs[job->leader].output);
    return true;
}

/*
 * Makes a hard link to the output of the first name that allows it; a mount point may separate them.  Sets *twin to
 * that output.
 */
static enum link_result link_twin(struct run *run, size_t number, const char **twin)
{
    const size_t *names = NULL;
    size_t count = znn_same_files_find(&run->plan.same, number, &names);
    enum link_result result = LINK_IMPOSSIBLE;
    for (size_t i = 0; i < count && names[i] < number && result == LINK_IMPOSSIBLE; i++) {
        const struct job *other = &run->plan.jobs[names[i]];
        if (!other->is_done || !other->output || other->fate < FATE_DO || run->tree.entries[names[i]].is_link)
            continue;
        *twin = other->output;
        result = znn_link_file(&run->batch, run->plan.jobs[number].output, NULL, *twin);
    }
    return result;
}

/* If no hard link is possible, the file is compressed or decompressed again. */
static bool do_twin(struct run *run, size_t number)
{
    const struct entry *entry = &run->tree.entries[number];
    const char *twin = NULL;
    if (run->batch.settings->target.dry_run)
        return rehearse_link(run, number, NULL);
    if (!make_room(run, entry))
        return false;
    enum link_result result = link_twin(run, number, &twin);
    if (result == LINK_IMPOSSIBLE)
        return act(run, entry);
    if (result == LINK_FAILED ||
        !remove_done(run, number, znn_lossy_is_asked(run->batch.settings) ? &entry->status : NULL))
        return false;
    tell(run, &(struct other_outcome){.input = entry->path, .output = run->plan.jobs[number].output, .twin = twin});
    run->batch.totals.links++;
    return true;
}

/* A base that could not be made is no reason to fail, too. */
static void choose_base(struct run *run, size_t number)
{
    const struct kin *kin = znn_relatives_kin(&run->relatives, number);
    bool is_lost = kin && kin->entry != NO_BASE && !run->plan.jobs[kin->entry].is_done;
    if (is_lost)
        znn_say_note(run->tree.entries[number].path, "stays whole, because its base failed");
    run->batch.kin = is_lost ? NULL : kin;
    run->batch.needing = znn_needed_outputs_child(&run->needed, number);
}

static bool do_file(struct run *run, size_t number)
{
    choose_base(run, number);
    run->batch.has_names_ahead = run->plan.jobs[number].has_names_ahead;
    switch (run->plan.jobs[number].fate) {
    case FATE_DIRECTORY:
        return do_directory(run, &run->tree.entries[number]);
    case FATE_DO:
        return act(run, &run->tree.entries[number]);
    case FATE_UP_TO_DATE:
        return do_up_to_date(run, number);
    case FATE_TWIN:
        return do_twin(run, number);
    default:
        return true;
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Links                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool link_is_there(const char *path, const char *text)
{
    char *there = znn_name_link_text(path);
    bool is_same = there && strcmp(there, text) == 0;
    free(there);
    return is_same;
}

/* With --rm, removes a link whose target was removed, if the output's link, with the text `made`, replaces it. */
static bool remove_link(struct run *run, size_t number, const char *made)
{
    struct file_status status;
    const struct entry *entry = &run->tree.entries[number];
    if (!run->batch.settings->target.remove_source || run->batch.settings->target.dry_run ||
        znn_file_status(entry->path, &status) || errno != ENOENT)
        return true;
    if (!znn_file_status_itself(entry->path, &status) || status.kind != FILE_LINK)
        return znn_say_error(entry->path, "not removed, because it is no longer the same link");
    if (!link_is_there(run->plan.jobs[number].output, made))
        return znn_say_error(entry->path, "not removed, because '%s' is no longer the link that was made",
                             run->plan.jobs[number].output);
    return znn_name_remove(entry->path) || znn_say_system_error(entry->path, "remove", errno, "");
}

static bool make_link(struct run *run, size_t number, const char *text)
{
    const struct entry *entry = &run->tree.entries[number];
    const char *output = run->plan.jobs[number].output;
    bool is_there = link_is_there(output, text);
    if (run->batch.settings->target.dry_run && !is_there)
        return rehearse_link(run, number, text);
    if (!is_there && !make_room(run, entry))
        return false;
    if (!is_there && znn_link_file(&run->batch, output, text, NULL) != LINK_MADE)
        return false;
    if (!remove_link(run, number, text))
        return false;
    tell(run, &(struct other_outcome){
                  .input = entry->path, .output = output, .is_up_to_date = is_there, .link = is_there ? NULL : text});
    run->batch.totals.links += !is_there;
    run->batch.totals.up_to_date += is_there;
    return true;
}

/* If the file failed, which was reported, its links stay unchanged. */
static bool do_link(struct run *run, size_t number)
{
    const struct entry *entry = &run->tree.entries[number];
    if (!run->plan.jobs[run->plan.jobs[number].leader].is_done) {
        znn_say_note(entry->path, "leads to a file that failed, and is skipped");
        run->batch.totals.skipped++;
        return true;
    }
    char *text = znn_recursive_plan_link(&run->plan, number);
    bool fine = text && make_link(run, number, text);
    free(text);
    return fine;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* All of them                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

/* How many files must be there before this one, one after the other.  A twin comes after the file that it becomes a
 * link to. */
static unsigned depth_of(const struct run *run, size_t number)
{
    const struct job *job = &run->plan.jobs[number];
    const struct kin *kin = znn_relatives_kin(&run->relatives, job->fate == FATE_TWIN ? job->leader : number);
    return kin ? kin->depth : 0;
}

static void carry_out_one(struct run *run, size_t number)
{
    run->batch.entry = number;
    run->plan.jobs[number].is_done = do_file(run, number);
    if (run->plan.jobs[number].is_done)
        return;
    znn_batch_fail(&run->batch, run->tree.entries[number].path);
    znn_needs_fail(&run->batch.needs, number, run->tree.entries[number].path);
}

/*
 * Bases come first.  Links come last, because they need the names of their targets, and --rm removes them after their
 * targets.  Links do not need a base themselves.  A file that failed still needs its base.  Each failure was reported
 * where it happened, and is counted here, once.
 */
static void carry_out(struct run *run)
{
    for (unsigned depth = 0; depth <= run->relatives.family.depth; depth++)
        for (size_t i = 0; i < run->tree.count; i++)
            if (depth_of(run, i) == depth)
                carry_out_one(run, i);
    for (size_t i = 0; i < run->tree.count; i++)
        if (run->plan.jobs[i].fate == FATE_LINK)
            znn_needs_settle(&run->batch.needs, i);
    for (size_t i = 0; i < run->tree.count; i++)
        if (run->plan.jobs[i].fate == FATE_LINK && !do_link(run, i))
            znn_batch_fail(&run->batch, run->tree.entries[i].path);
}

static bool note_unreadable(void *batch, const char *path)
{
    return znn_batch_fail(batch, path);
}

/* Lists all inputs, except those that an earlier run has put into OUTDIR. */
static bool collect(struct run *run)
{
    const struct settings *settings = run->batch.settings;
    struct file_status output;
    bool is_there = settings->target.path && znn_file_status(settings->target.path, &output);
    run->tree.fail = note_unreadable;
    run->tree.context = &run->batch;
    for (size_t i = 0; i < settings->operand_count; i++)
        if (!znn_tree_add(&run->tree, settings->operands[i], &settings->tree.exclude, is_there ? &output : NULL))
            return false;
    return true;
}

static bool is_input(const struct batch *batch, const struct entry *entry)
{
    return entry->kind == ENTRY_FILE && znn_names_is_znn(entry->path) == (batch->direction == DECOMPRESSING);
}

/* Makes sure that no output replaces an input, and plans which sources wait for others. */
static bool relate(struct run *run)
{
    struct batch *batch = &run->batch;
    const struct settings *settings = batch->settings;
    for (size_t i = 0; settings->target.force && i < run->tree.count; i++)
        if (is_input(batch, &run->tree.entries[i]) && !znn_spared_add_path(&batch->inputs, run->tree.entries[i].path))
            return znn_say_memory_error(NULL);
    bool may_wait = batch->direction == DECOMPRESSING && settings->target.remove_source && !settings->base.path;
    batch->needs.orphans = settings->target.path ? &batch->orphans : NULL;
    return !may_wait || settings->target.dry_run || znn_needs_plan(&batch->needs, &run->tree, settings->base.directory);
}

static void expect_files(struct run *run)
{
    for (size_t i = 0; i < run->tree.count; i++)
        if (run->plan.jobs[i].fate == FATE_DO)
            znn_overall_expect(&run->batch.overall, &run->tree.entries[i].status);
}

/* Looks at the .znn files that exist where the outputs go. */
static bool look_at_outputs(struct run *run)
{
    static const struct patterns none = {.count = 0};
    struct file_status status;
    const struct settings *settings = run->batch.settings;
    const char *root = run->mirror.root;
    if (run->batch.direction != COMPRESSING || (!settings->base.related && !settings->target.force))
        return true;
    if (root && znn_file_status(root, &status) && !znn_tree_add(&run->outputs, root, &none, NULL))
        return false;
    const struct tree *existing = root ? &run->outputs : &run->tree;
    run->graph.is_quiet = true;
    return znn_base_graph_find(&run->graph, existing, settings->base.directory) &&
           (!settings->target.force || znn_needed_outputs_find(&run->needed, &run->plan, &run->graph)) &&
           (!settings->base.related || znn_relatives_find(&run->relatives, &run->plan, existing, &run->graph));
}

static bool run_all(struct run *run)
{
    const struct settings *settings = run->batch.settings;
    char *root = settings->target.path ? znn_path_root(settings->target.path) : NULL;
    if (settings->target.path && !root)
        return znn_say_memory_error(NULL);
    run->mirror = (struct mirror){.root = root, .must_last = settings->target.remove_source};
    run->plan = (struct recursive_plan){&run->batch, &run->tree, &run->mirror, run->work->name, {0}, NULL};
    bool fine = collect(run) && relate(run) && znn_recursive_plan_make(&run->plan) && look_at_outputs(run);
    fine = fine && (znn_free_space_check_all(&run->plan) || settings->target.dry_run);
    if (fine) {
        expect_files(run);
        carry_out(run);
    }
    run->batch.totals.failed += znn_batch_settle(&run->batch);
    if (!znn_mirror_finish(&run->mirror))
        znn_batch_fail(&run->batch, settings->target.path);
    if (fine)
        znn_totals_say(&run->batch.totals, settings, run->batch.direction);
    znn_relatives_free(&run->relatives);
    znn_needed_outputs_free(&run->needed);
    znn_base_graph_free(&run->graph);
    znn_tree_free(&run->outputs);
    znn_recursive_plan_free(&run->plan);
    free(root);
    return fine && run->batch.totals.failed == 0;
}

int znn_recursive_run(const struct settings *settings, const struct recursive_work *work)
{
    struct run run = {.work = work};
    znn_batch_start(&run.batch, settings, work->direction);
    run.batch.failed |= !run_all(&run);
    znn_tree_free(&run.tree);
    return znn_batch_end(&run.batch);
}
