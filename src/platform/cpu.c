/*
 * cpu.c - what this machine can do
 */
#include "platform/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if X86_KERNELS
#    include <cpuid.h>
#endif

#define KNOWN (1u << 31) /* set once a set of features has been found out */

static atomic_uint machine_features, hidden_features;

#if X86_KERNELS

/* Some compilers do not ask for this one by its name. */
static bool has_f16c(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C;
}

#endif

static unsigned find_features(void)
{
    unsigned features = 0;
#if X86_KERNELS
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && has_f16c())
        features |= CPU_AVX2;
    if ((features & CPU_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2"))
        features |= CPU_AVX512;
#endif
#if ARM_KERNELS
    features |= CPU_NEON;
#endif
    return features;
}

/* What the environment asks to be left out. */
static unsigned find_unwanted(void)
{
    unsigned unwanted = 0;
#ifdef ZNN_CPU_HIDE_VARIABLE
    static const struct {
        const char *word;
        unsigned features;
    } words[] = {{"avx2", CPU_AVX2 | CPU_AVX512}, {"avx512", CPU_AVX512}, {"neon", CPU_NEON}, {"all", CPU_ALL}};
    const char *hide = getenv(ZNN_CPU_HIDE_VARIABLE);
    for (size_t i = 0; hide && i < sizeof words / sizeof words[0]; i++)
        if (strstr(hide, words[i].word))
            unwanted |= words[i].features;
#endif
    return unwanted;
}

bool znn_cpu_has(unsigned features)
{
    unsigned here = atomic_load_explicit(&machine_features, memory_order_relaxed);
    if (!here) {
        here = (find_features() & ~find_unwanted()) | KNOWN; /* several threads may do so; all find the same */
        atomic_store_explicit(&machine_features, here, memory_order_relaxed);
    }
    return (features & here & ~atomic_load_explicit(&hidden_features, memory_order_relaxed)) == features;
}

void znn_cpu_hide(unsigned features, bool hidden)
{
    if (hidden)
        atomic_fetch_or(&hidden_features, features);
    else
        atomic_fetch_and(&hidden_features, ~features);
}
