/*
 * descriptor.h - reading and writing through file descriptors
 *
 * These functions do what the system's own do, with two differences.  They go on after a signal, and a write is not
 * over before all bytes are written.  Where they fail, errno tells why.
 */
#ifndef ZNN_PLATFORM_DESCRIPTOR_H
#define ZNN_PLATFORM_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads up to `size` bytes, from where the descriptor stands or from `offset`.  Returns how many came: 0 at the end of
 * the file, -1 for an error.
 */
ptrdiff_t znn_descriptor_read(int fd, void *buffer, size_t size);
ptrdiff_t znn_descriptor_read_at(int fd, void *buffer, size_t size, uint64_t offset);

/*
 * Writes `size` bytes where the descriptor stands, or at `offset`.  Returns 0, or -1 for an error.
 */
int znn_descriptor_write(int fd, const void *data, size_t size);
int znn_descriptor_write_at(int fd, const void *data, size_t size, uint64_t offset);

/*
 * Cuts or extends a file.  Returns 0, or -1 for an error.
 */
int znn_descriptor_set_size(int fd, uint64_t size);

/*
 * Whether the descriptor is that of a regular file, which can be read at any place; then *size is its size.
 */
bool znn_descriptor_is_file(int fd, uint64_t *size);

#endif
