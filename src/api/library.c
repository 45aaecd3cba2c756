/*
 * library.c - the library's version and platform, and the memory that it returns
 */
#include <stdlib.h>

#include <xxhash.h>
#include <zstd.h>

#include "api/sized.h"
#include "platform/cpu.h"

enum znn_status znn_platform(struct znn_platform *platform)
{
    static const char *const names[CPU_LEVELS] = {
        [CPU_PORTABLE] = "portable", [CPU_NEON] = "NEON", [CPU_AVX2] = "AVX2", [CPU_AVX512] = "AVX-512"};
    struct znn_platform complete = {
        .cpu = names[znn_cpu_level()],
        .zstd_version = ZSTD_versionNumber(),
        .xxhash_version = XXH_versionNumber(),
    };
    if (!znn_sized_is_valid(platform))
        return ZNN_ERROR_ARGUMENT;
    znn_sized_give(platform, &complete, sizeof complete);
    return ZNN_OK;
}

void znn_free(void *memory)
{
    free(memory);
}
