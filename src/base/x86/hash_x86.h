/*
 * hash_x86.h - XXH3-64 with wider vectors
 */
#ifndef ZNN_BASE_HASH_X86_H
#define ZNN_BASE_HASH_X86_H

#include <stddef.h>
#include <stdint.h>

/*
 * XXH3-64 of data[0..size).  Only where the machine has CPU_AVX2 or CPU_AVX512.
 */
uint64_t znn_hash_avx2(const void *data, size_t size);
uint64_t znn_hash_avx512(const void *data, size_t size);

#endif
