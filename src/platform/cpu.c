/*
 * cpu.c - finds the vector instructions of this machine
 */
#include "platform/cpu.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if X86_KERNELS
#    include <cpuid.h>

/* Some compilers do not know the name of this feature. */
static bool has_f16c(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C;
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && has_f16c();
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2");
}

#else

static bool has_avx2(void)
{
    return false;
}

static bool has_avx512(void)
{
    return false;
}

#endif

static bool machine_has(enum cpu_level level)
{
    return level == CPU_AVX512 ? has_avx512() : level == CPU_AVX2 ? has_avx2() : level == CPU_NEON ? ARM_KERNELS : true;
}

/* The highest level that the environment allows. */
static enum cpu_level allowed_level(void)
{
    enum cpu_level most = CPU_BEST;
#ifdef ZNN_CPU_HIDE_VARIABLE
    static const struct {
        const char *word;
        enum cpu_level most;
    } words[] = {{"avx512", CPU_AVX2}, {"avx2", CPU_NEON}, {"neon", CPU_PORTABLE}, {"all", CPU_PORTABLE}};
    const char *hide = getenv(ZNN_CPU_HIDE_VARIABLE);
    for (size_t i = 0; hide && i < sizeof words / sizeof words[0]; i++)
        if (strstr(hide, words[i].word) && words[i].most < most)
            most = words[i].most;
#endif
    return most;
}

/* The highest level of the machine that is not above `most`. */
static enum cpu_level find_level(enum cpu_level most)
{
    enum cpu_level allowed = allowed_level(), level = most < allowed ? most : allowed;
    while (!machine_has(level))
        level--;
    return level;
}

/* The level plus 1, or 0 before the first call.  Several threads may set it at once: all store the same value. */
static atomic_uint known;

enum cpu_level znn_cpu_level(void)
{
    unsigned level = atomic_load_explicit(&known, memory_order_relaxed);
    if (level == 0) {
        level = 1 + (unsigned)find_level(CPU_BEST);
        atomic_store_explicit(&known, level, memory_order_relaxed);
    }
    return (enum cpu_level)(level - 1);
}

#ifdef ZNN_HOOKS

void znn_cpu_limit(enum cpu_level most)
{
    atomic_store_explicit(&known, 1 + (unsigned)find_level(most), memory_order_relaxed);
}

#endif
