/*
 * temporary_name.c - names for files that get their final name later
 */
#include "cli/system/temporary_name.h"

#include "cli/system/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK ".znn-tmp-"
#define RANDOM "XXXXXX"

_Static_assert(sizeof RANDOM - 1 == TEMPORARY_RANDOM, "the header gives the number of letters");

/* The part of the final name that a temporary name shows.  The whole name stays well within the limits of file
 * systems. */
#define SHOWN_MAX 100

char *znn_temporary_template(const char *path)
{
    const char *base = znn_path_base(path);
    size_t shown = strlen(base);
    if (shown > SHOWN_MAX)
        for (shown = SHOWN_MAX; shown > 0 && ((unsigned char)base[shown] & 0xc0) == 0x80;)
            shown--; /* some file systems require whole characters */
    size_t capacity = strlen(path) + sizeof "." MARK RANDOM;
    char *template = malloc(capacity);
    if (template)
        snprintf(template, capacity, "%.*s.%.*s" MARK RANDOM, (int)(base - path), path, (int)shown, base);
    return template;
}

bool znn_temporary_is_name(const char *name)
{
    static const size_t end = sizeof MARK RANDOM - 1;
    static const char digits[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t size = strlen(name);
    return name[0] == '.' && size > end && strncmp(name + size - end, MARK, sizeof MARK - 1) == 0 &&
           strspn(name + size - TEMPORARY_RANDOM, digits) == TEMPORARY_RANDOM;
}
