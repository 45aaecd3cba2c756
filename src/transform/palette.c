/*
 * palette.c - codes elements as a few values and indexes into them
 *
 * The hash table holds the numbers of values, which only grow.  A number below the first of the current run was left by
 * an earlier run.  So the table need not be cleared between runs.
 *
 * Each loop is a macro with an instance for each width, as in groups.c.
 */
#include "transform/palette.h"

#include <stdlib.h>
#include <string.h>

#include "common/endian.h"
#include "common/memory.h"

#define SLOTS_LOG 17 /* twice the values of the largest run */
#define SHORT_SLOTS_LOG 10

#define ROTATE_LEFT(bits, x, by) ((uint##bits##_t)((x) << (by) | (x) >> ((bits - (by)) & (bits - 1))))

bool znn_palette_reserve(struct palette *palette, size_t count)
{
    if (!palette->slots)
        palette->slots = znn_allocate(sizeof *palette->slots << SLOTS_LOG);
    if (!palette->sorted)
        palette->sorted = znn_allocate(PALETTE_WHOLE_VALUES * sizeof *palette->sorted);
    if (!palette->ranks)
        palette->ranks = znn_allocate(PALETTE_WHOLE_VALUES * sizeof *palette->ranks);
    if (!palette->slots || !palette->sorted || !palette->ranks)
        return false;
    if (count <= palette->capacity)
        return true;
    znn_release(palette->values);
    znn_release(palette->indexes);
    znn_release(palette->counts);
    palette->values = znn_allocate(count * sizeof *palette->values);
    palette->indexes = znn_allocate(count * sizeof *palette->indexes);
    palette->counts = znn_allocate(count);
    palette->capacity = palette->values && palette->indexes && palette->counts ? count : 0;
    return palette->capacity > 0;
}

void znn_palette_free(struct palette *palette)
{
    znn_release(palette->slots);
    znn_release(palette->sorted);
    znn_release(palette->ranks);
    znn_release(palette->values);
    znn_release(palette->indexes);
    znn_release(palette->counts);
    *palette = (struct palette){0};
}

static inline uint64_t load_rotated(const uint8_t *p, unsigned width, unsigned rotation)
{
    switch (width) {
    case 2:
        return ROTATE_LEFT(16, load_word16(p), rotation);
    case 4:
        return ROTATE_LEFT(32, load_word32(p), rotation);
    default:
        return ROTATE_LEFT(64, load_word64(p), rotation);
    }
}

/* The limits of a run. */
struct limits {
    unsigned slots_log;
    size_t values; /* the most values of the run */
    size_t all;    /* the most values of all runs up to this one */
};

/* Numbers the values of a run in the order in which they appear.  Returns false if there are too many. */
static inline bool number_values(struct palette *palette, const uint8_t *data, size_t count, unsigned width,
                                 unsigned rotation, const struct limits *limits, uint16_t *indexes)
{
    uint32_t *slots = palette->slots;
    size_t base = palette->value_count;
    size_t mask = ((size_t)1 << limits->slots_log) - 1;
    for (size_t i = 0; i < count; i++) {
        uint64_t value = load_rotated(data + i * width, width, rotation);
        size_t slot = (size_t)((value * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - limits->slots_log));
        while (slots[slot] > base && palette->values[slots[slot] - 1] != value)
            slot = (slot + 1) & mask;
        if (slots[slot] <= base) {
            if (palette->value_count == limits->all || palette->value_count - base == limits->values)
                return false;
            palette->values[palette->value_count++] = value;
            slots[slot] = (uint32_t)palette->value_count;
        }
        indexes[i] = (uint16_t)(slots[slot] - 1 - base);
    }
    return true;
}

static bool number_run(struct palette *palette, const uint8_t *data, size_t count, unsigned width, unsigned rotation,
                       const struct limits *limits, uint16_t *indexes)
{
    switch (width) { /* so that there is a loop for each width */
    case 2:
        return number_values(palette, data, count, 2, rotation, limits, indexes);
    case 4:
        return number_values(palette, data, count, 4, rotation, limits, indexes);
    default:
        return number_values(palette, data, count, 8, rotation, limits, indexes);
    }
}

