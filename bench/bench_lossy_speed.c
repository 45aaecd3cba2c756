/*
 * bench_lossy_speed.c - compares the speed of rounding with that of lossless compression
 *
 *     bench_lossy_speed FILE [B]...
 *
 * Compares fixed point with each B with lossless compression, in memory, with one thread.  Prints medians of seven runs
 * in turns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "znn.h"

#define RUNS 7

struct mode {
    char name[16];
    struct znn_lossy lossy;
    double compress[RUNS], decompress[RUNS];
    size_t size;
};

#define MODES 16

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void run(struct mode *mode, int i, const struct znn_memory *file, struct znn_memory *compressed,
                struct znn_memory *decoded)
{
    struct znn_input input = znn_input_memory(file->data, file->size);
    struct znn_output output = znn_output_memory(compressed), back = znn_output_memory(decoded);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .threads = 1, .lossy = mode->lossy};
    struct znn_decompress_options single = {.struct_size = sizeof(struct znn_decompress_options), .threads = 1};
    compressed->size = decoded->size = 0;
    double start = now();
    if (znn_compress(&input, &output, &options, NULL, NULL))
        exit(1);
    double middle = now();
    input = znn_input_memory(compressed->data, compressed->size);
    if (znn_decompress(&input, &back, &single, NULL, NULL))
        exit(1);
    mode->compress[i] = middle - start;
    mode->decompress[i] = now() - middle;
    mode->size = compressed->size;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times)
{
    qsort(times, RUNS, sizeof *times, compare);
    return times[RUNS / 2];
}

static void read_file(const char *path, struct znn_memory *memory)
{
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "usage: bench_lossy_speed FILE\n");
        exit(2);
    }
    memory->size = (size_t)ftell(file);
    memory->data = malloc(memory->size + 1);
    rewind(file);
    if (!memory->data || fread(memory->data, 1, memory->size, file) != memory->size)
        exit(1);
    fclose(file);
}

int main(int argc, char **argv)
{
    static struct mode modes[MODES] = {{.name = "lossless"}};
    struct znn_memory file = {0}, compressed = {0}, decoded = {0};
    size_t count = 1;
    read_file(argc > 1 ? argv[1] : NULL, &file);
    for (int i = 2; i < argc && count < MODES; i++, count++) {
        unsigned bits = (unsigned)strtoul(argv[i], NULL, 10);
        snprintf(modes[count].name, sizeof modes[count].name, "B = %u", bits);
        modes[count].lossy = (struct znn_lossy){.mode = ZNN_FIXED_POINT, .bits = bits};
    }
    run(&modes[0], 0, &file, &compressed, &decoded); /* memory is touched for the first time */
    for (int i = 0; i < RUNS; i++)
        for (size_t k = 0; k < count; k++)
            run(&modes[k], i, &file, &compressed, &decoded);
    double compress = median(modes[0].compress), decompress = median(modes[0].decompress);
    for (size_t k = 0; k < count; k++) {
        double c = median(modes[k].compress), d = median(modes[k].decompress);
        printf("%-9s %6.2f %% left   compress %5.2f GB/s, %4.2f x lossless   decompress %5.2f GB/s, %4.2f x lossless\n",
               modes[k].name, 100.0 * (double)modes[k].size / (double)file.size, (double)file.size / c * 1e-9,
               compress / c, (double)file.size / d * 1e-9, decompress / d);
    }
    free(file.data);
    free(compressed.data);
    free(decoded.data);
    return 0;
}
