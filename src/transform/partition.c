/*
 * partition.c - sorts symbols by contexts that both sides know
 *
 * The place of the next symbol of a context is known only after the previous one is placed.  If neighbours have the
 * same context, each waits until the processor can read what it just wrote.  So the loops process four parts of the
 * symbols, the lanes, at the same time.  The counts tell where each lane starts.
 */
#include "transform/partition.h"

#include <stdbool.h>
#include <string.h>

#include "transform/kernels.h"
#include "transform/x86/partition_avx512.h"

/*
 * If lanes were a power of two apart, they would compete for the same cache lines, and loads from one lane would wait
 * for stores to another whose address has the same low bits.  So lanes are shorter by a few cache lines.
 */
#define LANE_SHORTER 208

uint32_t znn_partition_total(const struct partition *partition, unsigned context)
{
    uint32_t total = 0;
    for (unsigned l = 0; l < PARTITION_LANES; l++)
        total += partition->lanes[l][context];
    return total;
}

/* Finds where each lane starts among the sorted symbols of each context. */
static void find_starts(const struct partition *partition, uint32_t starts[PARTITION_LANES][PARTITION_CONTEXTS])
{
    uint32_t start = 0;
    for (unsigned c = 0; c < PARTITION_CONTEXTS; c++)
        for (unsigned l = 0; l < PARTITION_LANES; l++) {
            starts[l][c] = start;
            start += partition->lanes[l][c];
        }
}

#define SCATTER(next, i) target[next[contexts[i]]++] = source[i]
#define GATHER(next, i) target[i] = source[next[contexts[i]]++]

/*
 * Runs `step` for all symbols, in all lanes.  The lanes are written out, because compilers would not keep a loop over
 * them in registers.
 */
#define WALK(partition, step)                                                                                          \
    uint32_t next[PARTITION_LANES][PARTITION_CONTEXTS];                                                                \
    size_t lane = (partition)->lane;                                                                                   \
    find_starts(partition, next);                                                                                      \
    for (size_t i = 0; i < lane; i++) {                                                                                \
        step(next[0], i);                                                                                              \
        step(next[1], lane + i);                                                                                       \
        step(next[2], 2 * lane + i);                                                                                   \
        step(next[3], 3 * lane + i);                                                                                   \
    }                                                                                                                  \
    for (size_t i = lane * PARTITION_LANES; i < (partition)->count; i++)                                               \
    step(next[PARTITION_LANES - 1], i)

