/*
 * repeats.c - would a search for matches pay?
 *
 * The probe enters every `stride`-th position into a table, under the hash of its next bytes.  Then it looks up runs of
 * `stride` consecutive positions.  Whatever the distance of a repeat, one position of such a run meets a position in
 * the table.
 *
 *     entered   |       |       |       |       |       |       |
 *     asked              ........           ........
 */
#include "codec/repeats.h"

#include <string.h>

#include "common/endian.h"

#define TABLE_LOG 12
#define TABLE_SIZE ((size_t)1 << TABLE_LOG)
#define RUNS 16
#define SHORTEST_RUN 64
#define SMALL 4096

/* An entry of the table.  The tag mostly shows that two contexts differ, so they need not be compared. */
struct entry {
    uint32_t position;
    uint32_t tag;
};

static uint64_t mix(const uint8_t *p, size_t context)
{
    uint64_t mixed = 0;
    for (size_t i = 0; i + 8 < context; i += 8)
        mixed = (mixed ^ load_word64(p + i)) * UINT64_C(0x9E3779B97F4A7C15);
    return (mixed ^ mixed >> 32 ^ load_word64(p + context - 8)) * UINT64_C(0x9E3779B97F4A7C15);
}

static size_t slot(uint64_t mixed)
{
    return (size_t)(mixed >> (64 - TABLE_LOG));
}

/*
 * Returns a position from 0 to `last`.  The golden ratio spreads the runs: with even steps, data whose size and
 * structure are powers of two would show only one half of every row.
 */
static size_t run_start(uint32_t run, size_t last)
{
    return (size_t)((uint64_t)last * (run * UINT32_C(0x9E3779B9)) >> 32);
}

unsigned znn_repeats_probe(const uint8_t *data, size_t size, size_t context)
{
    if (size < SMALL)
        return 1000;
    struct entry table[TABLE_SIZE];
    uint64_t first = mix(data, context);
    for (size_t i = 0; i < TABLE_SIZE; i++)
        table[i] = (struct entry){0, (uint32_t)first};
    size_t positions = size - context;
    size_t stride = positions / TABLE_SIZE + 1;
    for (size_t i = 0; i < positions; i += stride) {
        uint64_t mixed = mix(data + i, context);
        table[slot(mixed)] = (struct entry){(uint32_t)i, (uint32_t)mixed};
    }

    size_t length = stride > SHORTEST_RUN ? stride : SHORTEST_RUN;
    size_t found = 0;
    for (uint32_t run = 0; run < RUNS; run++) {
        size_t start = run_start(run, positions - length);
        for (size_t i = start; i < start + length; i++) {
            uint64_t mixed = mix(data + i, context);
            struct entry other = table[slot(mixed)];
            found += other.tag == (uint32_t)mixed && other.position != i &&
                     memcmp(data + other.position, data + i, context) == 0;
        }
    }
    uint64_t share =
        (uint64_t)found * stride * 1000 / (RUNS * length); /* only one in `stride` positions can be found */
    return share < 1000 ? (unsigned)share : 1000;
}
