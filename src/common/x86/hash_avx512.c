/*
 * hash_avx512.c - XXH3-64, by xxHash's own code for AVX512
 *
 * In xxHash's header, functions without a target attribute call functions with vector instructions, and all must be
 * inlined into one.  So this file gives the attribute to everything that the header defines.
 */
#include "common/x86/hash_x86.h"

#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>
#    include <stdlib.h>
#    include <string.h>

#    ifdef __clang__
#        pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#    else
#        pragma GCC push_options
#        pragma GCC target("avx512f")
#    endif

#    define XXH_INLINE_ALL
#    define XXH_VECTOR XXH_AVX512
#    include <xxhash.h>

#    define HASH_CODE znn_hash_avx512
#    define HASH_LINKAGE
#    include "common/hash_code.h"

#    ifdef __clang__
#        pragma clang attribute pop
#    else
#        pragma GCC pop_options
#    endif

#endif
