/*
 * bases.h - the record that lists the tensors of a base that a file needs
 *
 *     directory | size of the base | tensors | table: size, stream |
 *     payload   | the table, compressed |
 *     table     | name size | name | dtype | size | hash | ...
 *
 * The hash of its bytes identifies a tensor.  The name tells a reader where to look first.
 */
#ifndef ZNN_CONTAINER_BASES_H
#define ZNN_CONTAINER_BASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/stream.h"
#include "common/buffer.h"
#include "common/bytes.h"
#include "container/record.h"

#define BASE_NAME_MAX 65535u /* of a tensor */

/* The directory of the record. */
struct bases_head {
    uint64_t base_size; /* a hint */
    uint32_t tensors;
    uint32_t table_size; /* before compression */
    struct stream stream;
};

/* A row of the table. */
struct bases_row {
    const uint8_t *name; /* in the table */
    uint32_t name_size;
    uint64_t dtype; /* an enum dtype, or an unknown number */
    uint64_t size;
    uint64_t hash[2]; /* low and high half */
};

/*
 * Append the directory or a row of the table.  Return false if memory runs out.
 */
bool znn_bases_head_write(const struct bases_head *head, struct buffer *out);
bool znn_bases_row_write(const struct bases_row *row, struct buffer *out);

/*
 * Reads the directory of the record at `place`.  Verifies that the stream fills the payload.
 */
enum znn_status znn_bases_head_parse(struct bases_head *head, const struct record *record, const uint8_t *bytes,
                                     uint64_t place, struct znn_error *error);

/*
 * Reads the next row of a table.  Returns false if the row is malformed.
 */
bool znn_bases_row_parse(struct byte_reader *table, struct bases_row *row);

#endif
