/*
 * fuzz_roundtrip.c - any bytes, compressed with any options, come back
 *
 * The first byte chooses level and dtype, the rest is the original.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "znn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const dtypes[] = {NULL, NULL, NULL, NULL, "F32", "BF16", "F64", "C64"};
    static const int levels[] = {1, 5, 9, 5};
    if (size == 0)
        return 0;
    struct znn_compress_options options = {
        .level = levels[data[0] & 3], .threads = 1, .dtype = dtypes[data[0] >> 2 & 7]};
    struct znn_input original = znn_input_memory(data + 1, size - 1);
    struct znn_memory compressed = {0};
    struct znn_memory decoded = {0};
    struct znn_output to_compressed = znn_output_memory(&compressed);
    if (znn_compress(&original, &to_compressed, &options, NULL, NULL) != ZNN_OK)
        abort();
    struct znn_input input = znn_input_memory(compressed.data, compressed.size);
    struct znn_output to_decoded = znn_output_memory(&decoded);
    if (znn_decompress(&input, &to_decoded, NULL, NULL, NULL) != ZNN_OK)
        abort();
    if (decoded.size != size - 1 || (decoded.size > 0 && memcmp(decoded.data, data + 1, decoded.size) != 0))
        abort();
    free(compressed.data);
    free(decoded.data);
    return 0;
}
