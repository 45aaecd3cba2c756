/*
 * distortion.h - what rounding does to numbers
 */
#ifndef ZNN_ENGINE_LOOK_DISTORTION_H
#define ZNN_ENGINE_LOOK_DISTORTION_H

#include "transform/fixed_point.h"
#include "znn.h"

/* So many elements are measured at a time at the most. */
#define DISTORTION_BLOCK 1024

/*
 * Adds to point->parameters, zeros and so on what rounding does to the `count` elements at `data`.  It is computed in
 * floating point, and only there to be shown: nothing that is written depends on it.
 */
void znn_distortion_add(const struct fixed_point *fixed, const uint8_t *data, size_t count, struct znn_point *point);

#endif
