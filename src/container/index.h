/*
 * index.h - the places of chunks and tensors
 *
 * The index is a record like a chunk, at the end of the file.  Its payload is two tables, each compressed as one
 * stream.  The chunk table has the size of each chunk before and after compression, and its digest.  The tensor table
 * has the name, type, shape and place of each tensor.
 *
 * Tables may be large (a million tensors), so neither writing nor reading holds a whole table in memory.  Writers pass
 * pieces to a sink, and parsers take pieces of any size.
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
    uint8_t format;  /* an enum model_format, or an unknown number */
    uint8_t verdict; /* an enum header_verdict, or an unknown number */
    struct table chunks;
    struct table tensors;
};

/* A row of the chunk table.  Files of format version 1 do not store the digest, so it is 0. */
struct chunk_entry {
    uint32_t decoded_size;
    uint32_t record_size;
    uint64_t digest;
};

bool znn_index_write(const struct index *index, struct buffer *out);

/*
 * Reads the directory of the index record at `place`.  Verifies that the sizes of the streams add up to the size of the
 * payload.  Does not verify the sizes of the tables.
 */
enum znn_status znn_index_parse(struct index *index, const struct record *record, const uint8_t *bytes, uint64_t place,
                                struct znn_error *error);

/*
 * Receives the next piece of a table.  Returns false to stop.
 */
typedef bool table_sink(void *context, const void *data, size_t size);

/*
 * Write the tables.  Return false if the sink did.  znn_tensor_table_write() writes the listed tensors of the model,
 * cuts each off at `original_size`, and sets *entries to their number.
 */
bool znn_chunk_table_write(const struct chunk_entry *chunks, size_t count, table_sink *sink, void *context);
bool znn_tensor_table_write(const struct model *model, uint64_t original_size, uint64_t *entries, table_sink *sink,
                            void *context);

enum table_kind { TABLE_CHUNKS, TABLE_CHUNKS_VERSION_1, TABLE_TENSORS, TABLE_TENSORS_VERSION_1 };

/*
 * Reads a table from pieces.  Zero the struct, set the members marked "set", call znn_table_parser_feed() with all
 * bytes of the table, and then znn_table_parser_finish().  Call znn_table_parser_free() when done.
 */
struct table_parser {
    enum table_kind kind;   /* set */
    uint64_t entries;       /* set: the number of entries to expect */
    uint64_t original_size; /* set: chunks and tensors must end within this size */
    /*
     * set: called with each entry of a chunk table or a tensor table; may be NULL.  Return an error to stop.  `text`
     * holds the name, shape and strides of the tensor, as struct tensor describes them, and lasts only for the call.
     */
    enum znn_status (*on_chunk)(void *context, const struct chunk_entry *entry);
    enum znn_status (*on_tensor)(void *context, const struct tensor *tensor, const struct buffer *text);
    void *context;
    uint64_t text_limit; /* set: the most bytes that `text` may hold; 0: no limit */
    /* The other members belong to the parser. */
    uint64_t seen;
    uint64_t end; /* chunks: sum of decoded sizes; tensors: end of the last one */
    unsigned field;
    uint64_t value; /* of an incomplete number or digest */
    unsigned shift;
    uint64_t left; /* missing bytes of a name, or missing dimensions or strides */
    uint64_t first;
    uint64_t second;
    struct tensor tensor;
    uint64_t bits;      /* of the tensor, computed from dtype and shape */
    struct buffer text; /* filled only for on_tensor, because a few bytes may unpack to a name of GiB */
};

enum znn_status znn_table_parser_feed(struct table_parser *parser, const uint8_t *data, size_t size,
                                      struct znn_error *error);

enum znn_status znn_table_parser_finish(struct table_parser *parser, struct znn_error *error);

void znn_table_parser_free(struct table_parser *parser);

#endif
