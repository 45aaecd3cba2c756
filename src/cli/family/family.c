/*
 * family.c - chooses a base for each file that is compressed with -r --related
 */
#include "cli/family/family.h"

#include "cli/family/pairs.h"
#include "cli/say/message.h"

#include <stdlib.h>

static bool choose(struct members *members, unsigned depth_max, unsigned threads, const char *base_dir)
{
    struct pairs pairs = {NULL, 0, 0};
    struct member_choice *choices = calloc(members->count + 1, sizeof *choices);
    bool good = choices && znn_pairs_find(&pairs, members, depth_max, threads, base_dir);
    for (size_t i = 0; good && i < members->count; i++)
        choices[i] = members->list[i].choice;
    good = good && znn_choose_bases(choices, members->count, pairs.list, pairs.count, depth_max);
    for (size_t i = 0; good && i < members->count; i++) {
        members->list[i].choice.base = choices[i].base;
        if (!choices[i].is_fixed)
            members->list[i].choice.depth = znn_choice_depth(choices, i);
    }
    free(choices);
    znn_pairs_free(&pairs);
    return good;
}

/* Notes for each entry which base it gets. */
static bool tell(struct family *family)
{
    const struct member *list = family->members.list;
    for (size_t i = 0; i < family->members.count; i++) {
        if (list[i].choice.base == NO_BASE)
            continue;
        const struct member *base = &list[list[i].choice.base];
        struct kin *kin = &family->kin[list[i].entry];
        *kin = (struct kin){
            .base = base->place,
            .entry = base->choice.is_fixed ? NO_BASE : base->entry,
            .name = znn_member_base_name(&list[i], base),
            .depth = list[i].choice.depth,
        };
        if (!kin->name)
            return false;
        if (kin->depth > family->depth)
            family->depth = kin->depth;
    }
    return true;
}

bool znn_family_choose(struct family *family, struct members *members, size_t count, unsigned depth_max,
                       unsigned threads, const char *base_dir)
{
    family->members = *members;
    *members = (struct members){NULL, 0, 0};
    family->count = count;
    family->kin = calloc(count + 1, sizeof *family->kin);
    znn_members_sort(&family->members);
    bool good = family->kin && choose(&family->members, depth_max, threads, base_dir) && tell(family);
    return good || znn_say_memory_error(NULL);
}

void znn_family_free(struct family *family)
{
    for (size_t i = 0; family->kin && i < family->count; i++)
        free(family->kin[i].name);
    free(family->kin);
    znn_members_free(&family->members);
    *family = (struct family){.count = 0};
}
