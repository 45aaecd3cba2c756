/*
 * lossy_files.h - numbers of any float type, and models that are rounded and come back
 */
#ifndef ZNN_TESTS_LOSSY_FILES_H
#define ZNN_TESTS_LOSSY_FILES_H

#include "model_files.h"

#include <math.h>

#include "common/endian.h"

static inline double from_bits(uint64_t bits, int mantissa, int exponent)
{
    int field = (int)(bits >> mantissa & ((1u << exponent) - 1)), bias = (1 << (exponent - 1)) - 1;
    uint64_t m = bits & ((UINT64_C(1) << mantissa) - 1);
    double sign = bits >> (mantissa + exponent) ? -1 : 1;
    if (field == (1 << exponent) - 1)
        return m ? NAN : sign * INFINITY;
    m |= field > 0 ? UINT64_C(1) << mantissa : 0;
    return sign * ldexp((double)m, (field > 0 ? field : 1) - bias - mantissa);
}

static inline double number_at(const char *dtype, const uint8_t *p)
{
    if (strcmp(dtype, "F16") == 0)
        return from_bits(load_word16(p), 10, 5);
    if (strcmp(dtype, "BF16") == 0)
        return from_bits(load_word16(p), 7, 8);
    return strcmp(dtype, "F32") == 0 ? from_bits(load_word32(p), 23, 8) : from_bits(load_word64(p), 52, 11);
}

static inline struct znn_memory compress(const struct buffer *file, const struct znn_compress_options *options,
                                         struct znn_report *report)
{
    struct znn_memory memory = {0};
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct znn_input input = znn_input_memory(file->data, file->size);
    struct znn_output output = znn_output_memory(&memory);
    if (znn_compress(&input, &output, options, report, &error) != ZNN_OK)
        fail_msg("%s", error.detail);
    return memory;
}

static inline struct znn_memory decompress(const struct znn_memory *compressed, struct znn_report *report)
{
    struct znn_memory memory = {0};
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct znn_input input = znn_input_memory(compressed->data, compressed->size);
    struct znn_output output = znn_output_memory(&memory);
    if (znn_decompress(
            &input, &output,
            &(struct znn_decompress_options){.struct_size = sizeof(struct znn_decompress_options), .threads = 2},
            report, &error) != ZNN_OK)
        fail_msg("%s", error.detail);
    return memory;
}

#endif
