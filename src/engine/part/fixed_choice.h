/*
 * fixed_choice.h - how the integers of a part are laid out as byte groups
 */
#ifndef ZNN_ENGINE_PART_FIXED_CHOICE_H
#define ZNN_ENGINE_PART_FIXED_CHOICE_H

#include "transform/fixed_block.h"

struct fixed_choice {
    struct fixed_layout layout;
    bool signs_are_noise;
    uint64_t bits; /* of an element, about, in 1/ENTROPY_ONE */
};

/*
 * Chooses the layout for `count` elements at `data`, whose integers have magnitudes of at most `length` bits;
 * `thorough` for the smallest, not for one that is about as small and fast.  False where an element has too few bytes
 * for all of the bits.  The choice depends on nothing else.
 */
bool znn_fixed_choose(const struct fixed_point *fixed, const uint8_t *data, size_t count, unsigned length,
                      bool thorough, struct fixed_choice *choice);

#endif
