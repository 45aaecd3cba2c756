/*
 * hash_x86.h - XXH3-64 with wider vectors
 */
#ifndef ZNN_COMMON_X86_HASH_X86_H
#define ZNN_COMMON_X86_HASH_X86_H

#include "common/hash.h"

extern const struct hash_code znn_hash_avx2;
extern const struct hash_code znn_hash_avx512;

#endif
