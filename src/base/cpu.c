/*
 * cpu.c - what this machine can do
 */
#include "base/cpu.h"

#include <stdatomic.h>

static atomic_uint hidden_features;

static bool is_there(enum cpu_feature feature)
{
#if X86_KERNELS
    switch (feature) {
    case CPU_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
               __builtin_cpu_supports("bmi2");
    }
#endif
    (void)feature;
    return false;
}

bool znn_cpu_has(enum cpu_feature feature)
{
    return is_there(feature) && !(atomic_load_explicit(&hidden_features, memory_order_relaxed) & (unsigned)feature);
}

void znn_cpu_hide(enum cpu_feature feature, bool hidden)
{
    if (hidden)
        atomic_fetch_or(&hidden_features, (unsigned)feature);
    else
        atomic_fetch_and(&hidden_features, ~(unsigned)feature);
}
