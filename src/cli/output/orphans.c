/*
 * orphans.c - would the removal of a source leave a .znn file without its base?
 */
#include "cli/output/orphans.h"

#include "cli/flags/names.h"
#include "cli/input/base_chain.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/listing.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"

#include <stdlib.h>
#include <string.h>

struct folder {
    struct file_id id;
    struct child *children; /* sorted by their stems */
    size_t count;
    size_t capacity;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* The .znn files of a directory                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/* "base.safetensors.znn", "base.znn" and "base.safetensors" all become "base": a file named by one is found by others.
 */
static char *make_stem(const char *path)
{
    const char *name = znn_path_base(path);
    size_t size = strlen(name);
    if (znn_names_is_znn(name))
        size -= strlen(".znn");
    char *stem = znn_path_join(name, size, "");
    const char *extension = stem ? znn_names_model_extension(stem) : NULL;
    if (extension)
        stem[size - strlen(extension) - 1] = '\0';
    return stem;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct child *)a)->stem, ((const struct child *)b)->stem);
}

bool znn_orphans_open(const char *path, struct input_file *file)
{
    *file = (struct input_file){.path = path, .name = path, .fd = znn_file_open(path, OPEN_AT_ONCE)};
    if (file->fd < 0)
        return false;
    if (znn_file_status_open(file->fd, &file->status))
        return true;
    znn_file_close(file->fd);
    return false;
}

static bool reserve(struct folder *folder)
{
    if (folder->count < folder->capacity)
        return true;
    size_t capacity = folder->capacity ? 2 * folder->capacity : 16;
    struct child *children = realloc(folder->children, capacity * sizeof *children);
    if (!children)
        return false;
    folder->children = children;
    folder->capacity = capacity;
    return true;
}

/* Takes over the path.  Returns false if memory ran out. */
static bool add_child(struct folder *folder, char *path, const struct base_hint *hint)
{
    struct child child = {.path = path, .stem = reserve(folder) ? make_stem(hint->name) : NULL};
    if (child.stem)
        folder->children[folder->count++] = child;
    else
        free(path);
    return child.stem;
}

/* A file that has no base, or cannot be read, is no child. */
static bool examine(struct folder *folder, const char *directory, const char *name)
{
    struct input_file file;
    char *path = znn_path_below(directory, name);
    if (!path)
        return false;
    struct base_hint hint = {""};
    if (znn_orphans_open(path, &file)) {
        hint = znn_base_hint(&file);
        znn_file_close(file.fd);
    }
    if (hint.name[0])
        return add_child(folder, path, &hint);
    free(path);
    return true;
}

/* A directory that cannot be read shows no children. */
static bool read_folder(struct folder *folder, const char *directory)
{
    struct listing listing;
    const char *name;
    bool fine = true;
    if (!znn_listing_open(&listing, directory))
        return true;
    while (fine && (name = znn_listing_next(&listing)))
        if (znn_names_is_znn(name))
            fine = examine(folder, directory, name);
    znn_listing_close(&listing);
    if (folder->count > 0)
        qsort(folder->children, folder->count, sizeof *folder->children, compare);
    return fine;
}

static struct folder *add_folder(struct orphans *orphans, const char *directory, const struct file_id *id)
{
    struct folder *folders = realloc(orphans->folders, (orphans->count + 1) * sizeof *folders);
    if (!folders)
        return NULL;
    orphans->folders = folders;
    struct folder *folder = &folders[orphans->count++];
    *folder = (struct folder){.id = *id};
    return read_folder(folder, directory) ? folder : NULL;
}

