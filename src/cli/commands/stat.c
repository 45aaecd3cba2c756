/*
 * stat.c - the command stat: shows which parts of a model take how many bytes, and what compression would save
 */
#include "cli/commands/sweep.h"
#include "cli/flags/lossy.h"
#include "cli/flags/names.h"
#include "cli/flags/operands.h"
#include "cli/input/base_chain.h"
#include "cli/input/spool.h"
#include "cli/input/stand_in.h"
#include "cli/output/output_file.h"
#include "cli/say/message.h"
#include "cli/say/units.h"
#include "cli/show/look.h"
#include "cli/show/progress.h"
#include "cli/show/related.h"
#include "cli/show/stat_view.h"
#include "cli/system/file_status.h"

#include <stdio.h>
#include <string.h>

/* The sums over all files, for the last line. */
struct stat_totals {
    size_t files;
    uint64_t original;
    uint64_t compressed;
    struct base_chain base; /* of --base */
};

bool znn_stat_write_svg(const struct settings *settings, const struct input_file *file, const struct base_chain *base,
                        const struct text *svg)
{
    struct written written = {.swept = {.is_known = false}};
    struct output_file output = {
        .path = settings->view.svg,
        .input = file,
        .base = base,
        .base_dir = settings->base.directory,
        .written = &written,
        .is_chosen = true,
        .force = settings->target.force,
        .is_part = true,
        .is_derived = true,
    };
    bool fine = znn_output_file_open(&output);
    if (fine) {
        fine = znn_output_file_write(&output, svg->data, svg->size);
        if (fine)
            fine = znn_output_file_publish(&output);
        else
            znn_output_file_discard(&output);
    }
    znn_written_free(&written);
    return fine;
}

static bool write_svg(const struct view *view, const struct input_file *file, const struct base_chain *base)
{
    struct text svg = {0};
    bool fine = znn_stat_draw(view, &svg) && znn_stat_write_svg(view->settings, file, base, &svg);
    znn_text_free(&svg);
    return fine;
}

/* The class describes the model itself, so it comes from the analysis without a base. */
static void take_class(struct survey *survey, const struct znn_analysis *alone)
{
    struct survey own;
    znn_survey_make(&own, alone);
    survey->class = own.class;
    survey->class_dtype = own.class_dtype;
}

/* The results of looking at a file. */
struct findings {
    struct znn_analysis *analysis;
    struct znn_analysis *alone; /* without the base that was given; NULL if none was */
    struct partners partners;   /* in that base */
};

static bool show(struct look *look, const struct input_file *file, const struct findings *findings)
{
    const struct znn_analysis *analysis = findings->analysis, *alone = findings->alone;
    struct survey survey;
    struct stat_totals *totals = look->context;
    struct base_hint hint = znn_base_hint(file);
    const char *given = znn_base_chain_name(&totals->base);
    struct view view = {
        .settings = look->settings,
        .path = znn_look_path(file),
        .base = hint.name[0] || !given ? hint.name : given,
        .analysis = analysis,
        .alone = alone,
        .partners = findings->partners.count > 0 ? &findings->partners : NULL,
        .survey = &survey,
        .terminal = &look->terminal,
    };
    znn_survey_make(&survey, analysis);
    if (alone)
        take_class(&survey, alone);
    znn_stand_in_warn(file);
    bool fine = !look->settings->view.svg || write_svg(&view, file, look->base);
    if (look->settings->json) {
        fine = fine ? znn_stat_write_json(&view, &look->json) : znn_look_note_failure(look, view.path);
    } else {
        if (totals->files > 0)
            putchar('\n');
        fine = znn_stat_print(&view) && fine;
    }
    znn_look_count(look, &survey.report);
    totals->files++;
    totals->original += survey.report.original_size;
    totals->compressed += survey.report.compressed_size;
    return fine;
}

static bool say_failure(struct look *look, const struct input_file *file, const struct znn_error *error)
{
    const struct stat_totals *totals = look->context;
    if (error->status != ZNN_ERROR_BASE)
        return znn_look_failed(look, file, error);
    znn_base_chain_say(&totals->base, file, error);
    return znn_look_note_failure(look, znn_look_path(file));
}

