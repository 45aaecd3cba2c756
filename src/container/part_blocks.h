/*
 * part_blocks.h - the description of a part of quantized blocks that are predicted from a base
 *
 *     blocks    7 | type, source | size | ranges, misses | words, fields, codes as streams |
 *
 *     type      of the blocks, an element type of znn(5)
 *     source    type of the base's values: F16, BF16 or F32
 *     ranges    as in part_delta.h, but their bytes are those of the values that the blocks were made from
 *     misses    how the bytes of codes that are not as predicted are stored: none, all, or few of them:
 *               | 0 |    | 1 |    | 2 | number of misses M | bytes of gaps G |
 *
 * The streams are those of transform/ggml/ggml_split.h: for each word the low bytes, then the high bytes; the fields of
 * each word, if the type has fields; then, unless there are no misses, the codes: if all are stored, one stream of code
 * differences; if few are, the gaps between misses (G bytes), and their differences (M bytes).
 */
#ifndef ZNN_CONTAINER_PART_BLOCKS_H
#define ZNN_CONTAINER_PART_BLOCKS_H

#include "container/part_format.h"
#include "transform/ggml/ggml_split.h"

extern const struct part_format znn_blocks_format;

/*
 * Finds the kind of blocks for an element type, and the source for one.  Return false if there is none.
 */
bool znn_blocks_kind(unsigned dtype, enum ggml_kind *kind);
bool znn_blocks_source(unsigned dtype, enum ggml_source *source);

/*
 * Returns true if blocks of type `dtype` can be predicted from values of type `source`.
 */
bool znn_blocks_predictable(unsigned dtype, unsigned source);

/*
 * Returns the bytes of the values that `size` bytes of blocks were made from.
 */
uint64_t znn_blocks_base_size(enum ggml_kind kind, enum ggml_source source, uint64_t size);

/*
 * Returns how many streams hold words and fields.
 */
static inline unsigned blocks_scale_streams(const struct ggml_block *block)
{
    return 2u * block->words + (block->fields > 0 ? block->words : 0u);
}

#endif
