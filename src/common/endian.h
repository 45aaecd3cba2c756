/*
 * endian.h - whole words of little-endian data, for loops that compilers turn into vector code
 *
 * bytes.h loads byte by byte.  That compiles to one instruction in straight code, but loop vectorizers do not recognize
 * it.  This file copies a whole word and swaps its bytes only on a big-endian machine.
 */
#ifndef ZNN_COMMON_ENDIAN_H
#define ZNN_COMMON_ENDIAN_H

#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#    define LITTLE_ENDIAN_HOST 1
#else
#    define LITTLE_ENDIAN_HOST 0
#endif

static inline uint16_t swap16(uint16_t x)
{
    return (uint16_t)(x << 8 | x >> 8);
}

static inline uint32_t swap32(uint32_t x)
{
    return (uint32_t)swap16((uint16_t)x) << 16 | swap16((uint16_t)(x >> 16));
}

static inline uint64_t swap64(uint64_t x)
{
    return (uint64_t)swap32((uint32_t)x) << 32 | swap32((uint32_t)(x >> 32));
}

#define DEFINE_WORD(bits)                                                                                              \
    static inline uint##bits##_t load_word##bits(const void *p)                                                        \
    {                                                                                                                  \
        uint##bits##_t x;                                                                                              \
        memcpy(&x, p, sizeof x);                                                                                       \
        return LITTLE_ENDIAN_HOST ? x : swap##bits(x);                                                                 \
    }                                                                                                                  \
                                                                                                                       \
    static inline void store_word##bits(void *p, uint##bits##_t x)                                                     \
    {                                                                                                                  \
        if (!LITTLE_ENDIAN_HOST)                                                                                       \
            x = swap##bits(x);                                                                                         \
        memcpy(p, &x, sizeof x);                                                                                       \
    }

DEFINE_WORD(16)
DEFINE_WORD(32)
DEFINE_WORD(64)

#undef DEFINE_WORD

/*
 * Loads a word of 2, 4 or 8 bytes.
 */
static inline uint64_t load_word(const void *p, unsigned width)
{
    return width == 2 ? load_word16(p) : width == 4 ? load_word32(p) : load_word64(p);
}

#endif
