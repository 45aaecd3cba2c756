/*
 * part.h - the description of a part in a directory
 *
 * A part is a sequence of bytes of one kind.  A transform splits it into streams.  The description names the transform,
 * which determines the rest of the description:
 *
 *     | transform | shape | size | rest | stream | stream | ... |
 *
 *     groups    0 | W R                       W streams, and one of the signs if they are apart   (part_groups.h)
 *     fields    1 | F width...                F streams                                           (part_fields.h)
 *     fixed     2 | type B form groups shift, and exceptions as the rest                          (part_fixed.h)
 *     reference 3 | the source as the rest    no streams                                          (part_reference.h)
 *     palette   4 | W R B, L V as the rest    counts, W groups, indexes                           (part_palette.h)
 *     delta     5 | ...                       the rest has the streams in it                      (part_delta.h)
 *     sparse    6 | W R, a count as the rest  a map, and the streams of groups                    (part_sparse.h)
 *     blocks    7 | types, ranges as the rest words, fields, codes                                (part_blocks.h)
 *
 * The table in part_format.h has one row for each transform, with everything that depends on the transform.
 */
#ifndef ZNN_CONTAINER_PART_H
#define ZNN_CONTAINER_PART_H

#include "codec/stream.h"
#include "common/buffer.h"
#include "common/bytes.h"

#define PART_STREAMS_MAX 16

/* The shape of each transform.  znn(5) explains the numbers. */
struct part_groups {
    uint8_t rotation; /* in bits */
    bool signs;       /* the signs are a stream of their own */
};

struct part_fields {
    uint8_t widths[PART_STREAMS_MAX]; /* in bytes */
};

struct part_fixed {
    uint8_t type;
    uint8_t precision; /* B */
    uint8_t form;
    uint8_t groups;
    uint8_t shift;
    uint32_t exceptions;
};

struct part_reference {
    uint64_t source; /* offset in the original */
};

struct part_palette {
    uint8_t rotation; /* in bits */
    uint8_t bits;     /* of an index: 1, 2, 4, 8 or 16 */
    uint32_t run;     /* elements that share values */
    uint32_t values;  /* of all runs */
};

struct part_sparse {
    struct part_groups groups; /* for the elements that are not zero */
    uint32_t kept;             /* the number of elements that are not zero */
};

struct delta;
struct delta_pool;

/* How the codes that are not as predicted are stored. */
enum blocks_misses { BLOCKS_MISS_NONE, BLOCKS_MISS_ALL, BLOCKS_MISS_FEW, BLOCKS_MISS_COUNT };

/* A few misses are at most one code byte in this many. */
#define BLOCKS_FEW_SHARE 8

/* The first member is where part->delta is, too, so that all parts with a base have their ranges in the same place. */
struct part_blocks {
    struct delta *delta; /* only its ranges are in use; belongs to a pool */
    uint8_t kind;        /* an enum ggml_kind */
    uint8_t source;      /* an enum ggml_source */
    uint8_t misses;      /* an enum blocks_misses */
    uint32_t missed;     /* bytes of codes, if they are few */
    uint32_t gap_bytes;
};

/*
 * A part and its streams.  `transform` tells which member of the union is valid.
 */
struct part {
    uint32_t size;     /* in bytes: a multiple of the width */
    uint32_t used;     /* working field: the bytes that segments have used */
    uint32_t place;    /* working field: the place of the only segment in the chunk */
    uint16_t width;    /* bytes of an element, or of a block of fields; 1 for a reference */
    uint8_t transform; /* an enum transform (container/format.h) */
    uint8_t stream_count;
    union {
        struct part_groups groups;
        struct part_fields fields;
        struct part_fixed fixed;
        struct part_reference reference;
        struct part_palette palette;
        struct part_sparse sparse;
        struct delta *delta; /* belongs to a pool */
        struct part_blocks blocks;
    };
    struct stream streams[PART_STREAMS_MAX];
};

/*
 * Returns the number of bytes that stream `i` of a part decodes to.
 */
uint32_t znn_part_stream_size(const struct part *part, unsigned i);

/*
 * Appends the description of a part.  Returns false if memory runs out.
 */
bool znn_part_write(const struct part *part, struct buffer *out);

/*
 * Estimates the size of the description in bytes.  Encoders base decisions on this number, so it must not change.
 */
size_t znn_part_described_size(const struct part *part);

/*
 * Returns whether the numbers of a part are rounded to fixed point.  If so, sets *precision to B.
 */
bool znn_part_is_rounded(const struct part *part, unsigned *precision);

/* The state of reading a directory. */
struct part_parser {
    struct byte_reader reader;
    uint64_t payload_left; /* bytes of the payload that no stream has claimed yet */
    struct delta_pool *deltas;
    uint64_t offset; /* of the chunk in the original */
    uint64_t place;  /* of the record */
    struct znn_error *error;
};

/*
 * Returns the error for a malformed directory.
 */
enum znn_status znn_part_fail(const struct part_parser *parser);

/*
 * Returns the error for a `what` whose number only a later version of the format knows.
 */
enum znn_status znn_part_fail_new(const struct part_parser *parser, const char *what, unsigned number);

/*
 * Reads the description of a part.  *part must be zeroed, and the part may take at most `size_left` bytes of the
 * original.  Verifies the shape, so the part is safe to decode, and claims the bytes of its streams in the payload.
 */
enum znn_status znn_part_parse(struct part_parser *parser, uint32_t size_left, struct part *part);

/*
 * Reads the description of a stream that decodes to `size` bytes, and claims its bytes in the payload.
 */
enum znn_status znn_part_parse_stream(struct part_parser *parser, uint32_t size, struct stream *stream);

#endif
