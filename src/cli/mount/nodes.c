/*
 * nodes.c - the files of a mount that the kernel knows
 */
#include "cli/mount/nodes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool znn_nodes_open(struct nodes *nodes)
{
    *nodes = (struct nodes){.root = {.lookups = 1}};
    nodes->root.shown.path = strdup(".");
    bool fine = nodes->root.shown.path && znn_file_status(".", &nodes->root.shown.status);
    nodes->root.shown.source = nodes->root.shown.status;
    if (fine && znn_monitor_open(&nodes->monitor)) {
        if (znn_monitor_open(&nodes->opening))
            return true;
        znn_monitor_close(&nodes->monitor);
    }
    znn_shown_free(&nodes->root.shown);
    return false;
}

static void destroy(struct node *node)
{
    if (node->original)
        znn_original_close(node->original);
    znn_shown_free(&node->shown);
    free(node);
}

void znn_nodes_close(struct nodes *nodes)
{
    for (size_t i = 0; i < NODE_BUCKETS; i++)
        while (nodes->buckets[i]) {
            struct node *node = nodes->buckets[i];
            nodes->buckets[i] = node->next;
            destroy(node);
        }
    znn_monitor_close(&nodes->monitor);
    znn_monitor_close(&nodes->opening);
    znn_shown_free(&nodes->root.shown);
}

static struct node **bucket_of(struct nodes *nodes, const char *path)
{
    unsigned hash = 5381;
    for (const char *p = path; *p; p++)
        hash = hash * 33 + (unsigned char)*p;
    return &nodes->buckets[hash % NODE_BUCKETS];
}

static bool is_node_of(const struct node *node, const struct shown *shown)
{
    const struct shown *known = &node->shown;
    return known->is_original == shown->is_original && strcmp(known->path, shown->path) == 0 &&
           (shown->is_original
                ? znn_file_is_same_content(&known->source, &shown->source)
                : znn_file_is_same(&known->source, &shown->source) && known->source.kind == shown->source.kind);
}

struct node *znn_nodes_take(struct nodes *nodes, struct shown *shown)
{
    struct node **bucket = bucket_of(nodes, shown->path);
    znn_monitor_enter(&nodes->monitor);
    struct node *node = *bucket;
    while (node && !is_node_of(node, shown))
        node = node->next;
    if (node) {
        node->lookups++;
        znn_shown_free(shown);
    } else if ((node = calloc(1, sizeof *node))) {
        node->shown = *shown;
        node->lookups = 1;
        node->next = *bucket;
        *bucket = node;
    } else {
        znn_shown_free(shown);
    }
    znn_monitor_leave(&nodes->monitor);
    return node;
}

void znn_nodes_forget(struct nodes *nodes, struct node *node, uint64_t count)
{
    if (node == &nodes->root)
        return;
    znn_monitor_enter(&nodes->monitor);
    node->lookups -= count < node->lookups ? count : node->lookups;
    bool is_last = node->lookups == 0;
    if (is_last) {
        struct node **link = bucket_of(nodes, node->shown.path);
        while (*link != node)
            link = &(*link)->next;
        *link = node->next;
    }
    znn_monitor_leave(&nodes->monitor);
    if (is_last)
        destroy(node);
}

int znn_nodes_open_original(struct nodes *nodes, struct node *node, struct originals *originals)
{
    int reason = 0;
    znn_monitor_enter(&nodes->opening);
    if (!node->original) {
        node->original = znn_original_open(originals, node->shown.path);
        if (!node->original)
            reason = EIO;
        else if (!znn_file_is_same_content(&node->original->file.status, &node->shown.source))
            reason = ESTALE;
        if (reason == ESTALE) {
            znn_original_close(node->original);
            node->original = NULL;
        }
    }
    node->handles += reason == 0;
    znn_monitor_leave(&nodes->opening);
    return reason;
}

void znn_nodes_close_original(struct nodes *nodes, struct node *node)
{
    znn_monitor_enter(&nodes->opening);
    if (--node->handles == 0) {
        znn_original_close(node->original);
        node->original = NULL;
    }
    znn_monitor_leave(&nodes->opening);
}
