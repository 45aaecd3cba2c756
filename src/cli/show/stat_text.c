/*
 * stat_text.c - prints the output of 'znn stat' for people
 *
 *     gpt-base-bf16.safetensors
 *       format      safetensors
 *       class       bf16
 *       parameters  3.33 M (3325440) in 53 tensors
 *       original    6.34 MiB (6651080 bytes)
 *       compressed  4.20 MiB (4405931 bytes), 66.2% left
 *
 *       dtype  tensors  original  compressed   left  by byte group
 *       bf16        53  6.34 MiB    4.20 MiB  66.2%  (32.4%, 100%)
 */
#include "cli/flags/lossy.h"
#include "cli/say/bar.h"
#include "cli/say/table.h"
#include "cli/say/units.h"
#include "cli/show/base_words.h"
#include "cli/show/defects.h"
#include "cli/show/stat_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* In columns: start of the facts, longest bar, and the smallest width for exact sizes. */
enum { FACTS = 14, BAR_OF_FILE = 60, EXACT_WIDTH = 60 };

/* Groups in one line of the table, before the list continues on the next line. */
enum { GROUPS_PER_LINE = 4 };

/* ---------------------------------------------------------------------------------------------------------------- */
/* The file                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static void print_format(const struct znn_report *report)
{
    const char *note = strcmp(report->format, "bytes") == 0 ? "not safetensors" : "readers refuse it";
    struct defect_words defect = znn_defect_words(report);
    printf("  format      %s", report->format);
    if (report->header_error && (!defect.text[0] || strcmp(report->format, "safetensors") == 0))
        printf(" (%s: %s)", note, report->header_error);
    if (defect.text[0])
        printf("\n  note        %s", defect.text);
    putchar('\n');
}

static void print_bar(const struct view *view)
{
    const struct znn_report *report = &view->survey->report;
    size_t room = view->terminal->width - FACTS - 1;
    struct bar bar = znn_bar(report->compressed_size, report->original_size, report->original_size,
                             room < BAR_OF_FILE ? room : BAR_OF_FILE, view->terminal->is_unicode);
    printf("%*s%s\n", FACTS, "", bar.text);
}

/*
 *   base        53 tensors of base.safetensors
 *   partners    53 by name
 *   without it  4.20 MiB, 66.2% left
 */
static void print_base(const struct view *view, const struct znn_report *report)
{
    fputs("  base        ", stdout);
    znn_base_print(view->base, report->base_tensors);
    if (view->partners) {
        fputs("\n  partners    ", stdout);
        znn_partners_print(view->partners, view->analysis);
    }
    if (view->alone) {
        struct znn_report alone = ZNN_INIT(struct znn_report);
        znn_analysis_report(view->alone, &alone);
        printf("\n  without it  %s, %s left", znn_size_figure(alone.compressed_size).text,
               znn_share_figure(alone.compressed_size, alone.original_size).text);
    }
    putchar('\n');
}

