/*
 * ledger.h - the chunks of a file, entered one by one
 */
#ifndef ZNN_ENGINE_FILE_LEDGER_H
#define ZNN_ENGINE_FILE_LEDGER_H

#include <xxhash.h>

#include "container/index.h"

/*
 * What accumulates over the chunks of a file, in order.  Both directions keep it: one writes it down at the end, the
 * other compares.
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
 * Enters the next chunk.
 */
enum znn_status znn_ledger_add(struct ledger *ledger, const struct record *record, struct znn_error *error);

/*
 * Adds a chunk to the root digest, and to nothing else.
 */
void znn_ledger_root_add(struct ledger *ledger, uint64_t digest, uint32_t decoded_size);

/*
 * The root digest over the chunks so far, as the footer has it.
 */
void znn_ledger_root(const struct ledger *ledger, uint64_t root[2]);

#endif
