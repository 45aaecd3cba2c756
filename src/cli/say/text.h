/*
 * text.h - text that comes from a file, made fit to be shown
 *
 * A tensor may be called anything.  Control characters, bytes that are no UTF-8, and characters that reorder, hide or
 * break text are shown as \xNN, so that a name can neither forge a line nor steer the terminal.  What is left has a
 * width in columns, which neither bytes nor characters tell:
 *
 *     name        "é"  "字"  "e" + U+0301   ESC
 *     bytes        2     3      1 + 2        1
 *     shown as     é     字      é          \x1b
 *     columns      1     2        1          4
 *
 * No locale is consulted.
 */
#ifndef ZNN_CLI_SAY_TEXT_H
#define ZNN_CLI_SAY_TEXT_H

#include "cli/say/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * How many bytes the UTF-8 character that starts at `text`, of which there are `size` bytes, has; 0 where no valid one
 * starts.  *number is the character's.
 */
size_t znn_text_decode(const char *text, size_t size, uint32_t *number);

/*
 * The first character of the `size` bytes at `data`, of which there is one at least, as it may be shown: *shown_size
 * bytes at `shown`.  Returns how many bytes of `data` it took.
 */
#define SHOWN_MAX 16

size_t znn_text_show(const char *data, size_t size, char shown[SHOWN_MAX], size_t *shown_size);

/*
 * Writes `size` bytes at `data` to `file` as they may be shown.  Takes no memory.
 */
void znn_text_write_shown(FILE *file, const char *data, size_t size);

/*
 * Text that grows.  Zeroed, it is empty.  Where memory runs out, what was to be added is left out and `failed` is set,
 * so that it suffices to look once, in the end.
 */
struct text {
    char *data;
    size_t size;
    size_t capacity;
    bool failed;
};

void znn_text_free(struct text *text);

void znn_text_add(struct text *text, const void *data, size_t size);

/*
 * Adds formatted text of TEXT_FORMATTED_MAX bytes at the most; what is longer is cut.
 */
#define TEXT_FORMATTED_MAX 500

void znn_text_format(struct text *text, const char *format, ...) ZNN_CLI_PRINTF(2, 3);

/*
 * Adds `size` bytes at `data` as they may be shown.
 */
void znn_text_add_shown(struct text *text, const char *data, size_t size);

/*
 * How many columns text takes that may be shown as it is.
 */
size_t znn_text_width(const char *data, size_t size);

/*
 * Adds text that may be shown as it is, in `width` columns at the most: where it is wider, with `mark` in place of its
 * middle.  `width` must be at least that of the mark, which is a column for each byte or one in all.
 */
void znn_text_add_elided(struct text *text, const char *data, size_t size, size_t width, const char *mark);

#endif
