/*
 * delta_plan.c - which contexts share statistics, and how many low bits are noise
 *
 * znn counts differences by size, in bins.  Each small difference has its own bin.  A bin of larger differences holds
 * those with the same length in bits and the same four bits after the first one.  So the bins show how the tokens are
 * distributed for any number of low bits.  The bits below a bin's resolution are as good as random.
 *
 *     z   0 1 2 ... 31 | 100000 to 100001 | 100010 to 100011 | ... 111111 | 1000000 to 1000011 | ...
 *     bin 0 1 2 ... 31 | 32               | 33               |     47     | 48                 |
 *
 * All of this is integer arithmetic, like statistics.h.
 */
#include "engine/delta/delta_plan.h"

#include <string.h>

#include "codec/statistics.h"
#include "common/endian.h"
#include "common/memory.h"
#include "engine/delta/delta_value.h"

#define SMALL 32                     /* smaller values have a bin each */
#define BINS (SMALL + (64 - 5) * 16) /* for values of up to 64 bits */
#define SAMPLE 32768                 /* numbers */
#define RUN 64                       /* neighbours that are sampled together */

/* The bits that each bucket takes in the directory and for a frame, and each token value in its code table. */
#define BUCKET_BITS 200
#define TOKEN_BITS 5

/* Contexts with fewer numbers than this get no group of their own. */
#define RARE 64

/* Neighbouring contexts that share their statistics. */
struct group {
    unsigned first, last; /* contexts */
    uint32_t count;       /* numbers */
    uint32_t samples;
    uint64_t cost; /* in bits */
    uint8_t shift;
    bool slope;
};

struct delta_planner {
    unsigned bits; /* of a number */
    uint32_t samples[PARTITION_CONTEXTS];
    unsigned lowest[PARTITION_CONTEXTS]; /* the lowest bin in use */
    unsigned highest[PARTITION_CONTEXTS];
    uint16_t bins[PARTITION_CONTEXTS][BINS];
    struct group groups[PARTITION_CONTEXTS];
    unsigned group_count;
    const struct partition *partition;
    uint32_t log[SAMPLE + 1]; /* log[i] is znn_log2(i) */
};

struct delta_planner *znn_delta_planner_new(void)
{
    return znn_allocate_zeroed(1, sizeof(struct delta_planner));
}

/* Fills the table of logarithms, unless that is done.  Models of which little has changed need no plans. */
static void make_logs(struct delta_planner *planner)
{
    for (uint32_t i = 1; i <= SAMPLE && planner->log[SAMPLE] == 0; i++)
        planner->log[i] = znn_log2(i);
}

void znn_delta_planner_free(struct delta_planner *planner)
{
    znn_release(planner);
}

