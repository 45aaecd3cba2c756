/*
 * record.c - the common format of chunks, the index and the bases
 *
 *      0               8               16  20      24
 *     +---------------+---------------+-+--+-------+---------------+
 *     | marker        | checksum      |k|0 | size  | offset        |
 *     +-------+-------+---------------+-+--+-------+---------------+
 *     | D     | P     | digest        | directory, D bytes | payload, P bytes
 *     +-------+-------+---------------+--------------------+----
 *      32      36      40              48
 *
 * The checksum covers the directory, too, so a reader must use the sizes before it can verify them.  Therefore it
 * checks their limits first.
 */
#include "container/record.h"

#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"

static const uint8_t marker[RECORD_MARKER] = {RECORD_MARKER_FIRST, 'Z', 'N', 'N', 'R', 'E', 'C', 0x0A};

const uint8_t *znn_record_find(const uint8_t *bytes, size_t size)
{
    const uint8_t *end = bytes + size;
    while ((size_t)(end - bytes) >= sizeof marker) {
        const uint8_t *found = memchr(bytes, marker[0], (size_t)(end - bytes) - (sizeof marker - 1));
        if (!found || memcmp(found, marker, sizeof marker) == 0)
            return found;
        bytes = found + 1;
    }
    return NULL;
}

static uint64_t checksum(const struct record *record, const uint8_t *bytes)
{
    return XXH3_64bits(bytes + 16, RECORD_PREFIX - 16 + record->directory_size);
}

void znn_record_write(const struct record *record, uint8_t *bytes)
{
    memcpy(bytes, marker, sizeof marker);
    bytes[16] = record->kind;
    memset(bytes + 17, 0, 3);
    store_le32(bytes + 20, record->decoded_size);
    store_le64(bytes + 24, record->offset);
    store_le32(bytes + 32, record->directory_size);
    store_le32(bytes + 36, record->payload_size);
    store_le64(bytes + 40, record->digest);
    store_le64(bytes + 8, checksum(record, bytes));
}

static bool sizes_are_possible(const struct record *record)
{
    if (record->directory_size == 0 || record->directory_size > DIRECTORY_MAX)
        return false;
    if (record->kind == RECORD_BASES)
        return record->decoded_size == 0 && record->payload_size <= BASES_TABLE_MAX;
    if (record->kind != RECORD_CHUNK) /* the index, or an unknown kind */
        return record->kind != RECORD_INDEX || record->decoded_size == 0;
    return record->decoded_size > 0 && record->decoded_size <= CHUNK_MAX &&
           record->payload_size <= record->decoded_size;
}

enum znn_status znn_record_parse(const uint8_t *bytes, uint64_t place, struct record *record, struct znn_error *error)
{
    if (memcmp(bytes, marker, sizeof marker) != 0)
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "a record should start here");
    *record = (struct record){
        .kind = bytes[16],
        .decoded_size = load_le32(bytes + 20),
        .offset = load_le64(bytes + 24),
        .directory_size = load_le32(bytes + 32),
        .payload_size = load_le32(bytes + 36),
        .digest = load_le64(bytes + 40),
        .checksum = load_le64(bytes + 8),
    };
    if (!sizes_are_possible(record))
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "a record states impossible sizes");
    return ZNN_OK;
}

enum znn_status znn_record_verify(const struct record *record, const uint8_t *bytes, uint64_t place,
                                  struct znn_error *error)
{
    if (record->checksum != checksum(record, bytes))
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the checksum of %s's head does not match",
                        record->kind == RECORD_INDEX   ? "the index"
                        : record->kind == RECORD_BASES ? "the list of the base's tensors"
                                                       : "a chunk");
    if (record->kind != RECORD_CHUNK && record->kind != RECORD_INDEX && record->kind != RECORD_BASES)
        return znn_fail(error, ZNN_ERROR_TOO_NEW, place, "record kind %u is not known", (unsigned)record->kind);
    if (bytes[17] | bytes[18] | bytes[19])
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "a reserved field of a record is not zero");
    return ZNN_OK;
}
