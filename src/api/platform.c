/*
 * platform.c - what the library runs on, for those who report an error or compare two machines
 */
#include "znn.h"

#include "platform/cpu.h"

#include <xxhash.h>
#include <zstd.h>

void znn_platform(struct znn_platform *platform)
{
    *platform = (struct znn_platform){
        .cpu = znn_cpu_has(CPU_AVX512) ? "AVX-512"
               : znn_cpu_has(CPU_AVX2) ? "AVX2"
               : znn_cpu_has(CPU_NEON) ? "NEON"
                                       : "portable",
        .zstd_version = ZSTD_versionNumber(),
        .xxhash_version = XXH_versionNumber(),
    };
}
