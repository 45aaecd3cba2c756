/*
 * hash.h - XXH3-64, as fast as the machine allows
 *
 * xxHash picks its vector instructions when it is compiled, and a distribution's library is compiled for the oldest
 * machine that it supports.  Its header holds all of the code as well, so here that is compiled once more for newer
 * machines, which makes it two to three times as fast.  All of them give the same digests.
 */
#ifndef ZNN_COMMON_HASH_H
#define ZNN_COMMON_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * XXH3-64 of data[0..size), with seed 0 and the default secret.
 */
uint64_t znn_hash(const void *data, size_t size);

/*
 * The same over data in pieces, while each is still in a cache.
 */
struct hash {
    const struct hash_code *code;
    void *state;
};

/*
 * False where memory ran out.  To be closed in either case.
 */
bool znn_hash_open(struct hash *hash);
void znn_hash_close(struct hash *hash);

/*
 * From the start.
 */
void znn_hash_start(struct hash *hash);

void znn_hash_add(struct hash *hash, const void *data, size_t size);

uint64_t znn_hash_digest(const struct hash *hash);

/*
 * XXH3-128 of the same: its low and its high half.
 */
void znn_hash_digest_128(const struct hash *hash, uint64_t digest[2]);

/*
 * Makes `hash` be as far as `other`; both are open.
 */
void znn_hash_copy(struct hash *hash, const struct hash *other);

/*
 * One way to compute it: the functions of xxHash, compiled for some kind of machine.
 */
struct hash_code {
    uint64_t (*whole)(const void *data, size_t size);
    void *(*create)(void);
    void (*free)(void *state);
    void (*reset)(void *state);
    void (*update)(void *state, const void *data, size_t size);
    uint64_t (*digest)(const void *state);
    void (*digest_128)(const void *state, uint64_t digest[2]);
    void (*copy)(void *state, const void *other);
};

#endif
