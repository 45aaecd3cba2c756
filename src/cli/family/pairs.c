/*
 * pairs.c - finds out which members of a family would gain from which others
 *
 * Comparisons are made in rounds: first every member with its best candidate, then those that need it with the next,
 * and so on.  The comparisons of a round do not depend on each other, so threads share them, and the result does not
 * depend on the threads.
 */
#include "cli/family/pairs.h"

#include "cli/input/base_chain.h"
#include "cli/show/related.h"
#include "cli/system/open_file.h"
#include "cli/system/thread.h"

#include <stdatomic.h>
#include <stdlib.h>

/* A member that a base leaves with at most one part in SMALL of its size alone is not compared with others. */
#define SMALL 10

/* Threads, at most.  Samples are read from many places of the disk, and more threads would only wait for it. */
#define THREADS_MAX 16

struct comparison {
    size_t child, base;
    bool is_made;
    struct znn_relation relation;
};

/* A member that gains nothing from its first candidates, which are the best, is compared with no others. */
#define FAILURES_MAX 3

/* The candidates of a member. */
struct wish {
    size_t bases[CANDIDATES_MAX];
    size_t count;
    unsigned failures; /* comparisons that showed no gain */
    bool is_content;   /* with a base that it was compared with */
    bool is_related;   /* to a base that it was compared with */
};

struct comparing {
    struct members *members;
    struct wish *wishes;     /* one for each member */
    struct comparison *list; /* of the current round */
    size_t count;
    atomic_size_t next;
    const char *base_dir;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* A round                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A failure leaves the comparison as one that was not made. */
static void compare(const struct comparing *comparing, struct comparison *comparison)
{
    const struct member *child = &comparing->members->list[comparison->child];
    const struct member *base = &comparing->members->list[comparison->base];
    struct base_chain chain = {.count = 0};
    int fd = znn_file_open(child->path, OPEN_AT_ONCE);
    if (fd >= 0 && znn_base_chain_look(&chain, base->path, comparing->base_dir)) {
        struct znn_input input = znn_input_fd(fd);
        comparison->relation.struct_size = sizeof comparison->relation;
        comparison->is_made = znn_relate(&input, znn_base_chain_base(&chain), &comparison->relation, NULL) == ZNN_OK;
    }
    znn_base_chain_close(&chain);
    if (fd >= 0)
        znn_file_close(fd);
}

static void take_comparisons(void *context)
{
    struct comparing *comparing = context;
    for (size_t i; (i = atomic_fetch_add(&comparing->next, 1)) < comparing->count;)
        compare(comparing, &comparing->list[i]);
}

/* If the system refuses threads, fewer do all the work. */
static void run_round(struct comparing *comparing, unsigned threads)
{
    struct thread helpers[THREADS_MAX];
    size_t started = 0;
    atomic_init(&comparing->next, 0);
    while (started + 1 < threads && started + 1 < comparing->count && started < THREADS_MAX &&
           znn_cli_thread_start(&helpers[started], take_comparisons, comparing))
        started++;
    take_comparisons(comparing);
    while (started > 0)
        znn_cli_thread_join(&helpers[--started]);
}

/* Lists the comparisons of members that are not content with their first `round` candidates. */
static void list_round(struct comparing *comparing, size_t round)
{
    comparing->count = 0;
    for (size_t i = 0; i < comparing->members->count; i++) {
        const struct wish *wish = &comparing->wishes[i];
        bool is_hopeless = !wish->is_related && wish->failures >= FAILURES_MAX;
        if (!wish->is_content && !is_hopeless && round < wish->count)
            comparing->list[comparing->count++] = (struct comparison){.child = i, .base = wish->bases[round]};
    }
}

static bool add(struct pairs *pairs, const struct pair_size *pair)
{
    if (pairs->count == pairs->capacity) {
        size_t capacity = 2 * pairs->capacity + 16;
        struct pair_size *list = realloc(pairs->list, capacity * sizeof *list);
        if (!list)
            return false;
        pairs->list = list;
        pairs->capacity = capacity;
    }
    pairs->list[pairs->count++] = *pair;
    return true;
}

/* Returns false if memory ran out. */
static bool judge(struct comparing *comparing, const struct comparison *comparison, struct pairs *pairs)
{
    const struct znn_relation *relation = &comparison->relation;
    struct wish *wish = &comparing->wishes[comparison->child];
    comparing->members->list[comparison->child].choice.alone = relation->alone;
    if (!znn_relation_is_worthwhile(relation)) {
        wish->failures++;
        return true;
    }
    wish->is_related = true;
    wish->is_content |= relation->delta <= relation->alone / SMALL;
    return add(pairs, &(struct pair_size){comparison->child, comparison->base, relation->delta});
}

static bool collect(struct comparing *comparing, struct pairs *pairs)
{
    for (size_t i = 0; i < comparing->count; i++)
        if (comparing->list[i].is_made && !judge(comparing, &comparing->list[i], pairs))
            return false;
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* All rounds                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

static void make_wishes(struct comparing *comparing, unsigned depth_max)
{
    for (size_t i = 0; i < comparing->members->count; i++)
        if (!comparing->members->list[i].choice.is_fixed && !comparing->members->list[i].stays_whole)
            comparing->wishes[i].count =
                znn_pick_candidates(comparing->members, i, depth_max, comparing->wishes[i].bases);
}

bool znn_pairs_find(struct pairs *pairs, struct members *members, unsigned depth_max, unsigned threads,
                    const char *base_dir)
{
    struct comparing comparing = {.members = members, .base_dir = base_dir};
    comparing.wishes = calloc(members->count + 1, sizeof *comparing.wishes);
    comparing.list = malloc((members->count + 1) * sizeof *comparing.list);
    bool good = comparing.wishes && comparing.list;
    if (good)
        make_wishes(&comparing, depth_max);
    for (size_t round = 0; good && round < CANDIDATES_MAX; round++) {
        list_round(&comparing, round);
        run_round(&comparing, threads > 0 ? threads : znn_cli_thread_processors());
        good = collect(&comparing, pairs);
    }
    free(comparing.wishes);
    free(comparing.list);
    return good;
}

void znn_pairs_free(struct pairs *pairs)
{
    free(pairs->list);
    *pairs = (struct pairs){NULL, 0, 0};
}
