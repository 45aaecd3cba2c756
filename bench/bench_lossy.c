/*
 * bench_lossy.c - compares the size of rounded FP32 weights with the best order-0 code
 *
 *     bench_lossy                 16 million numbers, normally distributed with a deviation of 0.02
 *     bench_lossy FILE            the F32 tensors of a model that znn compress --fixed-point rounds
 *
 * For each B, in percent of the numbers' size:
 *
 *     entropy     of the integers of the cast.  If there are too many different integers to count, it is estimated from
 *                 B = 12: each further bit is noise and costs one bit.
 *     left        what znn takes
 *     over        the difference
 *     apart       byte groups of the magnitudes, filled from the top, and signs apart
 *     zigzag      the same with zigzag
 *     mixed       byte groups of the integers as they are, in two's complement
 *     gain        of signs apart over mixed, in percent of mixed
 *
 * The last three use the same coder and the same chunks as znn.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/stream.h"
#include "transform/bits.h"
#include "transform/fixed_groups.h"
#include "transform/groups.h"
#include "znn.h"

#define GAUSSIAN 16000000
#define CHUNK 262144 /* elements */
#define COUNTED 12   /* the greatest B whose integers are counted */

/* The numbers of all tensors, one after the other. */
struct numbers {
    uint8_t *data;
    size_t count;
    size_t *ends; /* of the tensors */
    size_t tensors;
};

static void *allocate(size_t size)
{
    void *block = malloc(size + 1);
    if (!block) {
        fprintf(stderr, "bench_lossy: out of memory\n");
        exit(1);
    }
    return block;
}

static uint64_t state = 0x9E3779B97F4A7C15;

static double next_uniform(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15; /* splitmix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return ((double)((z ^ z >> 31) >> 11) + 0.5) / 9007199254740992.0;
}

static void make_gaussian(struct numbers *numbers)
{
    *numbers = (struct numbers){allocate(4 * GAUSSIAN), GAUSSIAN, allocate(sizeof(size_t)), 1};
    numbers->ends[0] = GAUSSIAN;
    for (size_t i = 0; i < GAUSSIAN; i++) {
        float x = (float)(0.02 * sqrt(-2.0 * log(next_uniform())) * cos(6.283185307179586 * next_uniform()));
        memcpy(numbers->data + 4 * i, &x, sizeof x); /* on a little-endian machine */
    }
}

/* Compresses the file, so that the reader can tell where its tensors are. */
static void read_model(const char *path, struct numbers *numbers)
{
    struct znn_memory compressed = {0};
    struct znn_output output = znn_output_memory(&compressed);
    struct znn_reader *reader = NULL;
    FILE *file = fopen(path, "rb");
    struct znn_input input = znn_input_fd(file ? fileno(file) : -1);
    if (!file || znn_compress(&input, &output, NULL, NULL, NULL) != ZNN_OK) {
        fprintf(stderr, "bench_lossy: %s could not be read\n", path);
        exit(1);
    }
    fclose(file);
    input = znn_input_memory(compressed.data, compressed.size);
    if (znn_reader_open(&input, NULL, &reader, NULL) != ZNN_OK)
        exit(1);
    *numbers = (struct numbers){allocate(znn_reader_size(reader)), 0,
                                allocate(znn_reader_tensor_count(reader) * sizeof(size_t)), 0};
    for (size_t i = 0; i < znn_reader_tensor_count(reader); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        size_t got;
        znn_reader_tensor(reader, i, &tensor);
        if (strcmp(tensor.dtype, "F32") != 0 || tensor.rank < 2 || tensor.size < 4 * 4096)
            continue;
        if (znn_reader_pread(reader, numbers->data + 4 * numbers->count, tensor.size, tensor.offset, &got, NULL))
            exit(1);
        numbers->count += got / 4;
        numbers->ends[numbers->tensors++] = numbers->count;
    }
    znn_reader_close(reader);
    free(compressed.data);
}

static int compare(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* In bits, for all of the integers, which are sorted. */
static double entropy(int32_t *values, size_t count)
{
    double bits = 0;
    qsort(values, count, sizeof *values, compare);
    for (size_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && values[i + run] == values[i];)
            run++;
        bits -= (double)run * log2((double)run / (double)count);
    }
    return bits;
}

static double entropy_of_all(const struct numbers *numbers, unsigned bits, int32_t *values, uint8_t *restored)
{
    unsigned counted = bits < COUNTED ? bits : COUNTED;
    struct fixed_point fixed = {.type = FIXED_F32, .bits = counted};
    double sum = (double)numbers->count * (bits - counted);
    for (size_t i = 0, start = 0; i < numbers->tensors; start = numbers->ends[i++]) {
        size_t count = numbers->ends[i] - start;
        znn_fixed_cast(&fixed, numbers->data + 4 * start, count, (union fixed_values){.of32 = values}, restored);
        sum += entropy(values, count);
    }
    return sum / 8;
}

enum layout { APART, ZIGZAG, MIXED, LAYOUTS };

