/*
 * table.h - columns on standard output
 *
 * Widths follow from all cells, and there may be a million rows; so rows are not kept but made twice, once to be
 * measured and once to be printed:
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
 * The cells of a row follow each other; behind the last of them the line ends.  Where the table would be too wide, the
 * one column that is elastic gets narrower, and what does not fit there any more loses its middle.  Where that does not
 * suffice, columns are left out that the caller can spare.
 */
#ifndef ZNN_CLI_SAY_TABLE_H
#define ZNN_CLI_SAY_TABLE_H

#include "cli/say/message.h"
#include "cli/say/terminal.h"
#include "cli/say/text.h"

#define TABLE_COLUMNS_MAX 10

struct column {
    const char *title;
    enum { COLUMN_LEFT, COLUMN_RIGHT, COLUMN_ELASTIC } kind; /* elastic ones stand left, too */
};

/*
 * The caller sets the first three, perhaps `spare`, and zeroes the rest.
 */
struct table {
    const struct column *columns;
    size_t count;
    const struct terminal *terminal;
    const char *spare; /* digits: the numbers of columns that can be left out, the first one first; NULL for none */
    enum { TABLE_NEW, TABLE_MEASURING, TABLE_PRINTING } state;
    size_t widths[TABLE_COLUMNS_MAX];
    bool is_left_out[TABLE_COLUMNS_MAX];
    bool line_is_empty;
    size_t next;       /* column */
    size_t pending;    /* spaces that are due before the next cell that is not empty */
    struct text cell;  /* at hand */
    struct text shown; /* what of it fits */
};

/*
 * Starts the first pass or the second, which begins with the titles; false when both are done.
 */
bool znn_table_pass(struct table *table);

/*
 * Adds a cell: formatted text, which may be shown as it is, or a name, which may be anything.
 */
void znn_table_cell(struct table *table, const char *format, ...) ZNN_CLI_PRINTF(2, 3);
void znn_table_name(struct table *table, const char *name, size_t size);

/*
 * Empty cells up to the end of the row.
 */
void znn_table_end_row(struct table *table);

/*
 * Frees what the table holds.  Returns false, having said so, if memory ran out on the way.
 */
bool znn_table_end(struct table *table);

#endif
