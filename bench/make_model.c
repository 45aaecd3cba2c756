/*
 * make_model.c - a safetensors file of any size with realistic weights, for benchmarks
 *
 *     make_model BF16 512 > model.safetensors
 *
 * Trained weights are close to normally distributed, with a scale of their own in each tensor; that gives exponents of
 * about 2.6 bits, as in real models.  Tensors are shaped like those of a transformer: large matrices, and now and then
 * a short vector.  The same arguments give the same file.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 4096

static uint64_t state = 0x9E3779B97F4A7C15;

static uint64_t next_random(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15; /* splitmix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static double next_normal(void)
{
    double u = ((double)(next_random() >> 11) + 1.0) / 9007199254740993.0;
    double v = (double)(next_random() >> 11) / 9007199254740992.0;
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

static uint32_t float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static uint16_t to_bf16(float x)
{
    uint32_t bits = float_bits(x);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* Nearest half to a float of ordinary size; what is too small for a normal half becomes a subnormal one. */
static uint16_t to_f16(float x)
{
    uint32_t bits = float_bits(x);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    float magnitude = fabsf(x);
    if (magnitude < 6.103515625e-05f)
        return (uint16_t)(sign | (uint16_t)lrintf(magnitude * 16777216.0f));
    uint32_t rounded = (bits & 0x7fffffff) + 0xfff + (bits >> 13 & 1);
    return (uint16_t)(sign | (uint16_t)((rounded >> 13) - (112 << 10)));
}

static size_t put(uint8_t *p, float x, const char *dtype)
{
    uint32_t bits = float_bits(x);
    if (strcmp(dtype, "BF16") == 0)
        bits = to_bf16(x);
    else if (strcmp(dtype, "F16") == 0)
        bits = to_f16(x);
    size_t width = strcmp(dtype, "F32") == 0 ? 4 : 2;
    for (size_t i = 0; i < width; i++)
        p[i] = (uint8_t)(bits >> 8 * i);
    return width;
}

static int write_header(size_t tensors, size_t columns, size_t width, const char *dtype)
{
    char *header = malloc(tensors * 160 + 64);
    if (!header)
        return -1;
    size_t n = 0;
    uint64_t offset = 0;
    header[n++] = '{';
    for (size_t i = 0; i < tensors; i++) {
        uint64_t size = (uint64_t)ROWS * columns * width;
        n += (size_t)sprintf(header + n,
                             "%s\"model.layers.%zu.weight\":{\"dtype\":\"%s\",\"shape\":[%d,%zu],"
                             "\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}",
                             i ? "," : "", i, dtype, ROWS, columns, offset, offset + size);
        offset += size;
    }
    header[n++] = '}';
    while (n % 8 != 0)
        header[n++] = ' ';
    uint8_t length[8];
    for (size_t i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)n >> 8 * i);
    size_t written = fwrite(length, 1, sizeof length, stdout) + fwrite(header, 1, n, stdout);
    free(header);
    return written == n + sizeof length ? 0 : -1;
}

int main(int argc, char **argv)
{
    static uint8_t row[4 * 8192];
    if (argc != 3 || (strcmp(argv[1], "BF16") && strcmp(argv[1], "F16") && strcmp(argv[1], "F32"))) {
        fprintf(stderr, "usage: make_model BF16|F16|F32 MEGABYTES > FILE\n");
        return 2;
    }
    const char *dtype = argv[1];
    size_t width = strcmp(dtype, "F32") == 0 ? 4 : 2;
    size_t columns = 1024;
    size_t tensors = (size_t)strtoul(argv[2], NULL, 10) * 1000000 / (ROWS * columns * width) + 1;
    if (write_header(tensors, columns, width, dtype) != 0)
        return 1;
    for (size_t i = 0; i < tensors; i++) {
        double scale = 0.02 * exp(0.7 * next_normal());
        for (size_t r = 0; r < ROWS; r++) {
            size_t n = 0;
            for (size_t c = 0; c < columns; c++)
                n += put(row + n, (float)(scale * next_normal()), dtype);
            if (fwrite(row, 1, n, stdout) != n)
                return 1;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
