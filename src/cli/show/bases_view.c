/*
 * bases_view.c - shows which .znn file needs which file as its base
 */
#include "cli/show/bases_view.h"

#include "cli/input/base_graph.h"
#include "cli/say/json_writer.h"
#include "cli/say/message.h"
#include "cli/say/table.h"
#include "cli/say/terminal.h"
#include "cli/say/units.h"
#include "cli/show/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bases_view {
    const struct settings *settings;
    struct base_graph graph;
    struct json json;
    size_t failures;
    size_t *order;  /* the members in the order of the rows */
    size_t *levels; /* how far each row is indented */
    size_t rows;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* The order of the rows                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

struct ordered {
    const char *path;
    size_t number;
};

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct ordered *)a)->path, ((const struct ordered *)b)->path);
}

/* For each member, its first child and the next child of its base, in the order of their paths. */
struct kinship {
    struct ordered *sorted;
    size_t *first, *next;
    bool *is_placed;
};

static bool make_kinship(struct kinship *kinship, const struct base_graph *graph)
{
    size_t count = graph->count;
    kinship->sorted = calloc(count + 1, sizeof *kinship->sorted);
    kinship->first = calloc(count + 1, sizeof *kinship->first);
    kinship->next = calloc(count + 1, sizeof *kinship->next);
    kinship->is_placed = calloc(count + 1, sizeof *kinship->is_placed);
    if (!kinship->sorted || !kinship->first || !kinship->next || !kinship->is_placed)
        return false;
    for (size_t i = 0; i < count; i++) {
        kinship->sorted[i] = (struct ordered){graph->members[i].path, i};
        kinship->first[i] = kinship->next[i] = NO_MEMBER;
    }
    qsort(kinship->sorted, count, sizeof *kinship->sorted, compare_paths);
    for (size_t i = count; i-- > 0;) {
        size_t number = kinship->sorted[i].number;
        size_t base = graph->members[number].base;
        if (base == NO_MEMBER)
            continue;
        kinship->next[number] = kinship->first[base];
        kinship->first[base] = number;
    }
    return true;
}

static void free_kinship(struct kinship *kinship)
{
    free(kinship->sorted);
    free(kinship->first);
    free(kinship->next);
    free(kinship->is_placed);
}

/* Places a member and everything that needs it, without recursion, because a chain may be long. */
static void place(struct bases_view *view, struct kinship *kinship, size_t top)
{
    size_t at = top;
    size_t level = 0;
    while (at != NO_MEMBER) {
        if (!kinship->is_placed[at]) {
            kinship->is_placed[at] = true;
            view->order[view->rows] = at;
            view->levels[view->rows++] = level;
        }
        size_t child = kinship->first[at];
        if (child != NO_MEMBER && !kinship->is_placed[child]) {
            kinship->first[at] = kinship->next[child];
            at = child;
            level++;
        } else if (child != NO_MEMBER) {
            kinship->first[at] = kinship->next[child];
        } else if (level > 0) {
            at = view->graph.members[at].base;
            level--;
        } else {
            at = NO_MEMBER;
        }
    }
}

