/*
 * link_text.c - makes the texts of symbolic links
 */
#include "cli/input/link_text.h"

#include "cli/system/path.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Removes the last component from the `size` bytes at `path`.  Returns the new size, or -1 if there was no
 * component. */
static ptrdiff_t up(const char *path, size_t size)
{
    if (size == 0)
        return -1;
    while (size > 0 && path[size - 1] != '/')
        size--;
    return (ptrdiff_t)(size > 0 ? size - 1 : 0);
}

/* Moves from the path of *size bytes to the component of `length` bytes at `name`.  Returns false if this leaves the
 * tree. */
static bool step(char *path, size_t *size, const char *name, size_t length)
{
    if (length == 0 || (length == 1 && name[0] == '.'))
        return true;
    if (length == 2 && name[0] == '.' && name[1] == '.') {
        ptrdiff_t left = up(path, *size);
        *size = left > 0 ? (size_t)left : 0;
        return left >= 0;
    }
    if (*size > 0)
        path[(*size)++] = '/';
    memcpy(path + *size, name, length);
    *size += length;
    return true;
}

char *znn_link_resolve(const char *below, const char *text)
{
    char *path = *text != '/' ? malloc(strlen(below) + strlen(text) + 2) : NULL;
    if (!path)
        return NULL;
    ptrdiff_t directory = up(below, strlen(below));
    size_t size = directory > 0 ? (size_t)directory : 0;
    memcpy(path, below, size);
    bool fine = true;
    while (fine && *text) {
        size_t length = strcspn(text, "/");
        fine = step(path, &size, text, length);
        text += length + (text[length] == '/');
    }
    path[size] = '\0';
    if (fine)
        return path;
    free(path);
    return NULL;
}

char *znn_link_relative(const char *path, const char *target)
{
    size_t common = 0; /* up to and including the last slash that both share */
    for (size_t i = 0; path[i] && path[i] == target[i]; i++)
        if (path[i] == '/')
            common = i + 1;
    size_t levels = 0;
    for (const char *p = path + common; *p; p++)
        levels += *p == '/';
    char *text = malloc(3 * levels + strlen(target + common) + 1);
    if (!text)
        return NULL;
    for (size_t i = 0; i < levels; i++)
        memcpy(text + 3 * i, "../", 3);
    strcpy(text + 3 * levels, target + common);
    return text;
}

char *znn_link_renamed(const char *text, const char *target)
{
    size_t size = (size_t)(znn_path_base(text) - text);
    const char *base = znn_path_base(target);
    char *renamed = malloc(size + strlen(base) + 1);
    if (!renamed)
        return NULL;
    memcpy(renamed, text, size);
    strcpy(renamed + size, base);
    return renamed;
}
