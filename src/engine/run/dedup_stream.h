/*
 * dedup_stream.h - chunks of a stream that repeat earlier ones
 *
 * A stream can not be read again to compare, so what came before is remembered by its hash.  XXH3 resists accidents,
 * but is no cryptographic hash: it is keyed with random bytes, so that nobody can prepare two tensors that collide.
 * What is written does not depend on them.
 *
 * The planner cuts units out of the stream, which start where tensors of some size do, so that equal tensors are cut at
 * the same places wherever they lie.  Each unit is judged on its own.  Those in a row that repeat others in a row
 * become one chunk, and so do short ones in a row that repeat nothing:
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
    uint64_t source; /* offset plus 1; 0: empty */
};

struct dedup_stream {
    struct dedup_slot *slots;
    size_t slot_count; /* a power of two */
    size_t used;
    XXH3_state_t *digest; /* of the run at hand */
    struct chunk_plan run;
    uint64_t hash[2];       /* of the last unit that was looked up */
    struct raw_chunk ahead; /* a unit that was read, but belongs to the next chunk */
    bool is_ahead;
    uint8_t secret[XXH3_SECRET_SIZE_MIN];
};

/*
 * Fails for want of memory, or of random bytes.  To be closed in either case.
 */
enum znn_status znn_dedup_open(struct dedup_stream *dedup, struct znn_error *error);

void znn_dedup_close(struct dedup_stream *dedup);

/*
 * Draws the next chunk of a stream that `planner` plans: ordinary bytes, or where plan.has_references, those that
 * repeat earlier ones; then there is no data, and *digest is that of the bytes.
 */
enum znn_status znn_dedup_draw(struct dedup_stream *dedup, struct source *source, struct planner *planner,
                               struct raw_chunk *chunk, uint64_t *digest, struct znn_error *error);

#endif
