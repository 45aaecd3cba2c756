/*
 * sparse.c - codes numbers with many zeros as a map and the nonzero numbers
 *
 * The places of zeros are almost random, so the processor would mispredict half of the branches on them.  Instead, the
 * loop writes each element to the place of the next kept one, and advances that place only if the element is kept.
 */
#include "transform/sparse.h"

#include <string.h>

#include "transform/bits.h"

#define DEFINE_SPARSE(bits)                                                                                            \
    static size_t split##bits(const uint8_t *data, size_t count, uint8_t *map, uint8_t *kept)                          \
    {                                                                                                                  \
        size_t taken = 0;                                                                                              \
        for (size_t i = 0; i < count; i += 8) {                                                                        \
            unsigned byte = 0;                                                                                         \
            for (size_t k = 0; k < 8 && i + k < count; k++) {                                                          \
                uint##bits##_t element;                                                                                \
                memcpy(&element, data + (i + k) * sizeof element, sizeof element);                                     \
                memcpy(kept + taken * sizeof element, &element, sizeof element);                                       \
                byte |= (unsigned)(element != 0) << k;                                                                 \
                taken += element != 0;                                                                                 \
            }                                                                                                          \
            map[i / 8] = (uint8_t)byte;                                                                                \
        }                                                                                                              \
        return taken;                                                                                                  \
    }                                                                                                                  \
                                                                                                                       \
    static void merge##bits(const uint8_t *map, const uint8_t *kept, size_t kept_count, size_t count, uint8_t *target) \
    {                                                                                                                  \
        size_t taken = 0;                                                                                              \
        for (size_t i = 0; i < count; i++) {                                                                           \
            uint##bits##_t is_kept = map[i / 8] >> i % 8 & 1;                                                          \
            size_t place = taken < kept_count ? taken : kept_count - 1; /* reads past the last one are masked */       \
            uint##bits##_t element;                                                                                    \
            memcpy(&element, kept + place * sizeof element, sizeof element);                                           \
            element &= (uint##bits##_t)(0 - is_kept);                                                                  \
            memcpy(target + i * sizeof element, &element, sizeof element);                                             \
            taken += is_kept;                                                                                          \
        }                                                                                                              \
    }

DEFINE_SPARSE(8)
DEFINE_SPARSE(16)
DEFINE_SPARSE(32)
DEFINE_SPARSE(64)

size_t znn_sparse_split(const uint8_t *data, size_t count, unsigned width, uint8_t *map, uint8_t *kept)
{
    switch (width) {
    case 1:
        return split8(data, count, map, kept);
    case 2:
        return split16(data, count, map, kept);
    case 4:
        return split32(data, count, map, kept);
    default:
        return split64(data, count, map, kept);
    }
}

/* Tells whether the map has exactly `kept_count` bits set, and none after the last element. */
static bool fits(const uint8_t *map, size_t kept_count, size_t count)
{
    size_t set = 0;
    for (size_t i = 0; i < bits_size(count, 1); i++)
        for (unsigned byte = map[i]; byte; byte &= byte - 1)
            set++;
    return set == kept_count && (count % 8 == 0 || map[count / 8] >> count % 8 == 0);
}

bool znn_sparse_merge(const uint8_t *map, const uint8_t *kept, size_t kept_count, size_t count, unsigned width,
                      uint8_t *target)
{
    if (kept_count == 0 || !fits(map, kept_count, count))
        return false;
    switch (width) {
    case 1:
        merge8(map, kept, kept_count, count, target);
        break;
    case 2:
        merge16(map, kept, kept_count, count, target);
        break;
    case 4:
        merge32(map, kept, kept_count, count, target);
        break;
    default:
        merge64(map, kept, kept_count, count, target);
        break;
    }
    return true;
}
