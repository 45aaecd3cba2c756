/*
 * far_copy.c - copies bytes to memory past the caches
 */
#include "platform/far_copy.h"

#include <string.h>

/* Every x86-64 machine has these instructions.  They are slow unless they write whole cache lines from their start. */
#if defined(__x86_64__) && defined(__GNUC__)

#    include <emmintrin.h>

#    define LINE 64

void znn_far_copy(void *target, const void *source, size_t size)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    size_t head = (size_t)(-(uintptr_t)to % LINE);
    if (size < head + LINE) {
        memcpy(to, from, size);
        return;
    }
    memcpy(to, from, head);
    size -= head;
    for (to += head, from += head; size >= LINE; size -= LINE, to += LINE, from += LINE)
        for (size_t i = 0; i < LINE; i += sizeof(__m128i))
            _mm_stream_si128((__m128i *)(void *)(to + i), _mm_loadu_si128((const __m128i *)(const void *)(from + i)));
    memcpy(to, from, size);
}

void znn_far_fence(void)
{
    _mm_sfence();
}

#else

void znn_far_copy(void *target, const void *source, size_t size)
{
    memcpy(target, source, size);
}

void znn_far_fence(void)
{
}

#endif
