/*
 * delta_base.h - the base of the vectors, for fuzz targets
 *
 * This file makes the base instead of reading it, so the vectors with a base can start the corpus.  One more tensor,
 * "wide", is large enough for vector code.
 */
#ifndef ZNN_FUZZ_DELTA_BASE_H
#define ZNN_FUZZ_DELTA_BASE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "znn.h"

/* As tests/vectors/deltas.py makes base.safetensors: see base_data(). */
static uint8_t base_data[4096];
static size_t base_size;

static uint64_t noise_state = 0x9E3779B97F4A7C15;

static inline void put(const void *data, size_t size)
{
    memcpy(base_data + base_size, data, size);
    base_size += size;
}

static inline void put_noise(size_t size)
{
    noise_state = 0x9E3779B97F4A7C15;
    for (size_t i = 0; i < size; i += 8) {
        uint8_t bytes[8];
        noise_state ^= noise_state << 13;
        noise_state ^= noise_state >> 7;
        noise_state ^= noise_state << 17;
        for (unsigned k = 0; k < 8; k++)
            bytes[k] = (uint8_t)(noise_state >> 8 * k);
        put(bytes, 8);
    }
}

/* The same tensors as in the vectors, with the bytes that these have where their values do not matter. */
static inline void make_base(void)
{
    static const char header[] = "{\"f32\":{\"dtype\":\"F32\",\"shape\":[32],\"data_offsets\":[0,128]},"
                                 "\"bf16\":{\"dtype\":\"BF16\",\"shape\":[32],\"data_offsets\":[128,192]},"
                                 "\"f64\":{\"dtype\":\"F64\",\"shape\":[16],\"data_offsets\":[192,320]},"
                                 "\"u8\":{\"dtype\":\"U8\",\"shape\":[48],\"data_offsets\":[320,368]},"
                                 "\"twin\":{\"dtype\":\"U8\",\"shape\":[48],\"data_offsets\":[368,416]},"
                                 "\"f16\":{\"dtype\":\"F16\",\"shape\":[16],\"data_offsets\":[416,448]},"
                                 "\"odd\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[448,512]},"
                                 "\"wide\":{\"dtype\":\"BF16\",\"shape\":[600],\"data_offsets\":[512,1712]}} ";
    static const uint32_t odd[] = {0x7fc00000, 0xff800001, 0x7f800000, 0xff800000, 0x47800000, 0xc7800000,
                                   0x477fffff, 0xc77fffff, 0x7f7fffff, 0x80000000, 0,          1,
                                   0x80000001, 0x37800000, 0xb7c00000, 0x3f800000};
    const uint8_t length[8] = {(sizeof header - 1) & 255, (sizeof header - 1) >> 8};
    float f32[32];
    uint16_t bf16[32];
    uint16_t f16[16];
    double f64[16];
    for (int i = 0; i < 32; i++) {
        uint32_t bits;
        f32[i] = (i % 2 ? -1.0f : 1.0f) * (float)(1 << i % 4) / 8 * (1 + (float)i / 64);
        memcpy(&bits, &f32[i], 4);
        bf16[i] = (uint16_t)(bits >> 16);
    }
    for (int i = 0; i < 16; i++)
        f64[i] = (double)(1 << i % 3) + (double)i / 16;
    for (unsigned i = 0; i < 16; i++) /* (1 + i / 16) / 8, every other one below 0 */
        f16[i] = (uint16_t)(i % 2 << 15 | 12u << 10 | i << 6);
    put(length, 8);
    put(header, sizeof header - 1);
    put(f32, sizeof f32);
    put(bf16, sizeof bf16);
    put(f64, sizeof f64);
    put_noise(48);
    put_noise(48);
    put(f16, sizeof f16);
    put(odd, sizeof odd);
    for (uint16_t i = 0; i < 600; i++) { /* exponents as weights have them, by a fixed rule */
        uint16_t wide = (uint16_t)((i * 7 & 1) << 15 | (121 - i % 7 * (i % 5 == 0)) << 7 | (i * 37 & 127));
        put(&wide, 2);
    }
}

static inline struct znn_base *open_base(const void *data, size_t size, struct znn_base *parent)
{
    struct znn_input input = znn_input_memory(data, size);
    struct znn_base_options options = {.struct_size = sizeof options, .parent = parent};
    struct znn_base *base;
    znn_base_open(&input, &options, &base, NULL);
    return base;
}

/* Opens the base of the vectors. */
static inline struct znn_base *open_vectors_base(void)
{
    if (base_size == 0)
        make_base();
    struct znn_base *base = open_base(base_data, base_size, NULL);
    if (!base)
        abort();
    return base;
}

#endif
