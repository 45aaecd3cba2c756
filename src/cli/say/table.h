/*
 * table.h - prints tables to standard output
 *
 * Widths depend on all cells, and there may be a million rows.  So rows are not stored but made twice, first to measure
 * them and then to print them:
 *
 *     struct table table = {.columns = columns, .count = 3, .terminal = &terminal};
 *     while (znn_table_pass(&table))
 *         for (each row) {
 *             znn_table_name(&table, name, size);
 *             znn_table_cell(&table, "%zu", rank);
 *             znn_table_cell(&table, "%s", dtype);
 *         }
 *     znn_table_end(&table);
 *
 * The cells of a row follow each other, and the line ends after the last cell.  If the table is too wide, the elastic
 * column gets narrower, and cells that do not fit into it lose their middle.  If this is not enough, columns that the
 * caller can spare are left out.
 */
#ifndef ZNN_CLI_SAY_TABLE_H
#define ZNN_CLI_SAY_TABLE_H

#include "cli/say/message.h"
#include "cli/say/terminal.h"
#include "cli/say/text.h"

#define TABLE_COLUMNS_MAX 10

struct column {
    const char *title;
    enum { COLUMN_LEFT, COLUMN_RIGHT, COLUMN_ELASTIC } kind; /* elastic columns are left-aligned, too */
};

/*
 * The caller sets the first three members and perhaps `spare`, and zeroes the rest.
 */
struct table {
    const struct column *columns;
    size_t count;
    const struct terminal *terminal;
    const char *spare; /* digits: the numbers of columns that can be left out, in this order; NULL for none */
    enum { TABLE_NEW, TABLE_MEASURING, TABLE_PRINTING } state;
    size_t widths[TABLE_COLUMNS_MAX];
    bool is_left_out[TABLE_COLUMNS_MAX];
    bool line_is_empty;
    size_t next;       /* column */
    size_t pending;    /* spaces to print before the next cell that is not empty */
    struct text cell;  /* the current cell */
    struct text shown; /* the part of it that fits */
};

/*
 * Starts the first or the second pass, which begin with the titles.  Returns false after the second pass.
 */
bool znn_table_pass(struct table *table);

/*
 * Add a cell: formatted text, which must be safe to show, or a name, which may be anything.
 */
void znn_table_cell(struct table *table, const char *format, ...) ZNN_CLI_PRINTF(2, 3);
void znn_table_name(struct table *table, const char *name, size_t size);

/*
 * Adds empty cells up to the end of the row.
 */
void znn_table_end_row(struct table *table);

/*
 * Frees the table.  Returns false if memory ran out, which is reported.
 */
bool znn_table_end(struct table *table);

#endif
