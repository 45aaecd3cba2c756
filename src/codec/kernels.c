/*
 * kernels.c - which kernel of this room runs on which machine
 *
 * Both look bytes up in tables of 256 that stay in registers, which takes AVX-512's VBMI.
 */
#include "codec/kernels.h"

#include "codec/x86/histogram_avx512.h"
#include "codec/x86/huffman_pack_avx512.h"
#include "platform/cpu.h"

static const struct codec_kernels by_level[CPU_LEVELS] = {
#if X86_KERNELS
    [CPU_AVX512] =
        {
            .histogram = znn_histogram_avx512,
            .huffman_pack = znn_huffman_pack_avx512,
        },
#endif
    [CPU_PORTABLE] = {.histogram = NULL},
};

const struct codec_kernels *znn_codec_kernels(void)
{
    return &by_level[znn_cpu_level()];
}
