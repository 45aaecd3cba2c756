/*
 * part_format.h - one row for each transform: how a directory describes its parts
 *
 * Each transform has a file part_NAME.c with its row, and part_formats.c lists the rows.  How the bytes of a part
 * become streams and come back is in another table, with the same rows: engine/coding/part_coding.h.
 */
#ifndef ZNN_CONTAINER_PART_FORMAT_H
#define ZNN_CONTAINER_PART_FORMAT_H

#include "container/part.h"

/* The bytes outside of its chunk that a part is decoded from. */
enum part_needs {
    PART_NEEDS_NOTHING,
    PART_NEEDS_ORIGINAL, /* bytes that another chunk decodes to */
    PART_NEEDS_BASE,     /* bytes of another model */
};

/*
 * A column may be NULL if its comment says so.
 */
struct part_format {
    const char *name; /* as in znn(5) */
    enum part_needs needs;

    /* Append what stands before the size, and what stands between the size and the streams.  NULL: nothing. */
    bool (*write_shape)(const struct part *part, struct buffer *out);
    bool (*write_rest)(const struct part *part, struct buffer *out);

    /*
     * Read the same, from a hostile file.  The shape sets the width, and the two of them together the member of the
     * union and the number of streams.  NULL for `parse_rest`: nothing.
     */
    enum znn_status (*parse_shape)(struct part_parser *parser, struct part *part);
    enum znn_status (*parse_rest)(struct part_parser *parser, struct part *part);

    /* The bytes that stream `i` decodes to.  NULL: there are no part->streams. */
    uint32_t (*stream_size)(const struct part *part, unsigned i);

    /* The byte group of the elements that stream `i` is counted for.  NULL: the streams are no byte groups. */
    unsigned (*group_of)(const struct part *part, unsigned i);

    /* The bytes of the payload that streams in the rest take.  NULL: there are none. */
    uint64_t (*rest_payload)(const struct part *part);

    /* As znn_part_described_size().  NULL: the usual estimate. */
    size_t (*described_size)(const struct part *part);

    /* As znn_part_is_rounded().  NULL: such parts never are. */
    bool (*is_rounded)(const struct part *part, unsigned *precision);
};

/*
 * The row of a transform; NULL if there is none of this number.
 */
const struct part_format *znn_part_format(unsigned transform);

#endif
