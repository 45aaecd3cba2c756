/*
 * same_files.h - finds all names of a file: hard links, and symbolic links in a tree
 *
 *     hub/blobs/5f3a                     a file
 *     hub/snapshots/1/model.bin       -> ../../blobs/5f3a     leads to the same file
 *     hub/copy.bin                       a hard link to it: the same file
 *
 * If links are followed, all names have the same device and inode number.  An index of a tree's entries, sorted by
 * these numbers, finds the other names of an entry.
 */
#ifndef ZNN_CLI_INPUT_SAME_FILES_H
#define ZNN_CLI_INPUT_SAME_FILES_H

#include "cli/input/tree.h"

/*
 * A zeroed struct is an empty index.
 */
struct same_files {
    const struct tree *tree;
    size_t *numbers; /* of the tree's entries that are regular files or lead to one */
    size_t count;
};

/*
 * Indexes a tree, which must not change afterwards.  Returns false if memory ran out, which is reported.
 */
bool znn_same_files_index(struct same_files *index, const struct tree *tree);

/*
 * Finds the entries that lead to the same file as entry `number`, including itself, in the order of the tree.  Returns
 * their number and sets *numbers to the first one.  Returns 0 if the entry is not a regular file.
 */
size_t znn_same_files_find(const struct same_files *index, size_t number, const size_t **numbers);

/*
 * Returns true if a link below the same operand leads to entry `number` and has the name of a model, as in Hugging Face
 * caches, where the name of the file itself is a digest.
 */
bool znn_same_files_call_model(const struct same_files *index, size_t number);

void znn_same_files_free(struct same_files *index);

#endif
