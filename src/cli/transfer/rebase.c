/*
 * rebase.c - rewrites a .znn file against another base, or none
 */
#include "cli/transfer/rebase.h"

#include "cli/input/decoded.h"
#include "cli/input/link_text.h"
#include "cli/input/original_name.h"
#include "cli/output/offspring.h"
#include "cli/say/message.h"
#include "cli/show/outcome.h"
#include "cli/show/rebased.h"
#include "cli/system/file_status.h"
#include "cli/system/lock.h"
#include "cli/system/path.h"
#include "cli/transfer/recode.h"

#include <stdlib.h>
#include <string.h>

struct rebase {
    struct batch *batch;
    const struct input_file *input;
    const char *place; /* -o, or NULL */
    const struct base_chain *chain;
    struct decoded decoded;
    struct output_file output;
    struct base_hint old_base;
    char *new_base; /* the name or path to be stored, or NULL */
    struct rebased result;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* May it be done?                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool check_writers(const struct input_file *input)
{
    return !znn_lock_has_writer(input->fd) ||
           znn_say_error(input->name, "is open for writing in another program; wait for it");
}

static bool check_input(const struct rebase *rebase)
{
    const struct input_file *input = rebase->input;
    struct file_status itself;
    if (input->status.kind != FILE_REGULAR)
        return znn_say_error(input->name, "is not a regular file, and only such a file can be rewritten");
    if (rebase->place)
        return true;
    if (znn_file_status_itself(input->path, &itself) && itself.kind == FILE_LINK)
        return znn_say_error(input->name, "is a symbolic link; name the file that it leads to");
    return check_writers(input);
}

/* If the base needs this file or its original, then neither could be decompressed without the other. */
static bool check_cycle(const struct rebase *rebase)
{
    const struct input_file *input = rebase->input;
    const struct base_chain *chain = rebase->chain;
    struct file_status status;
    if (chain->count == 0)
        return true;
    if (znn_file_is_same(&chain->links[0].file.status, &input->status))
        return znn_say_error(input->name, "is the base itself");
    char *original = znn_original_name(input->path, input->path);
    bool has_original = original && znn_file_status(original, &status) && znn_base_chain_has_status(chain, &status);
    free(original);
    if (has_original || znn_base_chain_has(chain, input))
        return znn_say_error(input->name,
                             "is needed by its new base '%s', and then neither could be decompressed; "
                             "choose another base",
                             chain->links[0].path);
    return true;
}

static bool find_new_base(struct rebase *rebase)
{
    static const struct base_chain none = {.count = 0};
    struct batch *batch = rebase->batch;
    rebase->chain = batch->settings->base.none ? &none : &batch->base;
    return znn_batch_open_base(batch) && check_cycle(rebase);
}

static const char *skip_here(const char *path)
{
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    return path;
}

static bool leads_up(const char *path)
{
    return strncmp(path, "../", 3) == 0 || strstr(path, "/../");
}

/*
 * Returns the path from the directory of `output` to `base` if the names show it, or else the base's name.  The caller
 * frees it.  Returns NULL if memory ran out.
 */
static char *make_base_name(const char *output, const char *base)
{
    const char *from = skip_here(output);
    const char *to = skip_here(base);
    bool is_clear = *from != '/' && *to != '/' && !leads_up(from) && !leads_up(to);
    char *name = is_clear ? znn_link_relative(from, to) : NULL;
    if (name && znn_base_hint_is_sound(name))
        return name;
    free(name);
    return strdup(znn_path_base(base));
}

static bool name_base(struct rebase *rebase)
{
    if (rebase->chain->count == 0)
        return true;
    rebase->new_base = make_base_name(rebase->output.path, rebase->chain->links[0].path);
    return rebase->new_base || znn_say_memory_error(rebase->input->name);
}

static bool open_old(struct rebase *rebase)
{
    struct batch *batch = rebase->batch;
    const struct settings *settings = batch->settings;
    if (!znn_decoded_open(&rebase->decoded, rebase->input, settings->base.directory, settings->limits.memory_limit,
                          &batch->status))
        return false;
    struct rebased *result = &rebase->result;
    rebase->old_base = znn_base_hint(rebase->input);
    *result = (struct rebased){
        .input = rebase->input->path,
        .output = rebase->output.path,
        .old_base = rebase->old_base.name,
        .new_base = rebase->new_base ? rebase->new_base : "",
        .before = rebase->decoded.report,
        .after = ZNN_INIT(struct znn_report),
    };
    if (result->before.base_tensors == 0 || rebase->decoded.chain.count > 0)
        return true;
    const struct znn_error error = {.struct_size = sizeof(struct znn_error),
                                    .status = batch->status = ZNN_ERROR_BASE,
                                    .offset = UINT64_MAX,
                                    .detail = "its old base was not found"};
    const struct failure_words words = {
        .remedy = "; put it beside the file under its old name, or name its directory with --base-dir"};
    return znn_say_failure_with(rebase->input->name, &error, &words);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Is there anything to do?                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool has_this_base(const struct rebase *rebase)
{
    const struct base_chain *old = &rebase->decoded.chain;
    const struct base_chain *new = rebase->chain;
    if (rebase->result.before.base_tensors == 0 || new->count == 0)
        return rebase->result.before.base_tensors == 0 && new->count == 0;
    return old->count > 0 && znn_file_is_same(&old->links[0].file.status, &new->links[0].file.status);
}

static void tell_done(struct rebase *rebase)
{
    struct batch *batch = rebase->batch;
    const struct other_outcome outcome = {
        .input = rebase->result.input, .output = rebase->result.output, .is_up_to_date = true};
    znn_outcome_tell_other(&outcome, batch->settings->json ? &batch->json : NULL);
    batch->totals.up_to_date++;
}

static bool rehearse(struct rebase *rebase)
{
    struct batch *batch = rebase->batch;
    if (!znn_output_file_check(&rebase->output))
        return false;
    if (batch->settings->json)
        znn_rebased_write_plan(&rebase->result, &batch->json);
    else
        znn_rebased_say_plan(&rebase->result);
    batch->totals.files++;
    batch->totals.original_size += rebase->result.before.original_size;
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Doing it                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static enum recoded recode(struct rebase *rebase, bool keeps_rounding)
{
    struct batch *batch = rebase->batch;
    struct progress progress;
    if (!znn_output_file_open(&rebase->output))
        return RECODED_NOT;
    if (!rebase->output.is_file) {
        znn_output_file_discard(&rebase->output);
        znn_say_error(rebase->output.name, "is not a regular file, so it could not be read back and checked");
        return RECODED_NOT;
    }
    znn_progress_start(&progress, rebase->input->name, rebase->result.before.original_size, true, false);
    progress.overall = &batch->overall;
    progress.passes = 2;
    struct recode work = {
        .settings = batch->settings,
        .from = &rebase->decoded,
        .chain = rebase->chain,
        .base_name = rebase->new_base,
        .keeps_rounding = keeps_rounding,
        .progress = &progress,
    };
    enum recoded recoded = znn_recode(&work, &rebase->output, &rebase->result.after);
    batch->status = work.status;
    rebase->result.nanoseconds += znn_progress_end(&progress);
    if (recoded != RECODED)
        znn_output_file_discard(&rebase->output);
    return recoded;
}

/*
 * Rounding decides anew which pieces of a tensor it leaves exact.  If it decides otherwise than for the old file, the
 * original would change, so the rounded numbers are then stored as they are, without loss.
 */
static bool recode_exactly(struct rebase *rebase)
{
    enum recoded recoded = recode(rebase, true);
    bool is_rounded = rebase->decoded.header.lossy.mode != ZNN_LOSSLESS;
    if (recoded == RECODED_OTHERWISE && is_rounded) {
        recoded = recode(rebase, false);
        if (recoded == RECODED)
            znn_say_warning(rebase->input->name, "its rounded numbers are now stored like any others, because rounding "
                                                 "them again would have changed some");
    }
    if (recoded == RECODED_OTHERWISE)
        znn_say_error(rebase->input->name, "the new file did not give the same bytes, so the old one is kept");
    return recoded == RECODED;
}

/* Checks what may have changed since the files were opened. */
static bool check_again(const struct rebase *rebase)
{
    const struct input_file *input = rebase->input;
    if (znn_input_file_has_changed(input))
        return znn_say_error(input->name, "changed while it was read");
    if (znn_base_chain_has_changed(rebase->chain) || !znn_base_chain_is_there(rebase->chain))
        return znn_say_error(input->name, "its new base changed, moved or was removed meanwhile");
    return rebase->place || check_writers(input);
}

/* A file without a base, and without anything in common with the new one, would only be written again. */
static bool gains_nothing(const struct rebase *rebase)
{
    return rebase->chain->count > 0 && !rebase->place && rebase->result.before.base_tensors == 0 &&
           rebase->result.after.base_tensors == 0;
}

/* The next run must find the base by its name. */
static void warn_of_lost_base(const struct rebase *rebase)
{
    struct base_chain found = {.count = 0};
    struct input_file file = {.path = rebase->output.path, .name = rebase->output.path};
    if (rebase->result.after.base_tensors == 0 || !znn_input_file_open(&file, file.path, false))
        return;
    znn_base_chain_locate(&found, &file, NULL, NULL);
    if (found.count == 0 || !znn_file_is_same(&found.links[0].file.status, &rebase->chain->links[0].file.status))
        znn_say_warning(file.name,
                        "its base '%s' is not found by its name; name its directory with --base-dir to read it",
                        rebase->chain->links[0].path);
    znn_base_chain_close(&found);
    znn_input_file_close(&file);
}

static void finish(struct rebase *rebase)
{
    struct batch *batch = rebase->batch;
    struct rebased *result = &rebase->result;
    if (result->after.base_tensors == 0)
        result->new_base = "";
    if (rebase->chain->count > 0 && result->after.base_tensors == 0)
        znn_say_warning(result->input, "has nothing in common with '%s', and has no base now",
                        rebase->chain->links[0].path);
    znn_rebased_say(result);
    warn_of_lost_base(rebase);
    if (batch->settings->json)
        znn_rebased_write(result, &batch->json);
    batch->totals.files++;
    batch->totals.original_size += result->after.original_size;
    batch->totals.compressed_size += result->after.compressed_size;
    batch->overall.spent += result->nanoseconds;
}

static bool replace(struct rebase *rebase)
{
    if (!znn_offspring_check(&rebase->batch->orphans, rebase->chain, rebase->input, &rebase->output))
        return false;
    if (!recode_exactly(rebase))
        return false;
    if (gains_nothing(rebase)) {
        znn_output_file_discard(&rebase->output);
        znn_say_warning(rebase->input->name, "has nothing in common with '%s', and stays as it is",
                        rebase->chain->links[0].path);
        tell_done(rebase);
        return true;
    }
    if (!check_again(rebase)) {
        znn_output_file_discard(&rebase->output);
        return false;
    }
    if (!znn_output_file_publish(&rebase->output))
        return false;
    znn_output_file_release(&rebase->output);
    finish(rebase);
    return true;
}

static bool work(struct rebase *rebase)
{
    const struct settings *settings = rebase->batch->settings;
    if (!check_input(rebase) || !find_new_base(rebase) || !name_base(rebase))
        return false;
    rebase->output.base = rebase->chain;
    if (!open_old(rebase))
        return false;
    if (!rebase->place && !settings->target.force && has_this_base(rebase)) {
        tell_done(rebase);
        return true;
    }
    return settings->target.dry_run ? rehearse(rebase) : replace(rebase);
}

bool znn_rebase_file(struct batch *batch, const char *path, const char *output)
{
    struct input_file input;
    if (!znn_batch_open(batch, path, &input))
        return false;
    struct rebase rebase = {.batch = batch, .input = &input, .place = output};
    znn_batch_output(batch, &input, output ? output : path, &rebase.output);
    rebase.output.rewrites_input = !output;
    rebase.output.force |= !output;
    rebase.output.must_last = !output;
    bool fine = work(&rebase);
    znn_decoded_close(&rebase.decoded);
    free(rebase.new_base);
    znn_input_file_close(&input);
    return fine;
}
