/*
 * candidates.c - chooses the members of a family that one of them is compared with
 *
 * Two kinds of members make good bases: the one with the most precise numbers, from which all others may have been
 * made, and the neighbours in a series of checkpoints.
 */
#include "cli/family/pairs.h"

#include <stdlib.h>

/* Candidates that are there for their precision; the rest are neighbours. */
#define PRECISE_MAX 3

/* How far to look for neighbours in the sorted list, so that the time does not grow with the square of the number. */
#define REACH 1000

/* Numbers of fewer bits say little about numbers of more: a base must have at least this share of the bits. */
#define LEAST_BITS 0.45

struct candidate {
    size_t member;
    size_t common;   /* keys of the sketches */
    size_t distance; /* in the list */
    double bits;     /* of an element */
};

/* Is `a` better than `b`, if the tensors that they share matter most? */
static bool is_nearer(const struct candidate *a, const struct candidate *b)
{
    if (a->common != b->common)
        return a->common > b->common;
    return a->distance != b->distance ? a->distance < b->distance : a->member < b->member;
}

/* The same if precision matters most. */
static bool is_more_precise(const struct candidate *a, const struct candidate *b)
{
    return a->bits != b->bits ? a->bits > b->bits : is_nearer(a, b);
}

/* Inserts a candidate into a list of at most `limit`, the best first. */
static void insert(struct candidate *list, size_t *count, size_t limit, const struct candidate *candidate,
                   bool (*is_better)(const struct candidate *a, const struct candidate *b))
{
    size_t at = *count < limit ? (*count)++ : limit;
    while (at > 0 && is_better(candidate, &list[at - 1])) {
        if (at < limit)
            list[at] = list[at - 1];
        at--;
    }
    if (at < limit)
        list[at] = *candidate;
}

static bool may_be_base(const struct member *child, const struct member *base, unsigned depth_max)
{
    if (base->choice.is_fixed && base->choice.depth >= depth_max)
        return false;
    return znn_sketch_bits(&base->sketch) >= LEAST_BITS * znn_sketch_bits(&child->sketch);
}

/* Returns false if member `base` is no candidate for member `child`. */
static bool consider(const struct members *members, size_t child, size_t base, unsigned depth_max,
                     struct candidate *candidate)
{
    const struct member *list = members->list;
    if (child == base || !may_be_base(&list[child], &list[base], depth_max))
        return false;
    *candidate = (struct candidate){
        .member = base,
        .common = znn_sketch_common(&list[child].sketch, &list[base].sketch),
        .distance = base > child ? base - child : child - base,
        .bits = znn_sketch_bits(&list[base].sketch),
    };
    char *name = candidate->common > 0 ? znn_member_base_name(&list[child], &list[base]) : NULL;
    bool good = name != NULL;
    free(name);
    return good;
}

static bool has(const size_t *bases, size_t count, size_t member)
{
    for (size_t i = 0; i < count; i++)
        if (bases[i] == member)
            return true;
    return false;
}

size_t znn_pick_candidates(const struct members *members, size_t child, unsigned depth_max,
                           size_t bases[CANDIDATES_MAX])
{
    struct candidate precise[PRECISE_MAX], near[CANDIDATES_MAX];
    size_t precise_count = 0, near_count = 0, count = 0;
    size_t first = child > REACH ? child - REACH : 0;
    for (size_t i = first; i < members->count && i <= child + REACH; i++) {
        struct candidate candidate;
        if (!consider(members, child, i, depth_max, &candidate))
            continue;
        insert(near, &near_count, CANDIDATES_MAX, &candidate, is_nearer);
        if (2 * candidate.common >= members->list[child].sketch.count)
            insert(precise, &precise_count, PRECISE_MAX, &candidate, is_more_precise);
    }
    for (size_t i = 0; i < precise_count; i++)
        bases[count++] = precise[i].member;
    for (size_t i = 0; i < near_count && count < CANDIDATES_MAX; i++)
        if (!has(bases, count, near[i].member))
            bases[count++] = near[i].member;
    return count;
}