static size_t encode(struct stream_encoder *encoder, const uint8_t *data, size_t size)
{
    static uint8_t target[CHUNK];
    struct stream stream;
    znn_stream_encode(encoder, data, size, (struct stream_wish){STREAM_FLOAT, false}, target, &stream, NULL);
    return stream.size;
}

static size_t encode_chunk(struct stream_encoder *encoder, enum layout layout, int32_t *values, size_t count,
                           uint64_t magnitudes)
{
    static uint8_t room[5][CHUNK];
    uint8_t *groups[] = {room[0], room[1], room[2], room[3], room[4]};
    unsigned length = 0;
    size_t sum = 0;
    while (magnitudes >> length != 0)
        length++;
    if (layout == MIXED) {
        znn_groups_split((const uint8_t *)values, count, 4, 0, groups);
        for (unsigned g = 0; g < 4; g++)
            sum += encode(encoder, groups[g], count);
        return sum;
    }
    struct fixed_shape shape = znn_fixed_shape(false, layout == ZIGZAG ? FIXED_ZIGZAG : FIXED_SIGNS_APART, length, 8);
    for (size_t i = 0; i < count; i += FIXED_BLOCK) {
        uint8_t signs[FIXED_BLOCK];
        uint8_t *parts[] = {room[0] + i, room[1] + i, room[2] + i, room[3] + i};
        size_t some = count - i < FIXED_BLOCK ? count - i : FIXED_BLOCK;
        znn_fixed_split(&shape, (union fixed_values){.of32 = values + i}, some, parts, signs);
        znn_bits_pack(signs, some, 1, room[4] + i / 8);
    }
    for (unsigned g = 0; g < shape.groups; g++)
        sum += encode(encoder, groups[g], count);
    return sum + (layout == APART ? encode(encoder, room[4], bits_size(count, 1)) : 0);
}

/* Codes all in three ways. */
static void encode_all(const struct numbers *numbers, unsigned bits, int32_t *values, uint8_t *restored,
                       size_t sums[LAYOUTS])
{
    struct stream_encoder *encoder = znn_stream_encoder_new(ZNN_LEVEL_DEFAULT);
    struct fixed_point fixed = {.type = FIXED_F32, .bits = bits};
    for (size_t i = 0, start = 0; i < numbers->tensors; start = numbers->ends[i++])
        for (size_t at = start; at < numbers->ends[i]; at += CHUNK) {
            size_t count = numbers->ends[i] - at < CHUNK ? numbers->ends[i] - at : CHUNK;
            struct fixed_result result =
                znn_fixed_cast(&fixed, numbers->data + 4 * at, count, (union fixed_values){.of32 = values}, restored);
            for (enum layout layout = APART; layout < LAYOUTS; layout++)
                sums[layout] += encode_chunk(encoder, layout, values, count, result.magnitudes);
        }
    znn_stream_encoder_free(encoder);
}

/* What znn makes of the numbers, one tensor of them after the other, without header, index and footer. */
static double compress(const struct numbers *numbers, unsigned bits)
{
    double sum = 0;
    for (size_t i = 0, start = 0; i < numbers->tensors; start = numbers->ends[i++]) {
        struct znn_input input = znn_input_memory(numbers->data + 4 * start, 4 * (numbers->ends[i] - start));
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .dtype = "F32",
                                               .lossy = {.mode = ZNN_FIXED_POINT, .bits = bits}};
        struct znn_memory memory = {0};
        struct znn_output output = znn_output_memory(&memory);
        if (znn_compress(&input, &output, &options, NULL, NULL) != ZNN_OK)
            exit(1);
        sum += (double)memory.size;
        free(memory.data);
    }
    return sum;
}

int main(int argc, char **argv)
{
    static const unsigned precisions[] = {27, 24, 23, 19, 15, 12, 10, 8, 6};
    struct numbers numbers;
    if (argc > 1)
        read_model(argv[1], &numbers);
    else
        make_gaussian(&numbers);
    int32_t *values = allocate(4 * numbers.count);
    uint8_t *restored = allocate(4 * numbers.count);
    double size = 4.0 * (double)numbers.count;
    printf("%zu numbers in %zu tensors\n", numbers.count, numbers.tensors);
    printf(" B  entropy   left   over  apart zigzag  mixed   gain\n");
    for (size_t i = 0; i < sizeof precisions / sizeof *precisions; i++) {
        unsigned bits = precisions[i];
        size_t sums[LAYOUTS] = {0};
        double least = 100 * entropy_of_all(&numbers, bits, values, restored) / size;
        double left = 100 * compress(&numbers, bits) / size;
        encode_all(&numbers, bits, values, restored, sums);
        printf("%2u  %7.2f %6.2f %6.2f %6.2f %6.2f %6.2f %5.1f%%\n", bits, least, left, left - least,
               100 * (double)sums[APART] / size, 100 * (double)sums[ZIGZAG] / size, 100 * (double)sums[MIXED] / size,
               100 - 100 * (double)sums[APART] / (double)sums[MIXED]);
    }
    free(numbers.data);
    free(numbers.ends);
    free(values);
    free(restored);
    return 0;
}
