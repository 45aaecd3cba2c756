/*
 * removal.h - how --rm removes a source
 *
 * The source goes only if nothing is lost with it, whatever other programs do meanwhile:
 *
 *     no other znn uses it as a base           the exclusive lock can be had
 *     no program has it open for writing       as far as the system tells
 *     it is what was read                      same name, inode, size, and times, since before it was read
 *     the output is what was written           same name, inode, size and time, and locked
 *     the bases of the output are there        and locked, and the source is none of them
 *
 * Otherwise it is kept, and the command fails.
 *
 * With -r, and where a source is the base of others, it may have to stay until these are done: that is what the list of
 * removals is for.  See needs.h for who waits for whom.
 */
#ifndef ZNN_CLI_OUTPUT_REMOVAL_H
#define ZNN_CLI_OUTPUT_REMOVAL_H

#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/output/output_file.h"

/*
 * A source that waits to be removed.
 */
struct removal {
    char *path;
    char *output;
    struct stat source; /* as it was when it was opened */
    struct stat result; /* the output when it was complete */
};

/*
 * Removes a source that is open, with its output still locked.  `base` is that of the output, or NULL.  Returns false,
 * having said why, if it is kept.
 */
bool znn_removal_now(const struct input_file *source, const struct output_file *output, const struct base_chain *base);

/*
 * The part of znn_removal_now() that looks at the base of the output.  Returns false, having said why, if the source
 * has to be kept for that.
 */
bool znn_removal_check_base(const struct input_file *source, const struct output_file *output,
                            const struct base_chain *base);

/*
 * Notes what is needed to remove it later.  Returns false, having said so, if memory runs out.
 */
bool znn_removal_note(struct removal *removal, const struct input_file *source, const struct output_file *output);

/*
 * Removes it.  Returns false, having said why, if it is kept.
 */
bool znn_removal_later(struct removal *removal);

/*
 * Tells `other` that `removed` was removed: if both are names of one file, that has changed its times.
 */
void znn_removal_follow(struct removal *other, const struct removal *removed);

void znn_removal_free(struct removal *removal);

#endif
