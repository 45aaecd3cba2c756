/*
 * guess.h - finds numbers in opaque bytes
 *
 * Many files hold weights in a layout that no scanner knows: HDF5, ONNX, ncnn, raw dumps.  Their bytes still reveal
 * numbers.  In an array of floats, bytes at equal places of the elements are alike, and bytes at different places are
 * not:
 *
 *     place         0      1      2      3      0      1      2      3
 *     F32        | noise  noise  mixed   few  | noise  noise  mixed   few  | ...
 *
 * So the entropy of every second, fourth or eighth byte alone is lower than the entropy of all bytes (guess_width.h),
 * and the place of the exponents shows where an element starts.
 */
#ifndef ZNN_ENGINE_CHUNK_GUESS_H
#define ZNN_ENGINE_CHUNK_GUESS_H

#include "engine/chunk/chunk_plan.h"
#include "engine/chunk/guess_pieces.h"
#include "engine/chunk/guess_prices.h"
#include "engine/chunk/guess_width.h"
#include "engine/coding/rotation.h"

/*
 * The findings, and working memory.
 */
struct guesser {
    bool found;
    bool may_go_on;
    struct guess_prices prices;
    struct guess_widths widths;
    struct guess_pieces pieces;
    struct rotation_sample sample;
};

/*
 * Copies `plan`, whose bytes are at `data`, to `guess`, but replaces opaque bytes that look like numbers by pieces of
 * numbers.  `guess` must be zeroed before its first use.  Sets guesser->found if there are such pieces, and
 * guesser->may_go_on if one of them may go on with an earlier one.  This is a guess: the encoder must find out whether
 * it pays.  Returns false if memory runs out.
 */
bool znn_guess_numbers(struct guesser *guesser, const struct chunk_plan *plan, const uint8_t *data,
                       struct chunk_plan *guess);

#endif
