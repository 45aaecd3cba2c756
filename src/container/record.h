/*
 * record.h - what chunks, the index and the bases have in common
 *
 * A record says in its first 48 bytes what it is, what it stands for and how long it is, under a checksum of its own;
 * so it can be skipped, fetched alone, or found again behind damage.
 */
#ifndef ZNN_CONTAINER_RECORD_H
#define ZNN_CONTAINER_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "container/format.h"

enum record_kind { RECORD_CHUNK = 1, RECORD_INDEX = 2, RECORD_BASES = 3 };

struct record {
    uint8_t kind;            /* an enum record_kind */
    uint32_t decoded_size;   /* of a chunk */
    uint64_t offset;         /* of a chunk in the original; for the index, the original's size */
    uint32_t directory_size; /* bytes behind the prefix */
    uint32_t payload_size;   /* bytes behind the directory */
    uint64_t digest;         /* XXH3-64 of a chunk's decoded bytes, or of another record's payload */
    uint64_t checksum;       /* as read; znn_record_write() computes it */
};

/*
 * The size of the whole record.
 */
static inline uint64_t record_size(const struct record *record)
{
    return (uint64_t)RECORD_PREFIX + record->directory_size + record->payload_size;
}

/*
 * Writes the prefix to the RECORD_PREFIX bytes at `bytes`, behind which the directory must already stand: the checksum
 * covers both.
 */
void znn_record_write(const struct record *record, uint8_t *bytes);

/*
 * Reads a prefix of RECORD_PREFIX bytes that lies at `place` in the file.  The sizes are within the format's limits
 * after ZNN_OK, but nothing is verified yet.
 */
enum znn_status znn_record_parse(const uint8_t *bytes, uint64_t place, struct record *record, struct znn_error *error);

/*
 * Looks for the marker that records start with among `size` bytes.  NULL where it is not, or not as a whole.
 */
#define RECORD_MARKER 8
#define RECORD_MARKER_FIRST 0xAB
const uint8_t *znn_record_find(const uint8_t *bytes, size_t size);

/*
 * Verifies the checksum over the prefix at `bytes` and the directory behind it.
 */
enum znn_status znn_record_verify(const struct record *record, const uint8_t *bytes, uint64_t place,
                                  struct znn_error *error);

#endif
