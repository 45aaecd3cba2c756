/*
 * chunk.h - the directory of a chunk
 *
 * A chunk is made of parts, each with its own transform and statistics, and of segments, which say how the bytes of the
 * parts interleave in the original.  Mostly a chunk is one part, a piece of a large tensor:
 *
 *     original    |          tensor "w"          |
 *     parts       part 0 = all of it;  no segments needed
 *
 * A PyTorch file with many small tensors, zip headers between them, needs two parts and many segments:
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
 * Zeroed, it is an empty directory.  It is meant to be used for one chunk after the other, and to be freed in the end
 * with znn_directory_free().
 */
struct directory {
    struct part *parts;
    size_t part_count;
    size_t part_capacity;
    struct segment *segments;
    size_t segment_count;
    size_t segment_capacity;
    uint32_t layout_segments; /* as the directory says; 0: the parts in their order */
    uint32_t layout_size;     /* of the encoded segments, before compression */
    struct stream layout;
    struct delta_pool deltas; /* of the parts that are coded as differences */
};

void znn_directory_clear(struct directory *directory);

void znn_directory_free(struct directory *directory);

/*
 * Appends a part or a segment and returns it, zeroed; NULL where memory ran out.
 */
struct part *znn_directory_add_part(struct directory *directory);
struct segment *znn_directory_add_segment(struct directory *directory);

bool znn_directory_has_references(const struct directory *directory);

/*
 * Appends the encoded directory to `out`.  False where memory ran out.
 */
bool znn_directory_write(const struct directory *directory, struct buffer *out);

/*
 * Appends the encoded segments to `out`.  False where memory ran out.
 */
bool znn_layout_write(const struct directory *directory, struct buffer *out);

/*
 * Reads the directory of the chunk `record`, which lies at `place`.  Afterwards the sizes of the parts add up to the
 * chunk's, and those of the streams to the payload's.  The segments are not there yet: they are in the payload.
 */
enum znn_status znn_directory_parse(struct directory *directory, const struct record *record, const uint8_t *bytes,
                                    uint64_t place, struct znn_error *error);

/*
 * Fails where a part is lossy in a way that the header, which says `lossy`, does not.
 */
enum znn_status znn_directory_check_lossy(const struct directory *directory, const struct znn_lossy *lossy,
                                          uint64_t place, struct znn_error *error);

/*
 * Reads the segments from the decoded layout, directory->layout_size bytes.  Afterwards they use up each part.
 */
enum znn_status znn_layout_parse(struct directory *directory, const uint8_t *layout, uint64_t place,
                                 struct znn_error *error);

#endif
