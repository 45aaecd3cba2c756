/*
 * rebased.c - reports the result of znn rebase for a file
 */
#include "cli/show/rebased.h"

#include "cli/flags/lossy.h"
#include "cli/say/message.h"
#include "cli/say/text.h"
#include "cli/say/units.h"
#include "cli/show/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *base_word(const char *name)
{
    return name[0] ? name : "no base";
}

/* ", 18.09 %", or nothing for an empty original. */
static void format_share(const struct rebased *rebased, int digits, char text[40])
{
    const struct znn_report *report = &rebased->after;
    text[0] = '\0';
    if (report->original_size > 0)
        snprintf(text, 40, ", %.*f %%", digits,
                 100.0 * (double)report->compressed_size / (double)report->original_size);
}

static void say_details(const struct rebased *rebased)
{
    const struct znn_report *report = &rebased->after;
    char share[40];
    char content[80] = "";
    format_share(rebased, 2, share);
    if (report->tensors > 0)
        snprintf(content, sizeof content, ", %" PRIu64 " tensor%s", report->tensors, report->tensors == 1 ? "" : "s");
    if (report->base_tensors > 0)
        snprintf(content + strlen(content), sizeof content - strlen(content), ", %" PRIu64 " of a base",
                 report->base_tensors);
    znn_say_result("%s: %s -> %s: %" PRIu64 " -> %" PRIu64 " bytes%s, %s%s%s%s", rebased->output,
                   base_word(rebased->old_base), base_word(rebased->new_base), rebased->before.compressed_size,
                   report->compressed_size, share, report->format, content,
                   report->lossy.mode != ZNN_LOSSLESS ? ", LOSSY: " : "", znn_lossy_words(&report->lossy).text);
}

static void say_shortly(const struct rebased *rebased)
{
    char share[40];
    format_share(rebased, 1, share);
    znn_say_summary("%s: %s -> %s%s, %s%s, %s", rebased->output, znn_size_figure(rebased->before.compressed_size).text,
                    znn_size_figure(rebased->after.compressed_size).text, share, rebased->new_base[0] ? "base " : "",
                    base_word(rebased->new_base), znn_duration_figure(rebased->nanoseconds).text);
}

void znn_rebased_say(const struct rebased *rebased)
{
    if (znn_message_is_verbose())
        say_details(rebased);
    else if (znn_progress_tells_results(false))
        say_shortly(rebased);
}

static void write_text(struct json *json, const char *key, const char *text)
{
    if (text[0])
        znn_json_string(json, key, text, strlen(text));
}

static void begin(struct json *json, const struct rebased *rebased)
{
    znn_json_begin(json, NULL, '{');
    write_text(json, "path", rebased->input);
    znn_json_bool(json, "ok", true);
}

static void write_names(struct json *json, const struct rebased *rebased)
{
    write_text(json, "output", rebased->output);
    write_text(json, "old_base", rebased->old_base);
    write_text(json, "base", rebased->new_base);
}

void znn_rebased_write(const struct rebased *rebased, struct json *json)
{
    const struct znn_report *report = &rebased->after;
    begin(json, rebased);
    write_names(json, rebased);
    znn_json_number(json, "original_bytes", report->original_size);
    znn_json_number(json, "old_compressed_bytes", rebased->before.compressed_size);
    znn_json_number(json, "compressed_bytes", report->compressed_size);
    znn_json_ratio(json, "ratio", report->compressed_size, report->original_size);
    znn_json_number(json, "tensor_count", report->tensors);
    if (report->base_tensors > 0)
        znn_json_number(json, "base_tensors", report->base_tensors);
    znn_lossy_write(json, &report->lossy);
    znn_json_ratio(json, "seconds", rebased->nanoseconds, UINT64_C(1000000000));
    znn_json_end(json, '}');
}

static void print_name(const char *name)
{
    znn_text_write_shown(stdout, name, strlen(name));
}

void znn_rebased_say_plan(const struct rebased *rebased)
{
    fputs("would rebase ", stdout);
    print_name(rebased->input);
    if (strcmp(rebased->input, rebased->output) != 0) {
        fputs(" -> ", stdout);
        print_name(rebased->output);
    }
    fputs(": ", stdout);
    print_name(base_word(rebased->old_base));
    fputs(" -> ", stdout);
    print_name(base_word(rebased->new_base));
    printf(", now %s of %s\n", znn_size_figure(rebased->before.compressed_size).text,
           znn_size_figure(rebased->before.original_size).text);
}

void znn_rebased_write_plan(const struct rebased *rebased, struct json *json)
{
    begin(json, rebased);
    znn_json_bool(json, "dry_run", true);
    write_names(json, rebased);
    znn_json_number(json, "original_bytes", rebased->before.original_size);
    znn_json_number(json, "compressed_bytes", rebased->before.compressed_size);
    znn_json_end(json, '}');
}
