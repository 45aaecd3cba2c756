/*
 * view.h - what a folder with .znn files looks like through a mount
 *
 *     in the folder                          in the mount
 *     model.znn (of model.safetensors)       model.safetensors, the original
 *     config.json                            config.json
 *     both.znn (of both.bin), both.bin       both.znn, both.bin: the real file has the name
 *     a.bin.znn and a.znn, both of a.bin     a.bin from a.bin.znn, and a.znn
 *     damaged.znn that cannot be opened      damaged.znn
 *     a symbolic link to a .znn file         the original, if the link's own name ends in .znn, and it does not lead
 * into the mount
 *
 * So each file has exactly one name, and no two have the same.  The answer comes from the folder each time, so that it
 * is right after changes there.
 *
 * Paths are those of the folder, and relative to it: "." is the folder itself.
 */
#ifndef ZNN_CLI_MOUNT_VIEW_H
#define ZNN_CLI_MOUNT_VIEW_H

#include "cli/system/file_status.h"

#include <stddef.h>

struct view {
    const char *only;   /* the name of a .znn file that is shown alone, even if its original exists; NULL: all files */
    const char *folder; /* absolute */
    const char *mountpoint; /* absolute; NULL: links may lead anywhere */
};

/* A file of the mount. */
struct shown {
    char *path; /* of the file in the folder */
    bool is_original;
    struct file_status status; /* that of the file in the folder, with the size of the original */
    struct file_status source; /* without that change */
};

/*
 * Finds the file `name` of the directory `directory`.  Returns false with errno set if there is none.  Call
 * znn_shown_free() when done.
 */
bool znn_view_find(const struct view *view, const char *directory, const char *name, struct shown *shown);

void znn_shown_free(struct shown *shown);

/*
 * Fills *shown with a .znn file, whatever is beside it, and returns the name of its original.  The caller frees the
 * name.  Returns NULL if the file is not one that can be opened; then there is nothing to free.
 */
char *znn_view_examine(const struct view *view, const char *directory, const char *name, struct shown *shown);

struct shown_name {
    char *name;
    enum file_kind kind;
};

struct shown_names {
    struct shown_name *names;
    size_t count, capacity;
};

/*
 * Lists a directory in no order.  Returns false with errno set if this fails.  Call znn_shown_names_free() even then.
 */
bool znn_view_list(const struct view *view, const char *directory, struct shown_names *names);

void znn_shown_names_free(struct shown_names *names);

#endif
