/*
 * descriptor.h - reads and writes file descriptors
 *
 * These functions work like the system's own, with two differences: they continue after a signal, and a write returns
 * only when all bytes are written.  If a function fails, errno has the reason.
 */
#ifndef ZNN_PLATFORM_DESCRIPTOR_H
#define ZNN_PLATFORM_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads up to `size` bytes, from the current position or from `offset`.  Returns the number of bytes read, 0 at the end
 * of the file, or -1 if reading failed.
 */
ptrdiff_t znn_descriptor_read(int fd, void *buffer, size_t size);
ptrdiff_t znn_descriptor_read_at(int fd, void *buffer, size_t size, uint64_t offset);

/*
 * Writes `size` bytes at the current position or at `offset`.  Returns 0, or -1 if writing failed.
 */
int znn_descriptor_write(int fd, const void *data, size_t size);
int znn_descriptor_write_at(int fd, const void *data, size_t size, uint64_t offset);

/*
 * Cuts or extends a file to `size` bytes.  Returns 0, or -1 if that failed.
 */
int znn_descriptor_set_size(int fd, uint64_t size);

/*
 * Returns true and sets *size if the descriptor is a regular file, which can be read at any offset.
 */
bool znn_descriptor_is_file(int fd, uint64_t *size);

#endif
