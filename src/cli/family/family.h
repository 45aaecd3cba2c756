/*
 * family.h - chooses a base for each file that is compressed with -r --related
 *
 *     models/gpt-bf16.gguf     whole
 *     models/gpt-q4_K.gguf     a difference from gpt-bf16.gguf.znn
 *     models/gpt-q8_0.gguf     a difference from gpt-bf16.gguf.znn
 *
 * The base is always the .znn file, even if the original is still there.  So the output does not depend on --rm, and a
 * rounded model (--fixed-point) is the base as it is stored.
 */
#ifndef ZNN_CLI_FAMILY_FAMILY_H
#define ZNN_CLI_FAMILY_FAMILY_H

#include "cli/family/members.h"

/*
 * What a file gets.
 */
struct kin {
    const char *base; /* path of the base's .znn file, or NULL for a file that stays whole */
    size_t entry;     /* the entry that makes this .znn file, or NO_BASE if it exists already */
    char *name;       /* the path of the base to be stored */
    unsigned depth;   /* bases needed, one after the other */
};

/*
 * A zeroed struct says that all files stay whole.
 */
struct family {
    struct members members;
    struct kin *kin; /* for each entry */
    size_t count;
    unsigned depth; /* the largest */
};

/*
 * Chooses bases for `members`, whose entries are below `count`, and takes them over.  No file will need more than
 * `depth_max` bases, one after the other.  Returns false if memory ran out, which is reported.
 */
bool znn_family_choose(struct family *family, struct members *members, size_t count, unsigned depth_max,
                       unsigned threads, const char *base_dir);

void znn_family_free(struct family *family);

#endif
