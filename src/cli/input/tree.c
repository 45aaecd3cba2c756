/*
 * tree.c - lists the files below a directory
 */
#include "cli/input/tree.h"

#include "cli/flags/exclude.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/listing.h"
#include "cli/system/name.h"
#include "cli/system/path.h"
#include "cli/system/temporary_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Entries still to be listed are on a stack; the next one is on top. */
struct walk {
    struct tree *tree;
    struct tree pending;
    const struct patterns *excluded;
    const struct file_status *avoided;
};

/* Takes over the path, even if memory runs out. */
static bool push(struct tree *list, const struct entry *entry)
{
    char *path = entry->path;
    if (path && list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct entry *entries = realloc(list->entries, capacity * sizeof *entries);
        if (!entries) {
            free(path);
            path = NULL;
        } else {
            list->entries = entries;
            list->capacity = capacity;
        }
    }
    if (!path)
        return znn_say_memory_error(NULL);
    list->entries[list->count++] = *entry;
    return true;
}

/* ELOOP is a link that leads to itself.  Other errors, such as missing permissions, do not mean that there is no
 * file. */
static bool leads_nowhere(int reason)
{
    return reason == ENOENT || reason == ENOTDIR || reason == ELOOP;
}

static enum entry_kind examine(const struct listing *listing, const char *name, struct entry *entry)
{
    struct file_status *status = &entry->status;
    if (!znn_listing_status_itself(listing, name, status))
        return ENTRY_LOST;
    if (status->kind == FILE_DIRECTORY)
        return ENTRY_DIRECTORY;
    entry->is_link = status->kind == FILE_LINK;
    if (entry->is_link && !znn_listing_status(listing, name, status))
        return leads_nowhere(errno) ? ENTRY_DANGLING : ENTRY_LOST;
    if (status->kind != FILE_REGULAR)
        return ENTRY_OTHER;
    return znn_temporary_is_name(name) ? ENTRY_TEMPORARY : ENTRY_FILE;
}

static bool is_avoided(const struct walk *walk, const struct entry *entry)
{
    bool is_directory = entry->kind == ENTRY_DIRECTORY;
    const struct file_status *avoided = walk->avoided;
    if (is_directory && avoided && znn_file_is_same(&entry->status, avoided))
        return true;
    return znn_exclude(walk->excluded, entry->path + entry->start + 1, is_directory);
}

static bool add_name(struct walk *walk, const struct entry *parent, const struct listing *listing, const char *name)
{
    struct entry entry = {
        .path = znn_path_below(parent->path, name), .start = parent->start, .operand = parent->operand};
    entry.kind = examine(listing, name, &entry);
    if (!entry.path || !is_avoided(walk, &entry))
        return push(&walk->pending, &entry);
    free(entry.path);
    return true;
}

static void note_failure(struct walk *walk, const char *path, const char *what)
{
    znn_say_system_error(path, what, errno, "");
    walk->tree->failures++;
    if (walk->tree->fail)
        walk->tree->fail(walk->tree->context, path);
}

/* The names that come first must be on top of the stack. */
static int compare_backwards(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    return strcmp(y->path, x->path);
}

/* Warns in every command and for every name, because the user may have lost a file. */
static void warn_of_dangling(const struct entry *entry)
{
    char *text = znn_name_link_text(entry->path);
    znn_say_warning(entry->path, "is a link to '%s', which does not exist, and is skipped", text ? text : "?");
    free(text);
}

static bool read_directory(struct walk *walk, const struct entry *parent)
{
    struct listing listing;
    if (!znn_listing_open(&listing, parent->path)) {
        note_failure(walk, parent->path, "open");
        return true;
    }
    size_t first = walk->pending.count;
    bool fine = true;
    const char *name;
    while (fine && (name = znn_listing_next(&listing)))
        fine = add_name(walk, parent, &listing, name);
    if (fine && errno != 0)
        note_failure(walk, parent->path, "read");
    znn_listing_close(&listing);
    if (fine && walk->pending.count > first)
        qsort(walk->pending.entries + first, walk->pending.count - first, sizeof *walk->pending.entries,
              compare_backwards);
    return fine;
}

/* Adds a file, or a name that does not exist. */
static bool add_file(struct tree *tree, const char *operand, struct entry *entry)
{
    struct file_status itself;
    entry->path = strdup(operand);
    entry->start = (size_t)(znn_path_base(operand) - operand);
    entry->kind = ENTRY_OPERAND;
    entry->is_link = znn_file_status_itself(operand, &itself) && itself.kind == FILE_LINK;
    return push(tree, entry);
}

bool znn_tree_add(struct tree *tree, const char *operand, const struct patterns *excluded,
                  const struct file_status *avoided)
{
    struct entry top = {.kind = ENTRY_DIRECTORY, .operand = tree->operands++};
    if (!znn_file_status(operand, &top.status))
        memset(&top.status, 0, sizeof top.status);
    bool is_directory = top.status.kind == FILE_DIRECTORY;
    if (znn_exclude_operand(excluded, operand, is_directory))
        return true;
    if (!is_directory)
        return add_file(tree, operand, &top);
    struct walk walk = {.tree = tree, .excluded = excluded, .avoided = avoided};
    top.path = znn_path_root(operand);
    top.start = top.path ? strlen(top.path) : 0;
    bool fine = push(&walk.pending, &top);
    while (fine && walk.pending.count > 0) {
        struct entry entry = walk.pending.entries[--walk.pending.count];
        fine = push(tree, &entry) && (entry.kind != ENTRY_DIRECTORY || read_directory(&walk, &entry));
        if (fine && entry.kind == ENTRY_DANGLING)
            warn_of_dangling(&entry);
    }
    znn_tree_free(&walk.pending);
    return fine;
}

void znn_tree_free(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        free(tree->entries[i].path);
    free(tree->entries);
}
