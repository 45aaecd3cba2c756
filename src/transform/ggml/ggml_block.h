/*
 * ggml_block.h - predicts the blocks of quantized tensors from the values that they were made from
 *
 * GGUF files hold quantized tensors in blocks.  A block has small integers, the codes, and the scales that turn them
 * back into values, roughly:
 *
 *     value = word * field * code                 word:   one or two F16 numbers for the whole block
 *     value = word * field * code - word * field  field:  small integers, each for 16 or 32 values; not in all types
 *
 * If the original values are at hand, few bytes of a block are news:
 *
 *  - Codes follow from values and scales, because all of ggml's quantizers choose the code that is nearest to the
 *    value once the scales are known, however they found the scales.
 *  - In the types without fields, the usual quantizer derives the scales from the values alone.
 *  - In the other types it searches for them, and weights of importance may lead it.  What it finds is close to the
 *    scales that just cover the range of the values.
 *
 * So a block is predicted step by step, each step from the true results of those before it:
 *
 *     values --> ideal scales, not rounded --> words --> fields --> codes
 *
 * A prediction is no promise: blocks may come from another quantizer, from other values or from an attacker.  All bytes
 * and values have a defined result that is the same on every machine, NaNs included.
 *
 * The arithmetic is IEEE single precision, rounded to nearest, operation by operation.  The functions must run between
 * float_mode_begin() and float_mode_end() (platform/float_mode.h).  Processors that compute with more precision give
 * the same results, because each operation is stored in a float, and the quotient, product or sum of two floats that is
 * rounded to 64 bits first is still rounded correctly.
 */
#ifndef ZNN_TRANSFORM_GGML_GGML_BLOCK_H
#define ZNN_TRANSFORM_GGML_GGML_BLOCK_H

#include <stddef.h>
#include <stdint.h>

enum ggml_kind {
    GGML_Q4_0,
    GGML_Q4_1,
    GGML_Q5_0,
    GGML_Q5_1,
    GGML_Q8_0,
    GGML_Q2_K,
    GGML_Q3_K,
    GGML_Q4_K,
    GGML_Q5_K,
    GGML_Q6_K,
    GGML_IQ4_NL,
    GGML_IQ4_XS,
    GGML_KINDS
};

#define GGML_VALUES_MAX 256 /* of a block */
#define GGML_BYTES_MAX 210
#define GGML_WORDS_MAX 2
#define GGML_PARTS_MAX 16 /* parts of a block that have fields of their own */
#define GGML_FIELDS_MAX (2 * GGML_PARTS_MAX)

/* The scales of a block, unpacked.  First all fields that belong to the first word, then those of the second. */
struct ggml_scales {
    uint16_t words[GGML_WORDS_MAX]; /* the bits of F16 numbers */
    int8_t fields[GGML_FIELDS_MAX];
};

/* For each part of a block: the scales that cover the range of its values, before anything is rounded. */
struct ggml_ideal {
    float scale[GGML_PARTS_MAX], min[GGML_PARTS_MAX];
};

/* A type of blocks. */
struct ggml_block {
    uint16_t values;     /* in a block: 32 or 256 */
    uint16_t bytes;      /* of a block */
    uint16_t code_start; /* The codes are these bytes, and the scales are all others. */
    uint16_t code_bytes;
    uint8_t words;  /* for each block: 1 or 2 */
    uint8_t fields; /* for each word: 0, 8 or 16 */

    /* Between the bytes of a block and its scales.  Packing ignores bits of a field that have no place. */
    void (*unpack)(const uint8_t *block, struct ggml_scales *scales);
    void (*pack)(const struct ggml_scales *scales, uint8_t *block);

    void (*find_ideal)(const float *values, struct ggml_ideal *ideal);
    void (*predict_words)(const struct ggml_ideal *ideal, uint16_t *words);
    /* From the true words; NULL for types without fields. */
    void (*predict_fields)(const struct ggml_ideal *ideal, struct ggml_scales *scales);
    /* From the true scales.  Writes the bytes of the codes, and no others. */
    void (*predict_codes)(const float *values, const struct ggml_ideal *ideal, const struct ggml_scales *scales,
                          uint8_t *block);
};

/*
 * Returns the description of a type.
 */
const struct ggml_block *znn_ggml_block(enum ggml_kind type);

#endif
