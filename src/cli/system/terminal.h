/*
 * terminal.h - is an open file a terminal, and how wide is it?
 */
#ifndef ZNN_CLI_SYSTEM_TERMINAL_H
#define ZNN_CLI_SYSTEM_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

bool znn_terminal_is(int fd);

/*
 * Returns the number of columns of the terminal `fd`, or 0 if unknown.  The user may change it at any time.
 */
size_t znn_terminal_width(int fd);

#endif
