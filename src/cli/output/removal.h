/*
 * removal.h - removes a source for --rm
 *
 * The source is removed only if nothing is lost with it, whatever other programs do at the same time:
 *
 *     no other znn uses it as a base           the exclusive lock is free
 *     no program has it open for writing       as far as the system can tell
 *     it is the file that was read             same name, inode, size and times as before reading
 *     the output is the file that was written  same name, inode, size and time, and locked
 *     the bases of the output exist            they are locked, and the source is not one of them
 *
 * Otherwise the source is kept, and the command fails.
 *
 * With -r, a source that is the base of others may have to stay until these are finished.  It waits in a list of
 * removals (needs.h).
 */
#ifndef ZNN_CLI_OUTPUT_REMOVAL_H
#define ZNN_CLI_OUTPUT_REMOVAL_H

#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/output/output_file.h"
#include "cli/system/file_status.h"

/*
 * A source that waits to be removed.
 */
struct removal {
    char *path;
    char *output;
    struct file_status source; /* status when it was opened */
    struct file_status result; /* status of the complete output */
};

/*
 * Removes an open source while its output is still locked.  `base` is the output's base, or NULL.  Returns false if the
 * source is kept, which is reported.
 */
bool znn_removal_now(const struct input_file *source, const struct output_file *output, const struct base_chain *base);

/*
 * The part of znn_removal_now() that checks the base of the output.  Returns false if the source must be kept for it,
 * which is reported.
 */
bool znn_removal_check_base(const struct input_file *source, const struct output_file *output,
                            const struct base_chain *base);

/*
 * Records everything needed to remove the source later.  Returns false if memory ran out, which is reported.
 */
bool znn_removal_note(struct removal *removal, const struct input_file *source, const struct output_file *output);

/*
 * Removes a recorded source.  Returns false if it is kept, which is reported.
 */
bool znn_removal_later(struct removal *removal);

/*
 * Updates `other` after `removed` was removed: if both are names of one file, the removal has changed the file's times.
 */
void znn_removal_follow(struct removal *other, const struct removal *removed);

void znn_removal_free(struct removal *removal);

#endif
