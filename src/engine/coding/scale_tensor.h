/*
 * scale_tensor.h - the tensor of a model that has the scales of a quantized tensor
 */
#ifndef ZNN_ENGINE_CODING_SCALE_TENSOR_H
#define ZNN_ENGINE_CODING_SCALE_TENSOR_H

#include "transform/scaled.h"

struct scale_tensor {
    uint64_t offset;        /* of its first scale in the model */
    struct scale_grid grid; /* of the quantized tensor, from its start on */
    uint16_t divisor;       /* each scale is a number of the tensor divided by this */
    uint8_t type;           /* an enum float_type */
};

/*
 * Returns the grid for the elements from number `place` of the quantized tensor on, and sets *first to the number of
 * their first scale.
 */
static inline struct scale_grid scale_grid_at(const struct scale_tensor *tensor, uint64_t place, uint64_t *first)
{
    struct scale_grid grid = tensor->grid;
    uint64_t tile_row = (uint64_t)grid.columns * grid.height;
    grid.start = place % tile_row;
    *first = place / tile_row * scale_grid_tiles(&grid);
    return grid;
}

#endif
