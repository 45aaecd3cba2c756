/*
 * rotation.c - where to cut floats into bytes
 *
 * znn splits a sample of the elements under each candidate rotation and adds up the estimated cost of the groups.  The
 * cost of a group is the size under a Huffman code.  The entropy alone is too low, because with few bits for each
 * symbol, rounding to whole bits wastes much.  But it is good enough to find a difference of 1 %.
 */
#include "engine/coding/rotation.h"

#include <string.h>

#include "codec/statistics.h"

#define SAMPLE_FAST 2048 /* elements */
#define RUN 64           /* consecutive elements of the sample */

static void take_sample(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                        size_t wanted)
{
    sample->width = width;
    sample->count = 0;
    size_t runs = count <= wanted ? 1 : wanted / RUN;
    size_t run = count <= wanted ? count : RUN;
    for (size_t i = 0; i < runs; i++) {
        size_t start = runs > 1 ? (size_t)((uint64_t)(count - run) * i / (runs - 1)) : 0;
        memcpy(sample->elements + sample->count * width, data + start * width, run * width);
        sample->count += run;
    }
}

typedef uint32_t estimate(const struct statistics *statistics);

/* Returns the cost of an element in 1/ENTROPY_ONE bit. */
static uint64_t cost(struct rotation_sample *sample, unsigned rotation, estimate *bits_per_byte)
{
    uint8_t *groups[GROUPS_MAX];
    for (unsigned g = 0; g < sample->width; g++)
        groups[g] = sample->groups + g * sample->count;
    znn_groups_split(sample->elements, sample->count, sample->width, rotation, groups);
    uint64_t sum = 0;
    for (unsigned g = 0; g < sample->width; g++) {
        struct statistics statistics;
        znn_statistics_count(&statistics, groups[g], sample->count);
        sum += bits_per_byte(&statistics);
    }
    return sum;
}

unsigned znn_rotation_choose(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width)
{
    static const unsigned rivals[] = {0, 2, 3};
    take_sample(sample, data, count, width, SAMPLE_FAST);
    uint64_t pure = cost(sample, ROTATION_PURE, znn_statistics_entropy);
    uint64_t least = pure - pure / 100;
    unsigned best = ROTATION_PURE;
    for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++) {
        uint64_t sum = cost(sample, rivals[i], znn_statistics_entropy);
        if (sum < least) {
            least = sum;
            best = rivals[i];
        }
    }
    return best;
}

bool znn_rotation_parts_signs(struct rotation_sample *sample, unsigned rotation)
{
    const uint32_t noise = 8 * ENTROPY_ONE - ENTROPY_ONE / 10;
    uint8_t *groups[GROUPS_MAX];
    unsigned group, place;
    struct statistics statistics;
    groups_find_sign(sample->width, rotation, &group, &place);
    for (unsigned g = 0; g < sample->width; g++)
        groups[g] = sample->groups + g * sample->count;
    znn_groups_split(sample->elements, sample->count, sample->width, rotation, groups);
    znn_statistics_count(&statistics, groups[group], sample->count);
    if (znn_statistics_entropy(&statistics) > noise)
        return false;
    uint64_t together = cost(sample, rotation, znn_statistics_huffman);
    uint64_t rest = together - znn_statistics_huffman(&statistics);
    for (size_t i = 0; i < sample->count; i++)
        groups[group][i] &= (uint8_t) ~(1u << place);
    znn_statistics_count(&statistics, groups[group], sample->count);
    uint64_t apart = rest + znn_statistics_huffman(&statistics) + ENTROPY_ONE;
    return apart < together - together / 100;
}

uint64_t znn_rotation_cost(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                           unsigned rotation)
{
    take_sample(sample, data, count, width, SAMPLE_FAST);
    return cost(sample, rotation, znn_statistics_huffman);
}

uint64_t znn_rotation_entropy(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width)
{
    take_sample(sample, data, count, width, SAMPLE_FAST / 2);
    return cost(sample, ROTATION_PURE, znn_statistics_entropy);
}

uint64_t znn_rotation_size(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                           uint64_t elements)
{
    uint64_t bits = znn_rotation_entropy(sample, data, count, width) / (ENTROPY_ONE / 64); /* in 1/64 */
    return bits * elements / 64 / 8;
}

void znn_rotation_rank(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                       unsigned ranked[ROTATIONS])
{
    uint64_t costs[ROTATIONS];
    take_sample(sample, data, count, width, ROTATION_SAMPLE);
    for (unsigned rotation = 0; rotation < ROTATIONS; rotation++) {
        uint64_t sum = cost(sample, rotation, znn_statistics_huffman);
        unsigned place = rotation; /* insertion sort; between equal costs, the smaller rotation stays first */
        for (; place > 0 && costs[place - 1] > sum; place--) {
            costs[place] = costs[place - 1];
            ranked[place] = ranked[place - 1];
        }
        costs[place] = sum;
        ranked[place] = rotation;
    }
}
