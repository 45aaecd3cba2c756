/*
 * hash.c - XXH3-64, as fast as the machine allows
 */
#include "common/hash.h"

#include <xxhash.h>

#include "common/x86/hash_x86.h"
#include "platform/cpu.h"

#define HASH_CODE portable
#define HASH_LINKAGE static
#include "common/hash_code.h"

/*
 * Which code runs on which machine.  This is the table of kernels (see cpu.h) of this room; the hash is its only
 * kernel.
 */
static const struct hash_code *const by_level[CPU_LEVELS] = {
#if X86_KERNELS
    [CPU_AVX512] = &znn_hash_avx512,
    [CPU_AVX2] = &znn_hash_avx2,
#endif
    [CPU_NEON] = &portable, /* xxHash uses NEON by itself, because all these machines have it */
    [CPU_PORTABLE] = &portable,
};

static const struct hash_code *best_code(void)
{
    return by_level[znn_cpu_level()];
}

uint64_t znn_hash(const void *data, size_t size)
{
    return best_code()->whole(data, size);
}

bool znn_hash_open(struct hash *hash)
{
    hash->code = best_code();
    hash->state = hash->code->create();
    return hash->state != NULL;
}

void znn_hash_close(struct hash *hash)
{
    if (hash->state)
        hash->code->free(hash->state);
    hash->state = NULL;
}

void znn_hash_start(struct hash *hash)
{
    hash->code->reset(hash->state);
}

void znn_hash_add(struct hash *hash, const void *data, size_t size)
{
    hash->code->update(hash->state, data, size);
}

uint64_t znn_hash_digest(const struct hash *hash)
{
    return hash->code->digest(hash->state);
}

void znn_hash_digest_128(const struct hash *hash, uint64_t digest[2])
{
    hash->code->digest_128(hash->state, digest);
}

void znn_hash_copy(struct hash *hash, const struct hash *other)
{
    hash->code->copy(hash->state, other->state);
}
