/*
 * bench_huffman.c - how fast are frames of Huffman codes written and read?
 *
 *     bench_huffman [bytes]
 *
 * One thread, median of many runs on a plane that is in the cache, as it is when it has just been made, against libzstd
 * on the same planes (and, for reading, the same frame).  For scale, all speeds are also given as shares of memcpy's on
 * data that are in no cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zstd.h>

#include "../tests/unit/planes.h"
#include "codec/huffman_decode.h"
#include "codec/huffman_encode.h"

#define RUNS 501

struct bench {
    struct huffman_encoder encoder;
    struct huffman_decoder decoder;
    ZSTD_CCtx *compress;
    ZSTD_DCtx *decompress;
    uint8_t *plane, *frame, *zstd_frame, *out;
    size_t size, frame_size, zstd_size, capacity;
};

static void own_encode(struct bench *bench)
{
    bench->frame_size = znn_huffman_frame_encode(&bench->encoder, bench->plane, bench->size, bench->frame, bench->size);
}

static void zstd_encode(struct bench *bench)
{
    bench->zstd_size = ZSTD_compress2(bench->compress, bench->zstd_frame, bench->capacity, bench->plane, bench->size);
}

static void own_decode(struct bench *bench)
{
    if (znn_huffman_frame_decode(&bench->decoder, bench->frame, bench->frame_size, bench->out, bench->size) !=
        HUFFMAN_DECODED)
        abort();
}

static void zstd_decode(struct bench *bench)
{
    if (ZSTD_decompressDCtx(bench->decompress, bench->out, bench->size, bench->frame, bench->frame_size) != bench->size)
        abort();
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define CALLS 4
static void (*const calls[CALLS])(struct bench *) = {own_encode, zstd_encode, own_decode, zstd_decode};

/*
 * The median speeds of all calls, in GB/s of the plane.  They take turns, so that a busy moment hits all of them.
 */
static void measure(struct bench *bench, double speeds[CALLS])
{
    static double seconds[CALLS][RUNS];
    for (int run = 0; run < RUNS; run++) {
        for (int call = 0; call < CALLS; call++) {
            double start = now();
            calls[call](bench);
            seconds[call][run] = now() - start;
        }
    }
    for (int call = 0; call < CALLS; call++) {
        qsort(seconds[call], RUNS, sizeof seconds[call][0], by_value);
        speeds[call] = (double)bench->size / seconds[call][RUNS / 2] / 1e9;
    }
}

/*
 * The best speed of a copy of 64 MiB, in GB/s; 0 where memory is short.
 */
static double speed_of_memory(void)
{
    size_t size = (size_t)64 << 20;
    uint8_t *from = malloc(size), *to = malloc(size);
    void *(*volatile copy)(void *, const void *, size_t) = memcpy; /* a compiler might leave out a plain one */
    double best = 0;
    for (int run = 0; from && to && run < 8; run++) {
        memset(from, run, size); /* so that all of both is there, and nothing of it in the cache */
        double start = now();
        copy(to, from, size);
        double speed = (double)size / (now() - start) / 1e9;
        best = speed > best ? speed : best;
    }
    free(from);
    free(to);
    return best;
}

static void run(struct bench *bench, const char *name, double memory)
{
    double speeds[CALLS];
    measure(bench, speeds);
    printf("%-10s %6.3f %6.3f", name, 8.0 * (double)bench->frame_size / (double)bench->size,
           8.0 * (double)bench->zstd_size / (double)bench->size);
    for (int i = 0; i < CALLS; i++)
        printf("   %5.2f (%4.2f)", speeds[i], speeds[i] / memory);
    printf("\n");
}

int main(int argc, char **argv)
{
    struct bench *bench = calloc(1, sizeof *bench);
    size_t size = argc > 1 ? strtoull(argv[1], NULL, 0) : 1 << 19;
    if (!bench || size == 0)
        return 1;
    bench->size = size;
    bench->capacity = ZSTD_compressBound(size);
    bench->plane = malloc(size);
    bench->frame = malloc(size);
    bench->zstd_frame = malloc(bench->capacity);
    bench->out = malloc(size);
    bench->compress = ZSTD_createCCtx();
    bench->decompress = ZSTD_createDCtx();
    if (!bench->plane || !bench->frame || !bench->zstd_frame || !bench->out || !bench->compress || !bench->decompress)
        return 1;
    znn_huffman_encoder_init(&bench->encoder);
    ZSTD_CCtx_setParameter(bench->compress, ZSTD_c_compressionLevel, ZSTD_minCLevel());
    ZSTD_CCtx_setParameter(bench->compress, (ZSTD_cParameter)1002, 1);

    static const struct {
        const char *name;
        unsigned below;
    } planes[] = {{"exponent", 0}, {"fp16 top", 3}, {"mixed", 5}};
    struct random random = {1};
    double memory = speed_of_memory();
    printf("%zu bytes; memcpy %.1f GB/s\n", size, memory);
    printf("          bits a byte    GB/s (share of memcpy)\n");
    printf("plane         own   zstd   encode own     encode zstd    decode own     decode zstd\n");
    for (size_t i = 0; i < sizeof planes / sizeof planes[0]; i++) {
        fill_plane(&random, bench->plane, size, planes[i].below);
        run(bench, planes[i].name, memory);
    }
    ZSTD_freeCCtx(bench->compress);
    ZSTD_freeDCtx(bench->decompress);
    free(bench->plane);
    free(bench->frame);
    free(bench->zstd_frame);
    free(bench->out);
    free(bench);
    return 0;
}
