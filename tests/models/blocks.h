/*
 * blocks.h - numbers quantized in blocks, as in GGUF files
 *
 * The elements of a block share a scale, so an element needs only a small integer.  Q8_0 has 32 elements of 8 bits:
 *
 *     | d: F16 | q: 32 x I8 |                                   x = d q
 *      2        32
 *
 * Q4_K has 8 sub-blocks of 32 elements of 4 bits.  Each sub-block has a scale and a minimum of 6 bits, in units of d
 * and m, two numbers of the block:
 *
 *     | d: F16 | m: F16 | 12 bytes: 8 scales, 8 minimums | 128 bytes: q |       x = d scale q - m minimum
 *
 * Bytes 0 to 3 hold scales 0 to 3, bytes 4 to 7 minimums 0 to 3, each in the low 6 bits; bytes 8 to 11 the low 4 bits
 * of scales 4 to 7 and, above them, of minimums 4 to 7, whose high 2 bits are on top of bytes 0 to 3 and 4 to 7.  A
 * byte of q holds an element of an even sub-block in its low half, and the same element of the next sub-block in its
 * high half.
 *
 * The functions choose the integers as ggml's reference quantizers do.
 */
#ifndef ZNN_TESTS_BLOCKS_H
#define ZNN_TESTS_BLOCKS_H

#include "common/bytes.h"

#include "numbers.h"

enum {
    Q8_0_ELEMENTS = 32,
    Q8_0_BYTES = 34,
    Q4_K_ELEMENTS = 256,
    Q4_K_BYTES = 144,
    SUB_BLOCK = 32,
    SUB_BLOCKS = Q4_K_ELEMENTS / SUB_BLOCK
};

/* The largest element becomes 127 or -127. */
static inline void quantize_q8_0(const float x[Q8_0_ELEMENTS], uint8_t block[Q8_0_BYTES])
{
    float largest = 0;
    for (int i = 0; i < Q8_0_ELEMENTS; i++)
        largest = fmaxf(largest, fabsf(x[i]));
    float scale = largest / 127.0f;
    float inverse = scale > 0 ? 1.0f / scale : 0.0f;
    store_le16(block, to_f16(scale));
    for (int i = 0; i < Q8_0_ELEMENTS; i++)
        block[2 + i] = (uint8_t)(int8_t)roundf(x[i] * inverse);
}

/* A line that the elements of a sub-block lie near: x = scale q - minimum, with q from 0 to 15. */
struct line {
    float scale;
    float minimum; /* not negative */
    uint8_t q[SUB_BLOCK];
};

static inline uint8_t nearest_q(float q)
{
    return (uint8_t)(q < 0 ? 0 : q > 15 ? 15 : lrintf(q));
}

/* The sum of squared distances, in which an element counts by its weight. */
static inline float line_error(const struct line *line, const float x[SUB_BLOCK], const float weight[SUB_BLOCK])
{
    float error = 0;
    for (int i = 0; i < SUB_BLOCK; i++) {
        float distance = line->scale * line->q[i] - line->minimum - x[i];
        error += weight[i] * distance * distance;
    }
    return error;
}

/* The line that fits the elements best, their q being given: weighted least squares.  False where there is none. */
static inline bool fit_line(struct line *line, const float x[SUB_BLOCK], const float weight[SUB_BLOCK])
{
    float sum = 0, sum_x = 0, sum_q = 0, sum_qq = 0, sum_xq = 0;
    for (int i = 0; i < SUB_BLOCK; i++) {
        float w = weight[i], q = line->q[i];
        sum += w;
        sum_x += w * x[i];
        sum_q += w * q;
        sum_qq += w * q * q;
        sum_xq += w * x[i] * q;
    }
    float determinant = sum * sum_qq - sum_q * sum_q;
    if (!(determinant > 0))
        return false;
    line->scale = (sum * sum_xq - sum_x * sum_q) / determinant;
    line->minimum = (sum_q * sum_xq - sum_qq * sum_x) / determinant;
    if (line->minimum < 0) {
        line->minimum = 0;
        line->scale = sum_xq / sum_qq;
    }
    return true;
}

