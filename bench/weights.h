/*
 * weights.h - makes any number of realistic weights
 *
 * Trained weights are almost normally distributed, with a different scale in each tensor.  That gives exponents of
 * about 2.6 bits, as in real models.  Tensors have shapes like those of a transformer: large matrices.  The same
 * arguments give the same bytes.
 */
#ifndef ZNN_BENCH_WEIGHTS_H
#define ZNN_BENCH_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Called with piece after piece; false stops it.
 */
typedef bool weights_sink(void *context, const uint8_t *data, size_t size);

/*
 * Whether there are weights of this type: "BF16", "F16", "F32".
 */
bool weights_have(const char *dtype);

/*
 * Writes a safetensors file of about that many megabytes to `sink`.  False where that said so, or memory ran out.
 */
bool weights_write(const char *dtype, size_t megabytes, weights_sink *sink, void *context);

#endif
