/*
 * output_file.h - an output file that gets its name only when it is complete
 *
 *     examine the name               see output_place.h
 *     create a temporary file        mode 0600, see temporary.h
 *     write
 *     owner, mode, times             from the source; if the output is only a part of it, not the times
 *     fsync                          with --rm only
 *     link or rename to model.znn    atomic; without -f replaces nothing, with -f only the file that was examined
 *     fsync the directory            with --rm only
 *
 * If anything goes wrong before the second last step, or a signal arrives, no new file is left, and a file with the
 * final name is unchanged.
 *
 * Standard output, and a FIFO, device or open descriptor given with -o, are written directly.
 */
#ifndef ZNN_CLI_OUTPUT_OUTPUT_FILE_H
#define ZNN_CLI_OUTPUT_OUTPUT_FILE_H

#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/output/output_place.h"
#include "cli/output/output_stream.h"
#include "cli/output/spared.h"
#include "cli/system/file_status.h"
#include "cli/system/temporary.h"

/*
 * The files that this run has written.  Even -f does not replace one of them, because two inputs must not end up as one
 * file.  A zeroed struct is empty.
 */
struct written {
    struct spared files;
    struct swept swept;
};

void znn_written_free(struct written *written);

struct output_file {
    /* The caller sets these members before opening the file. */
    const char *path;               /* NULL for standard output */
    const struct input_file *input; /* the source of the bytes */
    const struct spared *inputs;    /* all inputs of the command, or NULL if there is only one */
    const struct base_chain *base;  /* the bases that the command has opened, or NULL */
    const char *base_dir;           /* --base-dir, or NULL */
    const char *extension;          /* the extension that a replaceable .znn file must store, or NULL for any */
    struct written *written;
    bool is_chosen;      /* the user gave the name with -o */
    bool force;          /* an existing file may be replaced */
    bool is_compressed;  /* must not go to a terminal */
    bool rewrites_input; /* replaces the input itself, which has the name of the output */
    bool must_last;      /* the input will be removed or replaced */
    bool is_part;        /* made from a part of the input: keeps its own times */
    bool is_derived;     /* describes the input but contains nothing of it: keeps its own mode, too */

    /* znn_output_file_open() sets the rest. */
    const char *name; /* for messages */
    bool is_file;     /* a file and not a stream */
    struct temporary temporary;
    struct standing standing;  /* the file that has the name now */
    struct file_status status; /* of the complete file */
    int fd;
    struct output_stream stream;
};

/*
 * Opens the file.  Returns false if it must not or cannot be written, which is reported.
 */
bool znn_output_file_open(struct output_file *file);

/*
 * Checks whether the file may be written, without opening it.  Returns false if it may not, which is reported.
 */
bool znn_output_file_check(struct output_file *file);

/*
 * Appends to the file.  Returns false if this fails, which is reported.
 */
bool znn_output_file_write(struct output_file *file, const void *data, size_t size);

/*
 * Completes the file and gives it its name.  Returns false if this fails, which is reported.  In this case no file is
 * left, unless only the last step failed: writing the directory to the disk.  The file is closed in either case.  If it
 * must last, its lock stays: call znn_output_file_release() after success.
 */
bool znn_output_file_publish(struct output_file *file);

/*
 * Releases the lock on a published file.
 */
void znn_output_file_release(struct output_file *file);

/*
 * Closes the file and removes it.
 */
void znn_output_file_discard(struct output_file *file);

#endif
