/*
 * output_place.h - examines the name of an output: what has it now, and may the output take it?
 *
 *     nothing                        a new file
 *     a regular file, or a link      replaced with -f: the link itself, not its target
 *     an input, or a base            never replaced, not even under another name or through a link
 *     a FIFO or a device             written to if given with -o; never replaced
 *     /dev/stdout, /dev/fd/3         written to if given with -o; never replaced
 *     a directory                    an error
 *
 * All outputs of all commands go through this check.
 *
 * Before the output takes its name, another program may put something else there.  So the file that was examined stays
 * open, and just before it is replaced, it is locked and examined again.
 */
#ifndef ZNN_CLI_OUTPUT_OUTPUT_PLACE_H
#define ZNN_CLI_OUTPUT_OUTPUT_PLACE_H

#include "cli/system/file_status.h"

#include <stdbool.h>

struct output_file;

/*
 * The file or link found under a name.
 */
struct standing {
    bool is_there;
    struct file_status status; /* of the file or link itself */
    int fd;                    /* open for reading, or -1 if there is no file or it cannot be read */
};

enum place {
    PLACE_BAD,       /* reported */
    PLACE_LOST,      /* errno says why */
    PLACE_FILE,      /* close file->standing */
    PLACE_STREAM,    /* a FIFO or device */
    PLACE_DESCRIPTOR /* a descriptor that is already open */
};

/*
 * Examines the name of `file`, which must not be standard output, and fills in file->standing.
 */
enum place znn_output_place_examine(struct output_file *file);

/*
 * Returns false if `status` is that of an input or a base, which `file` must not overwrite.  This is reported.
 */
bool znn_output_place_check(const struct output_file *file, const struct file_status *status);

/*
 * Locks the file that was found and checks that it still has the name.  Sets *is_there if any file has the name.
 * Returns false if another file has the name, or the file is in use, which is reported.
 */
bool znn_output_place_confirm(struct output_file *file, bool *is_there);

/*
 * Reports that the name was taken after it was examined.  Returns false.
 */
bool znn_output_place_say_taken(const struct output_file *file);

void znn_output_place_close(struct standing *standing);

#endif
