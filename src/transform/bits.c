/*
 * bits.c - packs small numbers into bits
 *
 * Packing takes eight numbers at a time: it joins pairs of bytes, then pairs of pairs, then the two halves.
 *
 *     .....hhh .....ggg .....fff .....eee .....ddd .....ccc .....bbb .....aaa
 *     ..........hhhggg  ..........fffeee  ..........dddccc  ..........bbbaaa
 *     ....................hhhgggfffeee    ....................dddcccbbbaaa
 *     ........................................hhhgggfffeeedddcccbbbaaa
 *
 * One multiplication gathers single bits, because no two of its products overlap.
 */
#include "transform/bits.h"

#include <string.h>

#include "common/endian.h"
#include "transform/kernels.h"

#define ODD8 UINT64_C(0xff00ff00ff00ff00)
#define ODD16 UINT64_C(0xffff0000ffff0000)

static uint64_t pack8(uint64_t x, unsigned width)
{
    if (width == 1)
        return x * UINT64_C(0x0102040810204080) >> 56;
    x = (x & ~ODD8) | (x & ODD8) >> (8 - width);
    x = (x & ~ODD16) | (x & ODD16) >> (16 - 2 * width);
    return (x & UINT32_MAX) | x >> 32 << 4 * width;
}

static uint64_t unpack8(uint64_t x, unsigned width)
{
    if (width == 8)
        return x;
    const uint64_t fours = (UINT64_C(1) << 4 * width) - 1;
    const uint64_t pairs = ((UINT64_C(1) << 2 * width) - 1) * UINT64_C(0x0000000100000001);
    const uint64_t ones = ((UINT64_C(1) << width) - 1) * UINT64_C(0x0001000100010001);
    x = (x & fours) | (x >> 4 * width & fours) << 32;
    x = (x & pairs) | (x >> 2 * width & pairs) << 16;
    return (x & ones) | (x >> width & ones) << 8;
}

/* Packs fewer than eight numbers, or the last ones if no whole word can be read or written there. */
static void pack_few(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits)
{
    uint64_t x = 0;
    for (size_t i = 0; i < count; i++)
        x |= (uint64_t)bytes[i] << i * width;
    for (size_t i = 0; i < bits_size(count, width); i++)
        bits[i] = (uint8_t)(x >> 8 * i);
}

static void unpack_few(const uint8_t *bits, size_t count, unsigned width, uint8_t *bytes)
{
    uint64_t x = 0;
    for (size_t i = 0; i < bits_size(count, width); i++)
        x |= (uint64_t)bits[i] << 8 * i;
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(x >> i * width & ((1u << width) - 1));
}

/* Writes whole words; each overwrites the surplus of the one before.  Returns the number of numbers packed. */
static size_t pack_most(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits, size_t size)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (kernels->bits_pack)
        return kernels->bits_pack(bytes, count, width, bits, size);
    size_t i = 0;
    for (size_t at = 0; i + 8 <= count && at + 8 <= size; i += 8, at += width)
        store_word64(bits + at, pack8(load_word64(bytes + i), width));
    return i;
}

static size_t unpack_most(const uint8_t *bits, size_t size, size_t count, unsigned width, uint8_t *bytes)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (kernels->bits_unpack)
        return kernels->bits_unpack(bits, size, count, width, bytes);
    size_t i = 0;
    for (size_t at = 0; i + 8 <= count && at + 8 <= size; i += 8, at += width)
        store_word64(bytes + i, unpack8(load_word64(bits + at), width));
    return i;
}

void znn_bits_pack(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits)
{
    size_t i = pack_most(bytes, count, width, bits, bits_size(count, width));
    for (; i < count; i += 8)
        pack_few(bytes + i, count - i < 8 ? count - i : 8, width, bits + i / 8 * width);
}

void znn_bits_unpack(const uint8_t *bits, size_t count, unsigned width, uint8_t *bytes)
{
    size_t i = unpack_most(bits, bits_size(count, width), count, width, bytes);
    for (; i < count; i += 8)
        unpack_few(bits + i / 8 * width, count - i < 8 ? count - i : 8, width, bytes + i);
}

void znn_bits_extract(uint8_t *bytes, size_t count, unsigned place, uint8_t *bits)
{
    uint8_t row[1024];
    for (size_t i = 0; i < count; i += sizeof row) {
        size_t some = count - i < sizeof row ? count - i : sizeof row;
        for (size_t k = 0; k < some; k++) {
            row[k] = bytes[i + k] >> place & 1;
            bytes[i + k] &= (uint8_t) ~(1u << place);
        }
        znn_bits_pack(row, some, 1, bits + i / 8);
    }
}