unsigned znn_delta_context_shift(enum dtype type)
{
    static const uint8_t exponents[DTYPE_COUNT] = {
        /* The lowest of the eight bits that say most about the size.  For F16, these include some of the mantissa. */
        [DTYPE_F16] = 7, [DTYPE_BF16] = 7, [DTYPE_F32] = 23, [DTYPE_C64] = 23, [DTYPE_F64] = 52,
    };
    return exponents[type] ? exponents[type] : 8u * znn_dtype_info(type)->word - 8;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Counting                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static unsigned length_of(uint64_t z)
{
    unsigned length = 0;
    for (unsigned step = 32; step > 0; step /= 2)
        if (z >> step) {
            z >>= step;
            length += step;
        }
    return length + (z > 0);
}

static unsigned bin_of(uint64_t z)
{
    if (z < SMALL)
        return (unsigned)z;
    unsigned length = length_of(z);
    return SMALL + (length - 6) * 16 + (unsigned)(z >> (length - 5) & 15);
}

/* Returns the length in bits of a bin's values.  For their first five bits, or all of fewer, see bin_top(). */
static inline unsigned bin_length(unsigned bin)
{
    return bin < SMALL ? length_of(bin) : 6 + (bin - SMALL) / 16;
}

static inline unsigned bin_top(unsigned bin)
{
    return bin < SMALL ? bin : 16 + (bin - SMALL) % 16;
}

static void clear(struct delta_planner *planner)
{
    for (unsigned c = 0; c < PARTITION_CONTEXTS; c++) {
        if (planner->samples[c] > 0)
            memset(planner->bins[c], 0, sizeof planner->bins[c]);
        planner->samples[c] = 0;
        planner->lowest[c] = BINS;
        planner->highest[c] = 0;
    }
}

static void count_run(struct delta_planner *planner, unsigned width, const uint8_t *contexts, const void *values,
                      size_t start, size_t size)
{
    for (size_t i = start; i < start + size; i++) {
        unsigned c = contexts[i];
        unsigned bin = bin_of(delta_value(values, width, i));
        planner->bins[c][bin]++;
        planner->samples[c]++;
        if (bin < planner->lowest[c])
            planner->lowest[c] = bin;
        if (bin > planner->highest[c])
            planner->highest[c] = bin;
    }
}

static void count_sample(struct delta_planner *planner, unsigned width, const uint8_t *contexts, const void *values,
                         size_t count)
{
    clear(planner);
    if (count <= SAMPLE) {
        count_run(planner, width, contexts, values, 0, count);
        return;
    }
    size_t runs = SAMPLE / RUN;
    for (size_t i = 0; i < runs; i++)
        count_run(planner, width, contexts, values, (size_t)((uint64_t)(count - RUN) * i / (runs - 1)), RUN);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Estimating                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The distribution of the tokens of a group. */
struct tally {
    uint32_t tokens[256];
    uint64_t raw; /* bits that are stored uncoded, and bits that are as good as random within bins */
    unsigned values;
};

/* Adds the numbers of one bin, which have `shift` low bits. */
static void tally_bin(struct tally *tally, unsigned bits, unsigned bin, uint32_t count, unsigned shift)
{
    unsigned length = bin_length(bin);
    unsigned rest = length > shift ? length - shift : 0;
    unsigned known = length < 5 ? length : 5;
    unsigned token;
    if (rest <= known) {
        token = rest == 0 ? 0 : bin_top(bin) >> (known - rest);
    } else if (rest <= 8) {
        token = bin_top(bin) << (rest - known);
        tally->raw += (uint64_t)count * (rest - known);
        if (tally->tokens[token] == 0)
            tally->values += (1u << (rest - known)) - 1;
    } else {
        token = DELTA_ESCAPE;
        tally->raw += (uint64_t)count * bits;
    }
    if (tally->tokens[token] == 0)
        tally->values++;
    tally->tokens[token] += count;
    tally->raw += (uint64_t)count * shift;
}

/* Returns the bits that all numbers of the group take. */
static uint64_t cost_of(const struct delta_planner *planner, const struct group *group)
{
    struct tally tally = {.raw = 0};
    unsigned shift = group->shift;
    for (unsigned c = group->first; c <= group->last; c++) {
        for (unsigned bin = planner->lowest[c]; bin <= planner->highest[c]; bin++)
            if (planner->bins[c][bin] > 0)
                tally_bin(&tally, planner->bits, bin, planner->bins[c][bin], shift);
        shift -= group->slope && shift > 0;
    }
    uint64_t parts = 0; /* in 1/ENTROPY_ONE bit */
    for (unsigned t = 0; t < 256; t++)
        if (tally.tokens[t] > 0)
            parts += (uint64_t)tally.tokens[t] * (planner->log[group->samples] - planner->log[tally.tokens[t]]);
    if (group->samples == 0)
        return BUCKET_BITS;
    uint64_t bits = (parts / 16 + tally.raw * (ENTROPY_ONE / 16)) / group->samples; /* of one number, in 1/4096 bit */
    return bits * group->count / (ENTROPY_ONE / 16) + BUCKET_BITS + TOKEN_BITS * tally.values;
}

/* Returns the median length of the samples of some contexts. */
static unsigned median_length(const struct delta_planner *planner, unsigned first, unsigned last)
{
    uint32_t lengths[65] = {0};
    uint32_t total = 0;
    for (unsigned c = first; c <= last; c++) {
        total += planner->samples[c];
        for (unsigned bin = planner->lowest[c]; bin <= planner->highest[c]; bin++)
            lengths[bin_length(bin)] += planner->bins[c][bin];
    }
    unsigned length = 0;
    for (uint32_t seen = lengths[0]; length < 64 && 2 * (uint64_t)seen < total; seen += lengths[length])
        length++;
    return length;
}

/* Tries some shifts below the length of the differences, which leave tokens of 2 to 7 bits. */
static void try_shifts(const struct delta_planner *planner, struct group *group, unsigned length, bool slope)
{
    unsigned most = planner->bits - 8;
    unsigned last = UINT32_MAX;
    for (unsigned keep = 7; keep >= 2; keep--) {
        unsigned shift = length > keep ? length - keep : 0;
        struct group tried = *group;
        tried.shift = (uint8_t)(shift < most ? shift : most);
        tried.slope = slope;
        if (tried.shift == last)
            continue;
        last = tried.shift;
        tried.cost = cost_of(planner, &tried);
        if (tried.cost < group->cost)
            *group = tried;
    }
}

static void estimate(const struct delta_planner *planner, struct group *group)
{
    group->cost = UINT64_MAX;
    try_shifts(planner, group, median_length(planner, group->first, group->last), false);
    if (group->first == group->last)
        return;
    unsigned start = group->first;
    while (start < group->last && planner->samples[start] == 0)
        start++;
    try_shifts(planner, group, median_length(planner, start, start) + (start - group->first), true);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Grouping                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Makes a group for each context that is not rare, together with the rare contexts before it. */
static void start_groups(struct delta_planner *planner, size_t count)
{
    uint32_t rare = count / 1024 > RARE ? (uint32_t)(count / 1024) : RARE;
    struct group open = {.first = 0};
    planner->group_count = 0;
    for (unsigned c = 0; c < PARTITION_CONTEXTS; c++) {
        open.last = c;
        open.count += znn_partition_total(planner->partition, c);
        open.samples += planner->samples[c];
        if (open.count < rare || open.samples == 0)
            continue;
        planner->groups[planner->group_count++] = open;
        open = (struct group){.first = c + 1};
    }
    if (planner->group_count == 0) {
        planner->groups[planner->group_count++] = open;
    } else {
        struct group *last = &planner->groups[planner->group_count - 1];
        last->last = PARTITION_CONTEXTS - 1;
        last->count += open.count;
        last->samples += open.samples;
    }
}

static struct group join(const struct delta_planner *planner, unsigned i)
{
    const struct group *a = &planner->groups[i];
    const struct group *b = &planner->groups[i + 1];
    struct group joined = {
        .first = a->first,
        .last = b->last,
        .count = a->count + b->count,
        .samples = a->samples + b->samples,
    };
    estimate(planner, &joined);
    return joined;
}

/* Joins the neighbours that save most, until joining saves nothing and the groups are few enough. */
static void join_groups(struct delta_planner *planner)
{
    struct group joined[PARTITION_CONTEXTS]; /* each group joined with the next one */
    for (unsigned i = 0; i < planner->group_count; i++)
        estimate(planner, &planner->groups[i]);
    for (unsigned i = 0; i + 1 < planner->group_count; i++)
        joined[i] = join(planner, i);
    while (planner->group_count > 1) {
        unsigned best = 0;
        int64_t most = INT64_MIN;
        for (unsigned i = 0; i + 1 < planner->group_count; i++) {
            uint64_t apart = planner->groups[i].cost + planner->groups[i + 1].cost;
            int64_t gain = (int64_t)apart - (int64_t)joined[i].cost;
            if (gain > most) {
                most = gain;
                best = i;
            }
        }
        if (most < 0 && planner->group_count <= DELTA_BUCKETS_MAX)
            break;
        planner->groups[best] = joined[best];
        planner->group_count--;
        memmove(&planner->groups[best + 1], &planner->groups[best + 2],
                (planner->group_count - best - 1) * sizeof *planner->groups);
        memmove(&joined[best], &joined[best + 1], (planner->group_count - best - 1) * sizeof *joined);
        if (best > 0)
            joined[best - 1] = join(planner, best - 1);
        if (best + 1 < planner->group_count)
            joined[best] = join(planner, best);
    }
}

uint64_t znn_delta_plan(struct delta_planner *planner, unsigned width, const struct partition *partition,
                        const uint8_t *contexts, const void *values, struct delta *delta)
{
    size_t count = partition->count;
    uint64_t bits = 0;
    make_logs(planner);
    planner->bits = 8 * width;
    planner->partition = partition;
    count_sample(planner, width, contexts, values, count);
    start_groups(planner, count);
    join_groups(planner);
    delta->bucket_count = 0;
    for (unsigned i = 0; i < planner->group_count; i++) {
        const struct group *group = &planner->groups[i];
        struct delta_bucket *bucket = znn_delta_add_bucket(delta);
        if (!bucket)
            return UINT64_MAX;
        bucket->last = (uint8_t)group->last;
        bucket->shift = group->shift;
        bucket->slope = group->slope;
        bucket->count = group->count;
        bits += group->cost;
    }
    return bits;
}
