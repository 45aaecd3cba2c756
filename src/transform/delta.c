/*
 * delta.c - codes numbers as differences from a base
 *
 * Each loop is a macro with an instance for each width, as in groups.c.  All values of one context have the same number
 * of low bits, so every group of eight values starts at the same bit of a byte.
 */
#include "transform/delta.h"

#include <string.h>

#include "common/endian.h"
#include "transform/kernels.h"
#include "transform/x86/delta_avx512.h"

static inline uint8_t load_word8(const void *p)
{
    return *(const uint8_t *)p;
}

static inline void store_word8(void *p, uint8_t x)
{
    *(uint8_t *)p = x;
}

/*
 * The sign of the difference, spread over all bits, inverts the bits: -1 is ~0 and becomes 0, and then its lowest bit
 * is set.
 */
#define ZIGZAG(bits, d) ((uint##bits##_t)((uint##bits##_t)((d) << 1) ^ (uint##bits##_t)(0 - ((d) >> (bits - 1)))))
#define UNZIGZAG(bits, z) ((uint##bits##_t)((z) >> 1 ^ (uint##bits##_t)(0 - ((z)&1))))

/* Where the low bits of each of eight values begin, with `shift` bits per value: the byte, and the bit in the byte. */
struct octet {
    size_t offsets[8];
    unsigned used[8];
};

static void find_octet(struct octet *octet, unsigned start, unsigned shift)
{
    for (unsigned k = 0; k < 8; k++) {
        octet->offsets[k] = (start + k * shift) / 8;
        octet->used[k] = (start + k * shift) % 8;
    }
}

/* Loads eight bytes from `data`, of which only `left` exist; the others read as zeros. */
static uint64_t load_left(const uint8_t *data, size_t left)
{
    uint8_t bytes[8] = {0};
    memcpy(bytes, data, left < 8 ? left : 8);
    return load_word64(bytes);
}

