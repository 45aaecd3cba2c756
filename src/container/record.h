/*
 * record.h - the common format of chunks, the index and the bases
 *
 * The first 48 bytes of a record state its kind, its place in the original and its length, and carry a checksum.  So a
 * reader can skip the record, fetch it alone, or find it after damage.
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
    uint64_t offset;         /* of a chunk in the original; for the index, the size of the original */
    uint32_t directory_size; /* bytes after the prefix */
    uint32_t payload_size;   /* bytes after the directory */
    uint64_t digest;         /* XXH3-64 of a chunk's decoded bytes, or of another record's payload */
    uint64_t checksum;       /* set by znn_record_parse(); znn_record_write() ignores it and computes it */
};

/*
 * Returns the size of the whole record.
 */
static inline uint64_t record_size(const struct record *record)
{
    return (uint64_t)RECORD_PREFIX + record->directory_size + record->payload_size;
}

/*
 * Writes the prefix to the RECORD_PREFIX bytes at `bytes`.  The directory must already follow them, because the
 * checksum covers both.
 */
void znn_record_write(const struct record *record, uint8_t *bytes);

/*
 * Reads a prefix of RECORD_PREFIX bytes that starts at `place` in the file.  If it returns ZNN_OK, the sizes are within
 * the limits of the format, but nothing is verified yet.
 */
enum znn_status znn_record_parse(const uint8_t *bytes, uint64_t place, struct record *record, struct znn_error *error);

/*
 * Finds the first marker, with which records start, among `size` bytes.  Returns NULL if there is no complete marker.
 */
#define RECORD_MARKER 8
#define RECORD_MARKER_FIRST 0xAB
const uint8_t *znn_record_find(const uint8_t *bytes, size_t size);

/*
 * Verifies the checksum over the prefix at `bytes` and the directory after it.
 */
enum znn_status znn_record_verify(const struct record *record, const uint8_t *bytes, uint64_t place,
                                  struct znn_error *error);

#endif