#define DEFINE_SORTS(bits)                                                                                             \
    static void scatter##bits(const struct partition *partition, const uint8_t *restrict contexts,                     \
                              const uint##bits##_t *restrict source, uint##bits##_t *restrict target)                  \
    {                                                                                                                  \
        WALK(partition, SCATTER);                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static void gather##bits(const struct partition *partition, const uint8_t *restrict contexts,                      \
                             const uint##bits##_t *restrict source, uint##bits##_t *restrict target)                   \
    {                                                                                                                  \
        WALK(partition, GATHER);                                                                                       \
    }

DEFINE_SORTS(8)
DEFINE_SORTS(16)
DEFINE_SORTS(32)
DEFINE_SORTS(64)

/* The kernels for symbols of 2 and 4 bytes need no lanes, so they may count the contexts in any order. */
static bool has_vectors(unsigned width, size_t count)
{
    return znn_transform_kernels()->partition_count && (width == 2 || width == 4) && count >= PARTITION_BLOCK;
}

/* Takes the most frequent context that was not taken yet, and sets *total to how often it occurs. */
static unsigned take_most(uint32_t counts[PARTITION_CONTEXTS], uint32_t *total)
{
    unsigned most = 0;
    for (unsigned c = 1; c < PARTITION_CONTEXTS; c++)
        most = counts[c] + 1 > counts[most] + 1 ? c : most;
    *total = counts[most];
    counts[most] = UINT32_MAX; /* plus 1 it is 0, less than all others */
    return most;
}

/*
 * Symbols without a frequent context are moved one by one.  If more than one in OTHERS_ONE_IN symbols is such a symbol,
 * vectors do not pay.  PARTITION_FEWER contexts are enough if they leave at most half that many.
 */
#define OTHERS_ONE_IN 8

/* Chooses the frequent contexts among `count` contexts, and destroys `counts`.  Returns false if vectors do not pay. */
static bool choose_frequent(uint32_t counts[PARTITION_CONTEXTS], size_t count, struct partition_rows *rows)
{
    size_t others = count;
    for (rows->frequent = 0; rows->frequent < PARTITION_FREQUENT; rows->frequent++) {
        uint32_t total;
        if (rows->frequent == PARTITION_FEWER && others <= count / (2 * OTHERS_ONE_IN))
            break;
        rows->contexts[rows->frequent] = (uint8_t)take_most(counts, &total);
        others -= total;
    }
    return others <= count / OTHERS_ONE_IN;
}

/*
 * Fewer contexts than COUNTED_MIN are counted one by one.  For more, a sample of COUNTED_SAMPLE contexts chooses the
 * window.
 */
#define COUNTED_MIN 8192
#define COUNTED_SAMPLE 512

/* Chooses where the window begins.  Returns false if too many contexts are outside of any window. */
static bool choose_window(const uint8_t *contexts, size_t count, uint8_t *first)
{
    uint32_t counts[PARTITION_CONTEXTS] = {0};
    uint32_t inside = 0, most;
    for (size_t i = 0; i < COUNTED_SAMPLE; i++)
        counts[contexts[i * (count / COUNTED_SAMPLE)]]++;
    for (unsigned c = 0; c < PARTITION_WINDOW; c++)
        inside += counts[c];
    most = inside;
    *first = 0;
    for (unsigned c = 1; c < PARTITION_CONTEXTS; c++) {
        inside += counts[(uint8_t)(c + PARTITION_WINDOW - 1)] - counts[c - 1];
        if (inside > most) {
            most = inside;
            *first = (uint8_t)c;
        }
    }
    return COUNTED_SAMPLE - most <= COUNTED_SAMPLE / OTHERS_ONE_IN;
}

static bool count_vectors(struct partition *partition, const uint8_t *contexts, size_t count, unsigned width)
{
    uint8_t first;
    if (!has_vectors(width, count) || count < COUNTED_MIN || !choose_window(contexts, count, &first))
        return false;
    uint32_t *counts = partition->lanes[PARTITION_LANES - 1];
    size_t blocks = count / PARTITION_COUNTED * PARTITION_COUNTED;
    *partition = (struct partition){.count = count};
    znn_transform_kernels()->partition_count(contexts, blocks, first, counts);
    for (size_t i = blocks; i < count; i++)
        counts[contexts[i]]++;
    return true;
}

/* Finds the frequent contexts, and where the symbols of each begin.  Returns false if the kernel is not suitable. */
static bool list_rows(const struct partition *partition, uint8_t *sorted, unsigned width, struct partition_rows *rows)
{
    uint32_t totals[PARTITION_CONTEXTS];
    if (!has_vectors(width, partition->count))
        return false;
    for (unsigned c = 0; c < PARTITION_CONTEXTS; c++) {
        totals[c] = znn_partition_total(partition, c);
        rows->others[c] = sorted;
        sorted += (size_t)totals[c] * width;
    }
    bool pays = choose_frequent(totals, partition->count, rows);
    for (unsigned k = 0; k < rows->frequent; k++)
        rows->next[k] = rows->others[rows->contexts[k]];
    return pays;
}

/* Moves the last symbols, which do not fill a block. */
static void finish(struct partition_rows *rows, const uint8_t *contexts, uint8_t *plain, size_t count, unsigned width,
                   bool gathers)
{
    for (unsigned k = 0; k < rows->frequent; k++)
        rows->others[rows->contexts[k]] = rows->next[k];
    for (size_t i = 0; i < count; i++, plain += width) {
        uint8_t **sorted = &rows->others[contexts[i]];
        memcpy(gathers ? plain : *sorted, gathers ? *sorted : plain, width);
        *sorted += width;
    }
}

bool znn_partition_gather_delta(const struct partition *partition, const uint8_t *contexts, void *sorted,
                                unsigned width, const uint8_t *base, enum delta_coding coding, uint8_t *target)
{
    struct partition_rows rows;
    union {
        uint16_t narrow[PARTITION_BLOCK];
        uint32_t wide[PARTITION_BLOCK];
    } rest;
    size_t blocks = partition->count / PARTITION_BLOCK * PARTITION_BLOCK, left = partition->count - blocks;
    if (!list_rows(partition, sorted, width, &rows))
        return false;
    znn_transform_kernels()->partition_gather_delta(&rows, contexts, base, coding == DELTA_XOR, target, blocks, width);
    finish(&rows, contexts + blocks, (uint8_t *)&rest, left, width, true);
    znn_delta_merge(base + blocks * width, &rest, left, width, coding, target + blocks * width);
    return true;
}

static bool move_vectors(const struct partition *partition, const uint8_t *contexts, uint8_t *plain, uint8_t *sorted,
                         unsigned width, bool gathers)
{
    struct partition_rows rows;
    size_t blocks = partition->count / PARTITION_BLOCK * PARTITION_BLOCK;
    if (!list_rows(partition, sorted, width, &rows))
        return false;
    const struct transform_kernels *kernels = znn_transform_kernels();
    if (gathers)
        kernels->partition_gather(&rows, contexts, plain, blocks, width);
    else
        kernels->partition_scatter(&rows, contexts, plain, blocks, width);
    finish(&rows, contexts + blocks, plain + blocks * width, partition->count - blocks, width, gathers);
    return true;
}

void znn_partition_count(struct partition *partition, const uint8_t *contexts, size_t count, unsigned width)
{
    if (count_vectors(partition, contexts, count, width))
        return;
    size_t lane = count / PARTITION_LANES;
    if (lane > 16 * LANE_SHORTER)
        lane -= LANE_SHORTER;
    *partition = (struct partition){.count = count, .lane = lane};
    for (size_t i = 0; i < lane; i++)
        for (unsigned l = 0; l < PARTITION_LANES; l++)
            partition->lanes[l][contexts[l * lane + i]]++;
    for (size_t i = lane * PARTITION_LANES; i < count; i++)
        partition->lanes[PARTITION_LANES - 1][contexts[i]]++;
}

void znn_partition_scatter(const struct partition *partition, const uint8_t *contexts, void *plain, unsigned width,
                           void *sorted)
{
    if (move_vectors(partition, contexts, plain, sorted, width, false))
        return;
    switch (width) {
    case 1:
        scatter8(partition, contexts, plain, sorted);
        break;
    case 2:
        scatter16(partition, contexts, plain, sorted);
        break;
    case 4:
        scatter32(partition, contexts, plain, sorted);
        break;
    default:
        scatter64(partition, contexts, plain, sorted);
        break;
    }
}

void znn_partition_gather(const struct partition *partition, const uint8_t *contexts, void *sorted, unsigned width,
                          void *plain)
{
    if (move_vectors(partition, contexts, plain, sorted, width, true))
        return;
    switch (width) {
    case 1:
        gather8(partition, contexts, sorted, plain);
        break;
    case 2:
        gather16(partition, contexts, sorted, plain);
        break;
    case 4:
        gather32(partition, contexts, sorted, plain);
        break;
    default:
        gather64(partition, contexts, sorted, plain);
        break;
    }
}
