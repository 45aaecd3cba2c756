/*
 * bits_bmi2.c - packs small numbers into bits with PEXT and PDEP
 */
#include "transform/x86/bits_bmi2.h"

#include "platform/cpu.h"

#if X86_KERNELS

#    include <immintrin.h>

#    include "common/endian.h"

#    define BMI2 __attribute__((target("bmi2")))

static uint64_t lowest_bits(unsigned width)
{
    return ((UINT64_C(1) << width) - 1) * UINT64_C(0x0101010101010101);
}

BMI2 size_t znn_bits_pack_bmi2(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits, size_t size)
{
    const uint64_t mask = lowest_bits(width);
    size_t i = 0;
    for (size_t at = 0; i + 8 <= count && at + 8 <= size; i += 8, at += width)
        store_word64(bits + at, _pext_u64(load_word64(bytes + i), mask));
    return i;
}

BMI2 size_t znn_bits_unpack_bmi2(const uint8_t *bits, size_t size, size_t count, unsigned width, uint8_t *bytes)
{
    const uint64_t mask = lowest_bits(width);
    size_t i = 0;
    for (size_t at = 0; i + 8 <= count && at + 8 <= size; i += 8, at += width)
        store_word64(bytes + i, _pdep_u64(load_word64(bits + at), mask));
    return i;
}

#endif
