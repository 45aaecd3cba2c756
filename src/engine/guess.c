/*
 * guess.c - opaque bytes that are really numbers
 *
 * A piece is looked at in blocks, and neighbouring blocks that look alike become one piece.  For a block, bytes are
 * counted by their place modulo eight; adding the counts up gives those modulo four and two.  The width with the lowest
 * entropy wins if it gains enough over one byte.  The phase, that is where elements start, is the one under which the
 * groups would be smallest; it is sought anew only where the lowest entropy has moved to another place.
 */
#include "engine/guess.h"

#include "codec/statistics.h"

#define BLOCK 16384u

/* In 1/ENTROPY_ONE bit a byte: what numbers must gain at least over bytes, and a wider element over a narrower one. */
#define GAIN_NUMBERS (ENTROPY_ONE / 8)
#define GAIN_WIDER (ENTROPY_ONE / 32)

/* What a block looks like.  Width 1 is opaque; `lowest` is the place, modulo width, of the lowest entropy. */
struct look {
    unsigned width;
    unsigned phase;
    unsigned lowest;
};

static void count_places(struct statistics places[8], const uint8_t *data, size_t size)
{
    for (size_t place = 0; place < 8; place++)
        places[place] = (struct statistics){.total = (uint32_t)(size / 8)};
    for (size_t i = 0; i + 8 <= size; i += 8)
        for (size_t place = 0; place < 8; place++)
            places[place].count[data[i + place]]++;
}

/* Adds the counts of places `from` and `from` + `apart` up in the former. */
static void fold(struct statistics *places, size_t apart)
{
    for (size_t place = 0; place < apart; place++) {
        for (size_t v = 0; v < 256; v++)
            places[place].count[v] += places[place + apart].count[v];
        places[place].total += places[place + apart].total;
    }
}

/* The mean entropy of the places modulo `width`; *lowest is the place that has the least. */
static uint32_t mean_entropy(const struct statistics *places, unsigned width, unsigned *lowest)
{
    uint32_t sum = 0;
    uint32_t least = UINT32_MAX;
    for (unsigned place = 0; place < width; place++) {
        uint32_t entropy = znn_statistics_entropy(&places[place]);
        sum += entropy;
        if (entropy < least) {
            least = entropy;
            *lowest = place;
        }
    }
    return sum / width;
}

/* The width of the elements that `data` seems to be made of. */
static struct look find_width(const uint8_t *data, size_t size)
{
    struct statistics places[8];
    struct look best = {.width = 1};
    uint32_t least = UINT32_MAX;
    uint32_t bytes = 0;
    count_places(places, data, size);
    for (unsigned width = 8; width >= 1; width /= 2) {
        unsigned lowest = 0;
        uint32_t entropy = mean_entropy(places, width, &lowest);
        if (least == UINT32_MAX || entropy <= least + GAIN_WIDER) {
            best = (struct look){.width = width, .lowest = lowest};
            least = entropy < least ? entropy : least;
        }
        bytes = entropy;
        if (width > 1)
            fold(places, width / 2);
    }
    if (bytes < least + GAIN_NUMBERS)
        best = (struct look){.width = 1};
    return best;
}

/* Where, modulo the width, elements start at `data`. */
static unsigned find_phase(struct rotation_sample *sample, const uint8_t *data, size_t size, unsigned width)
{
    uint64_t least = UINT64_MAX;
    unsigned best = 0;
    for (unsigned phase = 0; phase < width; phase++) {
        uint64_t cost = znn_rotation_cost(sample, data + phase, (size - phase) / width, width, ROTATION_PURE);
        if (cost < least) {
            least = cost;
            best = phase;
        }
    }
    return best;
}

static bool add_numbers(struct chunk_plan *guess, const struct look *look, uint32_t start, uint32_t size)
{
    static const uint8_t dtypes[] = {[2] = DTYPE_F16, [4] = DTYPE_F32, [8] = DTYPE_F64};
    uint32_t before = (look->phase + look->width - start % look->width) % look->width;
    if (look->width == 1 || size < before + look->width)
        return znn_chunk_plan_add(guess, size, DTYPE_BYTES, false);
    uint32_t behind = (size - before) % look->width;
    return (before == 0 || znn_chunk_plan_add(guess, before, DTYPE_BYTES, false)) &&
           znn_chunk_plan_add(guess, size - before - behind, dtypes[look->width], false) &&
           (behind == 0 || znn_chunk_plan_add(guess, behind, DTYPE_BYTES, false));
}

/* Divides an opaque piece.  Phases are counted from its start. */
static bool divide(struct rotation_sample *sample, const uint8_t *data, uint32_t size, struct chunk_plan *guess,
                   bool *found)
{
    struct look last = {.width = 1};
    uint32_t start = 0;
    for (uint32_t at = 0; at < size; at += BLOCK) {
        uint32_t left = size - at;
        struct look look = last; /* a short rest goes with what came before it */
        if (left >= BLOCK / 4) {
            uint32_t block = left < BLOCK ? left : BLOCK;
            look = find_width(data + at, block);
            if (look.width == last.width && look.lowest == last.lowest)
                look.phase = last.phase;
            else if (look.width > 1)
                look.phase = find_phase(sample, data + at, block, look.width); /* blocks start at multiples of 8 */
        }
        *found = *found || look.width > 1;
        if (look.width != last.width || look.phase != last.phase) {
            if (at > start && !add_numbers(guess, &last, start, at - start))
                return false;
            start = at;
        }
        last = look;
    }
    return add_numbers(guess, &last, start, size - start);
}

bool znn_guess_numbers(const struct chunk_plan *plan, const uint8_t *data, struct rotation_sample *sample,
                       struct chunk_plan *guess, bool *found)
{
    guess->offset = plan->offset;
    guess->size = 0;
    guess->count = 0;
    *found = false;
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *piece = &plan->pieces[i];
        bool opaque = piece->dtype == DTYPE_BYTES && piece->size >= BLOCK;
        if (opaque ? !divide(sample, data, piece->size, guess, found)
                   : !znn_chunk_plan_add(guess, piece->size, piece->dtype, piece->small))
            return false;
        data += piece->size;
    }
    return true;
}
