/*
 * changes.c - codes numbers of which few differ from a base
 *
 * The search compares 8 bytes at a time.  Most words are equal, so it runs at the speed of memory.
 */
#include "transform/changes.h"

#include <string.h>

#include "common/endian.h"
#include "platform/bits.h"

static uint64_t load(const uint8_t *p, unsigned width)
{
    return width == 1 ? *p : load_word(p, width);
}

static void store(uint8_t *p, unsigned width, uint64_t value)
{
    for (unsigned b = 0; b < width; b++)
        p[b] = (uint8_t)(value >> 8 * b);
}

/* Returns the zigzag of a difference of elements of `bits` bits. */
static uint64_t zigzag(uint64_t difference, unsigned bits)
{
    difference <<= 64 - bits;
    uint64_t sign = 0 - (difference >> 63);
    return ((difference << 1) ^ sign) >> (64 - bits);
}

/* Stores a change of element `place`.  The element behind the last change is `next`. */
static void add_change(struct changes *changes, size_t place, size_t next, uint64_t z, unsigned width)
{
    size_t gap = place - next;
    for (; gap >= CHANGES_SKIP; gap -= CHANGES_SKIP)
        changes->gaps[changes->gap_size++] = CHANGES_SKIP;
    changes->gaps[changes->gap_size++] = (uint8_t)gap;
    for (unsigned g = 0; g < width; g++)
        changes->groups[g][changes->count] = (uint8_t)(z >> 8 * (width - 1 - g));
    changes->count++;
}

/* Loads the next 8 bytes, of which only `left` may exist; the others read as zeros. */
static uint64_t load_some(const uint8_t *p, size_t left)
{
    uint8_t bytes[8] = {0};
    if (left >= 8)
        return load_word64(p);
    memcpy(bytes, p, left);
    return load_word64(bytes);
}

static inline bool find(const uint8_t *base, const uint8_t *data, size_t count, unsigned width, size_t most,
                        struct changes *changes)
{
    const size_t size = count * width;
    const uint64_t mask = ~(uint64_t)0 >> (64 - 8 * width);
    size_t next = 0;
    for (size_t at = 0; at < size; at += 8) {
        uint64_t before = load_some(base + at, size - at), after = load_some(data + at, size - at);
        for (uint64_t different = before ^ after; different;) {
            unsigned element = trailing_zeros(different) / (8 * width);
            unsigned shift = element * 8 * width;
            size_t place = at / width + element;
            if (changes->count == most)
                return false;
            uint64_t z = zigzag((after >> shift & mask) - (before >> shift & mask), 8 * width);
            add_change(changes, place, next, z, width);
            next = place + 1;
            different &= ~(mask << shift);
        }
    }
    return true;
}

bool znn_changes_find(const uint8_t *base, const uint8_t *data, size_t count, unsigned width, size_t most,
                      struct changes *changes)
{
    changes->count = changes->gap_size = 0;
    switch (width) {
    case 1:
        return find(base, data, count, 1, most, changes);
    case 2:
        return find(base, data, count, 2, most, changes);
    case 4:
        return find(base, data, count, 4, most, changes);
    default:
        return find(base, data, count, 8, most, changes);
    }
}

static inline bool apply(const uint8_t *gaps, size_t gap_size, const uint8_t *const groups[8], size_t changes,
                         uint8_t *target, size_t count, unsigned width)
{
    size_t place = 0, done = 0;
    for (size_t i = 0; i < gap_size; i++) {
        if (gaps[i] == CHANGES_SKIP) {
            place += CHANGES_SKIP;
            continue;
        }
        place += gaps[i];
        if (place >= count || done == changes)
            return false;
        uint64_t z = 0;
        for (unsigned g = 0; g < width; g++)
            z = z << 8 | groups[g][done];
        uint8_t *element = target + place * width;
        store(element, width, load(element, width) + (z >> 1 ^ (0 - (z & 1))));
        place++;
        done++;
    }
    return done == changes && place <= count;
}

bool znn_changes_apply(const uint8_t *gaps, size_t gap_size, const uint8_t *const groups[8], size_t changes,
                       uint8_t *target, size_t count, unsigned width)
{
    switch (width) {
    case 1:
        return apply(gaps, gap_size, groups, changes, target, count, 1);
    case 2:
        return apply(gaps, gap_size, groups, changes, target, count, 2);
    case 4:
        return apply(gaps, gap_size, groups, changes, target, count, 4);
    default:
        return apply(gaps, gap_size, groups, changes, target, count, 8);
    }
}
