/*
 * mirror.c - makes a tree of directories after another one
 */
#include "cli/output/mirror.h"

#include "cli/output/sync.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/metadata.h"
#include "cli/system/name.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Records a new directory, to be completed later. */
static bool remember(struct mirror *mirror, const char *path, const char *origin, const struct file_status *source)
{
    if (mirror->count == mirror->capacity) {
        size_t capacity = mirror->capacity ? 2 * mirror->capacity : 16;
        struct made *made = realloc(mirror->made, capacity * sizeof *made);
        if (!made)
            return znn_say_memory_error(NULL);
        mirror->made = made;
        mirror->capacity = capacity;
    }
    struct made made = {.path = strdup(path), .origin = strdup(origin), .source = *source};
    if (made.path && made.origin) {
        mirror->made[mirror->count++] = made;
        return true;
    }
    free(made.path);
    free(made.origin);
    return znn_say_memory_error(NULL);
}

/* Makes a directory like `source`, or with the user's umask if that is NULL or gone. */
static bool make_directory(struct mirror *mirror, const char *path, const char *source)
{
    struct file_status status;
    bool has_source = source && znn_file_status(source, &status);
    if (!znn_name_make_directory(path, has_source)) {
        if (errno == EEXIST && znn_file_is_directory(path))
            return true;
        return znn_say_system_error(path, "create this directory", errno, "");
    }
    return (!mirror->must_last || znn_sync_name(path)) && (!has_source || remember(mirror, path, source, &status));
}

/* Makes the directory named by the first `size` bytes of `path`, like that named by the first `source_size` of
 * `source`. */
static bool make_part(struct mirror *mirror, char *path, size_t size, char *source, size_t source_size)
{
    char next = path[size];
    char source_next = source[source_size];
    path[size] = source[source_size] = '\0';
    bool fine = make_directory(mirror, path, source);
    path[size] = next;
    source[source_size] = source_next;
    return fine;
}

/* Makes the directories above `path`, starting at the mirror's root, and with `whole` also `path` itself. */
static bool make_directories(struct mirror *mirror, char *path, char *source, size_t start, bool whole)
{
    size_t root_size = strlen(mirror->root);
    size_t size = root_size;
    while (whole || path[size]) {
        if (!make_part(mirror, path, size, source, size - root_size + start))
            return false;
        if (!path[size])
            break;
        size += 1 + strcspn(path + size + 1, "/");
    }
    return true;
}

char *znn_mirror_name(const struct mirror *mirror, const struct entry *entry)
{
    const char *below = entry->path + entry->start;
    return *below ? znn_path_below(mirror->root, below + (*below == '/')) : strdup(mirror->root);
}

char *znn_mirror_path(struct mirror *mirror, const struct entry *entry)
{
    char *path = znn_mirror_name(mirror, entry);
    char *source = strdup(entry->path);
    bool fine = path && source;
    if (!fine)
        znn_say_memory_error(NULL);
    else if (entry->kind == ENTRY_OPERAND)
        fine = make_directory(mirror, mirror->root, NULL);
    else
        fine = make_directories(mirror, path, source, entry->start, entry->kind == ENTRY_DIRECTORY);
    free(source);
    if (fine)
        return path;
    free(path);
    return NULL;
}

static bool complete(const struct made *made)
{
    int fd = znn_file_open(made->path, OPEN_DIRECTORY_ITSELF);
    if (fd < 0)
        return znn_say_system_error(made->path, "set the mode", errno, "");
    int origin = znn_file_open(made->origin, OPEN_DIRECTORY);
    znn_metadata_copy_rights(fd, origin, &made->source);
    znn_metadata_copy_times(fd, &made->source);
    if (origin >= 0)
        znn_file_close(origin);
    znn_file_close(fd);
    return true;
}

/* Deeper directories come last in the list and first here: once those above have their modes, they may be out of
 * reach. */
bool znn_mirror_finish(struct mirror *mirror)
{
    bool fine = true;
    while (mirror->count > 0) {
        struct made *made = &mirror->made[--mirror->count];
        fine = complete(made) && fine;
        free(made->path);
        free(made->origin);
    }
    free(mirror->made);
    mirror->made = NULL;
    mirror->capacity = 0;
    return fine;
}