static int compare_values(const void *a, const void *b)
{
    const struct palette_value *x = a;
    const struct palette_value *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Sorts the `size` values of a run, and adjusts its indexes. */
static void sort_run(struct palette *palette, size_t base, size_t size, uint16_t *indexes, size_t count)
{
    for (size_t i = 0; i < size; i++)
        palette->sorted[i] = (struct palette_value){palette->values[base + i], (uint32_t)i};
    qsort(palette->sorted, size, sizeof *palette->sorted, compare_values);
    for (size_t i = 0; i < size; i++) {
        palette->values[base + i] = palette->sorted[i].value;
        palette->ranks[palette->sorted[i].number] = (uint32_t)i;
    }
    for (size_t i = 0; i < count; i++)
        indexes[i] = (uint16_t)palette->ranks[indexes[i]];
}

bool znn_palette_build(struct palette *palette, const uint8_t *data, size_t count, unsigned width, unsigned rotation,
                       size_t run, size_t limit)
{
    bool whole = run >= count;
    struct limits limits = {
        .slots_log = whole ? SLOTS_LOG : SHORT_SLOTS_LOG,
        .values = whole ? PALETTE_WHOLE_VALUES : PALETTE_RUN_VALUES,
        .all = limit,
    };
    memset(palette->slots, 0, sizeof *palette->slots << limits.slots_log);
    palette->value_count = palette->run_count = 0;
    for (size_t start = 0; start < count; start += run) {
        size_t size = count - start < run ? count - start : run;
        size_t base = palette->value_count;
        uint16_t *indexes = palette->indexes + start;
        if (!number_run(palette, data + start * width, size, width, rotation, &limits, indexes))
            return false;
        sort_run(palette, base, palette->value_count - base, indexes, size);
        palette->counts[palette->run_count++] = (uint8_t)(palette->value_count - base - 1);
    }
    return true;
}

void znn_palette_groups(const struct palette *palette, unsigned width, uint8_t *groups)
{
    for (unsigned g = 0; g < width; g++)
        for (size_t i = 0; i < palette->value_count; i++)
            *groups++ = (uint8_t)(palette->values[i] >> 8 * (width - 1 - g));
}

void znn_palette_pack(const uint16_t *indexes, size_t count, unsigned bits, uint8_t *packed)
{
    unsigned in_byte = 8 / bits;
    size_t full = count / in_byte;
    for (size_t i = 0; i < full; i++) {
        unsigned byte = 0;
        for (unsigned k = 0; k < in_byte; k++)
            byte |= (unsigned)indexes[i * in_byte + k] << k * bits;
        packed[i] = (uint8_t)byte;
    }
    unsigned byte = 0;
    for (size_t i = full * in_byte; i < count; i++)
        byte |= (unsigned)indexes[i] << (i - full * in_byte) * bits;
    if (full * in_byte < count)
        packed[full] = (uint8_t)byte;
}

bool znn_palette_unpack(const uint8_t *packed, size_t count, unsigned bits, uint8_t *indexes)
{
    unsigned in_byte = 8 / bits;
    unsigned mask = (1u << bits) - 1;
    size_t full = count / in_byte;
    for (size_t i = 0; i < full; i++)
        for (unsigned k = 0; k < in_byte; k++)
            indexes[i * in_byte + k] = (uint8_t)(packed[i] >> k * bits & mask);
    unsigned rest = 0;
    if (full * in_byte < count)
        rest = packed[full];
    for (size_t i = full * in_byte; i < count; i++, rest >>= bits)
        indexes[i] = (uint8_t)(rest & mask);
    return rest == 0;
}

#define DEFINE_EXPAND(bits)                                                                                            \
    static void expand##bits(const uint8_t *restrict values, const uint8_t *restrict indexes, size_t count,            \
                             uint8_t *restrict target)                                                                 \
    {                                                                                                                  \
        for (size_t i = 0; i < count; i++)                                                                             \
            memcpy(target + i * (bits / 8), values + (size_t)indexes[i] * (bits / 8), bits / 8);                       \
    }                                                                                                                  \
                                                                                                                       \
    static void expand_wide##bits(const uint8_t *restrict values, const uint8_t *restrict high,                        \
                                  const uint8_t *restrict low, size_t count, uint8_t *restrict target)                 \
    {                                                                                                                  \
        for (size_t i = 0; i < count; i++)                                                                             \
            memcpy(target + i * (bits / 8), values + (size_t)(high[i] << 8 | low[i]) * (bits / 8), bits / 8);          \
    }

DEFINE_EXPAND(16)
DEFINE_EXPAND(32)
DEFINE_EXPAND(64)

bool znn_palette_expand(const uint8_t *values, size_t available, const uint8_t *indexes, size_t count, unsigned width,
                        uint8_t *target)
{
    uint8_t highest = 0;
    for (size_t i = 0; i < count; i++)
        highest = indexes[i] > highest ? indexes[i] : highest;
    if (highest >= available)
        return false;
    switch (width) {
    case 2:
        expand16(values, indexes, count, target);
        break;
    case 4:
        expand32(values, indexes, count, target);
        break;
    default:
        expand64(values, indexes, count, target);
        break;
    }
    return true;
}

bool znn_palette_expand_wide(const uint8_t *values, size_t available, const uint8_t *high, const uint8_t *low,
                             size_t count, unsigned width, uint8_t *target)
{
    uint16_t highest = 0;
    for (size_t i = 0; i < count; i++) {
        uint16_t index = (uint16_t)(high[i] << 8 | low[i]);
        highest = index > highest ? index : highest;
    }
    if (highest >= available)
        return false;
    switch (width) {
    case 2:
        expand_wide16(values, high, low, count, target);
        break;
    case 4:
        expand_wide32(values, high, low, count, target);
        break;
    default:
        expand_wide64(values, high, low, count, target);
        break;
    }
    return true;
}
