/*
 * hash_avx2.c - XXH3-64, by xxHash's own code for AVX2
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
#        pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#    else
#        pragma GCC push_options
#        pragma GCC target("avx2")
#    endif

#    define XXH_INLINE_ALL
#    define XXH_VECTOR XXH_AVX2
#    include <xxhash.h>

#    define HASH_CODE znn_hash_avx2
#    define HASH_LINKAGE
#    include "common/hash_code.h"

#    ifdef __clang__
#        pragma clang attribute pop
#    else
#        pragma GCC pop_options
#    endif

#endif
