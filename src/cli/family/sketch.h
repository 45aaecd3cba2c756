/*
 * sketch.h - a few numbers that show which models may be related
 *
 * Comparing the tensors of every model of a folder with those of every other one would take far too long.  A sketch has
 * up to 64 keys of a model's tensors.  Two models that share a key have tensors with the same number of elements, and
 * they are worth a closer look.
 *
 * A key is made from the number of elements, and not from names, types or shapes, because these differ between a model
 * and its quantization.  The third tensor with 4096 elements has another key than the second one.  Which keys a sketch
 * keeps depends only on the keys themselves, so two models with the same tensors keep the same ones.  Large tensors are
 * more likely to be kept: their bytes count more.
 */
#ifndef ZNN_CLI_FAMILY_SKETCH_H
#define ZNN_CLI_FAMILY_SKETCH_H

#include "znn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SKETCH_KEYS 64

struct sketch {
    uint64_t keys[SKETCH_KEYS]; /* ascending */
    size_t count;
    uint64_t elements; /* of all tensors */
    uint64_t size;     /* bytes of all tensors */
};

/*
 * Fills in the sketch of a model.  Returns false if memory ran out.
 */
bool znn_sketch_make(struct sketch *sketch, const struct znn_base *model);

/*
 * Returns the number of keys that both sketches have.
 */
size_t znn_sketch_common(const struct sketch *a, const struct sketch *b);

/*
 * Returns the bits that an element takes on average, or 0 if there are no elements.
 */
double znn_sketch_bits(const struct sketch *sketch);

#endif
