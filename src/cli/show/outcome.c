/*
 * outcome.c - reports the result for a file that was compressed or decompressed
 */
#include "cli/show/outcome.h"

#include "cli/flags/lossy.h"
#include "cli/say/message.h"
#include "cli/say/units.h"
#include "cli/show/defects.h"
#include "cli/show/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* For smaller files, a rate only shows how fast programs start. */
#define TELLING_SIZE (UINT64_C(1) << 20)

/* ", 4.13 s, 3.10 GiB/s" */
static void format_time(const struct outcome *outcome, char text[60])
{
    struct figure rate = {""};
    if (outcome->report.original_size >= TELLING_SIZE && outcome->nanoseconds > 0)
        rate = znn_rate_figure(outcome->report.original_size, outcome->nanoseconds);
    snprintf(text, 60, ", %s%s%s", znn_duration_figure(outcome->nanoseconds).text, *rate.text ? ", " : "", rate.text);
}

static void say_details(const struct outcome *outcome)
{
    const struct znn_report *report = &outcome->report;
    bool compressing = outcome->direction == COMPRESSING;
    bool is_lossy = report->lossy.mode != ZNN_LOSSLESS;
    char share[40] = "";
    char content[80] = "";
    char time[60] = "";
    if (report->original_size > 0)
        snprintf(share, sizeof share, ", %.2f %%",
                 100.0 * (double)report->compressed_size / (double)report->original_size);
    if (report->tensors > 0)
        snprintf(content, sizeof content, ", %" PRIu64 " tensor%s", report->tensors, report->tensors == 1 ? "" : "s");
    if (report->base_tensors > 0)
        snprintf(content + strlen(content), sizeof content - strlen(content), ", %" PRIu64 " of a base",
                 report->base_tensors);
    if (report->tensors > 0 && is_lossy && compressing)
        snprintf(content, sizeof content, ", %" PRIu64 " of %" PRIu64 " tensors", report->rounded_tensors,
                 report->tensors);
    if (znn_progress_tells_results(false))
        format_time(outcome, time);
    znn_say_result("%s -> %s: %" PRIu64 " -> %" PRIu64 " bytes%s%s%s%s%s%s%s", outcome->input, outcome->output,
                   compressing ? report->original_size : report->compressed_size,
                   compressing ? report->compressed_size : report->original_size, share, report->format ? ", " : "",
                   report->format ? report->format : "", content, is_lossy ? ", LOSSY: " : "",
                   znn_lossy_words(&report->lossy).text, time);
}

static void say_shortly(const struct outcome *outcome)
{
    const struct znn_report *report = &outcome->report;
    struct figure original = znn_size_figure(report->original_size);
    struct figure compressed = znn_size_figure(report->compressed_size);
    bool compressing = outcome->direction == COMPRESSING;
    char share[40] = "";
    char time[60];
    if (report->original_size > 0)
        snprintf(share, sizeof share, ", %.1f %%",
                 100.0 * (double)report->compressed_size / (double)report->original_size);
    format_time(outcome, time);
    znn_say_summary("%s: %s -> %s%s%s%s", outcome->input, compressing ? original.text : compressed.text,
                    compressing ? compressed.text : original.text, share,
                    report->lossy.mode != ZNN_LOSSLESS ? ", LOSSY" : "", time);
}

void znn_outcome_say(const struct outcome *outcome)
{
    if (znn_message_is_verbose())
        say_details(outcome);
    else if (znn_progress_tells_results(outcome->to_stdout))
        say_shortly(outcome);
}

void znn_outcome_write(const struct outcome *outcome, struct json *json)
{
    const struct znn_report *report = &outcome->report;
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "path", outcome->path, strlen(outcome->path));
    znn_json_bool(json, "ok", true);
    znn_json_string(json, "output", outcome->output, strlen(outcome->output));
    if (report->format)
        znn_json_string(json, "format", report->format, strlen(report->format));
    znn_defects_write(json, report);
    znn_json_number(json, "original_bytes", report->original_size);
    znn_json_number(json, "compressed_bytes", report->compressed_size);
    znn_json_ratio(json, "ratio", report->compressed_size, report->original_size);
    znn_json_number(json, "tensor_count", report->tensors);
    if (report->base_tensors > 0)
        znn_json_number(json, "base_tensors", report->base_tensors);
    if (report->base_tensors > 0 && outcome->base)
        znn_json_string(json, "base", outcome->base, strlen(outcome->base));
    znn_lossy_write(json, &report->lossy);
    znn_lossy_write_rest(json, report);
    znn_json_ratio(json, "seconds", outcome->nanoseconds, UINT64_C(1000000000));
    znn_json_end(json, '}');
}

static void write_text(struct json *json, const char *key, const char *text)
{
    znn_json_string(json, key, text, strlen(text));
}

void znn_outcome_tell_other(const struct other_outcome *outcome, struct json *json)
{
    if (outcome->is_up_to_date)
        znn_say_result("%s -> %s: up to date", outcome->input, outcome->output);
    else if (outcome->link)
        znn_say_result("%s -> %s: link to %s", outcome->input, outcome->output, outcome->link);
    else
        znn_say_result("%s -> %s: hard link of %s", outcome->input, outcome->output, outcome->twin);
    if (!json)
        return;
    znn_json_begin(json, NULL, '{');
    write_text(json, "path", outcome->input);
    znn_json_bool(json, "ok", true);
    write_text(json, "output", outcome->output);
    if (outcome->is_up_to_date)
        znn_json_bool(json, "up_to_date", true);
    if (outcome->link)
        write_text(json, "link", outcome->link);
    if (outcome->twin)
        write_text(json, "hard_link", outcome->twin);
    znn_json_end(json, '}');
}
