/*
 * nodes.h - the files of a mount that the kernel knows
 *
 * The kernel names a file by a number, here the address of its node, and says when it forgets the number.  A file that
 * was replaced in the folder gets a new node, so handles and mappings of the old one keep their bytes, also those in
 * the kernel's cache.  The node of an original belongs to one state of the .znn file: a file that was written in place
 * gets a new node, too.
 */
#ifndef ZNN_CLI_MOUNT_NODES_H
#define ZNN_CLI_MOUNT_NODES_H

#include "cli/mount/original.h"
#include "cli/mount/view.h"

#define NODE_BUCKETS 1024

struct node {
    struct shown shown;
    uint64_t lookups; /* as often as the kernel was told */
    struct original *original;
    unsigned handles; /* that use `original` */
    struct node *next;
};

struct nodes {
    struct node root;
    struct node *buckets[NODE_BUCKETS];
    struct monitor monitor; /* guards `lookups`, `next` and the buckets */
    struct monitor opening; /* guards `original` and `handles` */
};

/*
 * Prepares an empty table; the root's status is that of the current directory.  Returns false if memory ran out.
 */
bool znn_nodes_open(struct nodes *nodes);

void znn_nodes_close(struct nodes *nodes);

/*
 * Takes over *shown.  Returns its node, which is new or counts one more lookup.  Returns NULL if memory ran out.
 */
struct node *znn_nodes_take(struct nodes *nodes, struct shown *shown);

/*
 * Takes back `count` lookups.  The node is gone after the last one.
 */
void znn_nodes_forget(struct nodes *nodes, struct node *node, uint64_t count);

/*
 * Opens the original of a node, or counts one more handle.  Returns 0 or an errno: ESTALE if the path leads to another
 * file by now, so that the kernel looks again.
 */
int znn_nodes_open_original(struct nodes *nodes, struct node *node, struct originals *originals);

void znn_nodes_close_original(struct nodes *nodes, struct node *node);

#endif