/* First the members without a base, with all that need them.  What remains is in a circle, or needs one. */
static bool order_rows(struct bases_view *view)
{
    const struct base_graph *graph = &view->graph;
    struct kinship kinship = {.sorted = NULL};
    view->order = calloc(graph->count + 1, sizeof *view->order);
    view->levels = calloc(graph->count + 1, sizeof *view->levels);
    bool fine = view->order && view->levels && make_kinship(&kinship, graph);
    for (int pass = 0; fine && pass < 3; pass++)
        for (size_t i = 0; i < graph->count; i++) {
            size_t number = kinship.sorted[i].number;
            const struct graph_file *member = &graph->members[number];
            bool is_top = pass == 0 ? member->base == NO_MEMBER : pass == 1 ? member->is_circular : true;
            if (is_top && !kinship.is_placed[number])
                place(view, &kinship, number);
        }
    free_kinship(&kinship);
    return fine || znn_say_memory_error(NULL);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The table                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_missing(const struct graph_file *member)
{
    return member->needs_base && member->base == NO_MEMBER;
}

static const char *trouble(const struct graph_file *member)
{
    return is_missing(member)                   ? " MISSING"
           : member->is_circular                ? " IN A CIRCLE"
           : member->depth > ZNN_BASE_DEPTH_MAX ? " TOO LONG A CHAIN"
                                                : "";
}

static void print_base(struct table *table, const struct graph_file *member)
{
    struct text name = {0};
    const char *hint = member->hint.name[0] ? member->hint.name : member->needs_base ? "(no name)" : "-";
    znn_text_add_shown(&name, hint, strlen(hint));
    znn_text_add(&name, "", 1);
    znn_table_cell(table, "%s%s", name.failed ? "?" : name.data, trouble(member));
    znn_text_free(&name);
}

static void print_path(struct table *table, const struct graph_file *member, size_t level)
{
    struct text path = {0};
    for (size_t i = 0; i < level; i++)
        znn_text_add(&path, "  ", 2);
    znn_text_add(&path, member->path, strlen(member->path));
    if (path.failed)
        znn_table_name(table, member->path, strlen(member->path));
    else
        znn_table_name(table, path.data, path.size);
    znn_text_free(&path);
}

static bool print_table(const struct bases_view *view)
{
    static const struct column columns[] = {
        {"file", COLUMN_ELASTIC}, {"size", COLUMN_RIGHT},      {"base", COLUMN_LEFT},
        {"depth", COLUMN_RIGHT},  {"needed by", COLUMN_RIGHT}, {"lost with it", COLUMN_RIGHT},
    };
    struct terminal terminal = znn_terminal_examine(false);
    struct table table = {.columns = columns, .count = 6, .terminal = &terminal, .spare = "13"};
    while (znn_table_pass(&table))
        for (size_t i = 0; i < view->rows; i++) {
            const struct graph_file *member = &view->graph.members[view->order[i]];
            print_path(&table, member, view->levels[i]);
            znn_table_cell(&table, "%s", znn_size_figure(member->status.size).text);
            print_base(&table, member);
            znn_table_cell(&table, "%zu", member->depth);
            znn_table_cell(&table, "%zu", member->children);
            znn_table_cell(&table, "%zu", member->needing);
        }
    return znn_table_end(&table);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* JSON                                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

static void write_text(struct json *json, const char *key, const char *text)
{
    znn_json_string(json, key, text, strlen(text));
}

/* The files that need a member: directly, or also through others. */
static void write_needing(struct bases_view *view, const char *key, size_t number, bool is_direct)
{
    const struct base_graph *graph = &view->graph;
    size_t left = is_direct ? graph->members[number].children : graph->members[number].needing;
    znn_json_begin(&view->json, key, '[');
    for (size_t i = 0; i < view->rows && left > 0; i++) {
        size_t other = view->order[i];
        if (other == number ||
            !(is_direct ? graph->members[other].base == number : znn_base_graph_needs(graph, other, number)))
            continue;
        write_text(&view->json, NULL, graph->members[other].path);
        left--;
    }
    znn_json_end(&view->json, ']');
}

static void write_member(struct bases_view *view, size_t number)
{
    const struct graph_file *member = &view->graph.members[number];
    struct json *json = &view->json;
    znn_json_begin(json, NULL, '{');
    write_text(json, "path", member->path);
    znn_json_bool(json, "ok", true);
    znn_json_number(json, "bytes", member->status.size);
    if (member->is_outside)
        znn_json_bool(json, "outside", true);
    if (member->hint.name[0])
        write_text(json, "base", member->hint.name);
    if (member->base != NO_MEMBER)
        write_text(json, "base_path", view->graph.members[member->base].path);
    if (is_missing(member))
        znn_json_bool(json, "missing", true);
    if (member->is_circular)
        znn_json_bool(json, "circular", true);
    znn_json_bool(json, "complete", member->has_all && member->depth <= ZNN_BASE_DEPTH_MAX);
    znn_json_number(json, "depth", member->depth);
    write_needing(view, "needed_by", number, true);
    write_needing(view, "lost_with_it", number, false);
    znn_json_end(json, '}');
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* All of it                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static void note_failure(void *context, const char *path)
{
    struct bases_view *view = context;
    view->failures++;
    if (view->settings->json)
        znn_failure_write(&view->json, path);
}

static bool note_unreadable(void *context, const char *path)
{
    note_failure(context, path);
    return false;
}

static void say_sum(const struct bases_view *view)
{
    size_t children = 0, missing = 0, circular = 0, depth = 0;
    for (size_t i = 0; i < view->graph.count; i++) {
        const struct graph_file *member = &view->graph.members[i];
        children += member->needs_base;
        missing += is_missing(member);
        circular += member->is_circular;
        if (member->depth > depth)
            depth = member->depth;
    }
    const struct settings *settings = view->settings;
    znn_say_summary(
        "%s: %zu file%s, %zu with a base, %zu base%s missing, %zu in a circle, the longest chain has %zu base%s",
        settings->operand_count == 1 ? settings->operands[0] : "total", view->graph.count,
        view->graph.count == 1 ? "" : "s", children, missing, missing == 1 ? "" : "s", circular, depth,
        depth == 1 ? "" : "s");
}

static bool find(struct bases_view *view)
{
    const struct settings *settings = view->settings;
    struct tree tree = {.fail = note_unreadable, .context = view};
    bool fine = true;
    for (size_t i = 0; i < settings->operand_count && fine; i++)
        fine = znn_tree_add(&tree, settings->operands[i], &settings->tree.exclude, NULL);
    fine = fine && znn_base_graph_find(&view->graph, &tree, settings->base.directory) && order_rows(view);
    znn_tree_free(&tree);
    return fine;
}

int znn_bases_show(const struct settings *settings)
{
    struct bases_view view = {.settings = settings, .graph = {.fail = note_failure}};
    view.graph.context = &view;
    if (settings->json)
        znn_json_begin(&view.json, NULL, '[');
    bool fine = find(&view);
    if (fine && settings->json)
        for (size_t i = 0; i < view.rows; i++)
            write_member(&view, view.order[i]);
    else if (fine && view.rows > 0)
        fine = print_table(&view);
    if (settings->json)
        znn_json_end(&view.json, ']');
    fine = znn_stdout_finish() && fine;
    if (fine)
        say_sum(&view);
    znn_base_graph_free(&view.graph);
    free(view.order);
    free(view.levels);
    return fine && view.failures == 0 ? EXIT_DONE : EXIT_FAILED;
}
