/*
 * view.c - what a folder with .znn files looks like through a mount
 */
#include "cli/mount/view.h"

#include "cli/flags/names.h"
#include "cli/input/original_name.h"
#include "cli/mount/inward_link.h"
#include "cli/system/listing.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"
#include "znn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void znn_shown_free(struct shown *shown)
{
    free(shown->path);
    shown->path = NULL;
}

static bool read_size(const char *path, uint64_t *size)
{
    int file = znn_file_open(path, OPEN_AT_ONCE);
    if (file < 0)
        return false;
    struct znn_input input = znn_input_fd(file);
    bool fine = znn_original_size(&input, size, NULL) == ZNN_OK;
    znn_file_close(file);
    return fine;
}

/* The status of the file that a .znn file or a link to one is.  Returns false if there is none. */
static bool find_status(const struct view *view, const char *path, struct file_status *status)
{
    if (!znn_file_status_itself(path, status))
        return false;
    if (status->kind != FILE_LINK)
        return status->kind == FILE_REGULAR;
    bool is_inward = view->mountpoint && znn_inward_link(view->folder, path, view->mountpoint);
    return !is_inward && znn_file_status(path, status) && status->kind == FILE_REGULAR;
}

char *znn_view_examine(const struct view *view, const char *directory, const char *name, struct shown *shown)
{
    *shown = (struct shown){.path = znn_path_below(directory, name), .is_original = true};
    char *original = NULL;
    if (shown->path && znn_names_is_znn(name) && find_status(view, shown->path, &shown->source)) {
        shown->status = shown->source;
        if (read_size(shown->path, &shown->status.size))
            original = znn_original_name(shown->path, name);
    }
    if (!original)
        znn_shown_free(shown);
    return original;
}

/* Returns true if there is a .znn file `name` whose original is `wanted`. */
static bool is_source_of(const struct view *view, const char *directory, const char *name, const char *wanted,
                         struct shown *shown)
{
    char *original = znn_view_examine(view, directory, name, shown);
    bool fine = original && strcmp(original, wanted) == 0;
    if (original && !fine)
        znn_shown_free(shown);
    free(original);
    return fine;
}

/*
 * Finds the .znn file that shows its original as `wanted`, if no real file has this name.  "a.bin" is that of a.bin.znn
 * or else of a.znn.
 */
static bool find_source(const struct view *view, const char *directory, const char *wanted, struct shown *shown)
{
    const char *dot = strrchr(wanted, '.');
    char *whole = znn_names_compressed(wanted, NULL);
    char *replaced = dot && dot != wanted ? znn_names_compressed(wanted, dot + 1) : NULL;
    bool fine = (whole && is_source_of(view, directory, whole, wanted, shown)) ||
                (replaced && is_source_of(view, directory, replaced, wanted, shown));
    free(whole);
    free(replaced);
    return fine;
}

static bool exists(const char *directory, const char *name, struct file_status *status)
{
    char *path = znn_path_below(directory, name);
    bool fine = path && znn_file_status_itself(path, status);
    free(path);
    return fine;
}

/* Returns the name of the original that is shown in place of the file `name`, or NULL.  The caller frees it. */
static char *find_stand_in(const struct view *view, const char *directory, const char *name)
{
    struct shown shown, first;
    struct file_status status;
    char *original = znn_names_is_znn(name) ? znn_view_examine(view, directory, name, &shown) : NULL;
    if (!original)
        return NULL;
    bool fine = !exists(directory, original, &status) && find_source(view, directory, original, &first);
    if (fine) {
        fine = strcmp(first.path, shown.path) == 0;
        znn_shown_free(&first);
    }
    znn_shown_free(&shown);
    if (fine)
        return original;
    free(original);
    return NULL;
}

static bool is_top(const char *directory)
{
    return strcmp(directory, ".") == 0;
}

static bool find_only(const struct view *view, const char *directory, const char *name, struct shown *shown)
{
    errno = ENOENT;
    return is_top(directory) && is_source_of(view, directory, view->only, name, shown);
}

static bool find_plain(const char *directory, const char *name, struct shown *shown)
{
    *shown = (struct shown){.path = znn_path_below(directory, name)};
    if (shown->path && znn_file_status_itself(shown->path, &shown->status)) {
        shown->source = shown->status;
        return true;
    }
    int reason = shown->path ? errno : ENOMEM;
    znn_shown_free(shown);
    errno = reason;
    return false;
}

bool znn_view_find(const struct view *view, const char *directory, const char *name, struct shown *shown)
{
    if (view->only)
        return find_only(view, directory, name, shown);
    if (!find_plain(directory, name, shown))
        return errno == ENOENT && (find_source(view, directory, name, shown) || (errno = ENOENT, false));
    char *stand_in = find_stand_in(view, directory, name);
    if (!stand_in)
        return true;
    free(stand_in);
    znn_shown_free(shown);
    errno = ENOENT;
    return false;
}

/* Takes over `name`. */
static bool add_name(struct shown_names *names, char *name, enum file_kind kind)
{
    if (name && names->count == names->capacity) {
        size_t capacity = names->capacity > 0 ? 2 * names->capacity : 64;
        struct shown_name *grown = realloc(names->names, capacity * sizeof *grown);
        if (grown) {
            names->names = grown;
            names->capacity = capacity;
        }
    }
    if (!name || names->count == names->capacity) {
        free(name);
        errno = ENOMEM;
        return false;
    }
    names->names[names->count++] = (struct shown_name){name, kind};
    return true;
}

static bool list_only(const struct view *view, struct shown_names *names)
{
    struct shown shown;
    char *original = znn_view_examine(view, ".", view->only, &shown);
    if (!original)
        return true; /* the file has gone */
    znn_shown_free(&shown);
    return add_name(names, original, FILE_REGULAR);
}

bool znn_view_list(const struct view *view, const char *directory, struct shown_names *names)
{
    struct listing listing;
    const char *name;
    *names = (struct shown_names){.names = NULL};
    if (view->only)
        return list_only(view, names);
    if (!znn_listing_open(&listing, directory))
        return false;
    bool fine = true;
    while (fine && (name = znn_listing_next(&listing))) {
        struct file_status status = {.kind = FILE_UNKNOWN};
        znn_listing_status_itself(&listing, name, &status);
        char *stand_in = find_stand_in(view, directory, name);
        fine = add_name(names, stand_in ? stand_in : strdup(name), stand_in ? FILE_REGULAR : status.kind);
    }
    fine = fine && errno == 0;
    int reason = errno;
    znn_listing_close(&listing);
    errno = reason;
    return fine;
}

void znn_shown_names_free(struct shown_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i].name);
    free(names->names);
}
