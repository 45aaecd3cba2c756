/*
 * output_file.h - a file to be written, which appears under its name only when it is complete
 *
 *     look at what has the name      see output_place.h
 *     create a temporary file        mode 0600, see temporary.h
 *     write
 *     owner, mode, times             as the source has them; of what is a part of it only, not the times
 *     fsync                          with --rm only
 *     link or rename to model.znn    atomic; replaces nothing without -f, and with -f only what was looked at
 *     fsync the directory            with --rm only
 *
 * Whatever goes wrong before the second last step, and whichever signal arrives, nothing is left and what stood under
 * the final name is untouched.
 *
 * Standard output, and a FIFO, device or open descriptor that the user named with -o, are written as they are.
 */
#ifndef ZNN_CLI_OUTPUT_OUTPUT_FILE_H
#define ZNN_CLI_OUTPUT_OUTPUT_FILE_H

#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/input/temporary.h"
#include "cli/output/output_place.h"
#include "cli/output/output_stream.h"
#include "cli/output/spared.h"

/*
 * The files that this run has written.  Even -f does not replace one of them: two inputs must not end up as one.
 * Zeroed, there are none.
 */
struct written {
    struct spared files;
    struct swept swept;
};

void znn_written_free(struct written *written);

struct output_file {
    /* The caller fills in these before opening it. */
    const char *path;               /* NULL for standard output */
    const struct input_file *input; /* where the bytes come from */
    const struct spared *inputs;    /* all that the command has, or NULL if there is just one */
    const struct base_chain *base;  /* that the command has opened, or NULL */
    const char *base_dir;           /* --base-dir, or NULL */
    const char *extension;          /* what a .znn file that may be replaced stores, or NULL for anything */
    struct written *written;
    bool is_chosen;     /* the user gave the name with -o */
    bool force;         /* an existing file may be replaced */
    bool is_compressed; /* not for terminals */
    bool must_last;     /* the input is going to be removed */
    bool is_part;       /* made from the input, but not all of it: the times are its own */
    bool is_derived;    /* about the input, and holds nothing of it: the mode is its own, too */

    /* The rest is filled in by znn_output_file_open(). */
    const char *name; /* for messages */
    bool is_file;     /* and not a stream */
    struct temporary temporary;
    struct standing standing; /* what has the name */
    struct stat status;       /* of the complete file */
    int fd;
    struct output_stream stream;
};

/*
 * Opens the file.  Returns false, having said why, if it may not or cannot be written.
 */
bool znn_output_file_open(struct output_file *file);

/*
 * Asks whether the file may be written, without opening it.  Returns false, having said why, if it may not.
 */
bool znn_output_file_check(struct output_file *file);

/*
 * Appends to the file.  Returns false, having said why, if that failed.
 */
bool znn_output_file_write(struct output_file *file, const void *data, size_t size);

/*
 * Completes the file and lets it appear.  Returns false, having said why, if that failed; then, unless it failed as
 * late as when the directory was written to the disk, there is no file.  It is closed either way, but for its lock if
 * it must last: then znn_output_file_release() has to follow success.
 */
bool znn_output_file_publish(struct output_file *file);

/*
 * Releases the lock on a file that was published.
 */
void znn_output_file_release(struct output_file *file);

/*
 * Closes the file and removes what was written.
 */
void znn_output_file_discard(struct output_file *file);

#endif
