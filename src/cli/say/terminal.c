/*
 * terminal.c - finds out what standard output and standard error can show
 */
#include "cli/say/terminal.h"

#include "cli/system/open_file.h"
#include "cli/system/terminal.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 40, WIDTH_MOST = 1000 };

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* Returns the value of COLUMNS, or 0. */
static size_t columns_variable(void)
{
    const char *value = variable("COLUMNS");
    size_t width = 0;
    for (; value && *value; value++) {
        if (*value < '0' || *value > '9' || width > WIDTH_MOST)
            return 0;
        width = width * 10 + (size_t)(*value - '0');
    }
    return width;
}

size_t znn_terminal_columns(int fd)
{
    size_t width = znn_terminal_width(fd);
    return width > 0 ? width : WIDTH_DEFAULT;
}

static size_t find_width(bool is_terminal)
{
    size_t width = columns_variable();
    if (width == 0)
        width = is_terminal ? znn_terminal_columns(STANDARD_OUTPUT) : WIDTH_DEFAULT;
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
}

/* Decides by the name of the locale only.  Setting the locale would change how numbers are read and printed. */
static bool locale_is_utf8(void)
{
    const char *name = variable("LC_ALL");
    if (!name)
        name = variable("LC_CTYPE");
    if (!name)
        name = variable("LANG");
    const char *dot = name ? strchr(name, '.') : NULL;
    static const char *const spellings[] = {".UTF-8", ".utf8", ".UTF8", ".utf-8"};
    for (size_t i = 0; dot && i < sizeof spellings / sizeof *spellings; i++)
        if (strncmp(dot, spellings[i], strlen(spellings[i])) == 0)
            return true;
    return false;
}

struct terminal znn_terminal_examine(bool wants_bars)
{
    bool is_terminal = znn_terminal_is(STANDARD_OUTPUT);
    const char *term = variable("TERM");
    return (struct terminal){
        .width = find_width(is_terminal),
        .is_there = is_terminal,
        .has_bars = is_terminal || wants_bars,
        .is_unicode = locale_is_utf8() && !(term && strcmp(term, "dumb") == 0),
    };
}
