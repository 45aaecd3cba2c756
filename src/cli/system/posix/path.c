/*
 * path.c - takes paths apart at their slashes
 */
#include "cli/system/path.h"

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

char *znn_path_within(const char *directory, const char *path)
{
    char *root = znn_path_root(directory);
    char *joined = root ? znn_path_below(root, znn_path_base(path)) : NULL;
    free(root);
    return joined;
}
