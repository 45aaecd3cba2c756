/*
 * input_file.h - opens an input file, which may be removed afterwards
 *
 * Any file except a directory can be read, and symbolic links are followed.  --rm removes only a regular file that was
 * reached without a link: removing a link would leave the data, and removing its target would leave a broken link, for
 * example in a download cache.  removal.h describes the removal.
 */
#ifndef ZNN_CLI_INPUT_INPUT_FILE_H
#define ZNN_CLI_INPUT_INPUT_FILE_H

#include "cli/system/file_status.h"
#include "znn.h"

#include <stdbool.h>

struct input_file {
    const char *path; /* NULL for standard input */
    const char *name; /* for messages */
    int fd;
    bool is_removable;
    struct file_status status; /* when it was opened */
};

/*
 * Opens `path`, or standard input for "-".  `removable` asks for a file that can be removed later, which is impossible
 * while another program may write to it.  Returns false if the file cannot be opened or is not suitable, which is
 * reported.
 */
bool znn_input_file_open(struct input_file *file, const char *path, bool removable);

void znn_input_file_close(struct input_file *file);

/*
 * Returns true if the file can be read at any position: it is not a pipe, and nothing was read from it before.
 */
bool znn_input_file_is_plain(const struct input_file *file);

/*
 * Returns true if the file is regular and has no bytes.  Such a file is not plain, because files in /proc look empty
 * but can be read.
 */
bool znn_input_file_is_empty(const struct input_file *file);

/*
 * Reports that a file is not a .znn file because it is empty, or else that it is a stream, and why a stream does not
 * work.  Returns false.
 */
bool znn_input_file_say_stream(const struct input_file *file, const char *why);

/*
 * Returns true if a plain file looks like the file of another program.  *error then names the program.
 */
bool znn_input_file_is_foreign(const struct input_file *file, struct znn_error *error);

/*
 * Returns the bytes of the file, from its position on, for the library.  Valid until the file is closed.
 */
struct znn_input znn_input_file_stream(const struct input_file *file);

/*
 * Reads the header of an open file with znn_read_header().  Returns ZNN_ERROR_IO, with errno set, if the file cannot be
 * read.
 */
enum znn_status znn_input_file_header(int fd, struct znn_header *header);

/*
 * Returns true if the file starts like a .znn file.  A stream is not examined.
 */
bool znn_input_file_is_znn(const struct input_file *file);

/*
 * Returns true if the file was written to since it was opened.  For a file that is to be removed, any change counts,
 * even of its name or mode: a writer can set the modification time back, but not the time of the last status change.
 */
bool znn_input_file_has_changed(const struct input_file *file);

/*
 * Warns if a removed file has other names (hard links), so that its space is not freed.
 */
void znn_input_file_say_names(const struct input_file *file);

#endif
