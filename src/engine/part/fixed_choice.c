/*
 * fixed_choice.c - chooses how to lay out the integers of a part as byte groups
 *
 * znn casts a sample to answer three questions:
 *
 *     signs       apart, or mixed in by zigzag?  Zigzag wins where many integers are 0.
 *     the top     how many of the first bits, 1 to 8, make the first byte group?  Enough to tell magnitudes apart that
 *                 are not equally frequent; what is below is noise that coding would only slow down.
 *     the tail    are the bits of the last group, which need not be eight, noise?  Then they are packed.
 *
 * Large magnitudes of weights are rarer than small ones, and the decline is smooth.  Sixteen or 32 steps up to the
 * largest follow it as well as 256 steps do, and a Huffman code for so few steps comes closer to the entropy, because
 * its longest codes, of 11 bits, are long enough.  Such a code also takes half the time to build, write and read,
 * because bits that are not coded cost next to nothing.
 */
#include "engine/part/fixed_choice.h"

#include <string.h>

#include "codec/statistics.h"

#define SAMPLE FIXED_BLOCK /* elements */
#define RUN 64

/* Separate signs waste a bit on each zero.  If fewer than one element in RARE_ZEROS is zero, zigzag cannot win. */
#define RARE_ZEROS 128

/* The tops to try if there are enough bits.  The coder is fastest up to TOP_FAST. */
#define TOP_MIN 4
#define TOP_FAST 5
#define TOP_MAX 8

/* A fast top may cost 1/TOP_SLACK bit more.  A small sample is no more exact anyway, and favours large tops. */
#define TOP_SLACK 20

/* The integers of the sample. */
struct numbers {
    int32_t narrow[SAMPLE];
    int64_t wide[SAMPLE];
    union fixed_values values;
    bool is_wide;
    size_t count;
    size_t zeros;
    unsigned length; /* bits of the largest magnitude in the part, not only in the sample */
    size_t width;    /* bytes of an element */
    bool thorough;
};

/* Casts a sample that consists of runs of elements. */
static void take_sample(struct numbers *numbers, const struct fixed_point *fixed, const uint8_t *data, size_t count)
{
    uint8_t elements[SAMPLE * FIXED_GROUPS_MAX], restored[SAMPLE * FIXED_GROUPS_MAX];
    size_t runs = count <= SAMPLE ? 1 : SAMPLE / RUN;
    size_t run = count <= SAMPLE ? count : RUN;
    const size_t width = numbers->width;
    for (size_t i = 0; i < runs; i++) {
        size_t start = runs > 1 ? (size_t)((uint64_t)(count - run) * i / (runs - 1)) : 0;
        memcpy(elements + i * run * width, data + start * width, run * width);
    }
    numbers->values = fixed_values_in(fixed->type, numbers->narrow, numbers->wide);
    numbers->count = runs * run;
    znn_fixed_cast(fixed, elements, numbers->count, numbers->values, restored);
}

/* Replaces exceptions by zeros, and counts all zeros. */
static void count_zeros(struct numbers *numbers)
{
    numbers->zeros = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->is_wide && numbers->wide[i] == FIXED_EXCEPTION64)
            numbers->wide[i] = 0;
        if (!numbers->is_wide && numbers->narrow[i] == FIXED_EXCEPTION32)
            numbers->narrow[i] = 0;
        numbers->zeros += numbers->is_wide ? numbers->wide[i] == 0 : numbers->narrow[i] == 0;
    }
}

/* The sample in byte groups. */
struct trial {
    struct fixed_shape shape;
    uint8_t groups[FIXED_GROUPS_MAX][SAMPLE], signs[SAMPLE];
};

