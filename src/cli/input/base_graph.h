/*
 * base_graph.h - which .znn file needs which file as its base
 *
 *     a.znn   <-  b.znn  <-  c.znn      with a.znn, both others are lost; the chain of c.znn has a depth of 2
 *     x.bin   <-  d.znn                 a base may be any model
 *             ?   e.znn                 its base was not found
 *
 * The members are the .znn files that the user named or that lie in the named directories, and all files that these
 * need, wherever they were found.  Bases are found by their names, as in decompression (base_chain.h), and are not
 * compared.  A file with several names is one member.
 */
#ifndef ZNN_CLI_INPUT_BASE_GRAPH_H
#define ZNN_CLI_INPUT_BASE_GRAPH_H

#include "cli/input/base_chain.h"
#include "cli/input/tree.h"

#define NO_MEMBER SIZE_MAX

struct graph_file {
    char *path;
    struct file_status status;
    struct base_hint hint; /* the name of its base; "" if it needs none, or if the name is not stored */
    bool needs_base;
    bool is_outside;  /* not named by the user, but needed */
    bool is_circular; /* it needs itself, directly or through others */
    bool has_all;     /* all its bases were found, down to a whole file */
    size_t base;      /* a member, or NO_MEMBER */
    size_t depth;     /* bases down to the whole file, as far as they were found */
    size_t children;  /* members that have it as their base */
    size_t needing;   /* members that need it, also through others */
    size_t visit;     /* the last walk that came by */
};

/*
 * A zeroed struct is empty.
 */
struct base_graph {
    struct graph_file *members;
    size_t count;
    size_t capacity;
    size_t *slots; /* a hash table of members by the identities of their files: numbers from 1 on, 0 is free */
    size_t slot_count;

    bool is_quiet; /* files that cannot be read are not reported */

    /* Called for a .znn file that cannot be read, after this was reported, or NULL. */
    void (*fail)(void *context, const char *path);
    void *context;
};

/*
 * Adds the .znn files of `tree`, and finds all bases.  `base_dir` is --base-dir, or NULL.  Returns false if memory ran
 * out, which is reported.
 */
bool znn_base_graph_find(struct base_graph *graph, const struct tree *tree, const char *base_dir);

/*
 * Returns true if `member` needs `base`, also through others.
 */
bool znn_base_graph_needs(const struct base_graph *graph, size_t member, size_t base);

void znn_base_graph_free(struct base_graph *graph);

#endif
