/*
 * ledger.h - records the chunks of a file, one by one
 */
#ifndef ZNN_ENGINE_FILE_LEDGER_H
#define ZNN_ENGINE_FILE_LEDGER_H

#include <xxhash.h>

#include "container/index.h"

/*
 * The data that accumulates over the chunks of a file, in order.  Compression writes it into the index and footer.
 * Decompression compares it with them.
 */
struct ledger {
    struct chunk_entry *chunks;
    size_t count;
    size_t capacity;
    uint64_t original_size;
    XXH3_state_t *root;
};

enum znn_status znn_ledger_open(struct ledger *ledger, struct znn_error *error);

void znn_ledger_close(struct ledger *ledger);

/*
 * Adds the next chunk.
 */
enum znn_status znn_ledger_add(struct ledger *ledger, const struct record *record, struct znn_error *error);

/*
 * Adds a chunk to the root digest only.
 */
void znn_ledger_root_add(struct ledger *ledger, uint64_t digest, uint32_t decoded_size);

/*
 * Sets `root` to the root digest of the chunks so far, in the form that the footer has.
 */
void znn_ledger_root(const struct ledger *ledger, uint64_t root[2]);

#endif
