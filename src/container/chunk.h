/*
 * chunk.h - the directory of a chunk
 *
 * A chunk consists of parts, each with its own transform and statistics.  Segments describe how the bytes of the parts
 * interleave in the original.  Most chunks have only one part, a piece of a large tensor:
 *
 *     original    |          tensor "w"          |
 *     parts       part 0 = all of it;  no segments needed
 *
 * A chunk of a PyTorch file may have many small tensors with zip headers between them.  It needs two parts and many
 * segments:
 *
 *     original    | zip | a (F32) | zip | b (F32) | zip |
 *     parts       part 0 = zip zip zip,  part 1 = a b
 *     segments    0, 1, 0, 1, 0
 */
#ifndef ZNN_CONTAINER_CHUNK_H
#define ZNN_CONTAINER_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "codec/stream.h"
#include "common/buffer.h"
#include "container/part.h"
#include "container/part_delta.h"
#include "container/record.h"

struct segment {
    uint32_t part;
    uint32_t size; /* in bytes */
};

/*
 * A zeroed struct is an empty directory.  Reuse a directory for many chunks, and call znn_directory_free() when done.
 */
struct directory {
    struct part *parts;
    size_t part_count;
    size_t part_capacity;
    struct segment *segments;
    size_t segment_count;
    size_t segment_capacity;
    uint32_t layout_segments; /* as stored; 0: the parts follow each other in order */
    uint32_t layout_size;     /* of the segments in bytes, before compression */
    struct stream layout;
    struct delta_pool deltas; /* for the parts that are coded as differences */
};

void znn_directory_clear(struct directory *directory);

void znn_directory_free(struct directory *directory);

/*
 * Appends a zeroed part or segment and returns it.  Returns NULL if memory runs out.
 */
struct part *znn_directory_add_part(struct directory *directory);
struct segment *znn_directory_add_segment(struct directory *directory);

bool znn_directory_has_references(const struct directory *directory);

/*
 * Appends the encoded directory to `out`.  Returns false if memory runs out.
 */
bool znn_directory_write(const struct directory *directory, struct buffer *out);

/*
 * Appends the encoded segments to `out`.  Returns false if memory runs out.
 */
bool znn_layout_write(const struct directory *directory, struct buffer *out);

/*
 * Reads the directory of the chunk `record` at `place`.  Verifies that the sizes of the parts add up to the size of the
 * chunk, and the sizes of the streams to the size of the payload.  Does not read the segments, because they are in the
 * payload.
 */
enum znn_status znn_directory_parse(struct directory *directory, const struct record *record, const uint8_t *bytes,
                                    uint64_t place, struct znn_error *error);

/*
 * Fails if a part is rounded in a way that `lossy`, which comes from the header, does not state.
 */
enum znn_status znn_directory_check_lossy(const struct directory *directory, const struct znn_lossy *lossy,
                                          uint64_t place, struct znn_error *error);

/*
 * Reads the segments from the decoded layout of directory->layout_size bytes.  Verifies that they use up each part.
 */
enum znn_status znn_layout_parse(struct directory *directory, const uint8_t *layout, uint64_t place,
                                 struct znn_error *error);

#endif
