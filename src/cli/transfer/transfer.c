/*
 * transfer.c - takes one file through the library: the common part of compress and decompress
 */
#include "cli/transfer/transfer.h"

#include "cli/flags/flags.h"
#include "cli/flags/lossy.h"
#include "cli/input/spool.h"
#include "cli/input/stand_in.h"
#include "cli/output/offspring.h"
#include "cli/output/output_spool.h"
#include "cli/output/successor.h"
#include "cli/output/sync.h"
#include "cli/say/message.h"
#include "cli/show/defects.h"
#include "cli/show/failure.h"
#include "cli/show/outcome.h"
#include "cli/show/progress.h"
#include "cli/system/file_status.h"
#include "cli/system/name.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"
#include "cli/transfer/dry_run.h"
#include "cli/transfer/free_space.h"
#include "cli/transfer/late.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void znn_batch_start(struct batch *batch, const struct settings *settings, enum direction direction)
{
    *batch =
        (struct batch){.settings = settings, .direction = direction, .orphans = {.base_dir = settings->base.directory}};
    for (size_t i = 0; i < settings->operand_count && !settings->tree.recursive; i++) {
        struct file_status status;
        if (!znn_file_status(settings->operands[i], &status))
            memset(&status, 0, sizeof status); /* standard input, or a file that will fail */
        znn_overall_expect(&batch->overall, &status);
    }
    for (size_t i = 0; settings->target.force && i < settings->operand_count; i++)
        if (!znn_spared_add_path(&batch->inputs, settings->operands[i]))
            batch->failed = !znn_say_memory_error(NULL);
    if (settings->json)
        znn_json_begin(&batch->json, NULL, '[');
}

/* For several files the line is for people, unless they ask for it.  With -r it is always printed. */
static void say_totals(const struct batch *batch)
{
    const struct settings *settings = batch->settings;
    bool is_for_several = settings->operand_count > 1 && !settings->target.to_stdout &&
                          (znn_message_is_verbose() || znn_progress_tells_results(false));
    if (settings->target.dry_run || is_for_several)
        znn_totals_say(&batch->totals, settings, batch->direction);
}

size_t znn_batch_settle(struct batch *batch)
{
    znn_base_chain_close(&batch->base);
    size_t failures = znn_late_settle(batch);
    znn_needs_finish(&batch->needs);
    failures += batch->needs.failures;
    batch->needs.failures = 0;
    batch->failed |= failures > 0;
    return failures;
}

/* Some file systems report a failed write only on closing.  Standard output is closed once, here. */
int znn_batch_end(struct batch *batch)
{
    batch->totals.failed += znn_batch_settle(batch);
    if (!batch->settings->tree.recursive)
        say_totals(batch);
    znn_written_free(&batch->written);
    znn_spared_free(&batch->inputs);
    znn_spared_free(&batch->bases);
    znn_orphans_free(&batch->orphans);
    if (batch->settings->json) {
        znn_json_end(&batch->json, ']');
        batch->failed |= !znn_stdout_finish();
    }
    if (batch->uses_stdout && !znn_file_close(STANDARD_OUTPUT))
        batch->failed = !znn_say_system_error(STDOUT_NAME, "write", errno, "");
    return batch->failed ? EXIT_FAILED : EXIT_DONE;
}

bool znn_batch_fail(struct batch *batch, const char *path)
{
    batch->failed = true;
    batch->totals.failed++;
    if (batch->settings->json)
        znn_failure_write(&batch->json, path);
    batch->status = ZNN_OK;
    return false;
}

bool znn_batch_open(struct batch *batch, const char *path, struct input_file *input)
{
    const struct settings *settings = batch->settings;
    bool may_recurse = znn_flag(FLAG_RECURSIVE)->commands & 1u << settings->command->id;
    if (!znn_operand_is_stdin(path) && znn_file_is_directory(path))
        return may_recurse
                   ? znn_say_error(path, "is a directory; use -r to %s the files in it", settings->command->name)
                   : znn_say_error(path, "is a directory; name the files in it");
    if (!znn_input_file_open(input, path, settings->target.remove_source))
        return false;
    znn_overall_next(&batch->overall, &input->status);
    return true;
}

