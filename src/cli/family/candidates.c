/*
 * candidates.c - chooses the members of a family that one of them is compared with
 *
 * Two kinds of members make good bases: the one with the most precise numbers, from which all others may have been
 * made, and the neighbours in a series of checkpoints.  If many members are equally precise, all of them should compare
 * themselves with the same ones, so that one base can serve all: with .znn files that exist, and with the members in
 * the middle of the series.
 */
#include "cli/family/pairs.h"

#include <stdlib.h>

/* Candidates that are there for their precision; the rest are neighbours. */
#define PRECISE_MAX 3

/* How far to look for neighbours in the sorted list, so that the time does not grow with the square of the number. */
#define REACH 1000

/* The list is divided into blocks, each of which has a middle of its own. */
#define BLOCK 1024

/* Numbers of fewer bits say little about numbers of more: a base must have at least this share of the bits. */
#define LEAST_BITS 0.45

struct candidate {
    size_t member;
    size_t common;   /* keys of the sketches */
    size_t distance; /* in the list */
    size_t off;      /* distance from the middle of the block's relatives */
    bool exists;     /* as a .znn file */
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
    if (a->bits != b->bits)
        return a->bits > b->bits;
    if (a->exists != b->exists)
        return a->exists;
    return a->off != b->off ? a->off < b->off : is_nearer(a, b);
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
        .exists = list[base].choice.is_fixed,
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

/* Are so many common keys at least half of the child's? */
static bool is_half(const struct members *members, size_t child, size_t common)
{
    return 2 * common >= members->list[child].sketch.count;
}

/* Is the member close to the child?  The child itself is. */
static bool is_close(const struct members *members, size_t child, size_t member)
{
    return is_half(members, child, znn_sketch_common(&members->list[child].sketch, &members->list[member].sketch));
}

/* Returns the member in the middle of those in the child's block that are close to it. */
static size_t find_middle(const struct members *members, size_t child)
{
    size_t first = child - child % BLOCK, count = 0, middle = child;
    for (size_t i = first; i < members->count && i < first + BLOCK; i++)
        count += is_close(members, child, i);
    for (size_t i = first, seen = 0; seen < count / 2 + 1 && i < members->count; i++)
        if (is_close(members, child, i)) {
            middle = i;
            seen++;
        }
    return middle;
}

/* Lists the most precise members of the child's block that are close to it. */
static size_t list_precise(const struct members *members, size_t child, unsigned depth_max,
                           struct candidate precise[PRECISE_MAX])
{
    size_t first = child - child % BLOCK, count = 0, middle = find_middle(members, child);
    for (size_t i = first; i < members->count && i < first + BLOCK; i++) {
        struct candidate candidate;
        if (!consider(members, child, i, depth_max, &candidate) || !is_half(members, child, candidate.common))
            continue;
        candidate.off = i > middle ? i - middle : middle - i;
        insert(precise, &count, PRECISE_MAX, &candidate, is_more_precise);
    }
    return count;
}

size_t znn_pick_candidates(const struct members *members, size_t child, unsigned depth_max,
                           size_t bases[CANDIDATES_MAX])
{
    struct candidate precise[PRECISE_MAX], near[CANDIDATES_MAX];
    size_t precise_count = list_precise(members, child, depth_max, precise), near_count = 0, count = 0;
    size_t first = child > REACH ? child - REACH : 0;
    for (size_t i = first; i < members->count && i <= child + REACH; i++) {
        struct candidate candidate;
        if (!consider(members, child, i, depth_max, &candidate))
            continue;
        insert(near, &near_count, CANDIDATES_MAX, &candidate, is_nearer);
    }
    for (size_t i = 0; i < precise_count; i++)
        bases[count++] = precise[i].member;
    for (size_t i = 0; i < near_count && count < CANDIDATES_MAX; i++)
        if (!has(bases, count, near[i].member))
            bases[count++] = near[i].member;
    return count;
}
