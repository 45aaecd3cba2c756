/*
 * compare_frames.c - compares the size of znn's own Huffman frames with libzstd's
 *
 *     compare_frames FILE...
 *
 * Compresses each file twice in memory at the default level: with znn's own frames, and with frames that libzstd makes
 * without a search for matches.  Prints both sizes and the difference in points, which are hundredths of the original.
 * Fails if a difference is above 0.05.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/frame.h"
#include "znn.h"

#define POINTS_MAX 0.05

static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t capacity = 1 << 20, got = 1;
    *size = 0;
    for (; file && got > 0; *size += got) {
        uint8_t *grown = *size == capacity || !data ? realloc(data, capacity *= 2) : data;
        if (!grown)
            break;
        data = grown;
        got = fread(data + *size, 1, capacity - *size, file);
    }
    if (file)
        fclose(file);
    return data;
}

static uint64_t compressed_size(const uint8_t *data, size_t size, bool by_libzstd)
{
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(data, size);
    struct znn_output output = znn_output_memory(&memory);
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_frame_by_libzstd(by_libzstd);
    enum znn_status status = znn_compress(&input, &output, NULL, &report, NULL);
    znn_frame_by_libzstd(false);
    free(memory.data);
    return status ? 0 : report.compressed_size;
}

int main(int argc, char **argv)
{
    int failed = 0;
    double worst = -100;
    for (int i = 1; i < argc; i++) {
        size_t size;
        uint8_t *data = read_file(argv[i], &size);
        if (!data)
            return 2;
        uint64_t own = compressed_size(data, size, false), libzstd = compressed_size(data, size, true);
        double points = size ? 100.0 * ((double)own - (double)libzstd) / (double)size : 0;
        printf("%12zu %12llu %12llu %+8.4f %s\n", size, (unsigned long long)own, (unsigned long long)libzstd, points,
               argv[i]);
        worst = points > worst ? points : worst;
        failed |= !own || !libzstd || points > POINTS_MAX;
        free(data);
    }
    printf("worst: %+.4f points\n", worst);
    return failed;
}
