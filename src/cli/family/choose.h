/*
 * choose.h - chooses which models of a family become differences, and from which base
 *
 * For some pairs of models the size of the difference is known.  Every model either stays whole or gets a base.  Its
 * depth is the number of bases that are needed to read it, one after the other:
 *
 *     a            whole         depth 0
 *     b  from a    difference    depth 1
 *     c  from b    difference    depth 2
 *
 * The sum of all sizes is to be small, and no depth may exceed a limit.  Finding the very smallest sum is a hard
 * problem (facility location).  So the models that save most as bases are taken one after the other, which is usually
 * within a few percent of it.
 */
#ifndef ZNN_CLI_FAMILY_CHOOSE_H
#define ZNN_CLI_FAMILY_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_BASE SIZE_MAX

/*
 * A model of a family.
 */
struct member_choice {
    bool is_fixed;  /* a file that exists already and does not change; it may be a base */
    unsigned depth; /* if it is fixed: how many bases it needs, one after the other */
    uint64_t alone; /* bytes without a base */
    size_t base;    /* the result: the number of the base, or NO_BASE */
};

/*
 * A model that takes `size` bytes as a difference from another one.
 */
struct pair_size {
    size_t child, base;
    uint64_t size;
};

/*
 * Chooses the bases of `count` models so that no depth exceeds `depth_max`.  Pairs whose child is fixed are ignored.
 * Returns false if memory ran out.
 */
bool znn_choose_bases(struct member_choice *members, size_t count, const struct pair_size *pairs, size_t pair_count,
                      unsigned depth_max);

/*
 * Returns how many bases member `i` needs, one after the other.
 */
unsigned znn_choice_depth(const struct member_choice *members, size_t i);

#endif