bool znn_batch_make_directory(const struct batch *batch)
{
    const char *into = batch->settings->target.directory;
    if (!into || batch->settings->target.dry_run)
        return true;
    if (!znn_name_make_directory(into, false))
        return errno == EEXIST || znn_say_system_error(into, "create this directory", errno, "");
    char *root = batch->settings->target.remove_source ? znn_path_root(into) : NULL;
    bool fine = !batch->settings->target.remove_source || (root ? znn_sync_name(root) : znn_say_memory_error(into));
    free(root);
    return fine;
}

static enum znn_status call_library(const struct batch *batch, const struct base_chain *chain, struct znn_input *input,
                                    struct znn_output *output, const char *extension, struct progress *progress,
                                    struct znn_report *report, struct znn_error *error)
{
    const struct settings *settings = batch->settings;
    if (batch->direction == COMPRESSING) {
        struct znn_compress_options options = {
            .struct_size = sizeof(struct znn_compress_options),
            .level = settings->level,
            .threads = settings->limits.threads,
            .extension = extension,
            .dtype = settings->dtype,
            .dedup = settings->dedup,
            .progress = znn_progress_tick,
            .progress_context = progress,
            .base = znn_base_chain_base(chain),
            .base_name = batch->kin ? batch->kin->name : znn_base_chain_name(chain),
            .memory_limit = settings->limits.memory_limit,
        };
        znn_lossy_options(settings, &options);
        return znn_compress(input, output, &options, report, error);
    }
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options),
        .threads = settings->limits.threads,
        .progress = znn_progress_tick,
        .progress_context = progress,
        .base = znn_base_chain_base(chain),
        .max_output = settings->limits.max_output,
        .memory_limit = settings->limits.memory_limit,
    };
    return znn_decompress(input, output, &options, report, error);
}

/* Opens the input for the library.  A stream to compress may have to be spooled.  The caller closes *spool. */
static bool open_input(const struct batch *batch, const struct input_file *input, struct spool *spool,
                       struct znn_input *library_input)
{
    const struct settings *settings = batch->settings;
    bool may_spool = batch->direction == COMPRESSING && !settings->dtype && !znn_input_file_is_plain(input);
    *spool = (struct spool){.file = -1};
    if (may_spool && !znn_spool_open(spool, input->fd, input->name, settings->limits.spool_limit))
        return false;
    *library_input = may_spool ? znn_spool_input(spool) : znn_input_file_stream(input);
    return true;
}

/* Moves the bytes, and reports a failure. */
static bool convert_from(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                         struct znn_input library_input, struct output_file *output, const char *extension,
                         struct outcome *outcome)
{
    struct znn_output library_output = znn_output_stream_for_library(&output->stream);
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    struct progress progress;
    bool compressing = batch->direction == COMPRESSING;
    znn_progress_start(&progress, input->name, library_input.size, compressing, !output->path);
    progress.overall = &batch->overall;
    struct output_spool spool;
    bool may_spool = !compressing && !library_output.read_at && !znn_input_file_is_plain(input);
    znn_output_spool_start(&spool, library_output, batch->settings->limits.spool_limit);
    if (may_spool) /* neither input nor output can be read again */
        library_output = znn_output_spool_for_library(&spool);
    batch->status =
        call_library(batch, chain, &library_input, &library_output, extension, &progress, &outcome->report, &error);
    znn_output_spool_close(&spool);
    outcome->nanoseconds = znn_progress_end(&progress);
    batch->overall.spent += outcome->nanoseconds;
    int write_error = atomic_load(&output->stream.write_error);
    if (write_error)
        return znn_say_system_error(output->name, "write", write_error, "");
    if (batch->status)
        return !znn_output_spool_explain(&spool, input->name) && znn_base_chain_say(chain, input, &error);
    if (compressing && znn_input_file_has_changed(input))
        return znn_say_error(input->name, "changed while it was read; compress it again when it is complete");
    if (compressing && znn_base_chain_has_changed(chain))
        return znn_say_error(input->name, "its base changed while it was read; compress it again");
    return true;
}

bool znn_batch_open_base(struct batch *batch)
{
    const struct settings *settings = batch->settings;
    if (!settings->base.path || batch->base.count > 0 ||
        znn_base_chain_open(&batch->base, settings->base.path, settings->base.directory))
        return true;
    znn_base_chain_close(&batch->base);
    return false;
}

