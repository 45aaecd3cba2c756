/*
 * fuzz_roundtrip.c - any bytes, compressed with any options, make the round trip
 *
 * The first byte chooses level, dtype, the place of signs, and whether the rest is the original itself or the tensors
 * of a model, some of them repeated.  The original is memory or a stream.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "tape.h"
#include "znn.h"

#define TENSOR 9000

/* A safetensors file of six tensors, which repeat the bytes, those of the odd ones after a change: a b a b a c. */
static size_t make_model(const uint8_t *data, size_t size, uint8_t *model)
{
    static const char entry[] = "\"%d\":{\"dtype\":\"BF16\",\"shape\":[4500],\"data_offsets\":[%d,%d]}%s";
    char header[1000];
    int length = 1;
    header[0] = '{';
    for (int i = 0; i < 6; i++)
        length += snprintf(header + length, sizeof header - (size_t)length, entry, i, i * TENSOR, (i + 1) * TENSOR,
                           i < 5 ? "," : "}");
    memset(model, 0, 8);
    model[0] = (uint8_t)length;
    model[1] = (uint8_t)(length >> 8);
    memcpy(model + 8, header, (size_t)length);
    uint8_t *p = model + 8 + length;
    for (int i = 0; i < 6; i++)
        for (size_t k = 0; k < TENSOR; k++)
            *p++ = (uint8_t)(data[k % size] + (i == 5 ? k / 256 : i % 2 ? k / size : 0));
    return (size_t)(p - model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const dtypes[] = {NULL, NULL, NULL, NULL, "F32", "BF16", "F64", "C64"};
    static const int levels[] = {1, 5, 9, 5};
    if (size == 0)
        return 0;
    data = guard_input(data, size);
    static uint8_t model[8 + 1000 + 6 * TENSOR];
    bool is_stream = data[0] & 0x40;
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .level = levels[data[0] & 3],
                                           .threads = 1,
                                           .dtype = dtypes[data[0] >> 2 & 7],
                                           .dedup = is_stream};
    options.sign = data[0] & 0x80 ? ZNN_SIGN_SEPARATE : ZNN_SIGN_AUTO;
    const uint8_t *bytes = data + 1;
    size_t length = size - 1;
    if (data[0] & 0x20 && length > 0) {
        length = make_model(bytes, length, model);
        bytes = model;
        options.dtype = NULL;
    }
    struct tape tape = {bytes, length};
    struct znn_input original = is_stream ? tape_input(&tape) : znn_input_memory(bytes, length);
    struct znn_memory compressed = {0};
    struct znn_memory decoded = {0};
    struct znn_output to_compressed = znn_output_memory(&compressed);
    if (znn_compress(&original, &to_compressed, &options, NULL, NULL) != ZNN_OK)
        abort();
    struct znn_input input = znn_input_memory(compressed.data, compressed.size);
    struct znn_output to_decoded = znn_output_memory(&decoded);
    if (znn_decompress(&input, &to_decoded, NULL, NULL, NULL) != ZNN_OK)
        abort();
    if (decoded.size != length || (length > 0 && memcmp(decoded.data, bytes, length) != 0))
        abort();
    free(compressed.data);
    free(decoded.data);
    return 0;
}
