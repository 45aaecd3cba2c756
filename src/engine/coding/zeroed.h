/*
 * zeroed.h - counts the numbers that rounding makes zero
 *
 * A precision that is too coarse makes most of a model zero.  Nothing else reveals this, because the file is small and
 * valid.
 */
#ifndef ZNN_ENGINE_CODING_ZEROED_H
#define ZNN_ENGINE_CODING_ZEROED_H

#include <stddef.h>
#include <stdint.h>

struct zeroed {
    uint64_t nonzero; /* numbers that were not zero before rounding */
    uint64_t zeroed;  /* those of them that are zero after rounding */
};

/*
 * Compares `count` floats of `width` bytes (2, 4 or 8) before and after rounding and adds the counts to *tally.
 */
void znn_zeroed_add(unsigned width, const uint8_t *before, const uint8_t *after, size_t count, struct zeroed *tally);

#endif
