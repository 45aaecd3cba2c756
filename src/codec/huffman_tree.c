/*
 * huffman_tree.c - describes a Huffman code as a list of weights
 */
#include "codec/huffman_tree.h"

#include "codec/huffman_weights.h"
#include "platform/bits.h"

#include <string.h>

#define DIRECT_MAX 128 /* the most weights in an uncompressed list */
#define DIRECT_BASE 127

size_t znn_huffman_tree_write(const struct huffman_code *code, bool thorough, uint8_t dst[HUFFMAN_TREE_SIZE_MAX])
{
    uint8_t weights[256] = {0};
    unsigned count = code->last_symbol; /* the last symbol's weight is left out */
    for (unsigned s = 0; s < count; s++)
        if (code->length[s])
            weights[s] = (uint8_t)(code->longest + 1 - code->length[s]);

    size_t compressed = znn_huffman_weights_write(weights, count, thorough, dst + 1);
    size_t direct = count <= DIRECT_MAX ? (count + 1) / 2 : SIZE_MAX;
    if (compressed && compressed < direct) {
        dst[0] = (uint8_t)compressed;
        return 1 + compressed;
    }
    if (direct == SIZE_MAX)
        return 0;
    dst[0] = (uint8_t)(DIRECT_BASE + count);
    for (size_t i = 0; i < direct; i++)
        dst[1 + i] = (uint8_t)(weights[2 * i] << 4 | weights[2 * i + 1]);
    return 1 + direct;
}

/*
 * Reads the listed weights into weights[0..255) and sets *count.  Returns the size of the description, or 0 if it is
 * invalid.
 */
static size_t list_weights(const uint8_t *src, size_t size, uint8_t *weights, unsigned *count)
{
    if (size < 1)
        return 0;
    size_t length;
    if (src[0] <= DIRECT_BASE) {
        length = src[0];
        if (length > size - 1)
            return 0;
        *count = znn_huffman_weights_read(src + 1, length, weights);
    } else {
        *count = src[0] - DIRECT_BASE;
        length = (*count + 1) / 2;
        if (length > size - 1)
            return 0;
        for (size_t i = 0; i < *count; i++)
            weights[i] = (uint8_t)(src[1 + i / 2] >> (i % 2 ? 0 : 4) & 15);
    }
    return *count ? 1 + length : 0;
}

size_t znn_huffman_tree_read(struct huffman_code *code, const uint8_t *src, size_t size)
{
    uint8_t weights[256];
    unsigned count;
    size_t used = list_weights(src, size, weights, &count);
    if (!used)
        return 0;

    uint32_t space = 0;
    for (unsigned s = 0; s < count; s++) {
        if (weights[s] > HUFFMAN_BITS_MAX)
            return 0;
        space += (1U << weights[s]) >> 1;
    }
    if (space == 0 || space >= 1U << HUFFMAN_BITS_MAX)
        return 0;
    unsigned longest = highest_bit(space) + 1;
    uint32_t rest = (1U << longest) - space;
    if (rest & (rest - 1))
        return 0;
    weights[count] = (uint8_t)(highest_bit(rest) + 1);

    unsigned lightest = 0;
    memset(code, 0, sizeof *code);
    code->longest = longest;
    code->last_symbol = count;
    for (unsigned s = 0; s <= count; s++) {
        code->length[s] = weights[s] ? (uint8_t)(longest + 1 - weights[s]) : 0;
        code->symbols += weights[s] != 0;
        lightest += weights[s] == 1;
    }
    return lightest >= 2 ? used : 0;
}
