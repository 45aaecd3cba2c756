/*
 * index.h - what lies where: the chunks and the tensors
 *
 * The index is a record like a chunk's, at the end of the file.  Its payload is two tables, each compressed as one
 * stream: for each chunk its size before and after, and its digest; for each tensor its name, type, shape and place.
 *
 * Tables may be large (a million tensors), so neither writing nor reading needs one in memory as a whole: they are
 * written in pieces to a sink, and read by parsers that take whatever piece comes next.
 */
#ifndef ZNN_CONTAINER_INDEX_H
#define ZNN_CONTAINER_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/stream.h"
#include "common/buffer.h"
#include "container/record.h"
#include "model/model.h"

struct table {
    uint64_t entries;
    uint64_t size; /* in bytes, before compression */
    struct stream stream;
};

struct index {
    uint8_t format;  /* an enum model_format, or one that is not known yet */
    uint8_t verdict; /* an enum header_verdict, likewise */
    struct table chunks;
    struct table tensors;
};

/* What the index says of a chunk.  In a file of format version 1 it does not tell the digest, which is 0 here. */
struct chunk_entry {
    uint32_t decoded_size;
    uint32_t record_size;
    uint64_t digest;
};

bool znn_index_write(const struct index *index, struct buffer *out);

/*
 * Reads the directory of the index record, which lies at `place`.  The sizes of the tables' streams add up to the
 * payload's afterwards; those of the tables themselves are claims.
 */
enum znn_status znn_index_parse(struct index *index, const struct record *record, const uint8_t *bytes, uint64_t place,
                                struct znn_error *error);

/*
 * Takes the next piece of a table.  Returns false to stop.
 */
typedef bool table_sink(void *context, const void *data, size_t size);

/*
 * Write the tables.  False where the sink said so.  Of the model, the listed tensors are written, each as far as it
 * lies before `original_size`; *entries says how many.
 */
bool znn_chunk_table_write(const struct chunk_entry *chunks, size_t count, table_sink *sink, void *context);
bool znn_tensor_table_write(const struct model *model, uint64_t original_size, uint64_t *entries, table_sink *sink,
                            void *context);

enum table_kind { TABLE_CHUNKS, TABLE_CHUNKS_VERSION_1, TABLE_TENSORS, TABLE_TENSORS_VERSION_1 };

/*
 * Reads a table from pieces.  Zero it, set the members that say so, feed all bytes of the table, then finish.
 */
struct table_parser {
    enum table_kind kind;   /* set */
    uint64_t entries;       /* set: how many to expect */
    uint64_t original_size; /* set: what they must keep within */
    /*
     * Set: called with each entry, of the kind that fits; may be NULL.  Name, shape and strides of a tensor, as struct
     * tensor describes them, are in `text`, which lasts for the call.  Returns an error to stop.
     */
    enum znn_status (*on_chunk)(void *context, const struct chunk_entry *entry);
    enum znn_status (*on_tensor)(void *context, const struct tensor *tensor, const struct buffer *text);
    void *context;
    uint64_t text_limit; /* set: bytes that `text` may hold; 0: any number */
    /* The rest is the parser's own. */
    uint64_t seen;
    uint64_t end; /* chunks: sum of decoded sizes; tensors: end of the last one */
    unsigned field;
    uint64_t value; /* of a number, or a digest, of which some bytes have come */
    unsigned shift;
    uint64_t left; /* bytes of a name, or dimensions, still to come */
    uint64_t first;
    uint64_t second;
    struct tensor tensor;
    uint64_t bits;      /* of the tensor, as dtype and shape have it */
    struct buffer text; /* kept only where on_tensor is to see it: a name may be a few bytes that unpack to GiB */
};

enum znn_status znn_table_parser_feed(struct table_parser *parser, const uint8_t *data, size_t size,
                                      struct znn_error *error);

enum znn_status znn_table_parser_finish(struct table_parser *parser, struct znn_error *error);

void znn_table_parser_free(struct table_parser *parser);

#endif
