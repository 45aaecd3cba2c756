/*
 * hash.c - XXH3-64, as fast as the machine allows
 */
#include "base/hash.h"

#include <stdatomic.h>
#include <xxhash.h>

#include "base/cpu.h"
#include "base/x86/hash_x86.h"

/* Below this, no vector instruction is used anyway. */
#define SHORT 512

uint64_t znn_hash(const void *data, size_t size)
{
#if X86_KERNELS
    if (size >= SHORT) {
        if (znn_cpu_has(CPU_AVX512))
            return znn_hash_avx512(data, size);
        if (znn_cpu_has(CPU_AVX2))
            return znn_hash_avx2(data, size);
    }
#endif
    return XXH3_64bits(data, size);
}
