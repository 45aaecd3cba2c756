/*
 * choose.c - chooses which models of a family become differences, and from which base
 */
#include "cli/family/choose.h"

#include <stdlib.h>

/* How often to look again for a better base once the first ones are chosen. */
#define ROUNDS 8

struct choosing {
    struct member_choice *members;
    size_t count;
    const struct pair_size *pairs;
    size_t pair_count;
    unsigned depth_max;
    uint64_t *costs;  /* bytes of each member as it is chosen now */
    uint64_t *gains;  /* working memory: what each member would save as a base */
    bool *are_bases;  /* members that were taken as bases, and stay as they are */
    size_t *children; /* working memory: how many members have each member as their base */
};

unsigned znn_choice_depth(const struct member_choice *members, size_t i)
{
    unsigned depth = 0;
    for (; members[i].base != NO_BASE; i = members[i].base)
        depth++;
    return depth + members[i].depth;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Taking bases                                                                                                     */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Returns true if the child may get this base, and would become smaller than it is now. */
static bool pays(const struct choosing *choosing, const struct pair_size *pair)
{
    const struct member_choice *child = &choosing->members[pair->child];
    return !child->is_fixed && !choosing->are_bases[pair->child] && pair->size < choosing->costs[pair->child] &&
           choosing->members[pair->base].depth < choosing->depth_max;
}

/* A base has to be whole, so a member that is a difference by now grows when it is taken. */
static size_t find_best(const struct choosing *choosing)
{
    size_t best = NO_BASE;
    uint64_t most = 0;
    for (size_t i = 0; i < choosing->count; i++)
        choosing->gains[i] = 0;
    for (size_t i = 0; i < choosing->pair_count; i++)
        if (pays(choosing, &choosing->pairs[i]))
            choosing->gains[choosing->pairs[i].base] +=
                choosing->costs[choosing->pairs[i].child] - choosing->pairs[i].size;
    for (size_t i = 0; i < choosing->count; i++) {
        uint64_t growth = choosing->members[i].alone - choosing->costs[i];
        if (choosing->are_bases[i] || choosing->gains[i] <= growth || choosing->gains[i] - growth <= most)
            continue;
        most = choosing->gains[i] - growth;
        best = i;
    }
    return best;
}

static void assign(struct choosing *choosing, const struct pair_size *pair)
{
    choosing->members[pair->child].base = pair->base;
    choosing->costs[pair->child] = pair->size;
}

static void take(struct choosing *choosing, size_t base)
{
    choosing->are_bases[base] = true;
    choosing->members[base].base = NO_BASE;
    choosing->costs[base] = choosing->members[base].alone;
    for (size_t i = 0; i < choosing->pair_count; i++)
        if (choosing->pairs[i].base == base && pays(choosing, &choosing->pairs[i]))
            assign(choosing, &choosing->pairs[i]);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Looking again                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Returns how many differences follow one after the other from member `top`. */
static unsigned height_of(const struct choosing *choosing, size_t top)
{
    unsigned height = 0;
    for (size_t i = 0; choosing->children[top] > 0 && i < choosing->count; i++) {
        unsigned steps = 0;
        size_t at = i;
        for (; at != top && at != NO_BASE; at = choosing->members[at].base)
            steps++;
        if (at == top && steps > height)
            height = steps;
    }
    return height;
}

static bool is_above(const struct choosing *choosing, size_t above, size_t member)
{
    for (; member != NO_BASE; member = choosing->members[member].base)
        if (member == above)
            return true;
    return false;
}

/* Gives a member, perhaps a base that lost its differences to others or has some, a better base if depths allow it. */
static bool improve(struct choosing *choosing, const struct pair_size *pair)
{
    const struct member_choice *child = &choosing->members[pair->child];
    if (child->is_fixed || pair->size >= choosing->costs[pair->child] || is_above(choosing, pair->child, pair->base) ||
        znn_choice_depth(choosing->members, pair->base) + 1 + height_of(choosing, pair->child) > choosing->depth_max)
        return false;
    if (child->base != NO_BASE)
        choosing->children[child->base]--;
    choosing->children[pair->base]++;
    assign(choosing, pair);
    return true;
}

static void look_again(struct choosing *choosing)
{
    for (size_t i = 0; i < choosing->count; i++)
        if (choosing->members[i].base != NO_BASE)
            choosing->children[choosing->members[i].base]++;
    bool changed = true;
    for (int round = 0; round < ROUNDS && changed; round++) {
        changed = false;
        for (size_t i = 0; i < choosing->pair_count; i++)
            changed |= improve(choosing, &choosing->pairs[i]);
    }
}

bool znn_choose_bases(struct member_choice *members, size_t count, const struct pair_size *pairs, size_t pair_count,
                      unsigned depth_max)
{
    struct choosing choosing = {members, count, pairs, pair_count, depth_max, NULL, NULL, NULL, NULL};
    choosing.costs = calloc(count + 1, sizeof *choosing.costs);
    choosing.gains = calloc(count + 1, sizeof *choosing.gains);
    choosing.are_bases = calloc(count + 1, sizeof *choosing.are_bases);
    choosing.children = calloc(count + 1, sizeof *choosing.children);
    bool good = choosing.costs && choosing.gains && choosing.are_bases && choosing.children;
    for (size_t i = 0; good && i < count; i++) {
        members[i].base = NO_BASE;
        choosing.costs[i] = members[i].alone;
    }
    for (size_t base; good && (base = find_best(&choosing)) != NO_BASE;)
        take(&choosing, base);
    if (good)
        look_again(&choosing);
    free(choosing.costs);
    free(choosing.gains);
    free(choosing.are_bases);
    free(choosing.children);
    return good;
}
