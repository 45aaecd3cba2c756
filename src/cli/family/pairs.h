/*
 * pairs.h - finds out which members of a family would gain from which others
 *
 * For each member that is to be compressed, sketches choose a few candidates: members that share tensors with it.  Then
 * samples show how large the member would be as a difference from each (znn_relate()).
 */
#ifndef ZNN_CLI_FAMILY_PAIRS_H
#define ZNN_CLI_FAMILY_PAIRS_H

#include "cli/family/members.h"

/* Candidates to be compared with a member, at most. */
#define CANDIDATES_MAX 8

/*
 * The pairs that are worth having.
 */
struct pairs {
    struct pair_size *list;
    size_t count;
    size_t capacity;
};

/*
 * Sets `bases` to the numbers of up to CANDIDATES_MAX members that member `child` should be compared with, the best
 * first, and returns their number.  The members are sorted; the base of a difference needs at most `depth_max` - 1
 * others.
 */
size_t znn_pick_candidates(const struct members *members, size_t child, unsigned depth_max,
                           size_t bases[CANDIDATES_MAX]);

/*
 * Compares members with their candidates, and lists the pairs whose difference saves enough.  Also fills in the sizes
 * of the members alone.  A file that cannot be read has no pairs.  The result is the same for any number of threads; 0
 * means one per processor.  Returns false if memory ran out.
 */
bool znn_pairs_find(struct pairs *pairs, struct members *members, unsigned depth_max, unsigned threads,
                    const char *base_dir);

void znn_pairs_free(struct pairs *pairs);

#endif
