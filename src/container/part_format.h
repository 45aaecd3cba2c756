/*
 * part_format.h - one row for each transform: the description of its parts
 *
 * Each transform has a file part_NAME.c with its row, and part_formats.c lists the rows.  Another table, with the same
 * rows, turns the bytes of a part into streams and back: engine/coding/part_coding.h.
 */
#ifndef ZNN_CONTAINER_PART_FORMAT_H
#define ZNN_CONTAINER_PART_FORMAT_H

#include "container/part.h"

/* The bytes outside of its chunk that a part needs for decoding. */
enum part_needs {
    PART_NEEDS_NOTHING,
    PART_NEEDS_ORIGINAL, /* decoded bytes of another chunk */
    PART_NEEDS_BASE,     /* bytes of another model */
};

/*
 * A column may be NULL if its comment says so.
 */
struct part_format {
    const char *name; /* as in znn(5) */
    enum part_needs needs;

    /* Append the fields before the size, and the fields between the size and the streams.  NULL: there are none. */
    bool (*write_shape)(const struct part *part, struct buffer *out);
    bool (*write_rest)(const struct part *part, struct buffer *out);

    /*
     * Read the same fields.  The file may be hostile.  The shape sets the width.  Together, the two functions set the
     * member of the union and the number of streams.  NULL for parse_rest: there are no fields after the size.
     */
    enum znn_status (*parse_shape)(struct part_parser *parser, struct part *part);
    enum znn_status (*parse_rest)(struct part_parser *parser, struct part *part);

    /* Returns the bytes that stream `i` decodes to.  NULL: part->streams is empty. */
    uint32_t (*stream_size)(const struct part *part, unsigned i);

    /* Returns the byte group that stream `i` counts for.  NULL: the streams are no byte groups. */
    unsigned (*group_of)(const struct part *part, unsigned i);

    /* Returns the payload bytes of the streams in the rest.  NULL: the rest has no streams. */
    uint64_t (*rest_payload)(const struct part *part);

    /* Like znn_part_described_size().  NULL: the usual estimate. */
    size_t (*described_size)(const struct part *part);

    /* Returns the bytes of the base that a part needs.  NULL unless `needs` says PART_NEEDS_BASE. */
    uint32_t (*base_size)(const struct part *part);

    /* Like znn_part_is_rounded().  NULL: such parts are never rounded. */
    bool (*is_rounded)(const struct part *part, unsigned *precision);
};

/*
 * Returns the row of `transform`, or NULL if there is no transform with this number.
 */
const struct part_format *znn_part_format(unsigned transform);

#endif