static void print_block(const struct view *view)
{
    const struct survey *survey = view->survey;
    const struct znn_report *report = &survey->report;
    print_format(report);
    printf("  class       %s\n", znn_class_words(survey).text);
    if (report->tensors > 0)
        printf("  parameters  %s (%" PRIu64 ") in %" PRIu64 " tensor%s\n",
               znn_count_figure(survey->all.parameters).text, survey->all.parameters, report->tensors,
               report->tensors == 1 ? "" : "s");
    if (report->lossy.mode != ZNN_LOSSLESS)
        printf("  LOSSY       %s\n", znn_lossy_words(&report->lossy).text);
    printf("  original    %s (%" PRIu64 " bytes)\n", znn_size_figure(report->original_size).text,
           report->original_size);
    printf("  compressed  %s", znn_size_figure(report->compressed_size).text);
    if (view->terminal->width >= EXACT_WIDTH)
        printf(" (%" PRIu64 " bytes)", report->compressed_size);
    if (report->original_size > 0)
        printf(", %s left", znn_share_figure(report->compressed_size, report->original_size).text);
    putchar('\n');
    if (report->base_tensors > 0)
        print_base(view, report);
    if (view->terminal->has_bars && report->original_size > 0)
        print_bar(view);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The types                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

/* "(32.4%, 100%)".  Many groups take several rows, whose other cells stay empty. */
static void add_groups(struct table *table, const struct tally *tally)
{
    for (unsigned first = 0; first < tally->groups; first += GROUPS_PER_LINE) {
        char text[GROUPS_PER_LINE * 10 + 4] = "";
        size_t size = 0;
        for (unsigned i = first; i < tally->groups && i < first + GROUPS_PER_LINE; i++) {
            struct figure share = znn_share_figure(tally->group_compressed[i], tally->group_size[i]);
            const char *whole = strcmp(share.text, "100.0%") == 0 ? "100%" : share.text;
            const char *end = i + 1 == tally->groups ? ")" : i + 1 == first + GROUPS_PER_LINE ? "," : ", ";
            int added = snprintf(text + size, sizeof text - size, "%s%s%s",
                                 i == 0       ? "("
                                 : i == first ? " "
                                              : "",
                                 whole, end);
            size += added > 0 ? (size_t)added : 0;
        }
        for (size_t i = 0; first > 0 && i + 1 < table->count; i++)
            znn_table_cell(table, "%s", "");
        znn_table_cell(table, "%s", text);
    }
}

void znn_stat_add_sizes(struct table *table, uint64_t size, uint64_t compressed)
{
    znn_table_cell(table, "%s", znn_size_figure(size).text);
    znn_table_cell(table, "%s", znn_size_figure(compressed).text);
    znn_table_cell(table, "%s", znn_share_figure(compressed, size).text);
}

static void add_rest(struct table *table, const struct survey *survey)
{
    if (survey->opaque_size > 0) {
        znn_table_cell(table, "%s", survey->dtype_count > 0 ? "other" : "bytes");
        znn_table_cell(table, "%s", "");
        znn_stat_add_sizes(table, survey->opaque_size, survey->opaque_compressed);
        znn_table_end_row(table);
    }
    znn_table_cell(table, "%s", "container");
    znn_table_cell(table, "%s", "");
    znn_table_cell(table, "%s", "");
    znn_table_cell(table, "%s", znn_size_figure(survey->container).text);
    znn_table_end_row(table);
}

static bool print_dtypes(const struct view *view)
{
    static const struct column columns[] = {
        {"dtype", COLUMN_LEFT},       {"tensors", COLUMN_RIGHT}, {"original", COLUMN_RIGHT},
        {"compressed", COLUMN_RIGHT}, {"left", COLUMN_RIGHT},    {"by byte group", COLUMN_ELASTIC},
    };
    const struct survey *survey = view->survey;
    struct table table = {.columns = columns, .count = 6, .terminal = view->terminal, .spare = "15"};
    while (znn_table_pass(&table)) {
        for (size_t i = 0; i < survey->dtype_count; i++) {
            const struct tally *tally = &survey->dtypes[i].tally;
            znn_table_cell(&table, "%s", znn_dtype_word(survey->dtypes[i].dtype).text);
            znn_table_cell(&table, "%" PRIu64, tally->tensors);
            znn_stat_add_sizes(&table, tally->size, tally->compressed);
            add_groups(&table, tally);
            znn_table_end_row(&table);
        }
        add_rest(&table, survey);
    }
    return znn_table_end(&table);
}

static bool print_path(const struct view *view)
{
    const char *path = view->path;
    const char *name = strcmp(path, "-") == 0 ? STDIN_NAME : path;
    struct text shown = {0}, elided = {0};
    znn_text_add_shown(&shown, name, strlen(name));
    size_t width = view->terminal->is_there ? view->terminal->width : shown.size;
    znn_text_add_elided(&elided, shown.data, shown.size, width, view->terminal->is_unicode ? "\u2026" : "...");
    bool fine = !shown.failed && !elided.failed;
    printf("%.*s\n", (int)elided.size, fine ? elided.data : "");
    znn_text_free(&shown);
    znn_text_free(&elided);
    return fine || znn_say_memory_error(NULL);
}

bool znn_stat_print(const struct view *view)
{
    if (!print_path(view))
        return false;
    print_block(view);
    putchar('\n');
    return print_dtypes(view) && znn_stat_print_rows(view);
}
