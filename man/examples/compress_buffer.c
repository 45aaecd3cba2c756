/* Compresses numbers in memory, and gets them back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <znn.h>

static float weights[100000];

int main(void)
{
    for (int i = 0; i < 100000; i++)
        weights[i] = (float)(rand() % 2001 - 1000) / 50000;

    struct znn_input input = znn_input_memory(weights, sizeof weights);
    struct znn_memory packed = {0};
    struct znn_output output = znn_output_memory(&packed);
    struct znn_compress_options options = {.dtype = "F32"};
    struct znn_error error;
    enum znn_status status = znn_compress(&input, &output, &options, NULL, &error);

    struct znn_memory again = {0};
    if (!status) {
        printf("%zu bytes became %zu\n", sizeof weights, packed.size);
        input = znn_input_memory(packed.data, packed.size);
        output = znn_output_memory(&again);
        status = znn_decompress(&input, &output, NULL, NULL, &error);
    }
    if (status)
        fprintf(stderr, "%s: %s\n", znn_strerror(status), error.detail);
    else if (again.size == sizeof weights && memcmp(again.data, weights, again.size) == 0)
        printf("and came back the same\n");
    free(packed.data);
    free(again.data);
    return status != ZNN_OK;
}
