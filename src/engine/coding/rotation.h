/*
 * rotation.h - where to cut floats into bytes
 *
 * Rotating by one bit gives the exponent a byte group of its own, and leaves a mantissa group that is noise and need
 * not be coded at all: fast, and nearly the best.  Other rotations put some mantissa bits beside the exponent's low
 * bits. Then all groups need coding, but longer symbols lose less to Huffman's whole bits, and the sum is a little
 * smaller.
 *
 * Rotating by eight more bits gives the same groups in another order, so there are eight rotations to choose from.
 */
#ifndef ZNN_ENGINE_CODING_ROTATION_H
#define ZNN_ENGINE_CODING_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transform/groups.h"

#define ROTATIONS 8
#define ROTATION_PURE 1      /* gives the exponent its own group */
#define ROTATION_SAMPLE 8192 /* elements */

/*
 * Working memory, too large for a stack.
 */
struct rotation_sample {
    size_t count;
    unsigned width;
    uint8_t elements[ROTATION_SAMPLE * GROUPS_MAX];
    uint8_t groups[ROTATION_SAMPLE * GROUPS_MAX];
};

/*
 * Chooses the rotation for `count` floats of `width` bytes (1, 2, 4 or 8) at `data`, from a sample: the pure one,
 * unless another is smaller by over 1 %.
 */
unsigned znn_rotation_choose(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width);

/*
 * Whether the signs had better be a stream of their own, under the rotation that znn_rotation_choose() has just chosen
 * for the same numbers, whose sample is looked at.  Hardly ever: bits that stand together never carry more information
 * than they do apart.  What may be gained is what Huffman's whole bits waste, and only over 1 % is taken.
 */
bool znn_rotation_parts_signs(struct rotation_sample *sample, unsigned rotation);

/*
 * What the groups under one rotation would cost, from a sample; in the same unit for all rotations and sizes.
 */
uint64_t znn_rotation_cost(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                           unsigned rotation);

/*
 * The entropy of an element under the pure rotation, from a sample, in 1/ENTROPY_ONE bit.
 */
uint64_t znn_rotation_entropy(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width);

/*
 * Ranks all rotations by what a larger sample says of their size, the smallest first.
 */
void znn_rotation_rank(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                       unsigned ranked[ROTATIONS]);

#endif
