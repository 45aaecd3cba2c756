/*
 * members.c - the models that may be related: those to be compressed, and the .znn files beside them
 */
#include "cli/family/members.h"

#include "cli/input/base_chain.h"
#include "cli/input/link_text.h"
#include "cli/system/path.h"

#include <stdlib.h>
#include <string.h>

/* Opens the file, and takes its sketch and its depth.  Returns false if memory ran out. */
static bool describe(struct member *member, const char *base_dir)
{
    struct base_chain chain = {.count = 0};
    bool good = true;
    if (znn_base_chain_look(&chain, member->path, base_dir)) {
        good = znn_sketch_make(&member->sketch, znn_base_chain_base(&chain));
        member->choice.depth = (unsigned)chain.count - 1;
    }
    znn_base_chain_close(&chain);
    return good;
}

bool znn_members_add(struct members *members, const struct member *member, const char *base_dir)
{
    struct member described = *member;
    if (!describe(&described, base_dir))
        return false;
    if (described.sketch.count == 0)
        return true;
    if (members->count == members->capacity) {
        size_t capacity = 2 * members->capacity + 16;
        struct member *list = realloc(members->list, capacity * sizeof *list);
        if (!list)
            return false;
        members->list = list;
        members->capacity = capacity;
    }
    members->list[members->count++] = described;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Compares the numbers at *a and *b, without a limit to their digits, and moves both behind them. */
static int compare_numbers(const char **a, const char **b)
{
    while (**a == '0')
        ++*a;
    while (**b == '0')
        ++*b;
    size_t size = strspn(*a, "0123456789"), other = strspn(*b, "0123456789");
    int order = size != other ? (size > other) - (size < other) : memcmp(*a, *b, size);
    *a += size;
    *b += other;
    return order;
}

/* Places are different, so the order does not depend on the order before sorting. */
static int compare_places(const void *left, const void *right)
{
    const char *first = ((const struct member *)left)->place, *second = ((const struct member *)right)->place;
    for (const char *a = first, *b = second; *a || *b;) {
        bool are_numbers = is_digit(*a) && is_digit(*b);
        int order = are_numbers ? compare_numbers(&a, &b) : (unsigned char)*a++ - (unsigned char)*b++;
        if (order != 0)
            return order;
    }
    return strcmp(first, second);
}

void znn_members_sort(struct members *members)
{
    if (members->count > 0)
        qsort(members->list, members->count, sizeof *members->list, compare_places);
}

static bool are_neighbours(const char *a, const char *b)
{
    size_t size = (size_t)(znn_path_base(a) - a);
    return size == (size_t)(znn_path_base(b) - b) && memcmp(a, b, size) == 0;
}

char *znn_member_base_name(const struct member *child, const struct member *base)
{
    if (child->operand != base->operand && !are_neighbours(child->place, base->place))
        return NULL;
    char *name = znn_link_relative(child->place, base->place);
    if (name && znn_base_hint_is_sound(name))
        return name;
    free(name);
    return NULL;
}

void znn_members_free(struct members *members)
{
    free(members->list);
    *members = (struct members){NULL, 0, 0};
}
