/*
 * tree.c - the files below a directory
 */
#include "cli/tree.h"

#include "cli/message.h"
#include "cli/names.h"
#include "cli/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* A directory's entries, and its path, are put on a stack of what is still to be listed; the next is on top. */
struct walk {
    struct tree *tree;
    struct tree pending;
    const struct stat *avoided;
};

/* Takes the path over, whether or not there is room for it. */
static bool push(struct tree *list, char *path, size_t start, enum entry_kind kind)
{
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
        return znn_say_error(NULL, "out of memory");
    list->entries[list->count++] = (struct entry){.path = path, .start = start, .kind = kind};
    return true;
}

static enum entry_kind examine(int directory, const char *name, struct stat *status)
{
    if (fstatat(directory, name, status, AT_SYMLINK_NOFOLLOW) != 0)
        return ENTRY_LOST;
    if (S_ISDIR(status->st_mode))
        return ENTRY_DIRECTORY;
    if (S_ISLNK(status->st_mode) && fstatat(directory, name, status, 0) != 0)
        return ENTRY_LOST;
    if (!S_ISREG(status->st_mode))
        return ENTRY_OTHER;
    return znn_temporary_is_name(name) ? ENTRY_TEMPORARY : ENTRY_FILE;
}

static bool add_name(struct walk *walk, const struct entry *parent, int directory, const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    struct stat status;
    enum entry_kind kind = examine(directory, name, &status);
    if (kind == ENTRY_DIRECTORY && walk->avoided && status.st_dev == walk->avoided->st_dev &&
        status.st_ino == walk->avoided->st_ino)
        return true;
    return push(&walk->pending, znn_names_below(parent->path, name), parent->start, kind);
}

static void note_failure(struct walk *walk, const char *path, const char *what)
{
    znn_say_system_error(path, what, errno, "");
    walk->tree->failures++;
    if (walk->tree->fail)
        walk->tree->fail(walk->tree->context, path);
}

/* The names that come first are to lie on top of the stack. */
static int compare_backwards(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    return strcmp(y->path, x->path);
}

static bool read_directory(struct walk *walk, const struct entry *parent)
{
    DIR *directory = opendir(parent->path);
    if (!directory) {
        note_failure(walk, parent->path, "open");
        return true;
    }
    size_t first = walk->pending.count;
    bool fine = true;
    struct dirent *found;
    while (fine && (errno = 0, found = readdir(directory)))
        fine = add_name(walk, parent, dirfd(directory), found->d_name);
    if (fine && errno != 0)
        note_failure(walk, parent->path, "read");
    closedir(directory);
    if (fine && walk->pending.count > first)
        qsort(walk->pending.entries + first, walk->pending.count - first, sizeof *walk->pending.entries,
              compare_backwards);
    return fine;
}

bool znn_tree_add(struct tree *tree, const char *operand, const struct stat *avoided)
{
    struct stat status;
    if (stat(operand, &status) != 0 || !S_ISDIR(status.st_mode))
        return push(tree, strdup(operand), (size_t)(znn_names_base(operand) - operand), ENTRY_OPERAND);
    struct walk walk = {.tree = tree, .avoided = avoided};
    char *root = znn_names_root(operand);
    bool fine = push(&walk.pending, root, root ? strlen(root) : 0, ENTRY_DIRECTORY);
    while (fine && walk.pending.count > 0) {
        struct entry entry = walk.pending.entries[--walk.pending.count];
        fine = push(tree, entry.path, entry.start, entry.kind) &&
               (entry.kind != ENTRY_DIRECTORY || read_directory(&walk, &entry));
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
