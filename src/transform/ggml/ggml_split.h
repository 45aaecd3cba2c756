/*
 * ggml_split.h - the difference between blocks and their prediction
 *
 * For a row of blocks of one type, and the values that they were made from, the differences are sorted by kind:
 *
 *     words    the difference of the F16 bits as a signed number, folded so that small ones have small numbers:
 *              0 -1 1 -2 2 ... become 0 1 2 3 4 ...; low bytes of all blocks, then high bytes, for each word
 *     fields   true field minus predicted field, with the sign changed if the predicted one is negative
 *     codes    true byte minus predicted byte, modulo 256
 *
 * Blocks from the usual quantizers have only zeros among the codes, and types without fields among the words, too.
 */
#ifndef ZNN_TRANSFORM_GGML_GGML_SPLIT_H
#define ZNN_TRANSFORM_GGML_GGML_SPLIT_H

#include "transform/ggml/ggml_block.h"

/* The type of the original values, little-endian. */
enum ggml_source { GGML_FROM_F32, GGML_FROM_F16, GGML_FROM_BF16 };

/* Bytes of a value. */
static inline unsigned ggml_source_width(enum ggml_source source)
{
    return source == GGML_FROM_F32 ? 4 : 2;
}

/* Where to write the differences.  Unused places may be NULL. */
struct ggml_room {
    uint8_t *words[2 * GGML_WORDS_MAX]; /* of each word, low and high: one byte for each block */
    uint8_t *fields[GGML_WORDS_MAX];    /* fields of the type for each block */
    uint8_t *codes;                     /* code_bytes of the type for each block */
};

/* Where the differences are. */
struct ggml_differences {
    const uint8_t *words[2 * GGML_WORDS_MAX];
    const uint8_t *fields[GGML_WORDS_MAX];
    const uint8_t *codes; /* NULL: all codes are as predicted */
};

/*
 * Writes the differences of `count` blocks.  `values` has as many values as they have, with no alignment.
 */
void znn_ggml_split(enum ggml_kind type, enum ggml_source source, const uint8_t *values, const uint8_t *blocks,
                    size_t count, const struct ggml_room *room);

/*
 * The reverse: writes the blocks.  Any differences are valid.
 */
void znn_ggml_merge(enum ggml_kind type, enum ggml_source source, const uint8_t *values,
                    const struct ggml_differences *differences, size_t count, uint8_t *blocks);

#endif
