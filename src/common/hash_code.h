/*
 * hash_code.h - the functions of xxHash that znn uses, in a table
 *
 * Include this file once in each file that compiles xxHash its own way (see hash.h).  First define HASH_CODE as the
 * name of the table and HASH_LINKAGE as `static` or nothing.
 */
#include "common/hash.h"

static uint64_t hash_whole(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

static void *hash_create(void)
{
    return XXH3_createState();
}

static void hash_free(void *state)
{
    XXH3_freeState(state);
}

static void hash_reset(void *state)
{
    XXH3_64bits_reset(state);
}

static void hash_update(void *state, const void *data, size_t size)
{
    XXH3_64bits_update(state, data, size);
}

static uint64_t hash_digest(const void *state)
{
    return XXH3_64bits_digest(state);
}

static void hash_digest_128(const void *state, uint64_t digest[2])
{
    XXH128_hash_t hash = XXH3_128bits_digest(state); /* the state is the same for both */
    digest[0] = hash.low64;
    digest[1] = hash.high64;
}

static void hash_copy(void *state, const void *other)
{
    XXH3_copyState(state, other);
}

HASH_LINKAGE const struct hash_code HASH_CODE = {
    .whole = hash_whole,
    .create = hash_create,
    .free = hash_free,
    .reset = hash_reset,
    .update = hash_update,
    .digest = hash_digest,
    .digest_128 = hash_digest_128,
    .copy = hash_copy,
};
