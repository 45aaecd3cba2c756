/*
 * hash.h - XXH3-64, as fast as the machine allows
 *
 * xxHash chooses its vector instructions at compile time, and a distribution compiles its library for the oldest
 * machine that it supports.  The header of xxHash contains all of the code, so znn compiles this code again for newer
 * machines.  That is two to three times as fast.  All versions give the same digests.
 */
#ifndef ZNN_COMMON_HASH_H
#define ZNN_COMMON_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Returns XXH3-64 of data[0..size), with seed 0 and the default secret.
 */
uint64_t znn_hash(const void *data, size_t size);

/*
 * Hashes data in pieces, each while it is still in a cache.
 */
struct hash {
    const struct hash_code *code;
    void *state;
};

/*
 * Returns false if memory ran out.  Call znn_hash_close() in either case.
 */
bool znn_hash_open(struct hash *hash);
void znn_hash_close(struct hash *hash);

/*
 * Starts a new hash.
 */
void znn_hash_start(struct hash *hash);

void znn_hash_add(struct hash *hash, const void *data, size_t size);

uint64_t znn_hash_digest(const struct hash *hash);

/*
 * The same for XXH3-128: sets digest[0] to the low half and digest[1] to the high half.
 */
void znn_hash_digest_128(const struct hash *hash, uint64_t digest[2]);

/*
 * Copies the state of `other` to `hash`.  Both must be open.
 */
void znn_hash_copy(struct hash *hash, const struct hash *other);

/*
 * The functions of xxHash, compiled for one kind of machine.
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
