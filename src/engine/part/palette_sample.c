/*
 * palette_sample.c - could the numbers of a part take few values?
 *
 * Every part gets this check, so znn looks only at some runs of neighbours.  It counts how often a number has come
 * before: in the same run, if neighbours share their values, or anywhere.
 *
 * Some numbers repeat although they take many values.  Zeros repeat in any sparse tensor, so znn leaves them out.
 * Numbers of 16 bits, or of 32 bits with an empty lower half, have few exponents and few mantissa bits, and byte groups
 * store each of these bits in less than one bit.  So a larger share of them must repeat.
 */
#include <string.h>

#include "common/endian.h"
#include "engine/part/palette_encoder.h"

#define RUN 64
#define RUNS 16
#define FIRST_RUNS 4 /* enough if hardly any number in them repeats */
#define SLOTS_LOG 11

/* Shorter parts, such as norms and biases, are not worth the trouble. */
#define LEAST 4096

/* Numbers in which at most this many bits ever change are like numbers of 16 bits. */
#define NARROW 20

struct survey {
    size_t count;     /* numbers that are not zero */
    size_t near;      /* those of them that came before in the same run */
    size_t far;       /* those that came before in another run */
    uint64_t varying; /* bits that differ between numbers */
};

/*
 * Returns true if far fewer numbers of the sample repeat than a palette needs.  Numbers of 16 bits may repeat by
 * chance.
 */
static bool is_hopeless(const struct survey *survey, size_t taken, unsigned width)
{
    return width == 2 ? survey->near * 32 < taken : survey->near + survey->far == 0;
}

static void take_survey(struct survey *survey, const uint8_t *data, size_t count, unsigned width)
{
    uint16_t slots[1 << SLOTS_LOG] = {0}; /* the index of a value in `values`, plus 1 */
    uint64_t values[RUN * RUNS];
    size_t taken = 0;
    uint64_t first = load_word(data, width);
    *survey = (struct survey){0};
    for (size_t k = 0; k < RUNS; k++) {
        size_t run = 5 * k % RUNS;                                   /* the first runs also come from everywhere */
        size_t start = (count - RUN) / RUN * run / (RUNS - 1) * RUN; /* runs with shared values start at round places */
        if (k == FIRST_RUNS && taken > FIRST_RUNS * RUN / 2 && is_hopeless(survey, taken, width))
            break;
        size_t before = taken;
        for (size_t i = 0; i < RUN; i++) {
            uint64_t value = load_word(data + (start + i) * width, width);
            survey->varying |= value ^ first;
            if (value == 0)
                continue;
            size_t slot = (size_t)((value * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - SLOTS_LOG));
            while (slots[slot] > 0 && values[slots[slot] - 1] != value)
                slot = (slot + 1) % ((size_t)1 << SLOTS_LOG);
            survey->near += slots[slot] > before;
            survey->far += slots[slot] > 0 && slots[slot] <= before;
            values[taken++] = value;
            slots[slot] = (uint16_t)taken; /* the latest number with this value */
        }
    }
    survey->count = taken;
}

static unsigned count_bits(uint64_t x)
{
    unsigned bits = 0;
    for (; x; x &= x - 1)
        bits++;
    return bits;
}

bool znn_palette_promises(const uint8_t *data, size_t count, unsigned width)
{
    struct survey survey;
    if (count < LEAST)
        return false;
    take_survey(&survey, data, count, width);
    if (survey.varying == 0 || survey.count < RUN / 2)
        return survey.varying != 0 && survey.near * 2 > survey.count;
    if (survey.near * 64 >= survey.count * 10)
        return true;
    return count_bits(survey.varying) > NARROW && (survey.near + survey.far) * 64 >= survey.count;
}
