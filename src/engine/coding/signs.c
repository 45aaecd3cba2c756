/*
 * signs.c - streams of one bit for each element: signs, and maps of exceptions
 */
#include "engine/coding/signs.h"

#include <string.h>

#include "transform/bits.h"
#include "transform/fixed_block.h"

bool znn_bits_are_tidy(const uint8_t *bits, size_t count, unsigned width)
{
    unsigned used = count * width % 8;
    return used == 0 || bits[bits_size(count, width) - 1] >> used == 0;
}

bool znn_exceptions_decode(const uint8_t *map, const uint8_t *values, size_t count, unsigned width, uint32_t exceptions,
                           uint8_t *target)
{
    uint32_t left = exceptions;
    for (size_t byte = 0; byte < bits_size(count, 1); byte++)
        for (size_t bit = 0; map[byte] >> bit != 0; bit++) {
            if (!(map[byte] >> bit & 1))
                continue;
            if (left-- == 0)
                return false;
            if (8 * byte + bit >= count)
                return false;
            memcpy(target + (8 * byte + bit) * width, values, width);
            values += width;
        }
    return left == 0;
}

bool znn_signs_decode(const uint8_t *signs, size_t count, unsigned width, uint8_t *target)
{
    uint8_t unpacked[FIXED_BLOCK];
    for (size_t i = 0; i < count; i += FIXED_BLOCK) {
        size_t some = count - i < FIXED_BLOCK ? count - i : FIXED_BLOCK;
        znn_bits_unpack(signs + i / 8, some, 1, unpacked);
        uint8_t *tops = target + i * width + width - 1;
        for (size_t k = 0; k < some; k++)
            tops[k * width] |= (uint8_t)(unpacked[k] << 7);
    }
    return znn_bits_are_tidy(signs, count, 1);
}
