/*
 * allowance.h - how much may be decoded beside the output
 *
 * A chunk that is coded against a base, or has references, needs other chunks, and mostly few bytes of each.  In the
 * files that znn writes, neighbours need neighbours, and few chunks are decoded more than once or twice.  A hostile
 * file can have every byte come from another chunk of 16 MiB.  So all chunks that are decoded for others are counted,
 * and their bytes may come to so much:
 *
 *     ALLOWANCE_FREE + ALLOWANCE_FACTOR * (size of the bases, decoded + size of the output so far)
 *
 * znn(5) states the same under "Limits of work".
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
 * One for each file that is decoded.  Its functions are safe from several threads at once.
 */
struct allowance {
    struct mutex lock;
    uint64_t given;
    uint64_t spent;
};

/* Working memory of a part decoder (engine/part/part_decoder.h). */
struct part_scratch;

/*
 * What a call that decodes chunks for another chunk is told by its caller.
 */
struct nested {
    struct allowance *allowance;  /* NULL: nobody counts */
    struct part_scratch *scratch; /* the thread's, which nothing needs meanwhile; NULL: the callee has its own */
};

/*
 * Bytes that a call wants.
 */
struct range {
    uint64_t offset; /* in the original */
    size_t size;
    uint8_t *target;
};

void znn_allowance_open(struct allowance *allowance, uint64_t base_size);

void znn_allowance_close(struct allowance *allowance);

/*
 * `size` more bytes of the output are decoded.
 */
void znn_allowance_give(struct allowance *allowance, uint64_t size);

/*
 * Before a chunk of `size` bytes is decoded for another one.  ZNN_ERROR_CORRUPT, without a message, if that is too
 * much; NULL allows everything.
 */
enum znn_status znn_allowance_spend(struct allowance *allowance, uint64_t size);

#endif