static void say_no_base(const struct batch *batch, const struct input_file *input)
{
    const struct chained *nearest = &batch->base.links[0];
    if (znn_file_is_same(&nearest->file.status, &input->status))
        znn_say_warning(input->name, "is the base itself, and is compressed without one");
    else
        znn_say_warning(input->name, "is needed by the base '%s', and is compressed without one", nearest->path);
}

bool znn_batch_find_base(struct batch *batch, const struct input_file *input, const char *output,
                         struct base_chain *own, const struct base_chain **chain)
{
    const struct settings *settings = batch->settings;
    *chain = own;
    if (batch->kin)
        return settings->target.dry_run || znn_base_chain_open(own, batch->kin->base, settings->base.directory);
    if (!settings->base.path)
        return batch->direction == COMPRESSING || znn_base_chain_find(own, input, settings->base.directory, output);
    if (!znn_batch_open_base(batch))
        return false;
    if (!znn_base_chain_has(&batch->base, input))
        *chain = &batch->base;
    else if (batch->direction == COMPRESSING)
        say_no_base(batch, input);
    return true;
}

static bool convert(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                    struct output_file *output, const char *extension, struct outcome *outcome)
{
    struct spool spool;
    struct znn_input library_input;
    bool fine = open_input(batch, input, &spool, &library_input) &&
                convert_from(batch, chain, input, library_input, output, extension, outcome);
    znn_spool_close(&spool);
    return fine;
}

/* A text has no valid safetensors header either, but nobody expects one. */
static bool looks_like_safetensors(const struct input_file *input, const struct znn_report *report)
{
    static const char suffix[] = ".safetensors";
    size_t size = strlen(input->name);
    bool named = size >= sizeof suffix - 1 && strcmp(input->name + size - (sizeof suffix - 1), suffix) == 0;
    return named || strcmp(report->format, "bytes") != 0;
}

/* When decompressing, repeats the note from compressing. */
static void say_defect(enum direction direction, const struct input_file *input, const struct znn_report *report)
{
    struct defect_words defect = znn_defect_words(report);
    if (direction == COMPRESSING && znn_defect_is_loss(report))
        znn_say_warning(input->name, "%s", defect.text);
    else if (direction == COMPRESSING && defect.text[0])
        znn_say_note(input->name, "%s, so readers refuse it (%s)", defect.text, report->header_error);
    else if (report->header_error && report->tensors == 0 && looks_like_safetensors(input, report))
        znn_say_note(input->name, "has no valid safetensors header (%s), so it is compressed as plain bytes",
                     report->header_error);
}

/* The output already has its name.  Only JSON waits for the removal of the source. */
static void say(const struct batch *batch, const struct input_file *input, const struct outcome *outcome)
{
    const struct znn_report *report = &outcome->report;
    znn_outcome_say(outcome);
    if (outcome->direction == COMPRESSING)
        znn_lossy_say_rest(batch->settings, input->name, report);
    if (outcome->direction == COMPRESSING)
        znn_stand_in_warn(input);
    say_defect(outcome->direction, input, report);
}

static void count(struct batch *batch, const struct outcome *outcome)
{
    batch->totals.files++;
    batch->totals.original_size += outcome->report.original_size;
    batch->totals.compressed_size += outcome->report.compressed_size;
    batch->totals.differences += batch->direction == COMPRESSING && outcome->report.base_tensors > 0;
    if (batch->settings->json)
        znn_outcome_write(outcome, &batch->json);
}

static bool check_successor(struct batch *batch, const struct input_file *input, const struct output_file *output)
{
    return znn_successor_check(&batch->orphans, batch->needing, input, znn_lossy_is_asked(batch->settings), output);
}

/* With -n. */
static bool rehearse(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                     struct output_file *output)
{
    if (!znn_output_file_check(output) || !check_successor(batch, input, output) ||
        !znn_dry_run_file(batch, input, output, znn_base_chain_base(chain)))
        return false;
    if (batch->direction == COMPRESSING)
        znn_stand_in_warn(input);
    return true;
}

/* The rest of the run must not replace or round a base that an output from an earlier run needs, either. */
static bool keep_bases(struct batch *batch, const struct base_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++)
        if (!znn_spared_add(&batch->inputs, &chain->links[i].file.status) ||
            !znn_spared_add(&batch->bases, &chain->links[i].file.status))
            return znn_say_memory_error(NULL);
    return true;
}