/* Tries 22 scales, and takes the line with the smallest error. */
static inline struct line find_line(const float x[SUB_BLOCK])
{
    float weight[SUB_BLOCK], squares = 0, least = 0, most = x[0];
    for (int i = 0; i < SUB_BLOCK; i++) {
        squares += x[i] * x[i];
        least = fminf(least, x[i]);
        most = fmaxf(most, x[i]);
    }
    struct line best = {.minimum = least < 0 ? -least : 0};
    if (most <= least)
        return best;
    float typical = sqrtf(squares / SUB_BLOCK);
    for (int i = 0; i < SUB_BLOCK; i++)
        weight[i] = typical + fabsf(x[i]);

    best.scale = (most - least) / 15.0f;
    for (int i = 0; i < SUB_BLOCK; i++)
        best.q[i] = nearest_q((x[i] - least) / best.scale);
    float error = line_error(&best, x, weight);
    for (int step = 0; step <= 20; step++) {
        struct line line = best;
        float inverse = (14.0f + 0.1f * (float)step) / (most + best.minimum);
        for (int i = 0; i < SUB_BLOCK; i++)
            line.q[i] = nearest_q(inverse * (x[i] + best.minimum));
        if (!fit_line(&line, x, weight))
            continue;
        float this_error = line_error(&line, x, weight);
        if (this_error < error) {
            error = this_error;
            best = line;
        }
    }
    return best;
}

/* Numbers of 6 bits in the 12 bytes; see the top. */
static inline void pack_q4_k_scales(const uint8_t scale[SUB_BLOCKS], const uint8_t minimum[SUB_BLOCKS],
                                    uint8_t packed[12])
{
    for (int i = 0; i < 4; i++) {
        packed[i] = (uint8_t)(scale[i] | scale[i + 4] >> 4 << 6);
        packed[4 + i] = (uint8_t)(minimum[i] | minimum[i + 4] >> 4 << 6);
        packed[8 + i] = (uint8_t)((scale[i + 4] & 15) | (minimum[i + 4] & 15) << 4);
    }
}

/* `number` in units of `unit`, from 0 to 63. */
static inline uint8_t in_units(float number, float unit)
{
    float units = unit > 0 ? number / unit : 0;
    return (uint8_t)(units < 0 ? 0 : units > 63 ? 63 : lrintf(units));
}

static inline void quantize_q4_k(const float x[Q4_K_ELEMENTS], uint8_t block[Q4_K_BYTES])
{
    struct line lines[SUB_BLOCKS];
    float most_scale = 0, most_minimum = 0;
    for (int i = 0; i < SUB_BLOCKS; i++) {
        lines[i] = find_line(x + i * SUB_BLOCK);
        most_scale = fmaxf(most_scale, lines[i].scale);
        most_minimum = fmaxf(most_minimum, lines[i].minimum);
    }
    uint8_t scale[SUB_BLOCKS], minimum[SUB_BLOCKS];
    uint16_t d = to_f16(most_scale / 63), m = to_f16(most_minimum / 63);
    for (int i = 0; i < SUB_BLOCKS; i++) {
        scale[i] = in_units(lines[i].scale, most_scale / 63);
        minimum[i] = in_units(lines[i].minimum, most_minimum / 63);
        float step = from_f16(d) * scale[i], lowest = from_f16(m) * minimum[i];
        for (int j = 0; j < SUB_BLOCK && step > 0; j++)
            lines[i].q[j] = nearest_q((x[i * SUB_BLOCK + j] + lowest) / step);
    }
    store_le16(block, d);
    store_le16(block + 2, m);
    pack_q4_k_scales(scale, minimum, block + 4);
    for (int i = 0; i < Q4_K_ELEMENTS / 2; i++) {
        int even = i / SUB_BLOCK * 2, j = i % SUB_BLOCK;
        block[16 + i] = (uint8_t)(lines[even].q[j] | lines[even + 1].q[j] << 4);
    }
}

#endif
