/*
 * fixed_choice.h - chooses how to lay out the integers of a part as byte groups
 */
#ifndef ZNN_ENGINE_PART_FIXED_CHOICE_H
#define ZNN_ENGINE_PART_FIXED_CHOICE_H

#include "transform/fixed_block.h"

struct fixed_choice {
    struct fixed_layout layout;
    bool signs_are_noise;
    uint64_t bits; /* an estimate for one element, in 1/ENTROPY_ONE bit */
};

/*
 * Chooses the layout for `count` elements at `data`, whose integers have magnitudes of at most `length` bits.  If
 * `thorough`, chooses the smallest layout; otherwise prefers a fast one of about that size.  Returns false if an
 * element has too few bytes for all of the bits.  The choice depends only on the arguments.
 */
bool znn_fixed_choose(const struct fixed_point *fixed, const uint8_t *data, size_t count, unsigned length,
                      bool thorough, struct fixed_choice *choice);

#endif
