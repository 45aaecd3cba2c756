/*
 * fuzz_decompress.c - decompresses any bytes
 *
 * Decompressing from memory and from a stream must give the same status, and nothing may be read or written out of
 * bounds.  Checksums would reject nearly every mutation at once, so the corpus starts with the good and bad vectors.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "tape.h"
#include "znn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    data = guard_input(data, size);
    struct tape tape = {data, size};
    struct znn_input inputs[] = {
        znn_input_memory(data, size),
        tape_input(&tape),
    };
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .max_output = (uint64_t)1 << 20};
    enum znn_status status[2];
    struct znn_memory decoded[2] = {{0}};
    for (int i = 0; i < 2; i++) {
        struct znn_output output = znn_output_memory(&decoded[i]);
        status[i] = znn_decompress(&inputs[i], &output, &options, NULL, NULL);
    }
    if (status[0] != status[1])
        abort();
    if (status[0] == ZNN_OK && (decoded[0].size != decoded[1].size ||
                                (decoded[0].size > 0 && memcmp(decoded[0].data, decoded[1].data, decoded[0].size))))
        abort();
    free(decoded[0].data);
    free(decoded[1].data);
    return 0;
}
