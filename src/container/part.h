/*
 * part.h - what a directory says of one part of a chunk
 *
 * A part is a row of bytes of one kind.  A transform takes it apart into streams, and its shape, which differs from
 * transform to transform, tells how long each of these is:
 *
 *     | transform | shape | size | stream | stream | ... |
 *
 *     groups    0 | W R                                 W streams, and one of the signs if they are apart
 *     fields    1 | F width...                          F streams
 *     fixed     2 | see part_fixed.h
 *     reference 3 | and behind the size the source        none
 *     palette   4 | W R B, and behind the size L V      counts, W groups, indexes   (part_palette.h)
 *     delta     5 | ...                                 see part_delta.h
 *     sparse    6 | W R, and behind the size the count    a map, and as groups do for so many elements
 */
#ifndef ZNN_CONTAINER_PART_H
#define ZNN_CONTAINER_PART_H

#include "codec/stream.h"
#include "common/buffer.h"
#include "common/bytes.h"

#define PART_STREAMS_MAX 16

/* What fixed-point numbers are; znn(5) has the meaning. */
struct part_fixed {
    uint8_t type;
    uint8_t precision; /* B */
    uint8_t form;
    uint8_t groups;
    uint8_t shift;
    uint32_t exceptions;
};

struct palette_shape {
    uint8_t bits;    /* of an index: 1, 2, 4, 8 or 16 */
    uint32_t run;    /* elements that share values */
    uint32_t values; /* of all runs */
};
struct delta;
struct delta_pool;

struct part {
    uint32_t size;                    /* in bytes */
    uint32_t used;                    /* working field: how far the segments have come */
    uint32_t place;                   /* working field: of the only segment, in the chunk */
    uint8_t transform;                /* TRANSFORM_GROUPS or another one of those */
    uint8_t width;                    /* groups, sparse, palette, fixed: bytes of an element */
    uint8_t rotation;                 /* groups, sparse, palette: bits */
    bool signs;                       /* groups, sparse: the signs are a stream of their own */
    uint32_t kept;                    /* sparse alone: elements that are not zero */
    uint8_t stream_count;             /* one for each group or field, and others */
    uint8_t fields[PART_STREAMS_MAX]; /* fields: their widths in bytes */
    struct part_fixed fixed;          /* fixed alone */
    struct palette_shape palette;     /* palette alone */
    uint64_t source;                  /* reference alone: offset in the original */
    struct stream streams[PART_STREAMS_MAX];
    struct delta *delta; /* delta, which uses none of the fields from width to streams: belongs to a pool */
};

/*
 * The bytes that stream `i` of a part of groups or fields decodes to.
 */
uint32_t znn_part_stream_size(const struct part *part, unsigned i);

/*
 * Appends the description of a part.  False where memory ran out.
 */
bool znn_part_write(const struct part *part, struct buffer *out);

/* What is needed while a directory is read. */
struct part_parser {
    struct byte_reader reader;
    uint64_t payload_left; /* bytes of it that no stream has claimed yet */
    struct delta_pool *deltas;
    uint64_t offset; /* of the chunk in the original */
    uint64_t place;  /* of the record */
    struct znn_error *error;
};

/*
 * Says that the directory is malformed.
 */
enum znn_status znn_part_fail(const struct part_parser *parser);

/*
 * Says that `what` has a number that only a later version of the format knows.
 */
enum znn_status znn_part_fail_new(const struct part_parser *parser, const char *what, unsigned number);

/*
 * Reads the description of a part, zeroed before, which takes at most `size_left` bytes of the original.  Afterwards
 * its shape is one that can be decoded, and its streams have claimed their bytes of the payload.
 */
enum znn_status znn_part_parse(struct part_parser *parser, uint32_t size_left, struct part *part);

/*
 * Reads the description of a stream that stands for `size` bytes, which claims its bytes of the payload.
 */
enum znn_status znn_part_parse_stream(struct part_parser *parser, uint32_t size, struct stream *stream);

#endif
