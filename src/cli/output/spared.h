/*
 * spared.h - files that an output must not replace, whatever the flags
 *
 * With -f, an output replaces what has its name.  If that is an input that is still to be read, or a base without which
 * an input or the output means nothing, a model is lost.  Names do not tell: links lead to one file under many names.
 * So files are compared by device and inode.
 */
#ifndef ZNN_CLI_OUTPUT_SPARED_H
#define ZNN_CLI_OUTPUT_SPARED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct file_identity {
    dev_t device;
    ino_t inode;
};

/*
 * A set of files, as a hash table.  Zeroed, it is empty.
 */
struct spared {
    struct file_identity *slots; /* with inode 0 where they are free */
    size_t count;
    size_t capacity; /* a power of two, at least twice the count */
};

/*
 * Makes room for one more file.  Returns false if memory runs out.
 */
bool znn_spared_reserve(struct spared *spared);

/*
 * Adds the file with this status.  Returns false if memory runs out, which it does not after znn_spared_reserve().
 */
bool znn_spared_add(struct spared *spared, const struct stat *status);

/*
 * Adds the file that `path` leads to, if there is one.
 */
bool znn_spared_add_path(struct spared *spared, const char *path);

bool znn_spared_has(const struct spared *spared, const struct stat *status);

void znn_spared_free(struct spared *spared);

#endif
