/*
 * members.h - the models that may be related: those to be compressed, and the .znn files beside them
 *
 *     models/a.safetensors                      to be compressed to models/a.safetensors.znn
 *     models/b.safetensors.znn                  exists already, so it can be a base, but does not change
 *
 * A .znn file stores the way to its base as a relative path (znn(5), "Header").  So the directory can be moved, but a
 * base must lie below the same operand, or in the same directory.
 */
#ifndef ZNN_CLI_FAMILY_MEMBERS_H
#define ZNN_CLI_FAMILY_MEMBERS_H

#include "cli/family/choose.h"
#include "cli/family/sketch.h"

struct member {
    const char *path;  /* of the model itself, or of the .znn file that exists already */
    const char *place; /* of its .znn file, which may not exist yet */
    size_t entry;      /* the caller's number of the file */
    size_t operand;    /* below which the .znn file lies */
    bool stays_whole; /* gets no base, because the .znn file will have other names, from which a path leads elsewhere */
    struct sketch sketch;
    struct member_choice choice;
};

/*
 * A zeroed struct has no members.  The paths belong to the caller.
 */
struct members {
    struct member *list;
    size_t count;
    size_t capacity;
};

/*
 * Adds a member; the sketch and, of a file that exists already, the depth are filled in from the file, for which
 * `base_dir` is that of --base-dir or NULL.  A file that cannot be opened, or has no tensors, is left out without a
 * message.  Returns false if memory ran out.
 */
bool znn_members_add(struct members *members, const struct member *member, const char *base_dir);

/*
 * Sorts the members by their places, with numbers in names by their values: step-500 before step-1000.
 */
void znn_members_sort(struct members *members);

/*
 * Returns the path of member `base` as the .znn file of `child` stores it.  The caller frees it.  Returns NULL if the
 * file cannot have that base, or if memory ran out.
 */
char *znn_member_base_name(const struct member *child, const struct member *base);

void znn_members_free(struct members *members);

#endif