static bool stat_input(struct look *look, const struct input_file *file, struct znn_input input)
{
    const struct settings *settings = look->settings;
    struct progress progress;
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options),
        .progress = znn_progress_tick,
        .progress_context = &progress,
        .level = settings->level,
        .threads = settings->limits.threads,
        .dedup = settings->dedup,
        .memory_limit = settings->limits.memory_limit,
        .extension = file->path ? znn_names_model_extension(file->path) : NULL,
    };
    const struct stat_totals *totals = look->context;
    znn_lossy_options(settings, &options);
    if (!znn_base_chain_has(&totals->base, file)) {
        options.base = znn_base_chain_base(&totals->base);
        options.base_name = znn_base_chain_name(&totals->base);
    }
    if (settings->view.sweep || options.lossy.mode != ZNN_LOSSLESS)
        return znn_sweep_show(look, file, input, &totals->base, &options);
    struct znn_analysis_options analyzing = {
        .struct_size = sizeof(struct znn_analysis_options), .compress = &options, .quick = settings->view.quick};
    struct findings findings = {.analysis = NULL};
    struct znn_base *base = options.base;
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    bool is_twofold = options.base && input.size != ZNN_SIZE_UNKNOWN; /* a stream is over after the first time */
    znn_progress_start(&progress, file->name, input.size, true, false);
    progress.passes = is_twofold ? 2 : 1;
    progress.overall = is_twofold ? NULL : &look->overall;
    enum znn_status status = znn_analyze(&input, &analyzing, &findings.analysis, &error);
    if (!status && is_twofold) {
        options.base = NULL;
        znn_progress_next_pass(&progress);
        status = znn_analyze(&input, &analyzing, &findings.alone, &error);
    }
    if (!status && is_twofold && !znn_input_file_is_znn(file))
        status = znn_partners_collect(&findings.partners, &input, base, &error);
    look->overall.spent += znn_progress_end(&progress);
    bool fine = status ? say_failure(look, file, &error) : show(look, file, &findings);
    znn_analysis_free(findings.analysis);
    znn_analysis_free(findings.alone);
    znn_partners_free(&findings.partners);
    return fine;
}

/* Spools a stream as compress does, so that the result is the same. */
static bool stat_one(struct look *look, const struct input_file *file)
{
    if (znn_input_file_is_plain(file))
        return stat_input(look, file, znn_input_file_stream(file));
    struct spool spool;
    if (!znn_spool_open(&spool, file->fd, file->name, look->settings->limits.spool_limit))
        return znn_look_note_failure(look, znn_look_path(file));
    bool fine = stat_input(look, file, znn_spool_input(&spool));
    znn_spool_close(&spool);
    return fine;
}

static void print_totals(const struct stat_totals *totals)
{
    printf("\n%zu files: %s, compressed %s, %s left\n", totals->files, znn_size_figure(totals->original).text,
           znn_size_figure(totals->compressed).text, znn_share_figure(totals->compressed, totals->original).text);
}

/* Checks the flags and the file before the work starts, so that no work is lost. */
static bool check_svg(const struct settings *settings)
{
    if (!settings->view.svg)
        return true;
    if (settings->tree.recursive)
        return znn_say_error(NULL, "--svg draws one file; leave out -r");
    if (settings->operand_count > 1)
        return znn_say_error(NULL, "--svg draws one file, but there are %zu; run znn for each of them",
                             settings->operand_count);
    if (znn_operand_is_stdin(settings->view.svg))
        return znn_say_error(NULL, "--svg writes to a file; standard output has the numbers");
    return true;
}

static bool may_draw(const struct settings *settings)
{
    struct file_status status;
    if (!settings->view.svg || settings->target.force || !znn_file_status(settings->view.svg, &status) ||
        status.kind != FILE_REGULAR)
        return true;
    return znn_say_error(settings->view.svg, "exists already; use -f to replace it, or give --svg another name");
}

/* Marks a file as failed without reading it.  The reason applies to all files and has been reported. */
static bool fail_one(struct look *look, const struct input_file *file)
{
    return znn_look_note_failure(look, znn_look_path(file));
}

int znn_command_stat(struct settings *settings)
{
    if (settings->base.related)
        return znn_related_run(settings);
    if (!znn_lossy_check(settings) || !znn_operands_check_inputs(settings))
        return EXIT_USAGE;
    if (!check_svg(settings))
        return EXIT_USAGE;
    /* Both are about tensors or layers: who gives them wants to see some. */
    if ((settings->view.match || settings->view.order != ORDER_NONE) && !settings->view.layers)
        settings->view.tensors = true;
    struct stat_totals totals = {0};
    struct look look = {
        .settings = settings, .at = stat_one, .context = &totals, .takes_models = true, .base = &totals.base};
    if (!may_draw(settings) ||
        (settings->base.path && !znn_base_chain_open(&totals.base, settings->base.path, settings->base.directory)))
        look.at = fail_one;
    int code = znn_look_at_all(&look);
    znn_base_chain_close(&totals.base);
    if (!settings->json && !settings->tree.recursive && totals.files > 1) {
        print_totals(&totals);
        code = znn_stdout_finish() ? code : EXIT_FAILED;
    }
    if (code == EXIT_DONE)
        znn_lossy_say_unmatched(settings);
    return code;
}
