/*
 * changes.c - codes numbers of which few differ from a base
 *
 * The search first lists the words of 8 bytes that differ, without a branch for each: which words differ is random, and
 * a processor that guesses wrong loses more time than a comparison takes.  Then it looks into the listed words.
 */
#include "transform/changes.h"

#include <string.h>

#include "common/endian.h"
#include "platform/bits.h"

#define BLOCK_WORDS 512
#define BLOCK ((size_t)8 * BLOCK_WORDS)

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

/* Lists the words of a block that differ.  Returns their number. */
static size_t list_different(const uint8_t *base, const uint8_t *data, uint16_t list[BLOCK_WORDS])
{
    size_t count = 0;
    for (size_t i = 0; i < BLOCK_WORDS; i++) {
        list[count] = (uint16_t)i;
        count += load_word64(base + 8 * i) != load_word64(data + 8 * i);
    }
    return count;
}

/* A search.  `next` is the element behind the last change. */
struct search {
    struct changes *changes;
    size_t most;
    size_t next;
};

/* Adds the changes in a word, whose first element is `first`.  Returns false if there are too many. */
static inline bool look_into(struct search *search, uint64_t before, uint64_t after, size_t first, unsigned width)
{
    const uint64_t mask = ~(uint64_t)0 >> (64 - 8 * width);
    for (uint64_t different = before ^ after; different;) {
        unsigned element = trailing_zeros(different) / (8 * width);
        unsigned shift = element * 8 * width;
        size_t place = first + element;
        if (search->changes->count == search->most)
            return false;
        uint64_t z = zigzag((after >> shift & mask) - (before >> shift & mask), 8 * width);
        add_change(search->changes, place, search->next, z, width);
        search->next = place + 1;
        different &= ~(mask << shift);
    }
    return true;
}

/* Searches the last `size` bytes, less than a block, of which the first element is `first`. */
static inline bool find_rest(struct search *search, const uint8_t *base, const uint8_t *data, size_t size, size_t first,
                             unsigned width)
{
    for (size_t at = 0; at < size; at += 8) {
        uint8_t before[8] = {0}, after[8] = {0};
        size_t left = size - at < 8 ? size - at : 8;
        memcpy(before, base + at, left);
        memcpy(after, data + at, left);
        if (!look_into(search, load_word64(before), load_word64(after), first + at / width, width))
            return false;
    }
    return true;
}

static inline bool find(const uint8_t *base, const uint8_t *data, size_t count, unsigned width, size_t most,
                        struct changes *changes)
{
    struct search search = {.changes = changes, .most = most};
    const size_t size = count * width;
    size_t at = 0;
    for (; size - at >= BLOCK; at += BLOCK) {
        uint16_t list[BLOCK_WORDS];
        if (memcmp(base + at, data + at, BLOCK) == 0)
            continue;
        size_t different = list_different(base + at, data + at, list);
        for (size_t i = 0; i < different; i++) {
            size_t word = at + 8 * (size_t)list[i];
            if (!look_into(&search, load_word64(base + word), load_word64(data + word), word / width, width))
                return false;
        }
    }
    return find_rest(&search, base + at, data + at, size - at, at / width, width);
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
