/*
 * rotation.h - where to cut floats into bytes
 *
 * Rotating by one bit gives the exponent a byte group of its own.  The mantissa group is then noise and needs no
 * coding, which is fast and nearly the smallest.  Other rotations put some mantissa bits next to the low bits of the
 * exponent.  Then all groups need coding, but a Huffman code wastes less on longer symbols, and the sum is a little
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
 * Chooses the rotation for `count` floats of `width` bytes (1, 2, 4 or 8) at `data`, from a sample: the pure rotation,
 * unless another one is smaller by more than 1 %.
 */
unsigned znn_rotation_choose(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width);

/*
 * Returns whether the signs should be a stream of their own.  Uses the sample of the last znn_rotation_choose(), which
 * must have been called for the same numbers and have returned `rotation`.  Usually this returns false: bits that stand
 * together never carry more information than they do apart.  A separate stream gains only the fractions of bits that a
 * Huffman code wastes, and must gain more than 1 %.
 */
bool znn_rotation_parts_signs(struct rotation_sample *sample, unsigned rotation);

/*
 * Estimates from a sample how much the groups cost under `rotation`.  The unit is the same for all rotations and sizes.
 */
uint64_t znn_rotation_cost(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                           unsigned rotation);

/*
 * Estimates from a sample the entropy of an element under the pure rotation, in 1/ENTROPY_ONE bit.
 */
uint64_t znn_rotation_entropy(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width);

/*
 * Estimates the bytes that `elements` like the `count` at `data` take under the pure rotation.
 */
uint64_t znn_rotation_size(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                           uint64_t elements);

/*
 * Ranks all rotations by their size in a larger sample, the smallest first.
 */
void znn_rotation_rank(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                       unsigned ranked[ROTATIONS]);

#endif
