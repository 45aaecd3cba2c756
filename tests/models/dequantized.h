/*
 * dequantized.h - weights that were quantized and widened again
 *
 * Tools write floats again if they merge adapters into a quantized model, or export it for a runtime without quantized
 * kernels.  Each float is an integer or a code times a scale, which a tensor, a row or a group of neighbours shares:
 *
 *     int8   a scale for each tensor, or for each row                       x = q scale        -127 <= q <= 127
 *     int4   a scale for each group of 128                                                        -7 <= q <= 7
 *     nf4    the largest magnitude of each 64 (QLoRA)                       x = code[q] scale   0 <= q <= 15
 */
#ifndef ZNN_TESTS_DEQUANTIZED_H
#define ZNN_TESTS_DEQUANTIZED_H

#include "file_writer.h"

static inline float largest_of(const float *values, size_t count)
{
    float largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmaxf(largest, fabsf(values[i]));
    return largest > 0 ? largest : 1;
}

static inline void round_linear(float *values, size_t count, float steps)
{
    float scale = largest_of(values, count) / steps;
    for (size_t i = 0; i < count; i++)
        values[i] = (float)lrintf(values[i] / scale) * scale;
}

/* The quantiles of a normal distribution that QLoRA's NF4 (Dettmers et al. 2023) has for codes. */
static inline void round_nf4(float *values, size_t count)
{
    static const float codes[] = {-1.0f,       -0.6961928f, -0.5250731f, -0.3949175f, -0.2844414f, -0.1847734f,
                                  -0.0910500f, 0.0f,        0.0795803f,  0.1609302f,  0.2461123f,  0.3379152f,
                                  0.4407098f,  0.5626170f,  0.7229568f,  1.0f};
    float scale = largest_of(values, count);
    for (size_t i = 0; i < count; i++) {
        size_t best = 0;
        for (size_t q = 1; q < sizeof codes / sizeof *codes; q++)
            if (fabsf(values[i] / scale - codes[q]) < fabsf(values[i] / scale - codes[best]))
                best = q;
        values[i] = codes[best] * scale;
    }
}

enum sharing { BY_TENSOR, BY_ROW, BY_64, BY_128 };

struct rounding {
    enum sharing sharing;
    float steps; /* 0: NF4 */
    const char *dtype;
};

static inline size_t shared_by(const struct weight *weight, enum sharing sharing)
{
    return sharing == BY_64    ? 64
           : sharing == BY_128 ? 128
           : sharing == BY_ROW ? (size_t)weight->shape[weight->rank - 1]
                               : weight->count;
}

static inline void round_weight(const struct weight *weight, const struct rounding *rounding)
{
    size_t group = shared_by(weight, rounding->sharing);
    for (size_t start = 0; start < weight->count; start += group) {
        size_t size = weight->count - start < group ? weight->count - start : group;
        if (rounding->steps > 0)
            round_linear(weight->values + start, size, rounding->steps);
        else
            round_nf4(weight->values + start, size);
    }
}

static inline uint16_t to_bf16(float x)
{
    uint32_t bits = float_to_bits(x);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* Matrices are rounded, vectors are left as they are; all of them as `dtype`. */
static inline void make_rounded(const struct weights *weights, struct arrays *arrays, struct rounding rounding)
{
    bool narrow = strcmp(rounding.dtype, "BF16") == 0;
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        if (weight->rank > 1)
            round_weight(weight, &rounding);
        struct array *array = add_array(arrays, weight->name, "", rounding.dtype);
        set_shape(array, weight->shape, weight->rank);
        for (size_t k = 0; k < weight->count; k++)
            put_number(&array->data, narrow ? to_bf16(weight->values[k]) : float_to_bits(weight->values[k]),
                       narrow ? 2 : 4);
    }
}

static inline void make_int8(const struct weights *weights, struct arrays *arrays)
{
    make_rounded(weights, arrays, (struct rounding){BY_TENSOR, 127, "F32"});
}

static inline void make_int8_rows(const struct weights *weights, struct arrays *arrays)
{
    make_rounded(weights, arrays, (struct rounding){BY_ROW, 127, "F32"});
}

static inline void make_int4(const struct weights *weights, struct arrays *arrays)
{
    make_rounded(weights, arrays, (struct rounding){BY_128, 7, "F32"});
}

static inline void make_int4_bf16(const struct weights *weights, struct arrays *arrays)
{
    make_rounded(weights, arrays, (struct rounding){BY_128, 7, "BF16"});
}

static inline void make_nf4(const struct weights *weights, struct arrays *arrays)
{
    make_rounded(weights, arrays, (struct rounding){BY_64, 0, "F32"});
}

static inline void make_nf4_bf16(const struct weights *weights, struct arrays *arrays)
{
    make_rounded(weights, arrays, (struct rounding){BY_64, 0, "BF16"});
}

/* Which weights pruning by magnitude would keep: 1.0 or 0.0. */
static inline void make_mask(const struct weights *weights, struct arrays *arrays)
{
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        struct array *array = add_array(arrays, weight->name, "", "F32");
        float threshold = largest_of(weight->values, weight->count) / 4;
        set_shape(array, weight->shape, weight->rank);
        for (size_t k = 0; k < weight->count; k++)
            put_number(&array->data, float_to_bits(fabsf(weight->values[k]) >= threshold ? 1.0f : 0.0f), 4);
    }
}

/* Adapters of which one half, the B of each pair, has not been trained: every second matrix is zero. */
static inline void make_half_zero(const struct weights *weights, struct arrays *arrays)
{
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        if (weight->rank != 2)
            continue;
        for (int zero = 0; zero < 2; zero++) {
            struct array *array = add_array(arrays, weight->name, zero ? ".lora_B" : ".lora_A", "F32");
            set_shape(array, weight->shape, weight->rank);
            for (size_t k = 0; k < weight->count; k++)
                put_number(&array->data, zero ? 0 : float_to_bits(weight->values[k]), 4);
        }
    }
}

/* Weights of which half, the smaller ones, were pruned. */
static inline void make_pruned(const struct weights *weights, struct arrays *arrays)
{
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        struct array *array = add_array(arrays, weight->name, "", "F32");
        double sum = 0;
        for (size_t k = 0; k < weight->count; k++)
            sum += fabs((double)weight->values[k]);
        double threshold = 0.84 * sum / (double)weight->count; /* near the median, if they are normal */
        set_shape(array, weight->shape, weight->rank);
        for (size_t k = 0; k < weight->count; k++)
            put_number(&array->data, fabs((double)weight->values[k]) < threshold ? 0 : float_to_bits(weight->values[k]),
                       4);
    }
}

#endif