#define DEFINE_DELTA(bits, width)                                                                                      \
    static void contexts##bits(const uint8_t *restrict base, size_t count, unsigned shift, uint8_t *restrict contexts) \
    {                                                                                                                  \
        for (size_t i = 0; i < count; i++)                                                                             \
            contexts[i] = (uint8_t)(load_word##bits(base + width * i) >> shift);                                       \
    }                                                                                                                  \
                                                                                                                       \
    static void split##bits(const uint8_t *restrict base, const uint8_t *restrict data, size_t count,                  \
                            enum delta_coding coding, uint##bits##_t *restrict values)                                 \
    {                                                                                                                  \
        if (coding == DELTA_XOR) {                                                                                     \
            for (size_t i = 0; i < count; i++)                                                                         \
                values[i] = (uint##bits##_t)(load_word##bits(data + width * i) ^ load_word##bits(base + width * i));   \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t i = 0; i < count; i++) {                                                                           \
            uint##bits##_t d =                                                                                         \
                (uint##bits##_t)(load_word##bits(data + width * i) - load_word##bits(base + width * i));               \
            values[i] = ZIGZAG(bits, d);                                                                               \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void merge##bits(const uint8_t *restrict base, const uint##bits##_t *restrict values, size_t count,         \
                            enum delta_coding coding, uint8_t *restrict target)                                        \
    {                                                                                                                  \
        if (coding == DELTA_XOR) {                                                                                     \
            for (size_t i = 0; i < count; i++)                                                                         \
                store_word##bits(target + width * i, (uint##bits##_t)(load_word##bits(base + width * i) ^ values[i])); \
            return;                                                                                                    \
        }                                                                                                              \
        for (size_t i = 0; i < count; i++)                                                                             \
            store_word##bits(target + width * i,                                                                       \
                             (uint##bits##_t)(load_word##bits(base + width * i) + UNZIGZAG(bits, values[i])));         \
    }                                                                                                                  \
                                                                                                                       \
    static void tokens##bits(const uint##bits##_t *restrict values, size_t count, unsigned shift,                      \
                             uint8_t *restrict tokens)                                                                 \
    {                                                                                                                  \
        for (size_t i = 0; i < count; i++) {                                                                           \
            uint##bits##_t q = (uint##bits##_t)(values[i] >> shift);                                                   \
            tokens[i] = (uint8_t)(q < DELTA_ESCAPE ? q : DELTA_ESCAPE);                                                \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* Whole words are added to the byte in progress; the bytes after it are not written yet. */                       \
    static void low_write##bits(const uint##bits##_t *restrict values, size_t count, unsigned shift,                   \
                                struct low_writer *low)                                                                \
    {                                                                                                                  \
        uint8_t *restrict next = low->data + low->position / 8;                                                        \
        uint64_t mask = ((uint64_t)1 << shift) - 1;                                                                    \
        uint64_t pending = *next;                                                                                      \
        unsigned used = low->position % 8;                                                                             \
        for (size_t i = 0; i < count; i++) {                                                                           \
            pending |= (values[i] & mask) << used;                                                                     \
            used += shift;                                                                                             \
            store_word64(next, pending);                                                                               \
            next += used / 8;                                                                                          \
            pending >>= used & ~7u;                                                                                    \
            used %= 8;                                                                                                 \
        }                                                                                                              \
        store_word64(next, pending);                                                                                   \
        low->position += (uint64_t)shift * count;                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static void values##bits(const uint8_t *restrict tokens, size_t count, unsigned shift, struct low_reader *low,     \
                             uint##bits##_t *restrict values)                                                          \
    {                                                                                                                  \
        if (shift == 0) {                                                                                              \
            for (size_t i = 0; i < count; i++)                                                                         \
                values[i] = tokens[i];                                                                                 \
            return;                                                                                                    \
        }                                                                                                              \
        struct octet octet;                                                                                            \
        const uint8_t *restrict next = low->data + low->position / 8;                                                  \
        size_t left = low->size - (size_t)(low->position / 8);                                                         \
        uint64_t mask = ((uint64_t)1 << shift) - 1;                                                                    \
        size_t i = 0;                                                                                                  \
        find_octet(&octet, low->position % 8, shift);                                                                  \
        for (; i + 8 <= count && left >= octet.offsets[7] + 8; i += 8) {                                               \
            for (unsigned k = 0; k < 8; k++)                                                                           \
                values[i + k] = (uint##bits##_t)((uint64_t)tokens[i + k] << shift |                                    \
                                                 (load_word64(next + octet.offsets[k]) >> octet.used[k] & mask));      \
            next += shift;                                                                                             \
            left -= shift;                                                                                             \
        }                                                                                                              \
        uint64_t position = low->position + (uint64_t)shift * i;                                                       \
        for (; i < count; i++, position += shift) {                                                                    \
            size_t byte = (size_t)(position / 8);                                                                      \
            values[i] = (uint##bits##_t)((uint64_t)tokens[i] << shift |                                                \
                                         (load_left(low->data + byte, low->size - byte) >> position % 8 & mask));      \
        }                                                                                                              \
        low->position = position;                                                                                      \
    }

DEFINE_DELTA(8, 1)
DEFINE_DELTA(16, 2)
DEFINE_DELTA(32, 4)
DEFINE_DELTA(64, 8)

/* Calls the instance for the width. */
#define BY_WIDTH(width, function, ...)                                                                                 \
    switch (width) {                                                                                                   \
    case 1:                                                                                                            \
        function##8(__VA_ARGS__);                                                                                      \
        break;                                                                                                         \
    case 2:                                                                                                            \
        function##16(__VA_ARGS__);                                                                                     \
        break;                                                                                                         \
    case 4:                                                                                                            \
        function##32(__VA_ARGS__);                                                                                     \
        break;                                                                                                         \
    default:                                                                                                           \
        function##64(__VA_ARGS__);                                                                                     \
        break;                                                                                                         \
    }

void znn_delta_split(const uint8_t *base, const uint8_t *data, size_t count, unsigned width, enum delta_coding coding,
                     void *values)
{
    BY_WIDTH(width, split, base, data, count, coding, values)
}

void znn_delta_merge(const uint8_t *base, const void *values, size_t count, unsigned width, enum delta_coding coding,
                     uint8_t *target)
{
    BY_WIDTH(width, merge, base, values, count, coding, target)
}

void znn_delta_tokens(const void *values, size_t count, unsigned width, unsigned shift, uint8_t *tokens)
{
    BY_WIDTH(width, tokens, values, count, shift, tokens)
}

void znn_delta_low_write(const void *values, size_t count, unsigned width, unsigned shift, struct low_writer *low)
{
    if (shift == 0 || count == 0)
        return;
    BY_WIDTH(width, low_write, values, count, shift, low)
}

/* With fewer values, the preparations cost more than vectors save. */
#define WORTH_VECTORS 256

/* Makes the first values with vectors if possible, and returns their number. */
static size_t make_vectors(const uint8_t *tokens, size_t count, unsigned width, unsigned shift, struct low_reader *low,
                           void *values)
{
    unsigned most = width == 2 ? DELTA_AVX512_SHIFT_16 : DELTA_AVX512_SHIFT_32;
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (!kernels->delta_values || count < WORTH_VECTORS || (width != 2 && width != 4) || shift > most)
        return 0;
    if (shift == 0)
        return kernels->delta_widen(tokens, count, width, values);
    size_t byte = (size_t)(low->position / 8);
    size_t done = kernels->delta_values(tokens, count, width, shift, low->data + byte, low->size - byte,
                                        low->position % 8, values);
    low->position += (uint64_t)shift * done;
    return done;
}

static size_t contexts_by_vectors(const uint8_t *base, size_t count, unsigned width, unsigned shift, uint8_t *contexts)
{
    const struct transform_kernels *kernels = znn_transform_kernels();
    bool suits = kernels->delta_contexts && (width == 2 || width == 4);
    return suits ? kernels->delta_contexts(base, count, width, shift, contexts) : 0;
}

void znn_delta_contexts(const uint8_t *base, size_t count, unsigned width, unsigned shift, uint8_t *contexts)
{
    size_t done = contexts_by_vectors(base, count, width, shift, contexts);
    base += done * width;
    contexts += done;
    count -= done;
    BY_WIDTH(width, contexts, base, count, shift, contexts)
}

void znn_delta_values(const uint8_t *tokens, size_t count, unsigned width, unsigned shift, struct low_reader *low,
                      void *target)
{
    size_t done = make_vectors(tokens, count, width, shift, low, target);
    void *values = (uint8_t *)target + done * width;
    tokens += done;
    count -= done;
    BY_WIDTH(width, values, tokens, count, shift, low, values)
}
