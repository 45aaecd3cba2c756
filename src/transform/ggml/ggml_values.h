/*
 * ggml_values.h - the values that quantized blocks stand for
 *
 * A block's codes and scales give values back (ggml_block.h).  They are integers here, in units of 2^-24, the least F16
 * number.  All scales are multiples of it, so the values are exact, and every machine gets the same ones.
 */
#ifndef ZNN_TRANSFORM_GGML_GGML_VALUES_H
#define ZNN_TRANSFORM_GGML_GGML_VALUES_H

#include "transform/ggml/ggml_block.h"

/*
 * Writes the values of a block, as many as its type has.  An infinite or undefined scale counts as a very large one.
 */
void znn_ggml_values(enum ggml_kind kind, const uint8_t *block, int64_t *values);

#endif