/* The last directory is usually the one. */
static struct folder *find_folder(struct orphans *orphans, const char *directory)
{
    struct file_status status;
    if (!znn_file_status(directory, &status))
        memset(&status, 0, sizeof status);
    for (size_t i = orphans->count; i-- > 0;)
        if (znn_file_id_compare(&orphans->folders[i].id, &status.id) == 0)
            return &orphans->folders[i];
    return add_folder(orphans, directory, &status.id);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Does one need the source?                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_nearest(const struct base_chain *chain, const struct file_status *status)
{
    return chain->count > 0 && znn_file_is_same(&chain->links[0].file.status, status);
}

/* A hard link with another name stays, and so does what finds the file by that name. */
static bool is_found_as(const struct base_chain *chain, const char *source)
{
    return strcmp(znn_path_base(chain->links[0].path), znn_path_base(source)) == 0;
}

/* Compares what the child finds now with what it would find without the source. */
static bool is_orphaned(const struct orphans *orphans, const char *path, const char *source_path,
                        const struct file_status *source, const struct file_status *output)
{
    struct base_chain now = {.count = 0}, later = {.count = 0};
    struct input_file file;
    if (!znn_orphans_open(path, &file))
        return false; /* it is gone */
    bool is_other = !znn_file_is_same(&file.status, source) && !znn_file_is_same(&file.status, output);
    if (is_other)
        znn_base_chain_locate(&now, &file, orphans->base_dir, NULL);
    bool needs = is_other && is_nearest(&now, source) && is_found_as(&now, source_path);
    if (needs)
        znn_base_chain_locate_without(&later, &file, orphans->base_dir, source);
    bool is_orphan = needs && !is_nearest(&later, output);
    znn_base_chain_close(&now);
    znn_base_chain_close(&later);
    znn_file_close(file.fd);
    return is_orphan;
}

/* The first child with this stem. */
static size_t find_first(const struct folder *folder, const char *stem)
{
    size_t low = 0;
    for (size_t high = folder->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(folder->children[middle].stem, stem) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Returns false if memory ran out. */
static bool find_children(struct orphans *orphans, const char *path, const struct child **children, size_t *count)
{
    char *directory = znn_path_directory(path);
    char *root = directory ? znn_path_root(directory) : NULL;
    char *stem = make_stem(path);
    const struct folder *folder = root && stem ? find_folder(orphans, root) : NULL;
    *children = NULL;
    *count = 0;
    if (folder && folder->count > 0) {
        size_t first = find_first(folder, stem);
        *children = folder->children + first;
        while (first + *count < folder->count && strcmp((*children)[*count].stem, stem) == 0)
            ++*count;
    }
    free(directory);
    free(root);
    free(stem);
    return folder;
}

const struct child *znn_orphans_children(struct orphans *orphans, const char *path, size_t *count)
{
    const struct child *children;
    find_children(orphans, path, &children, count);
    return children;
}

const char *znn_orphans_find(struct orphans *orphans, const char *source, const char *output)
{
    struct file_status of_source, of_output;
    const struct child *children;
    size_t count;
    if (!find_children(orphans, source, &children, &count))
        return source;
    if (!znn_file_status(source, &of_source))
        return NULL;
    if (!znn_file_status(output, &of_output))
        memset(&of_output, 0, sizeof of_output);
    for (size_t i = 0; i < count; i++)
        if (is_orphaned(orphans, children[i].path, source, &of_source, &of_output))
            return children[i].path;
    return NULL;
}

bool znn_orphans_say(const char *source, const char *child)
{
    if (child == source)
        return znn_say_error(source, "not removed, because memory ran out");
    return znn_say_error(
        source,
        "not removed, because '%s' needs it as a base and would not find the output; decompress it, too, "
        "name the output's directory with --base-dir, or use 'znn rebase'",
        child);
}

void znn_orphans_free(struct orphans *orphans)
{
    for (size_t i = 0; i < orphans->count; i++) {
        struct folder *folder = &orphans->folders[i];
        for (size_t j = 0; j < folder->count; j++) {
            free(folder->children[j].path);
            free(folder->children[j].stem);
        }
        free(folder->children);
    }
    free(orphans->folders);
    orphans->folders = NULL;
    orphans->count = 0;
}
