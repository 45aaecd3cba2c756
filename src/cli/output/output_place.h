/*
 * output_place.h - what stands where an output is to go, and whether the output may go there
 *
 *     nothing                        a new file
 *     a regular file, or a link      with -f, it is replaced: the link itself, not what it leads to
 *     an input, or a base            never; also under another name, through a link
 *     a FIFO or a device             is written to if -o names it; never replaced
 *     /dev/stdout, /dev/fd/3         likewise
 *     a directory                    an error
 *
 * All outputs of all commands go through this one check.
 *
 * Between this look and the moment when the output takes its name, another program may put something else there.  So
 * the file that was looked at is held open, and just before it is replaced it is locked and looked at once more.
 */
#ifndef ZNN_CLI_OUTPUT_OUTPUT_PLACE_H
#define ZNN_CLI_OUTPUT_OUTPUT_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

struct output_file;

/*
 * What was found under a name.
 */
struct standing {
    bool is_there;
    struct stat status; /* of the file or link itself */
    int fd;             /* open for reading, or -1 if there is none or it cannot be read */
};

enum place {
    PLACE_BAD,       /* said why */
    PLACE_LOST,      /* errno says why */
    PLACE_FILE,      /* file->standing is to be closed */
    PLACE_STREAM,    /* a FIFO or device */
    PLACE_DESCRIPTOR /* one that is open already */
};

/*
 * Looks at what has the name of `file`, which is not standard output, and fills in file->standing.
 */
enum place znn_output_place_examine(struct output_file *file);

/*
 * Returns false, having said so, if `status` is that of an input or a base, which `file` must not write to.
 */
bool znn_output_place_check(const struct output_file *file, const struct stat *status);

/*
 * Locks what was found, and looks whether it still has the name.  Sets *is_there to whether anything has.  Returns
 * false, having said so, if that is something else, or in use.
 */
bool znn_output_place_confirm(struct output_file *file, bool *is_there);

/*
 * Says that the name was taken since it was looked at.  Returns false.
 */
bool znn_output_place_say_taken(const struct output_file *file);

void znn_output_place_close(struct standing *standing);

#endif