static void split(struct trial *trial, const struct numbers *numbers, enum fixed_form form, unsigned top)
{
    uint8_t *groups[FIXED_GROUPS_MAX];
    trial->shape = znn_fixed_shape(numbers->is_wide, form, numbers->length, top);
    for (unsigned k = 0; k < trial->shape.groups; k++)
        groups[k] = trial->groups[k];
    znn_fixed_split(&trial->shape, numbers->values, numbers->count, groups, trial->signs);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The top                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Drops the last bit of the values that were counted. */
static void drop_bit(struct statistics *statistics)
{
    for (size_t i = 0; i < 128; i++)
        statistics->count[i] = statistics->count[2 * i] + statistics->count[2 * i + 1];
    memset(statistics->count + 128, 0, 128 * sizeof *statistics->count);
}

/*
 * Estimates the cost of each top together with the bits that it leaves to the lower groups; `most` is the largest top.
 * Sorting 256 counts for a Huffman code takes longer than all the rest, so there the entropy and a small surcharge must
 * do.
 */
static void price_tops(const struct trial *trial, const struct numbers *numbers, unsigned most, uint32_t costs[])
{
    struct statistics statistics;
    znn_statistics_count(&statistics, trial->groups[0], numbers->count);
    for (unsigned top = most; top > 0; top--) {
        bool rough = top == TOP_MAX && !numbers->thorough;
        costs[top] = (most - top) * ENTROPY_ONE + (rough ? znn_statistics_entropy(&statistics) + ENTROPY_ONE / 16
                                                         : znn_statistics_huffman(&statistics));
        if (top <= TOP_MIN)
            break;
        drop_bit(&statistics);
    }
}

static bool fits(const struct numbers *numbers, enum fixed_form form, unsigned top)
{
    return znn_fixed_shape(numbers->is_wide, form, numbers->length, top).groups <= numbers->width;
}

/* Returns the best top under `form`, or if a fast one is about as good, that, preferably without a tail. */
static unsigned choose_top(struct trial *trial, const struct numbers *numbers, enum fixed_form form)
{
    uint32_t costs[TOP_MAX + 1] = {0};
    unsigned length = numbers->length + (form == FIXED_ZIGZAG);
    unsigned most = length < TOP_MAX ? length : TOP_MAX, best = most;
    if (most <= TOP_MIN)
        return TOP_MAX;
    split(trial, numbers, form, TOP_MAX);
    price_tops(trial, numbers, most, costs);
    for (unsigned top = most; top >= TOP_MIN; top--)
        best = costs[top] <= costs[best] && fits(numbers, form, top) ? top : best;
    if (numbers->thorough || best == length)
        return best;
    const uint32_t enough = costs[best] + ENTROPY_ONE / TOP_SLACK;
    unsigned fast = 0;
    for (unsigned top = TOP_MIN; top <= TOP_FAST; top++)
        if (top <= most && costs[top] <= enough && fits(numbers, form, top) && (!fast || (length - top) % 8 == 0))
            fast = top;
    return fast ? fast : best;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* All of it                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Returns whether the last group is noise, which is packed because coding it takes time and saves nothing.  A Huffman
 * code of as many bits saves nothing either, if there is nothing for the full compressor to find.
 */
static bool is_noise(const struct statistics *statistics, unsigned bits)
{
    const uint32_t all = bits * ENTROPY_ONE;
    uint32_t entropy = znn_statistics_entropy(statistics);
    return entropy >= all - all / 128 ||
           (entropy >= all - all / 8 && znn_statistics_huffman(statistics) >= all - all / 128);
}

/* Chooses a layout for the sample under `form`, and estimates its size. */
static void try_form(const struct numbers *numbers, enum fixed_form form, struct fixed_choice *choice)
{
    struct trial trial;
    struct statistics statistics;
    size_t negative = 0;
    unsigned top = choose_top(&trial, numbers, form);
    split(&trial, numbers, form, top);
    choice->layout.shape = trial.shape;
    choice->bits = form == FIXED_SIGNS_APART ? ENTROPY_ONE : 0;
    for (unsigned k = 0; k < trial.shape.groups; k++) {
        znn_statistics_count(&statistics, trial.groups[k], numbers->count);
        choice->bits += znn_statistics_entropy(&statistics);
    }
    choice->layout.is_packed =
        trial.shape.shift > 0 && trial.shape.groups > 1 && is_noise(&statistics, 8 - trial.shape.shift);
    for (size_t i = 0; i < numbers->count; i++)
        negative += trial.signs[i];
    choice->signs_are_noise = negative > numbers->count * 3 / 8 && negative < numbers->count * 5 / 8;
}

bool znn_fixed_choose(const struct fixed_point *fixed, const uint8_t *data, size_t count, unsigned length,
                      bool thorough, struct fixed_choice *choice)
{
    struct numbers numbers = {.is_wide = fixed->type == FIXED_F64,
                              .length = length,
                              .width = znn_fixed_width(fixed->type),
                              .thorough = thorough};
    choice->layout.fixed = *fixed;
    if (!fits(&numbers, FIXED_SIGNS_APART, TOP_MAX))
        return false;
    take_sample(&numbers, fixed, data, count);
    count_zeros(&numbers);
    try_form(&numbers, FIXED_SIGNS_APART, choice);
    if (numbers.zeros > numbers.count / RARE_ZEROS && fits(&numbers, FIXED_ZIGZAG, TOP_MAX)) {
        struct fixed_choice rival = *choice;
        try_form(&numbers, FIXED_ZIGZAG, &rival);
        if (rival.bits < choice->bits)
            *choice = rival;
    }
    return true;
}
