/*
 * gather.h - the elements of a strided tensor, in the order of its shape
 *
 * A transposed tensor, one in channels-last order, a slice or an expanded one has its elements somewhere in a range of
 * the original, by strides:
 *
 *     shape 2x3, strides 1 and 2      original   a d b e c f      gathered   a b c d e f
 *
 * Memory is bounded, so a tensor is gathered in blocks: each reads the range of the original that its elements lie in,
 * piece by piece.  A block of whole rows of a slice or of channels-last reads those rows only.  A block of a transposed
 * matrix reads all of it, so that one of N blocks is read N times.
 */
#ifndef ZNN_CLI_TENSORS_GATHER_H
#define ZNN_CLI_TENSORS_GATHER_H

#include "cli/tensors/excerpt.h"

/* Elements of one block, in bytes: what gathering holds, besides a piece of the original. */
#define GATHER_BLOCK ((size_t)32 << 20)

/* Tensors that repeat their elements (expanded ones) may take so much more together than their bytes in the original:
 * a few bytes of a hostile file could claim to be any number. */
#define GATHER_SURPLUS ((uint64_t)1 << 30)

/*
 * Why the tensor cannot be gathered, NULL where it can.  Static.  It must be strided.
 */
const char *znn_gather_obstacle(const struct znn_tensor *tensor);

/*
 * Appends the tensor's elements in row-major order to `output`: znn_tensor_dense_size() bytes.  Returns false, having
 * said why, if that fails.  There must be no obstacle.
 */
bool znn_gather_copy(struct excerpt *excerpt, const struct znn_tensor *tensor, struct output_file *output);

#endif
