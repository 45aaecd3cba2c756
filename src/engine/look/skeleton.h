/*
 * skeleton.h - keeps only the structure of a .znn file
 *
 * An analysis needs only a small part of a .znn file: header, index, footer and, of each chunk, the directory and the
 * layout.  A skeleton is an output that keeps these and counts all other bytes.  Afterwards it is an input that returns
 * them.  So a model is analysed by compressing it into a skeleton and then analysing the skeleton like a .znn file:
 *
 *     written   | header | prefix directory layout streams... | prefix ... | index | footer |
 *     kept      | header | prefix directory layout |          | prefix ... | index | footer |
 */
#ifndef ZNN_ENGINE_LOOK_SKELETON_H
#define ZNN_ENGINE_LOOK_SKELETON_H

#include "common/buffer.h"
#include "container/chunk.h"

/* Bytes that were kept: of the header, of one record, or of everything after the chunks. */
struct extent {
    uint64_t place; /* in the file */
    size_t start;   /* in `kept` */
};

/*
 * A zeroed struct is an empty skeleton.  Call znn_skeleton_free() when done.
 */
struct skeleton {
    uint64_t size; /* of the file so far */
    struct buffer kept;
    struct extent *extents;
    size_t count;
    size_t capacity;
    uint64_t wanted; /* bytes of the last extent to keep, as far as known; 0 if the extent is complete */
    uint64_t skip;   /* bytes to drop after that */
    struct directory directory;
    struct znn_error error; /* the reason why a write failed */
};

/*
 * Returns the skeleton as an output for one .znn file, and later as an input.  Missing bytes read as zeros.
 */
struct znn_output znn_skeleton_output(struct skeleton *skeleton);
struct znn_input znn_skeleton_input(struct skeleton *skeleton);

void znn_skeleton_free(struct skeleton *skeleton);

#endif
