/*
 * distortion.h - measures the effect of rounding on numbers
 */
#ifndef ZNN_ENGINE_LOOK_DISTORTION_H
#define ZNN_ENGINE_LOOK_DISTORTION_H

#include "transform/fixed_point.h"
#include "znn.h"

/* The most elements that are measured at a time. */
#define DISTORTION_BLOCK 1024

/*
 * Adds the effect of rounding the `count` elements at `data` to point->parameters, zeros and so on.  The computation
 * uses floating point, because the result is only displayed: no output file depends on it.
 */
void znn_distortion_add(const struct fixed_point *fixed, const uint8_t *data, size_t count, struct znn_point *point);

#endif
