/*
 * text.h - makes text from a file safe to show
 *
 * The name of a tensor may contain anything.  Control characters, invalid UTF-8, and characters that reorder, hide or
 * break text are shown as \xNN, so that a name can neither forge a line nor control the terminal.  The remaining text
 * has a width in columns, which differs from its number of bytes and of characters:
 *
 *     name        "é"  "字"  "e" + U+0301   ESC
 *     bytes        2     3      1 + 2        1
 *     shown as     é     字      é          \x1b
 *     columns      1     2        1          4
 *
 * The locale does not matter.
 */
#ifndef ZNN_CLI_SAY_TEXT_H
#define ZNN_CLI_SAY_TEXT_H

#include "cli/say/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Returns the size of the UTF-8 character at the start of text[0..size), and sets *number to its code point.  Returns 0
 * if there is no valid character.
 */
size_t znn_text_decode(const char *text, size_t size, uint32_t *number);

/*
 * Makes the first character of the `size` bytes at `data`, at least one, safe to show: *shown_size bytes at `shown`.
 * Returns the number of bytes of `data` it took.
 */
#define SHOWN_MAX 16

size_t znn_text_show(const char *data, size_t size, char shown[SHOWN_MAX], size_t *shown_size);

/*
 * Writes `size` bytes at `data` to `file` in a form that is safe to show.  Needs no memory.
 */
void znn_text_write_shown(FILE *file, const char *data, size_t size);

/*
 * A growing text.  A zeroed struct is empty.  If memory runs out, an addition is dropped and `failed` is set, so it is
 * enough to check `failed` once at the end.
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
 * Adds formatted text of at most TEXT_FORMATTED_MAX bytes.  Longer text is cut.
 */
#define TEXT_FORMATTED_MAX 500

void znn_text_format(struct text *text, const char *format, ...) ZNN_CLI_PRINTF(2, 3);

/*
 * Adds `size` bytes at `data` in a form that is safe to show.
 */
void znn_text_add_shown(struct text *text, const char *data, size_t size);

/*
 * Returns the number of columns of text that is safe to show.
 */
size_t znn_text_width(const char *data, size_t size);

/*
 * Adds text that is safe to show, in at most `width` columns.  If the text is wider, `mark` replaces its middle.
 * `width` must be at least the width of the mark, which takes a column for each byte or one column in all.
 */
void znn_text_add_elided(struct text *text, const char *data, size_t size, size_t width, const char *mark);

#endif
