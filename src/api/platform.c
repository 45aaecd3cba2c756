/*
 * platform.c - what the library runs on, for those who report an error or compare two machines
 */
#include "znn.h"

#include <xxhash.h>
#include <zstd.h>

#include "platform/cpu.h"

void znn_platform(struct znn_platform *platform)
{
    static const char *const names[CPU_LEVELS] = {
        [CPU_PORTABLE] = "portable", [CPU_NEON] = "NEON", [CPU_AVX2] = "AVX2", [CPU_AVX512] = "AVX-512"};
    *platform = (struct znn_platform){
        .cpu = names[znn_cpu_level()],
        .zstd_version = ZSTD_versionNumber(),
        .xxhash_version = XXH_versionNumber(),
    };
}
