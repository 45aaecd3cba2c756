/*
 * stream_entry.h - the description of a stream in a directory
 *
 *     constant   | 0 | value |        raw   | 1 |        zstd   | 2 | size (LEB128) |
 */
#ifndef ZNN_CONTAINER_STREAM_ENTRY_H
#define ZNN_CONTAINER_STREAM_ENTRY_H

#include "codec/stream.h"
#include "common/buffer.h"
#include "common/bytes.h"

/*
 * Appends the description.  Returns false if memory runs out.
 */
bool znn_stream_write(const struct stream *stream, struct buffer *out);

/*
 * Reads the description of a stream that decodes to `size` bytes and may take `payload_left` bytes of the payload.
 * `place` is the place of the record.
 */
enum znn_status znn_stream_parse(struct byte_reader *reader, uint64_t size, uint64_t payload_left,
                                 struct stream *stream, uint64_t place, struct znn_error *error);

#endif
