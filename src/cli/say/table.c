/*
 * table.c - prints tables to standard output
 */
#include "cli/say/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { INDENT = 2, GAP = 2, ELASTIC_LEAST = 8 };

/* Formatted cells are not longer. */
#define CELL_MAX 256

static size_t table_width(const struct table *table, bool is_squeezed)
{
    size_t width = INDENT - GAP;
    for (size_t i = 0; i < table->count; i++) {
        bool is_short = is_squeezed && table->columns[i].kind == COLUMN_ELASTIC && table->widths[i] > ELASTIC_LEAST;
        if (!table->is_left_out[i])
            width += GAP + (is_short ? ELASTIC_LEAST : table->widths[i]);
    }
    return width;
}

/* Programs that read a table need all of it. */
static void fit(struct table *table)
{
    if (!table->terminal->is_there)
        return;
    for (const char *spare = table->spare; spare && *spare && table_width(table, true) > table->terminal->width;
         spare++)
        table->is_left_out[*spare - '0'] = true;
    size_t width = table_width(table, false);
    if (width <= table->terminal->width)
        return;
    size_t surplus = width - table->terminal->width;
    for (size_t i = 0; i < table->count; i++) {
        size_t *own = &table->widths[i];
        if (table->columns[i].kind == COLUMN_ELASTIC && *own > ELASTIC_LEAST)
            *own = *own - ELASTIC_LEAST > surplus ? *own - surplus : ELASTIC_LEAST;
    }
}

static void next_column(struct table *table)
{
    if (++table->next < table->count)
        return;
    table->next = 0;
    table->pending = INDENT;
    if (table->state == TABLE_PRINTING &&
        !table->line_is_empty) /* the only cell may be in a column that was left out */
        putchar('\n');
    table->line_is_empty = true;
}

/* Spaces wait for the next cell, so that no line ends in spaces. */
static void print_cell(struct table *table, const char *data, size_t size)
{
    const struct column *column = &table->columns[table->next];
    size_t width = znn_text_width(data, size);
    size_t space = table->widths[table->next] > width ? table->widths[table->next] - width : 0;
    if (column->kind == COLUMN_RIGHT)
        table->pending += space;
    table->line_is_empty &= width == 0;
    if (width > 0)
        printf("%*s%.*s", (int)table->pending, "", (int)size, data);
    table->pending = (width > 0 ? 0 : table->pending) + (column->kind == COLUMN_RIGHT ? 0 : space) + GAP;
}

/* Takes the current cell, shortens it if necessary, and leaves it empty. */
static void take_cell(struct table *table)
{
    assert(table->state != TABLE_NEW && table->next < table->count);
    struct text *cell = &table->cell;
    size_t *width = &table->widths[table->next];
    size_t own = znn_text_width(cell->data, cell->size);
    if (table->state == TABLE_MEASURING) {
        *width = own > *width ? own : *width;
    } else if (!table->is_left_out[table->next]) {
        struct text *shown = &table->shown;
        znn_text_add_elided(shown, cell->data, cell->size, *width, table->terminal->is_unicode ? "\u2026" : "...");
        print_cell(table, shown->data, shown->size);
        shown->size = 0;
    }
    cell->size = 0;
    next_column(table);
}

void znn_table_cell(struct table *table, const char *format, ...)
{
    char text[CELL_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    znn_text_add(&table->cell, text, strlen(text));
    take_cell(table);
}

void znn_table_name(struct table *table, const char *name, size_t size)
{
    if (size > 0)
        znn_text_add_shown(&table->cell, name, size);
    else
        znn_text_add(&table->cell, "''", 2);
    take_cell(table);
}

void znn_table_end_row(struct table *table)
{
    while (table->next > 0)
        take_cell(table);
}

static void add_titles(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        znn_table_cell(table, "%s", table->columns[i].title);
}

bool znn_table_pass(struct table *table)
{
    switch (table->state) {
    case TABLE_NEW:
        table->state = TABLE_MEASURING;
        break;
    case TABLE_MEASURING:
        table->state = TABLE_PRINTING;
        fit(table);
        break;
    case TABLE_PRINTING:
        return false;
    }
    table->pending = INDENT;
    add_titles(table);
    return true;
}

bool znn_table_end(struct table *table)
{
    bool failed = table->cell.failed || table->shown.failed;
    znn_text_free(&table->cell);
    znn_text_free(&table->shown);
    return !failed || znn_say_memory_error(NULL);
}
