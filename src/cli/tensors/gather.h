/*
 * gather.h - writes the elements of a strided tensor in the order of its shape
 *
 * Transposed, channels-last, sliced and expanded tensors have their elements in a range of the original, placed by
 * strides:
 *
 *     shape 2x3, strides 1 and 2      original   a d b e c f      gathered   a b c d e f
 *
 * Memory is limited, so a tensor is gathered in blocks.  Each block reads the range of the original with its elements,
 * piece by piece.  A block of whole rows of a slice or a channels-last tensor reads only those rows.  A block of a
 * transposed matrix reads the whole matrix, so a matrix of N blocks is read N times.
 */
#ifndef ZNN_CLI_TENSORS_GATHER_H
#define ZNN_CLI_TENSORS_GATHER_H

#include "cli/tensors/excerpt.h"

/* The bytes of one block.  Gathering needs this memory, plus a piece of the original. */
#define GATHER_BLOCK ((size_t)32 << 20)

/* The limit on how much larger tensors that repeat elements (expanded ones) may be than their bytes in the original.
 * Without it, a few bytes of a hostile file could claim any size. */
#define GATHER_SURPLUS ((uint64_t)1 << 30)

/*
 * Returns why the tensor cannot be gathered, or NULL if it can.  Static.  The tensor must be strided.
 */
const char *znn_gather_obstacle(const struct znn_tensor *tensor);

/*
 * Appends the tensor's elements in row-major order to `output`: znn_tensor_dense_size() bytes.  Returns false if this
 * fails, which is reported.  There must be no obstacle.
 */
bool znn_gather_copy(struct excerpt *excerpt, const struct znn_tensor *tensor, struct output_file *output);

#endif
