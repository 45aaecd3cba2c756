/*
 * open_file.h - opens, reads and writes files
 *
 * An open file is a descriptor, a small number, as the library takes it.  Programs that this one starts do not inherit
 * it.
 *
 * Reading and writing continue after a signal.  If a function fails, errno has the reason.
 */
#ifndef ZNN_CLI_SYSTEM_OPEN_FILE_H
#define ZNN_CLI_SYSTEM_OPEN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR };

enum opening {
    OPEN_TO_READ,          /* waits for the writer of a FIFO */
    OPEN_AT_ONCE,          /* to read, but never waits */
    OPEN_ITSELF,           /* like OPEN_AT_ONCE, but fails if the path is a symbolic link */
    OPEN_TO_WRITE,         /* a FIFO or a device, which must exist; waits for the reader of a FIFO */
    OPEN_DIRECTORY,        /* fails if it is not a directory */
    OPEN_DIRECTORY_ITSELF, /* likewise, and if the path is a symbolic link */
};

/*
 * Opens a file.  Returns the descriptor, or -1.
 */
int znn_file_open(const char *path, enum opening opening);

/*
 * Returns another descriptor of the same open file, or -1.
 */
int znn_file_duplicate(int fd);

/*
 * Returns false if an earlier write failed, which some file systems report only now.  The file is closed anyway.
 */
bool znn_file_close(int fd);

/*
 * Reads up to `size` bytes from the current position.  Returns their number, 0 at the end, or -1.
 */
ptrdiff_t znn_file_read(int fd, void *data, size_t size);

/*
 * Reads `size` bytes from `offset` on, or fewer if the file ends before, and does not move the position.  Returns their
 * number, or -1.
 */
ptrdiff_t znn_file_read_at(int fd, void *data, size_t size, uint64_t offset);

/*
 * Writes all bytes.
 */
bool znn_file_write(int fd, const void *data, size_t size);

/*
 * Return true if the file is open for reading or writing, and if nothing was read from it yet.
 */
bool znn_file_is_readable(int fd);
bool znn_file_is_writable(int fd);
bool znn_file_is_at_start(int fd);

/*
 * Opens those standard streams that were closed when the program started.  Otherwise a file opened later would become,
 * for example, standard error, and messages would be written into it.  A stream that was closed cannot be used:
 * standard input is open for writing only, and the others for reading only.
 */
bool znn_file_open_standard_streams(void);

#endif
