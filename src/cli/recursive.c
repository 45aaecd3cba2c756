/*
 * recursive.c - compress and decompress with -r: whole directories
 */
#include "cli/recursive.h"

#include "cli/message.h"
#include "cli/mirror.h"
#include "cli/model_file.h"
#include "cli/names.h"
#include "cli/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct run {
    struct batch batch;
    recursive_action *action;
    struct tree tree;
    struct mirror mirror; /* its root is NULL where outputs go beside the inputs */
};

enum fate { FATE_DO, FATE_SKIP, FATE_FAIL };

static enum fate skip(const struct entry *entry, const char *why)
{
    znn_say_note(entry->path, "%s, and is skipped", why);
    return FATE_SKIP;
}

/* What the user names is wanted, whatever it is; only to compress what is compressed takes -f, as ever. */
static enum fate judge_operand(const struct run *run, const struct entry *entry)
{
    if (run->batch.direction == DECOMPRESSING || run->batch.settings->force || !znn_names_is_znn(entry->path))
        return FATE_DO;
    znn_say_warning(entry->path, "is called .znn already, and is skipped; use -f to compress it once more");
    return FATE_SKIP;
}

static enum fate judge_content(const struct entry *entry)
{
    switch (znn_model_file_judge(entry->path)) {
    case MODEL_YES:
        return FATE_DO;
    case MODEL_NO:
        return skip(entry, "is no model's");
    default:
        znn_say_system_error(entry->path, "read", errno, "");
        return FATE_FAIL;
    }
}

/* Decides about what the walk has found. */
static enum fate judge_found(const struct run *run, const struct entry *entry)
{
    bool is_znn = znn_names_is_znn(entry->path);
    if (entry->kind == ENTRY_OTHER)
        return skip(entry, "is a special file, or a link to a directory");
    if (entry->kind == ENTRY_TEMPORARY)
        return skip(entry, "is a temporary file of znn");
    if (run->batch.direction == DECOMPRESSING)
        return is_znn ? FATE_DO : skip(entry, "is not called .znn");
    if (is_znn)
        return skip(entry, "is called .znn already");
    if (run->batch.settings->all)
        return FATE_DO;
    if (entry->kind == ENTRY_LOST)
        return znn_names_is_model(entry->path) ? FATE_DO : skip(entry, "is a link that leads nowhere");
    return judge_content(entry);
}

/* Without a mirror the file's own path. */
static bool act(struct run *run, const struct entry *entry)
{
    if (!run->mirror.root)
        return run->action(&run->batch, entry->path, entry->path);
    char *target = znn_mirror_path(&run->mirror, entry);
    bool fine = target ? run->action(&run->batch, entry->path, target) : znn_batch_fail(&run->batch, entry->path);
    free(target);
    return fine;
}

/* Where everything is taken along, that includes directories without any file. */
static bool do_directory(struct run *run, const struct entry *entry)
{
    if (!run->mirror.root || (run->batch.direction == COMPRESSING && !run->batch.settings->all))
        return true;
    char *target = znn_mirror_path(&run->mirror, entry);
    free(target);
    return target;
}

/* A file that was not done needs its base as before. */
static bool act_in_turn(struct run *run, const struct entry *entry)
{
    run->batch.entry = (size_t)(entry - run->tree.entries);
    if (act(run, entry))
        return true;
    znn_needs_fail(&run->batch.needs, run->batch.entry, entry->path);
    return false;
}

static void do_entry(struct run *run, const struct entry *entry)
{
    if (entry->kind == ENTRY_DIRECTORY) {
        run->batch.totals.failed += !do_directory(run, entry) && !znn_batch_fail(&run->batch, entry->path);
        return;
    }
    enum fate fate = entry->kind == ENTRY_OPERAND ? judge_operand(run, entry) : judge_found(run, entry);
    if (fate == FATE_FAIL)
        znn_batch_fail(&run->batch, entry->path);
    run->batch.totals.skipped += fate == FATE_SKIP;
    run->batch.totals.failed += fate == FATE_FAIL || (fate == FATE_DO && !act_in_turn(run, entry));
}

static bool note_unreadable(void *batch, const char *path)
{
    return znn_batch_fail(batch, path);
}

/* Lists all inputs, without those that an earlier run has put into OUTDIR. */
static bool collect(struct run *run)
{
    const struct settings *settings = run->batch.settings;
    struct stat output;
    bool is_there = settings->output && stat(settings->output, &output) == 0;
    run->tree.fail = note_unreadable;
    run->tree.context = &run->batch;
    for (size_t i = 0; i < settings->operand_count; i++)
        if (!znn_tree_add(&run->tree, settings->operands[i], is_there ? &output : NULL))
            return false;
    run->batch.totals.failed = run->tree.failures;
    return true;
}

static bool is_input(const struct batch *batch, const struct entry *entry)
{
    return entry->kind == ENTRY_FILE && znn_names_is_znn(entry->path) == (batch->direction == DECOMPRESSING);
}

/* No input is replaced by the output of another, and some wait for others. */
static bool relate(struct run *run)
{
    struct batch *batch = &run->batch;
    const struct settings *settings = batch->settings;
    for (size_t i = 0; settings->force && i < run->tree.count; i++)
        if (is_input(batch, &run->tree.entries[i]) && !znn_spared_add_path(&batch->inputs, run->tree.entries[i].path))
            return znn_say_memory_error(NULL);
    bool may_wait = batch->direction == DECOMPRESSING && settings->remove_source && !settings->base;
    return !may_wait || znn_needs_plan(&batch->needs, &run->tree, settings->base_dir);
}

static bool run_all(struct run *run)
{
    const struct settings *settings = run->batch.settings;
    char *root = settings->output ? znn_names_root(settings->output) : NULL;
    if (settings->output && !root)
        return znn_say_memory_error(NULL);
    run->mirror = (struct mirror){.root = root, .must_last = settings->remove_source};
    bool fine = collect(run) && relate(run);
    for (size_t i = 0; fine && i < run->tree.count; i++)
        do_entry(run, &run->tree.entries[i]);
    run->batch.totals.failed += znn_batch_settle(&run->batch);
    if (!znn_mirror_finish(&run->mirror)) {
        znn_batch_fail(&run->batch, settings->output);
        run->batch.totals.failed++;
    }
    if (fine)
        znn_totals_say(&run->batch.totals, settings, run->batch.direction);
    free(root);
    return fine && run->batch.totals.failed == 0;
}

int znn_recursive_run(const struct settings *settings, enum direction direction, recursive_action *action)
{
    struct run run = {.action = action};
    znn_batch_start(&run.batch, settings, direction);
    run.batch.failed = !run_all(&run);
    znn_tree_free(&run.tree);
    return znn_batch_end(&run.batch);
}
