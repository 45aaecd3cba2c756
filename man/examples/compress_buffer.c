/* Compresses numbers in memory, and gets them back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <znn.h>

static float weights[100000];
static float again[100000];

int main(void)
{
    for (int i = 0; i < 100000; i++)
        weights[i] = (float)(rand() % 2001 - 1000) / 50000;

    struct znn_compress_options options = {.struct_size = sizeof options, .dtype = "F32"};
    struct znn_error error = ZNN_INIT(struct znn_error);
    size_t size, capacity = znn_compress_bound(sizeof weights);
    void *packed = malloc(capacity);
    if (!packed)
        return 1;
    enum znn_status status = znn_compress_buffer(weights, sizeof weights, packed, capacity, &size, &options, &error);
    if (!status) {
        printf("%zu bytes became %zu\n", sizeof weights, size);
        status = znn_decompress_buffer(packed, size, again, sizeof again, &size, NULL, &error);
    }
    if (status)
        fprintf(stderr, "%s: %s\n", znn_strerror(status), error.detail);
    else if (size == sizeof weights && memcmp(again, weights, size) == 0)
        printf("and came back the same\n");
    free(packed);
    return status != ZNN_OK;
}
