/*
 * weights.c - makes any number of realistic weights
 */
#include "weights.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 4096
#define COLUMNS 1024

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15; /* splitmix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static double next_normal(uint64_t *state)
{
    double u = ((double)(next_random(state) >> 11) + 1.0) / 9007199254740993.0;
    double v = (double)(next_random(state) >> 11) / 9007199254740992.0;
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

static bool write_header(size_t tensors, size_t width, const char *dtype, weights_sink *sink, void *context)
{
    char *header = malloc(tensors * 160 + 64);
    if (!header)
        return false;
    size_t n = 0;
    uint64_t offset = 0;
    header[n++] = '{';
    for (size_t i = 0; i < tensors; i++) {
        uint64_t size = (uint64_t)ROWS * COLUMNS * width;
        n += (size_t)sprintf(header + n,
                             "%s\"model.layers.%zu.weight\":{\"dtype\":\"%s\",\"shape\":[%d,%d],"
                             "\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}",
                             i ? "," : "", i, dtype, ROWS, COLUMNS, offset, offset + size);
        offset += size;
    }
    header[n++] = '}';
    while (n % 8 != 0)
        header[n++] = ' ';
    uint8_t length[8];
    for (size_t i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)n >> 8 * i);
    bool written = sink(context, length, sizeof length) && sink(context, (const uint8_t *)header, n);
    free(header);
    return written;
}

bool weights_have(const char *dtype)
{
    return strcmp(dtype, "BF16") == 0 || strcmp(dtype, "F16") == 0 || strcmp(dtype, "F32") == 0;
}

bool weights_write(const char *dtype, size_t megabytes, weights_sink *sink, void *context)
{
    static uint8_t row[4 * COLUMNS];
    uint64_t state = 0x9E3779B97F4A7C15;
    size_t width = strcmp(dtype, "F32") == 0 ? 4 : 2;
    size_t tensors = megabytes * 1000000 / (ROWS * COLUMNS * width) + 1;
    if (!write_header(tensors, width, dtype, sink, context))
        return false;
    for (size_t i = 0; i < tensors; i++) {
        double scale = 0.02 * exp(0.7 * next_normal(&state));
        for (size_t r = 0; r < ROWS; r++) {
            size_t n = 0;
            for (size_t c = 0; c < COLUMNS; c++)
                n += put(row + n, (float)(scale * next_normal(&state)), dtype);
            if (!sink(context, row, n))
                return false;
        }
    }
    return true;
}
