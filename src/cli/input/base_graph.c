/*
 * base_graph.c - which .znn file needs which file as its base
 */
#include "cli/input/base_graph.h"

#include "cli/flags/names.h"
#include "cli/input/zipnn.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

/* ---------------------------------------------------------------------------------------------------------------- */
/* The members                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Returns the slot of the file, or the free slot where it belongs. */
static size_t *find_slot(const struct base_graph *graph, const struct file_id *id)
{
    uint64_t hash = (id->number + id->device * 31) * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t at = (size_t)(hash >> 32);; at++) {
        size_t *slot = &graph->slots[at & (graph->slot_count - 1)];
        if (*slot == 0 || znn_file_id_compare(&graph->members[*slot - 1].status.id, id) == 0)
            return slot;
    }
}

static bool grow(struct base_graph *graph)
{
    size_t capacity = graph->capacity ? 2 * graph->capacity : FIRST_CAPACITY;
    struct graph_file *members = realloc(graph->members, capacity * sizeof *members);
    if (members)
        graph->members = members;
    size_t *slots = members ? calloc(2 * capacity, sizeof *slots) : NULL;
    if (!slots)
        return false;
    free(graph->slots);
    graph->slots = slots;
    graph->slot_count = 2 * capacity;
    graph->capacity = capacity;
    for (size_t i = 0; i < graph->count; i++)
        *find_slot(graph, &graph->members[i].status.id) = i + 1;
    return true;
}

/* Returns the member that is this file, which is added if it is new, or NO_MEMBER if memory ran out. */
static size_t add(struct base_graph *graph, const char *path, const struct file_status *status, bool is_outside)
{
    if (graph->count == graph->capacity && !grow(graph))
        return NO_MEMBER;
    size_t *slot = find_slot(graph, &status->id);
    if (*slot)
        return *slot - 1;
    struct graph_file member = {.path = strdup(path), .status = *status, .is_outside = is_outside, .base = NO_MEMBER};
    if (!member.path)
        return NO_MEMBER;
    graph->members[graph->count++] = member;
    *slot = graph->count;
    return graph->count - 1;
}

/* Without a message if the graph is quiet. */
static bool open_member(struct base_graph *graph, const char *path, struct input_file *file)
{
    if (graph->is_quiet) {
        *file = (struct input_file){.path = path, .name = path, .fd = znn_file_open(path, OPEN_AT_ONCE)};
        if (file->fd >= 0 && znn_file_status_open(file->fd, &file->status))
            return true;
        znn_input_file_close(file);
        return false;
    }
    if (znn_input_file_open(file, path, false))
        return true;
    if (graph->fail)
        graph->fail(graph->context, path);
    return false;
}

static bool add_tree(struct base_graph *graph, const struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        const struct entry *entry = &tree->entries[i];
        bool is_meant = entry->kind == ENTRY_OPERAND || (entry->kind == ENTRY_FILE && znn_names_is_znn(entry->path));
        struct file_status status = entry->status;
        if (is_meant && !znn_file_status(entry->path, &status)) {
            struct input_file missing;
            if (open_member(graph, entry->path, &missing)) /* reports why it is missing */
                znn_input_file_close(&missing);
        } else if (is_meant && add(graph, entry->path, &status, false) == NO_MEMBER) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Their bases                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A base without a name is known only to the index. */
static bool needs_nameless(const struct input_file *file, struct znn_error *error)
{
    struct znn_input input = znn_input_file_stream(file);
    struct znn_reader *reader;
    struct znn_report report = ZNN_INIT(struct znn_report);
    if (znn_reader_open(&input, NULL, &reader, error) != ZNN_OK)
        return false;
    znn_reader_report(reader, &report);
    znn_reader_close(reader);
    return report.base_tensors > 0;
}

/* Finds the nearest base of an open member.  A member outside that is no .znn file needs none. */
static bool find_base(struct base_graph *graph, size_t number, const struct input_file *file, const char *base_dir)
{
    struct graph_file *member = &graph->members[number];
    struct base_chain chain = {.count = 0};
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    if (member->is_outside && !znn_input_file_is_znn(file))
        return true;
    if (!znn_input_file_is_plain(file)) {
        if (!graph->is_quiet)
            znn_input_file_say_stream(file, "and a .znn file must be read from its end");
        if (graph->fail)
            graph->fail(graph->context, member->path);
        return true;
    }
    member->hint = znn_base_hint(file);
    member->needs_base = member->hint.name[0] || needs_nameless(file, &error);
    if (error.status) {
        if (!graph->is_quiet)
            znn_zipnn_say(file, &error);
        if (graph->fail)
            graph->fail(graph->context, member->path);
        return true;
    }
    znn_base_chain_locate(&chain, file, base_dir, NULL);
    size_t base = NO_MEMBER;
    bool is_found = chain.count > 0;
    if (is_found)
        base = add(graph, chain.links[0].path, &chain.links[0].file.status, true);
    graph->members[number].base = base; /* adding may have moved the members */
    znn_base_chain_close(&chain);
    return !is_found || base != NO_MEMBER;
}

/* Bases outside are added at the end, so they get their turn. */
static bool find_bases(struct base_graph *graph, const char *base_dir)
{
    bool fine = true;
    for (size_t i = 0; i < graph->count && fine; i++) {
        struct input_file file;
        if (!open_member(graph, graph->members[i].path, &file))
            continue;
        fine = find_base(graph, i, &file, base_dir);
        znn_input_file_close(&file);
    }
    return fine;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* What follows from that                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

bool znn_base_graph_needs(const struct base_graph *graph, size_t member, size_t base)
{
    size_t at = graph->members[member].base;
    for (size_t steps = 0; at != NO_MEMBER && steps < graph->count; steps++) {
        if (at == base)
            return true;
        at = graph->members[at].base;
    }
    return false;
}

/* Follows the bases of a member, each of which is needed once more, until there is none or a circle closes. */
static void count_bases(struct base_graph *graph, size_t number)
{
    struct graph_file *member = &graph->members[number];
    size_t last = number;
    size_t at = member->base;
    member->visit = number + 1;
    for (; at != NO_MEMBER && graph->members[at].visit != number + 1; at = graph->members[at].base) {
        graph->members[at].visit = number + 1;
        graph->members[at].needing++;
        member->depth++;
        last = at;
    }
    member->is_circular = at == number;
    member->has_all = at == NO_MEMBER && !graph->members[last].needs_base;
    if (member->base != NO_MEMBER)
        graph->members[member->base].children++;
}

bool znn_base_graph_find(struct base_graph *graph, const struct tree *tree, const char *base_dir)
{
    if (!add_tree(graph, tree) || !find_bases(graph, base_dir))
        return znn_say_memory_error(NULL);
    for (size_t i = 0; i < graph->count; i++)
        count_bases(graph, i);
    return true;
}

void znn_base_graph_free(struct base_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        free(graph->members[i].path);
    free(graph->members);
    free(graph->slots);
    *graph = (struct base_graph){.count = 0};
}
