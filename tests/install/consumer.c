/* A C program of others: one call each way, and struct options of its own size. */
#include <stdio.h>
#include <string.h>
#include <znn.h>

#if ZNN_VERSION_NUMBER < 100
#    error "the header is older than the first version"
#endif

int main(void)
{
    unsigned char packed[100000], back[7];
    size_t size, original = 0;
    struct znn_compress_options options = {.struct_size = sizeof options, .level = 9};
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = znn_compress_buffer("weights", 7, packed, sizeof packed, &size, &options, &error);
    if (!status)
        status = znn_decompress_buffer(packed, size, back, sizeof back, &original, NULL, &error);
    int same = original == 7 && memcmp(back, "weights", 7) == 0 && znn_compress_bound(7) <= sizeof packed;
    printf("%s, %zu bytes: %s\n", znn_version(), size, znn_strerror(status));
    return status != ZNN_OK || !same || znn_version_number() != ZNN_VERSION_NUMBER;
}
