/*
 * budget.h - keeps within a memory limit
 *
 * The most memory that a worker needs follows from the sizes of chunks, and is known beforehand.  So the limit
 * determines the number of workers.  The memory for a model's header or an index is known once these are read.  It is
 * subtracted first.
 *
 *     |<------------------------- limit ------------------------->|
 *     | base | header or index | worker | worker | worker |  left |
 */
#ifndef ZNN_ENGINE_THREADS_BUDGET_H
#define ZNN_ENGINE_THREADS_BUDGET_H

#include "engine/threads/turns.h"

/* The program, its libraries, and everything that is not listed below. */
#define BUDGET_BASE (UINT64_C(4) << 20)

/* One worker: measured on text, which makes the largest chunks, and rounded up. */
#define BUDGET_COMPRESS (UINT64_C(18) << 20)
#define BUDGET_COMPRESS_SMALLEST (UINT64_C(32) << 20)
#define BUDGET_DECOMPRESS (UINT64_C(17) << 20)

/* A base that is a .znn file, unless its chunks are larger than znn writes for numbers and text. */
#define BUDGET_BASE_FILE (UINT64_C(6) << 20)

/* A chunk that is larger than znn writes, with its record, its groups and its parts. */
#define BUDGET_LARGE_CHUNK(size) (4 * (uint64_t)(size) + (UINT64_C(3) << 20))

/*
 * The default memory limit of a reader for the entries of the index of a file of `size` bytes.  Every honest index
 * needs less, but a malicious one of a few bytes can claim more.
 */
#define BUDGET_INDEX(size) ((UINT64_C(256) << 20) + 64 * (size))

/*
 * Reduces the number of workers until they need no more than `limit` bytes (0: no limit), if `used` bytes are in use
 * already and each worker needs `each` bytes.  Fails if the limit is too small for a single worker.
 */
enum znn_status znn_budget_workers(struct turns *turns, uint64_t limit, uint64_t used, uint64_t each,
                                   struct znn_error *error);

/*
 * Fails if `needed` bytes are more than `limit` (0: no limit).
 */
enum znn_status znn_budget_check(uint64_t limit, uint64_t needed, struct znn_error *error);

#endif
