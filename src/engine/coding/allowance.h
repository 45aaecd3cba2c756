/*
 * allowance.h - limits how many bytes are decoded beside the output
 *
 * A chunk that is coded against a base or has references needs other chunks, mostly few bytes of each.  In files that
 * znn writes, neighbouring chunks need neighbouring chunks, and few chunks are decoded more than once or twice.  A
 * hostile file can take every byte from another chunk of 16 MiB.  So znn counts the bytes of all chunks that it decodes
 * for other chunks, and limits them to
 *
 *     ALLOWANCE_FREE + ALLOWANCE_FACTOR * (size of the bases, decoded + size of the output so far)
 *
 * znn(5) states this limit under "Limits of work".
 */
#ifndef ZNN_ENGINE_CODING_ALLOWANCE_H
#define ZNN_ENGINE_CODING_ALLOWANCE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "platform/threads.h"

#define ALLOWANCE_FREE (UINT64_C(512) << 20)
#define ALLOWANCE_FACTOR 16u

/*
 * The allowance of one file that is decoded.  Several threads may call its functions at once.
 */
struct allowance {
    struct mutex lock;
    uint64_t given;
    uint64_t spent;
};

/* Working memory of a part decoder (engine/part/part_decoder.h). */
struct part_scratch;

/*
 * The caller's instructions for decoding chunks that another chunk needs.
 */
struct nested {
    struct allowance *allowance;  /* NULL: there is no limit */
    struct part_scratch *scratch; /* this thread's memory, not in use; NULL: the callee uses its own */
};

/*
 * Bytes that a caller requests.
 */
struct range {
    uint64_t offset; /* in the original */
    size_t size;
    uint8_t *target;
};

void znn_allowance_open(struct allowance *allowance, uint64_t base_size);

void znn_allowance_close(struct allowance *allowance);

/*
 * Raises the limit, because `size` more bytes of the output are decoded.
 */
void znn_allowance_give(struct allowance *allowance, uint64_t size);

/*
 * Call this before you decode a chunk of `size` bytes for another chunk.  Returns ZNN_ERROR_CORRUPT, without a message,
 * if the chunk exceeds the limit.  If `allowance` is NULL, there is no limit.
 */
enum znn_status znn_allowance_spend(struct allowance *allowance, uint64_t size);

#endif
