/*
 * name.c - gives names to files with link() and rename()
 */
#define _GNU_SOURCE /* renameat2() */
#include "cli/system/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool znn_name_remove(const char *path)
{
    return unlink(path) == 0;
}

bool znn_name_replace(const char *from, const char *path)
{
    return rename(from, path) == 0;
}

/* For file systems without hard links. */
static bool rename_to_free(const char *from, const char *path)
{
    struct stat status;
#ifdef RENAME_NOREPLACE
    if (renameat2(AT_FDCWD, from, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST)
        return false;
#endif
    if (lstat(path, &status) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(from, path) == 0; /* hoping that nothing appears at this moment */
}

bool znn_name_move(const char *from, const char *path)
{
    if (link(from, path) != 0)
        return errno != EEXIST && rename_to_free(from, path);
    unlink(from);
    return true;
}

bool znn_name_add(const char *existing, const char *path)
{
    return link(existing, path) == 0;
}

bool znn_name_make_link(const char *text, const char *path)
{
    return symlink(text, path) == 0;
}

char *znn_name_link_text(const char *path)
{
    for (size_t capacity = 256; capacity <= 1u << 20; capacity *= 2) {
        char *text = malloc(capacity);
        if (!text)
            return NULL;
        ssize_t size = readlink(path, text, capacity);
        if (size >= 0 && (size_t)size < capacity) {
            text[size] = '\0';
            return text;
        }
        free(text);
        if (size < 0)
            return NULL;
    }
    errno = ENAMETOOLONG;
    return NULL;
}

bool znn_name_make_directory(const char *path, bool is_private)
{
    return mkdir(path, is_private ? 0700 : 0777) == 0;
}
