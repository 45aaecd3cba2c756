/*
 * zeroed.h - how many numbers rounding makes zero
 *
 * A precision that is too coarse makes most of a model zero, and nothing else tells: the file is small, and in order.
 */
#ifndef ZNN_ENGINE_CODING_ZEROED_H
#define ZNN_ENGINE_CODING_ZEROED_H

#include <stddef.h>
#include <stdint.h>

struct zeroed {
    uint64_t nonzero; /* numbers that were not zero before, */
    uint64_t zeroed;  /* and of them, those that are now */
};

/*
 * Adds what became of `count` floats of `width` bytes (2, 4 or 8), from `before` to `after`.
 */
void znn_zeroed_add(unsigned width, const uint8_t *before, const uint8_t *after, size_t count, struct zeroed *tally);

#endif
