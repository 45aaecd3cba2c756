/*
 * dedup_stream.h - finds chunks of a stream that repeat earlier ones
 *
 * A stream cannot be read again to compare bytes.  So znn remembers a hash of earlier bytes.  XXH3 makes accidental
 * collisions very unlikely, but is not a cryptographic hash.  So it is keyed with random bytes, and nobody can prepare
 * two tensors that collide.  The output does not depend on these random bytes.
 *
 * The planner cuts the stream into units.  Units start where tensors of a certain size start, so equal tensors are cut
 * in the same way at any position.  Each unit is looked up on its own.  Consecutive units that repeat consecutive units
 * become one chunk.  So do consecutive short units that repeat nothing:
 *
 *     units      a0 a1 a2   b c d   a0 a1 a2   e
 *     chunks     a0|a1|a2 | b c d |   = a    | e
 */
#ifndef ZNN_ENGINE_RUN_DEDUP_STREAM_H
#define ZNN_ENGINE_RUN_DEDUP_STREAM_H

#include <xxhash.h>

#include "engine/cut/raw_chunk.h"

struct dedup_slot {
    uint64_t hash[2];
    uint64_t source; /* offset plus 1; 0 if the slot is empty */
};

struct dedup_stream {
    struct dedup_slot *slots;
    size_t slot_count; /* a power of two */
    size_t used;
    XXH3_state_t *digest; /* of the current run */
    struct chunk_plan run;
    uint64_t hash[2];       /* of the unit that was looked up last */
    struct raw_chunk ahead; /* a unit that was read, but belongs to the next chunk */
    bool is_ahead;
    uint8_t secret[XXH3_SECRET_SIZE_MIN];
};

/*
 * Fails if memory or random bytes are not available.  Call znn_dedup_close() in either case.
 */
enum znn_status znn_dedup_open(struct dedup_stream *dedup, struct znn_error *error);

void znn_dedup_close(struct dedup_stream *dedup);

/*
 * Draws the next chunk of a stream that `planner` plans.  If plan.has_references is set, the chunk repeats earlier
 * bytes.  Then it has no data, and *digest is the digest of its bytes.
 */
enum znn_status znn_dedup_draw(struct dedup_stream *dedup, struct source *source, struct planner *planner,
                               struct raw_chunk *chunk, uint64_t *digest, struct znn_error *error);

#endif
