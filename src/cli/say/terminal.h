/*
 * terminal.h - finds out what standard output and standard error can show
 */
#ifndef ZNN_CLI_SAY_TERMINAL_H
#define ZNN_CLI_SAY_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
    size_t width;    /* in columns: COLUMNS if that is set, else the terminal's, else 80 */
    bool is_there;   /* standard output is a terminal; if not, nothing is shortened or left out to fit the width */
    bool has_bars;   /* a terminal, or the user asked for bars */
    bool is_unicode; /* the locale's name says UTF-8, and TERM is not "dumb" */
};

struct terminal znn_terminal_examine(bool wants_bars);

/*
 * Returns the number of columns of the terminal `fd`, or 80 if unknown; never 0.
 */
size_t znn_terminal_columns(int fd);

#endif
