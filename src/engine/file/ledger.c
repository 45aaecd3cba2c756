/*
 * ledger.c - records the chunks of a file, one by one
 */
#include "engine/file/ledger.h"

#include <assert.h>

#include "common/array.h"
#include "common/bytes.h"
#include "common/memory.h"

enum znn_status znn_ledger_open(struct ledger *ledger, struct znn_error *error)
{
    *ledger = (struct ledger){.root = XXH3_createState()};
    if (!ledger->root)
        return znn_fail(error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET, "could not allocate a hash state");
    XXH3_128bits_reset(ledger->root);
    return ZNN_OK;
}

void znn_ledger_close(struct ledger *ledger)
{
    XXH3_freeState(ledger->root);
    znn_release(ledger->chunks);
}

enum znn_status znn_ledger_add(struct ledger *ledger, const struct record *record, struct znn_error *error)
{
    assert(record->kind == RECORD_CHUNK && record->offset == ledger->original_size); /* in order, and without gaps */
    struct chunk_entry *chunks = znn_array_grow(ledger->chunks, ledger->count, &ledger->capacity, sizeof *chunks);
    if (!chunks)
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    ledger->chunks = chunks;
    chunks[ledger->count++] = (struct chunk_entry){
        .decoded_size = record->decoded_size,
        .record_size = (uint32_t)record_size(record),
        .digest = record->digest,
    };
    ledger->original_size += record->decoded_size;
    znn_ledger_root_add(ledger, record->digest, record->decoded_size);
    return ZNN_OK;
}

void znn_ledger_root_add(struct ledger *ledger, uint64_t digest, uint32_t decoded_size)
{
    uint8_t bytes[12];
    store_le64(bytes, digest);
    store_le32(bytes + 8, decoded_size);
    XXH3_128bits_update(ledger->root, bytes, sizeof bytes);
}

void znn_ledger_root(const struct ledger *ledger, uint64_t root[2])
{
    XXH128_hash_t digest = XXH3_128bits_digest(ledger->root);
    root[0] = digest.low64;
    root[1] = digest.high64;
}
