/*
 * zeroed.c - counts the numbers that rounding makes zero
 */
#include "engine/coding/zeroed.h"

#include "common/endian.h"

/* Elements counted at a time.  The 32-bit counters, which a compiler can vectorize, cannot overflow so soon. */
#define STRETCH ((size_t)1 << 20)

/* The shift drops the sign, because -0 counts as zero. */
#define DEFINE_COUNT(bits)                                                                                             \
    static void count##bits(const uint8_t *before, const uint8_t *after, size_t count, struct zeroed *tally)           \
    {                                                                                                                  \
        uint32_t nonzero = 0, left = 0;                                                                                \
        for (size_t i = 0; i < count; i++) {                                                                           \
            nonzero += (uint##bits##_t)(load_word##bits(before + i * (bits / 8)) << 1) != 0;                           \
            left += (uint##bits##_t)(load_word##bits(after + i * (bits / 8)) << 1) != 0;                               \
        }                                                                                                              \
        tally->nonzero += nonzero;                                                                                     \
        tally->zeroed += nonzero > left ? nonzero - left : 0; /* zero stays zero */                                    \
    }

DEFINE_COUNT(16)
DEFINE_COUNT(32)
DEFINE_COUNT(64)

void znn_zeroed_add(unsigned width, const uint8_t *before, const uint8_t *after, size_t count, struct zeroed *tally)
{
    for (size_t some; count > 0; count -= some, before += some * width, after += some * width) {
        some = count < STRETCH ? count : STRETCH;
        if (width == 2)
            count16(before, after, some, tally);
        else if (width == 4)
            count32(before, after, some, tally);
        else
            count64(before, after, some, tally);
    }
}
