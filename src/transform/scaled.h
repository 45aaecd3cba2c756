/*
 * scaled.h - predicts the codes of a quantized tensor from the numbers that they were made from
 *
 * An FP8 or INT8 model has a second tensor of scales for each tensor of codes:
 *
 *     number = code * scale        code = number / scale, rounded to the type of the codes
 *
 * A scale belongs to a tile of the tensor.  A tile can be the whole tensor, a row, or a square of 128 x 128:
 *
 *     | 0 0 0 | 1 1 1 | 2 |        7 columns, and tiles of 2 rows and 3 columns;
 *     | 0 0 0 | 1 1 1 | 2 |        the last tile of a row is narrower
 *     | 3 3 3 | 4 4 4 | 5 |
 *
 * Programs compute the quotient in different ways, and codes on the border between two values show the difference.  So
 * there is a number for each way.
 *
 * The arithmetic is IEEE single precision, operation by operation, and a NaN has one result.  So every machine gets the
 * same codes.
 */
#ifndef ZNN_TRANSFORM_SCALED_H
#define ZNN_TRANSFORM_SCALED_H

#include "transform/float_convert.h"

#define SCALED_I8 6u /* the type of codes that are no floats, by its number in znn(5), "Element types" */

/* The way to compute a quotient: one of the first four, plus any of the others.  The numbers are stored in files. */
enum scaled_way {
    SCALED_DIVIDE = 0,      /* number / scale */
    SCALED_RECIPROCAL = 1,  /* number * (1 / scale) */
    SCALED_INVERTED = 2,    /* number * (divisor / numerator) */
    SCALED_MULTIPLY = 3,    /* number * scale */
    SCALED_OPERATIONS = 3,  /* mask of the above */
    SCALED_ROUND = 4,       /* the result is rounded to the type of the numbers */
    SCALED_ROUND_FACTOR = 8 /* the factor, too */
};

#define SCALED_WAYS 16

/* Where the tiles of consecutive elements of a tensor are. */
struct scale_grid {
    uint64_t start;   /* the first element, counted from the first row of its tile; below columns * height */
    uint32_t columns; /* of the tensor */
    uint32_t height;  /* of a tile */
    uint32_t width;   /* of a tile; at most `columns` */
};

/*
 * The scales are stored as floats of `type`.  Each is a numerator, and the scale is the numerator / divisor.  Scales
 * are often the quotient of a short number and 127 or 448, so the numerators are shorter than the scales.
 */
struct scaling {
    struct scale_grid grid;
    uint16_t divisor; /* not 0 */
    uint8_t type;     /* an enum float_type: F16, BF16 or F32; or FLOAT_NONE if nothing is scaled */
    uint8_t way;      /* an enum scaled_way */
};

/* The types of numbers and codes, and how codes are rounded. */
struct scaled_types {
    enum float_type from; /* F16, BF16 or F32 */
    unsigned to;          /* SCALED_I8, or an enum float_type: F8_E5M2 or F8_E4M3 */
    enum float_rounding rounding;
};

/*
 * Return true if numbers of this type can be quantized; if codes can have this type.
 */
bool znn_scaled_from(unsigned number);
bool znn_scaled_to(unsigned number);

/*
 * Returns the number of tiles beside each other.
 */
static inline uint64_t scale_grid_tiles(const struct scale_grid *grid)
{
    return ((uint64_t)grid->columns + grid->width - 1) / grid->width;
}

/*
 * Returns the number of scales that `count` elements need, at least 1.
 */
uint64_t znn_scale_count(const struct scale_grid *grid, uint64_t count);

/*
 * Turns `count` little-endian numerators into operands for znn_scaled_predict().
 */
void znn_scaled_operands(const struct scaling *scaling, enum float_type from, const uint8_t *numerators, size_t count,
                         float *operands);

/*
 * Writes the codes of the `count` numbers at `numbers`, the first of which is element `first` after the grid's start.
 */
void znn_scaled_predict(const struct scaling *scaling, const struct scaled_types *types, const float *operands,
                        uint64_t first, const uint8_t *numbers, size_t count, uint8_t *codes);

/*
 * Writes the numerators of type `type` that give the `count` scales, which are F32, with this divisor.  Returns false
 * if there are none that give all scales exactly.
 */
bool znn_scales_shorten(const uint8_t *scales, size_t count, enum float_type type, unsigned divisor,
                        uint8_t *numerators);

#endif
