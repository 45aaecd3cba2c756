/*
 * output_file.h - a file to be written, which appears under its name only when it is complete
 *
 *     create .model.znn.tmp-x3Tq9a   O_EXCL, mode 0600, beside the final name
 *     write
 *     owner, mode, times             as the source has them; of what is a part of it only, not the times
 *     fsync                          with --rm only
 *     link or rename to model.znn    atomic; replaces nothing without -f
 *     fsync the directory            with --rm only
 *
 * Whatever goes wrong before the second last step, and whichever signal arrives, the temporary file is removed and
 * what stood under the final name is untouched.
 *
 * Standard output, and a FIFO or device that the user named with -o, are written as they are.
 */
#ifndef ZNN_CLI_OUTPUT_FILE_H
#define ZNN_CLI_OUTPUT_FILE_H

#include "cli/input_file.h"
#include "cli/output_stream.h"

/*
 * The files that this run has written.  Even -f does not replace one of them: two inputs must not end up as one.
 */
struct written {
    struct file_identity {
        dev_t device;
        ino_t inode;
    } * files;
    size_t count;
    size_t capacity;
};

struct output_file {
    /* The caller fills in these before opening it. */
    const char *path;               /* NULL for standard output */
    const struct input_file *input; /* where the bytes come from */
    struct written *written;        /* with room for one more file */
    bool is_chosen;                 /* the user gave the name with -o */
    bool force;                     /* an existing file may be replaced */
    bool is_compressed;             /* not for terminals */
    bool must_last;                 /* the input is going to be removed */
    bool is_part;                   /* made from the input, but not all of it: the times are its own */

    /* The rest is filled in by znn_output_file_open(). */
    const char *name; /* for messages */
    char *temporary;  /* what the file is called while it is written; NULL where there is no such file */
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
 * late as when the directory was written to the disk, there is no file.  It is closed either way.
 */
bool znn_output_file_publish(struct output_file *file);

/*
 * Closes the file and removes what was written.
 */
void znn_output_file_discard(struct output_file *file);

#endif
