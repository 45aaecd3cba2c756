/*
 * header.h - the start of a .znn file
 */
#ifndef ZNN_CONTAINER_HEADER_H
#define ZNN_CONTAINER_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "container/format.h"

/*
 * Returns whether `extension` can be stored: it must be 1 to ZNN_EXTENSION_MAX ASCII letters and digits.
 */
bool znn_extension_is_valid(const char *extension, size_t size);

/*
 * Returns whether `name` can be stored as the path of a base's file, as seen from the directory of the .znn file
 * (znn(5), "Header").
 */
bool znn_base_name_is_valid(const char *name, size_t size);

/*
 * Writes the header to `bytes` and returns its length.  The extension and the name of the base must be valid or empty.
 */
size_t znn_header_write(const struct znn_header *header, uint8_t bytes[HEADER_MAX]);

/*
 * Returns whether a file that starts with these bytes is a .znn file, even if it is damaged or of a newer version.
 * Needs HEADER_MAGIC bytes, and returns false for fewer.
 */
#define HEADER_MAGIC 8
bool znn_header_is_znn(const uint8_t *bytes, size_t size);

/*
 * Sets *length to the length of the header that starts with the HEADER_FIXED bytes at `bytes`.  Verifies only the magic
 * and the limits.  `size` may be less than HEADER_FIXED at the end of a file, which is an error.
 */
enum znn_status znn_header_length(const uint8_t *bytes, size_t size, size_t *length, struct znn_error *error);

/*
 * Verifies and reads a header of `length` bytes.
 */
enum znn_status znn_header_parse(const uint8_t *bytes, size_t length, struct znn_header *header,
                                 struct znn_error *error);

/*
 * Reads the header from the first `size` bytes of a file, like znn_read_header().
 */
enum znn_status znn_header_read_start(const void *data, size_t size, struct znn_header *header,
                                      struct znn_error *error);

#endif
