/*
 * skeleton.h - a .znn file of which only the structure is kept
 *
 * What an analysis reads of a .znn file is little: header, index, footer, and of each chunk the directory and the
 * layout.  A skeleton is an output that keeps these and counts the rest, and afterwards an input that gives them back.
 * So a model is analysed by compressing it into a skeleton, and then just as if the .znn file were there:
 *
 *     written   | header | prefix directory layout streams... | prefix ... | index | footer |
 *     kept      | header | prefix directory layout |          | prefix ... | index | footer |
 */
#ifndef ZNN_ENGINE_LOOK_SKELETON_H
#define ZNN_ENGINE_LOOK_SKELETON_H

#include "common/buffer.h"
#include "container/chunk.h"

/* Bytes that were kept: all that is wanted of the header, of a record, or of what stands behind the records. */
struct extent {
    uint64_t place; /* in the file */
    size_t start;   /* in `kept` */
};

/*
 * Zeroed, nothing has been written to it.  Free with znn_skeleton_free().
 */
struct skeleton {
    uint64_t size; /* of the file so far */
    struct buffer kept;
    struct extent *extents;
    size_t count;
    size_t capacity;
    uint64_t wanted; /* how many bytes of the last extent to keep, as far as is known; 0: it is complete */
    uint64_t skip;   /* how many bytes to drop then */
    struct directory directory;
    struct znn_error error; /* why a write failed */
};

/*
 * The skeleton as an output for one .znn file, and then as an input.  What was not kept reads as zeros.
 */
struct znn_output znn_skeleton_output(struct skeleton *skeleton);
struct znn_input znn_skeleton_input(struct skeleton *skeleton);

void znn_skeleton_free(struct skeleton *skeleton);

#endif
