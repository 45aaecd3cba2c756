/*
 * needs.c - tracks the sources that decompress -r --rm must keep because others need them
 */
#include "cli/output/needs.h"

#include "cli/flags/names.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"

#include <assert.h>
#include <stdlib.h>

/* ---------------------------------------------------------------------------------------------------------------- */
/* Finding out which source needs which                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

struct known {
    struct file_id id;
    size_t number; /* of the entry */
};

static int compare(const void *a, const void *b)
{
    const struct known *x = a;
    const struct known *y = b;
    return znn_file_id_compare(&x->id, &y->id);
}

/* Sorts the names of one file by their numbers. */
static int compare_names(const void *a, const void *b)
{
    const struct known *x = a;
    const struct known *y = b;
    int files = compare(a, b);
    return files ? files : (x->number > y->number) - (x->number < y->number);
}

static bool is_source(const struct entry *entry)
{
    return (entry->kind == ENTRY_FILE || entry->kind == ENTRY_OPERAND) && znn_names_is_znn(entry->path);
}

/* Sorts the sources by identity. */
static size_t index_sources(const struct tree *tree, struct known *known)
{
    size_t count = 0;
    for (size_t i = 0; i < tree->count; i++) {
        struct file_status status;
        if (is_source(&tree->entries[i]) && znn_file_status(tree->entries[i].path, &status))
            known[count++] = (struct known){.id = status.id, .number = i};
    }
    qsort(known, count, sizeof *known, compare_names);
    return count;
}

static void join_names(struct needs *needs, const struct known *known, size_t count)
{
    for (size_t i = 0; i < needs->count; i++)
        needs->list[i].first = i;
    for (size_t i = 1; i < count; i++) {
        if (compare(&known[i - 1], &known[i]) != 0)
            continue;
        needs->list[known[i].number].first = needs->list[known[i - 1].number].first;
        needs->list[known[i - 1].number].next = known[i].number;
    }
}

static void add_parent(struct needs *needs, size_t child, const struct file_status *status, const struct known *known,
                       size_t count)
{
    struct known wanted = {.id = status->id};
    const struct known *found = bsearch(&wanted, known, count, sizeof *known, compare);
    struct need *need = &needs->list[child];
    if (!found || needs->list[found->number].first == need->first)
        return;
    size_t parent = needs->list[found->number].first;
    need->parents[need->parent_count++] = parent;
    needs->list[parent].waiting++;
}

/* Does not report files that cannot be opened.  This happens when their turn comes. */
static void find_parents(struct needs *needs, const struct tree *tree, size_t child, const char *base_dir,
                         const struct known *known, size_t count)
{
    const char *path = tree->entries[child].path;
    struct input_file file = {.path = path, .name = path};
    struct base_chain chain = {.count = 0};
    file.fd = znn_file_open(path, OPEN_AT_ONCE);
    if (file.fd < 0)
        return;
    if (znn_file_status_open(file.fd, &file.status))
        znn_base_chain_locate(&chain, &file, base_dir, NULL);
    for (size_t i = 0; i < chain.count; i++)
        add_parent(needs, child, &chain.links[i].file.status, known, count);
    znn_base_chain_close(&chain);
    znn_file_close(file.fd);
}

bool znn_needs_plan(struct needs *needs, const struct tree *tree, const char *base_dir)
{
    struct known *known = calloc(tree->count + 1, sizeof *known);
    needs->list = calloc(tree->count + 1, sizeof *needs->list);
    bool fine = known && needs->list;
    if (fine) {
        needs->count = tree->count;
        size_t count = index_sources(tree, known);
        join_names(needs, known, count);
        for (size_t i = 0; i < tree->count; i++)
            if (is_source(&tree->entries[i]))
                find_parents(needs, tree, i, base_dir, known, count);
    }
    free(known);
    return fine || znn_say_memory_error(NULL);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Keeping count                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

bool znn_needs_have(const struct needs *needs, size_t number)
{
    if (number >= needs->count)
        return false;
    const struct need *first = &needs->list[needs->list[number].first];
    return first->waiting > 0 || first->lost;
}

void znn_needs_note(struct needs *needs, size_t number, const struct removal *removal)
{
    needs->list[number].removal = *removal;
    needs->list[number].is_noted = true;
}

void znn_needs_fail(struct needs *needs, size_t number, const char *path)
{
    if (number >= needs->count)
        return;
    const struct need *need = &needs->list[number];
    for (size_t i = 0; i < need->parent_count; i++)
        needs->list[need->parents[i]].lost = path;
}

/* An entry that was left out may need it. */
static bool is_removed(struct needs *needs, struct need *need)
{
    const char *child =
        needs->orphans ? znn_orphans_find(needs->orphans, need->removal.path, need->removal.output) : NULL;
    return child ? znn_orphans_say(need->removal.path, child) : znn_removal_later(&need->removal);
}

/* If a source stays nevertheless, the sources that it needs stay, too. */
static void remove_one(struct needs *needs, struct need *need)
{
    assert(need->waiting == 0 && need->is_noted);
    need->is_noted = false;
    if (is_removed(needs, need)) {
        for (size_t i = need->next; i; i = needs->list[i].next)
            if (needs->list[i].is_noted)
                znn_removal_follow(&needs->list[i].removal, &need->removal);
    } else {
        needs->failures++;
        for (size_t i = 0; i < need->parent_count; i++)
            needs->list[need->parents[i]].lost = ""; /* the reason was reported */
    }
    znn_removal_free(&need->removal);
}

/* Removes all names of a source that no longer waits for others. */
static void remove_noted(struct needs *needs, size_t first)
{
    size_t i = first;
    do {
        if (needs->list[i].is_noted)
            remove_one(needs, &needs->list[i]);
        i = needs->list[i].next;
    } while (i);
}

/* The first parent is the nearest, so a file is removed before the file that it needs. */
void znn_needs_settle(struct needs *needs, size_t number)
{
    if (number >= needs->count)
        return;
    const struct need *need = &needs->list[number];
    for (size_t i = 0; i < need->parent_count; i++) {
        struct need *parent = &needs->list[need->parents[i]];
        assert(parent->waiting > 0);
        parent->waiting--;
        if (parent->waiting == 0 && !parent->lost)
            remove_noted(needs, need->parents[i]);
    }
}

void znn_needs_finish(struct needs *needs)
{
    for (size_t i = 0; i < needs->count; i++) {
        struct need *need = &needs->list[i];
        if (!need->is_noted)
            continue;
        needs->failures++;
        const char *lost = needs->list[need->first].lost;
        if (lost && lost[0])
            znn_say_error(need->removal.path, "not removed, because '%s' needs it and was not decompressed", lost);
        else
            znn_say_error(need->removal.path, "not removed, because another file that still exists needs it");
        znn_removal_free(&need->removal);
    }
    free(needs->list);
    needs->list = NULL;
    needs->count = 0;
}
