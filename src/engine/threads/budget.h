/*
 * budget.h - keeping within a memory limit
 *
 * What a worker takes follows from the sizes of chunks and is known beforehand, at the most; so a limit decides how
 * many there are.  What the header of a model or an index takes is known when it is there; it comes off first.
 *
 *     |<------------------------- limit ------------------------->|
 *     | base | header or index | worker | worker | worker |  left |
 */
#ifndef ZNN_ENGINE_THREADS_BUDGET_H
#define ZNN_ENGINE_THREADS_BUDGET_H

#include "engine/threads/turns.h"

/* The program and its libraries, and what is not said below. */
#define BUDGET_BASE (UINT64_C(4) << 20)

/* Measured on text, which makes the largest chunks, and rounded up. */
#define BUDGET_COMPRESS (UINT64_C(18) << 20)
#define BUDGET_COMPRESS_SMALLEST (UINT64_C(32) << 20)
#define BUDGET_DECOMPRESS (UINT64_C(17) << 20)

/* A base that is a .znn file, unless its chunks are larger than those that znn writes for numbers and text. */
#define BUDGET_BASE_FILE (UINT64_C(6) << 20)

/* A chunk, its record, its groups and its parts, where it is larger than those that znn writes. */
#define BUDGET_LARGE_CHUNK(size) (4 * (uint64_t)(size) + (UINT64_C(3) << 20))

/*
 * What a reader may take by default for what the index of a file of `size` bytes lists: more than any honest index
 * does, but not what a few bytes can be made to claim.
 */
#define BUDGET_INDEX(size) ((UINT64_C(256) << 20) + 64 * (size))

/*
 * Takes workers away until those that are left need no more than `limit` (0: no limit), where `used` bytes are taken
 * already and each worker needs `each`.  Fails where not even one can be afforded.
 */
enum znn_status znn_budget_workers(struct turns *turns, uint64_t limit, uint64_t used, uint64_t each,
                                   struct znn_error *error);

/*
 * Fails where `needed` bytes are more than `limit`.
 */
enum znn_status znn_budget_check(uint64_t limit, uint64_t needed, struct znn_error *error);

#endif
