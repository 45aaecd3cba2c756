/*
 * same_files.h - names of one file: hard links, and symbolic links within a tree
 *
 *     hub/blobs/5f3a                     a file
 *     hub/snapshots/1/model.bin       -> ../../blobs/5f3a     leads to the same file
 *     hub/copy.bin                       a hard link to it: the same file
 *
 * They all have the same device and inode number, once links are followed.  An index over a tree's entries, ordered by
 * these numbers, finds the other names of an entry.
 */
#ifndef ZNN_CLI_INPUT_SAME_FILES_H
#define ZNN_CLI_INPUT_SAME_FILES_H

#include "cli/input/tree.h"

/*
 * Zeroed, it is empty.
 */
struct same_files {
    const struct tree *tree;
    size_t *numbers; /* of the tree's entries that are regular files or lead to some */
    size_t count;
};

/*
 * Indexes a tree, which has to stay as it is.  Returns false, having said so, when memory runs out.
 */
bool znn_same_files_index(struct same_files *index, const struct tree *tree);

/*
 * The entries that lead to the same file as entry `number`, itself included, in the tree's order.  Returns how many;
 * *numbers points to the first.  For what is no regular file there are none.
 */
size_t znn_same_files_find(const struct same_files *index, size_t number, const size_t **numbers);

/*
 * True if a link below the same operand leads to entry `number` and has the name of a model, as in the caches of
 * Hugging Face, where the file itself is called by a digest.
 */
bool znn_same_files_call_model(const struct same_files *index, size_t number);

void znn_same_files_free(struct same_files *index);

#endif
