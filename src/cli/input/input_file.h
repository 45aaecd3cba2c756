/*
 * input_file.h - a file to be read, and perhaps removed afterwards
 *
 * Any kind of file can be read but a directory; symbolic links are followed.  Only a regular file reached without a
 * link can be removed with --rm: removing a link would leave the data, and removing what it leads to would leave a
 * broken link in, say, a download cache.  How it is removed is told in removal.h.
 */
#ifndef ZNN_CLI_INPUT_INPUT_FILE_H
#define ZNN_CLI_INPUT_INPUT_FILE_H

#include "znn.h"

#include <stdbool.h>
#include <sys/stat.h>

struct input_file {
    const char *path; /* NULL for standard input */
    const char *name; /* for messages */
    int fd;
    bool is_removable;
    struct stat status; /* as it was when opened */
};

/*
 * Opens `path`, or takes standard input for "-".  `removable` asks whether the file could be removed later; it cannot
 * while another program may write to it.  Returns false, having said why, if it cannot be opened or is not what is
 * asked for.
 */
bool znn_input_file_open(struct input_file *file, const char *path, bool removable);

void znn_input_file_close(struct input_file *file);

/*
 * True if the file is one that can be read in any order: not a pipe, and nothing of it was read before.
 */
bool znn_input_file_is_plain(const struct input_file *file);

/*
 * True if the file is regular and has no bytes.  Such a file is not plain: one of /proc may say the same and be read.
 */
bool znn_input_file_is_empty(const struct input_file *file);

/*
 * Says that a file is no .znn file because it is empty, or else that it is a stream, and why that does not do.  Returns
 * false.
 */
bool znn_input_file_say_stream(const struct input_file *file, const char *why);

/*
 * True if a plain file starts as another program's files do; *error then tells whose.
 */
bool znn_input_file_is_foreign(const struct input_file *file, struct znn_error *error);

/*
 * The file's bytes, for the library, from where it stands.  Good until it is closed.
 */
struct znn_input znn_input_file_stream(const struct input_file *file);

/*
 * Reads the first `size` bytes of an open file, or as many as it has, wherever it stands; it stays there.  Returns how
 * many, or -1 with errno set.
 */
ptrdiff_t znn_input_file_read_start(int fd, void *data, size_t size);

/*
 * The same from `offset` on.
 */
ptrdiff_t znn_input_file_read_at(int fd, void *data, size_t size, uint64_t offset);

/*
 * The header of an open file, as znn_read_header() reads it; ZNN_ERROR_IO, with errno set, if the file cannot be read.
 */
enum znn_status znn_input_file_header(int fd, struct znn_header *header);

/*
 * True if it is compressed already: it begins as .znn files do.  A stream is not looked into.
 */
bool znn_input_file_is_znn(const struct input_file *file);

/*
 * True if someone has written to the file since it was opened.  Of a file that is to be removed, any change counts,
 * also one of its name or mode: who writes can set the time back, but not that of the last change of the file's status.
 */
bool znn_input_file_has_changed(const struct input_file *file);

/*
 * The same, of two looks at a file: has its content changed, and has anything?
 */
bool znn_input_file_is_same_content(const struct stat *a, const struct stat *b);
bool znn_input_file_is_untouched(const struct stat *a, const struct stat *b);

/*
 * Warns if a file that was removed has other names, hard links, so that its space is not free.
 */
void znn_input_file_say_names(const struct input_file *file);

#endif