/* The output comes from an earlier run, and is not locked.  `chain` is its base, and locked. */
static bool remove_done(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                        const struct output_file *output)
{
    struct removal removal;
    if (batch->direction == COMPRESSING && (!znn_removal_check_base(input, output, chain) || !keep_bases(batch, chain)))
        return false;
    if (!znn_removal_note(&removal, input, output))
        return false;
    bool fine = znn_removal_later(&removal);
    znn_removal_free(&removal);
    return fine;
}

bool znn_batch_remove_source(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                             const struct output_file *output, bool is_fresh)
{
    struct removal removal;
    bool fine;
    bool compressing = batch->direction == COMPRESSING;
    if (compressing && znn_lossy_is_asked(batch->settings) && znn_spared_has(&batch->bases, &input->status))
        return znn_say_error(input->path,
                             "not removed, because another file needs it as an exact base, but '%s' is rounded",
                             output->path);
    if (znn_base_chain_has(&batch->base, input)) {
        fine = (!compressing || chain->count == 0 ||
                znn_say_error(input->path, "not removed, because it is the base, and '%s' needs a base itself",
                              output->path)) &&
               znn_late_note(batch, input, output, true);
    } else if (znn_needs_have(&batch->needs, batch->entry)) {
        fine = znn_removal_note(&removal, input, output);
        if (fine)
            znn_needs_note(&batch->needs, batch->entry, &removal);
    } else if (znn_late_orphan(batch, input->path, output->path)) {
        fine = znn_late_note(batch, input, output, false);
    } else {
        fine = is_fresh ? znn_removal_now(input, output, compressing ? chain : NULL)
                        : remove_done(batch, chain, input, output);
        if (fine && !batch->has_names_ahead)
            znn_input_file_say_names(input);
    }
    return fine;
}

/* Reports the finished output and, with --rm, removes its source. */
static bool finish(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                   struct output_file *output, const struct outcome *outcome)
{
    say(batch, input, outcome);
    bool fine = true;
    if (batch->settings->target.remove_source) {
        fine = znn_batch_remove_source(batch, chain, input, output, true);
        znn_output_file_release(output);
    }
    if (fine)
        count(batch, outcome);
    return fine;
}

static bool check_offspring(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                            const struct output_file *output)
{
    return batch->direction == DECOMPRESSING || !output->is_file ||
           znn_offspring_check(&batch->orphans, chain, input, output);
}

static bool run(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                struct output_file *output, const char *extension)
{
    struct outcome outcome = {
        .report = ZNN_INIT(struct znn_report),
        .direction = batch->direction,
        .to_stdout = !output->path,
        .input = input->name,
        .path = input->path ? input->path : "-",
    };
    output->base = chain;
    outcome.base = chain->count > 0 ? chain->links[0].path : NULL;
    if (batch->settings->target.dry_run)
        return rehearse(batch, chain, input, output);
    if (!znn_output_file_open(output))
        return false;
    outcome.output = output->name;
    if (!znn_free_space_check(batch, input, output) || !check_successor(batch, input, output) ||
        !check_offspring(batch, chain, input, output) || !convert(batch, chain, input, output, extension, &outcome)) {
        znn_output_file_discard(output);
        return false;
    }
    return znn_output_file_publish(output) && finish(batch, chain, input, output, &outcome);
}

void znn_batch_output(struct batch *batch, const struct input_file *input, const char *path, struct output_file *output)
{
    *output = (struct output_file){
        .path = path,
        .input = input,
        .inputs = &batch->inputs,
        .base_dir = batch->settings->base.directory,
        .written = &batch->written,
        .is_chosen = batch->settings->target.path && !batch->settings->tree.recursive,
        .force = batch->settings->target.force,
        .is_compressed = batch->direction == COMPRESSING,
        .must_last = batch->settings->target.remove_source,
    };
    batch->uses_stdout |= !path;
}

bool znn_transfer(struct batch *batch, const struct input_file *input, const char *output, const char *extension,
                  bool is_planned)
{
    struct output_file file;
    struct base_chain own = {.count = 0};
    const struct base_chain *chain;
    znn_batch_output(batch, input, output, &file);
    if (is_planned)
        file.extension = extension ? extension : "";
    bool fine = znn_batch_find_base(batch, input, output, &own, &chain) && run(batch, chain, input, &file, extension);
    znn_base_chain_close(&own);
    if (fine)
        znn_needs_settle(&batch->needs, batch->entry); /* now nothing of its base is locked any more */
    return fine;
}
