/*
 * path.c - takes paths apart at their slashes
 */
#include "cli/system/path.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *znn_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *znn_path_join(const char *start, size_t size, const char *end)
{
    size_t end_size = strlen(end);
    char *path = malloc(size + end_size + 1);
    if (!path)
        return NULL;
    memcpy(path, start, size);
    memcpy(path + size, end, end_size + 1);
    return path;
}

char *znn_path_directory(const char *path)
{
    size_t size = (size_t)(znn_path_base(path) - path);
    return size > 0 ? znn_path_join(path, size, "") : znn_path_join("", 0, ".");
}

char *znn_path_below(const char *directory, const char *name)
{
    size_t size = strlen(directory);
    char *slashed = znn_path_join(directory, size, "/");
    char *path = slashed ? znn_path_join(slashed, size + 1, name) : NULL;
    free(slashed);
    return path;
}

char *znn_path_root(const char *directory)
{
    size_t size = strlen(directory);
    while (size > 0 && directory[size - 1] == '/')
        size--;
    return size > 0 ? znn_path_join(directory, size, "") : znn_path_join("", 0, "/.");
}

/* Returns how much of a directory's path is left without its last component, or SIZE_MAX if that is no plain name. */
static size_t size_above(const char *directory, size_t size)
{
    size_t start = size;
    while (start > 0 && directory[start - 1] != '/')
        start--;
    size_t length = size - start;
    if (length == 0 || (length == 1 && directory[start] == '.') ||
        (length == 2 && memcmp(directory + start, "..", 2) == 0))
        return SIZE_MAX;
    while (start > 1 && directory[start - 1] == '/')
        start--;
    return start;
}

char *znn_path_resolve(const char *directory, const char *relative)
{
    size_t size = strlen(directory);
    while (strncmp(relative, "../", 3) == 0) {
        size_t above = size > 0 ? size_above(directory, size) : SIZE_MAX;
        if (above == SIZE_MAX)
            break;
        size = above;
        relative += 3;
    }
    char *start = size > 0 ? znn_path_join(directory, size, "") : znn_path_join("", 0, ".");
    char *path = start ? znn_path_join(start, strlen(start), strcmp(start, "/") == 0 ? "" : "/") : NULL;
    char *resolved = path ? znn_path_join(path, strlen(path), relative) : NULL;
    free(start);
    free(path);
    return resolved;
}

char *znn_path_within(const char *directory, const char *path)
{
    char *root = znn_path_root(directory);
    char *joined = root ? znn_path_below(root, znn_path_base(path)) : NULL;
    free(root);
    return joined;
}
