/*
 * rotation.c - where to cut floats into bytes
 *
 * A sample of the elements is split under each rotation that comes into question, and what its groups would cost is
 * added up.  The cost of a group is what a Huffman code would make of it, which the entropy alone does not tell: below
 * a few bits a symbol, whole bits are a coarse measure.
 */
#include "engine/rotation.h"

#include <string.h>

#include "codec/statistics.h"

#define SAMPLE_FAST 2048 /* elements */
#define RUN 64           /* consecutive elements of the sample */

#define PURE 1u /* the rotation that gives the exponent its own group */

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

/* In 1/ENTROPY_ONE bit an element. */
static uint64_t cost(struct rotation_sample *sample, unsigned rotation)
{
    uint8_t *groups[GROUPS_MAX];
    for (unsigned g = 0; g < sample->width; g++)
        groups[g] = sample->groups + g * sample->count;
    znn_groups_split(sample->elements, sample->count, sample->width, rotation, groups);
    uint64_t sum = 0;
    for (unsigned g = 0; g < sample->width; g++) {
        struct statistics statistics;
        znn_statistics_count(&statistics, groups[g], sample->count);
        sum += znn_statistics_huffman(&statistics);
    }
    return sum;
}

unsigned znn_rotation_choose(struct rotation_sample *sample, const uint8_t *data, size_t count, unsigned width,
                             enum rotation_effort effort)
{
    static const unsigned few[] = {PURE, 0, 2, 3};
    bool smallest = effort == ROTATION_SMALLEST;
    take_sample(sample, data, count, width, smallest ? ROTATION_SAMPLE : SAMPLE_FAST);
    uint64_t pure = cost(sample, PURE);
    uint64_t least = smallest ? pure : pure - pure / 100;
    unsigned best = PURE;
    size_t candidates = smallest ? 8 * width : sizeof few / sizeof *few;
    for (size_t i = 0; i < candidates; i++) {
        unsigned rotation = smallest ? (unsigned)i : few[i];
        if (rotation == PURE)
            continue;
        uint64_t sum = cost(sample, rotation);
        if (sum < least) {
            least = sum;
            best = rotation;
        }
    }
    return best;
}
