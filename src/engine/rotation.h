/*
 * rotation.h - where to cut floats into bytes
 *
 * Rotating by one bit gives the exponent a byte group of its own, and leaves a mantissa group that is noise and need
 * not be coded at all: fast, and nearly the best.  Other rotations put some mantissa bits beside the exponent's low
 * bits. Then all groups need coding, but longer symbols lose less to Huffman's whole bits, and the sum is a little
 * smaller.
 */
#ifndef ZNN_ENGINE_ROTATION_H
#define ZNN_ENGINE_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transform/groups.h"

enum rotation_effort {
    ROTATION_FAST,    /* the exponent stays pure unless that costs over 1 % */
    ROTATION_SMALLEST /* whatever is smallest */
};

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
 * Chooses the rotation for `count` floats of `width` bytes (1, 2, 4 or 8) at `data`, from a sample.
 */
unsigned znn_rotation_choose(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                             enum rotation_effort effort);

#endif
