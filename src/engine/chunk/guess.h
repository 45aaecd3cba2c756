/*
 * guess.h - opaque bytes that are really numbers
 *
 * Many files hold weights in a layout that no scanner knows: HDF5, ONNX, ncnn, raw dumps.  Their bytes still tell.  In
 * a row of floats the bytes at equal places of the elements are alike, those at different places are not:
 *
 *     place         0      1      2      3      0      1      2      3
 *     F32        | noise  noise  mixed   few  | noise  noise  mixed   few  | ...
 *
 * So the entropy of every second, fourth or eighth byte alone is lower than that of all (guess_width.h), and where the
 * exponents lie tells where an element starts.
 */
#ifndef ZNN_ENGINE_CHUNK_GUESS_H
#define ZNN_ENGINE_CHUNK_GUESS_H

#include "engine/chunk/chunk_plan.h"
#include "engine/chunk/guess_pieces.h"
#include "engine/chunk/guess_prices.h"
#include "engine/chunk/guess_width.h"
#include "engine/coding/rotation.h"

/*
 * What was found, and working memory.
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
 * Copies `plan`, whose bytes are at `data`, to `guess` (zeroed before its first use), with pieces of numbers in place
 * of opaque bytes that look like it.  guesser->found says whether there are any, and guesser->may_go_on whether any of
 * them may go on with an earlier one.  It is a guess: whether it pays is for the encoder to find out.  False where
 * memory ran out.
 */
bool znn_guess_numbers(struct guesser *guesser, const struct chunk_plan *plan, const uint8_t *data,
                       struct chunk_plan *guess);

#endif
