/*
 * fuzz_delta.c - any bytes as a .znn file with a base, and any bytes as a base
 *
 * The base of the vectors is built in, so that those with a base are a corpus to start from, with one more tensor that
 * vectors are used for.  What decodes must do so from a base in memory and from one that is read, to outputs of both
 * kinds; and with a base that is another one, to the same bytes or not at all.
 *
 * The input is also taken for a child of it, which must come back, and for a base itself; and for a child that is
 * rounded, which rounded once more must come back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "tape.h"
#include "znn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As tests/vectors/deltas.py makes base.safetensors: see base_data(). */
static uint8_t base_data[4096];
static size_t base_size;

static uint64_t noise_state = 0x9E3779B97F4A7C15;

static void put(const void *data, size_t size)
{
    memcpy(base_data + base_size, data, size);
    base_size += size;
}

static void put_noise(size_t size)
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
static void make_base(void)
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

static struct znn_base *open_base(const void *data, size_t size, struct znn_base *parent)
{
    struct znn_input input = znn_input_memory(data, size);
    struct znn_base *base;
    znn_base_open(&input, parent, &base, NULL);
    return base;
}

/* The base that is built in, or one that has another byte in each of its tensors, as files. */
static ptrdiff_t read_base(void *context, void *buffer, size_t size, uint64_t offset)
{
    const uint8_t *bytes = context;
    size_t left = offset < base_size ? base_size - (size_t)offset : 0;
    size_t given = size < left ? size : left;
    if (given > 0)
        memcpy(buffer, bytes + offset, given);
    return (ptrdiff_t)given;
}

static struct znn_base *open_base_file(bool wrong)
{
    static uint8_t changed[sizeof base_data];
    size_t start = 8 + (size_t)(base_data[0] | base_data[1] << 8);
    memcpy(changed, base_data, base_size);
    for (size_t i = start; i < base_size; i += 16)
        changed[i] ^= 64;
    struct znn_input input = {.context = wrong ? changed : base_data, .size = base_size, .read_at = read_base};
    struct znn_base *base;
    if (znn_base_open(&input, NULL, &base, NULL) != ZNN_OK)
        abort();
    return base;
}

/* An output that takes bytes at any place. */
#define ROOM ((size_t)1 << 20)
static uint8_t room[ROOM];

static int put_at(void *context, const void *data, size_t size, uint64_t offset)
{
    (void)context;
    if (offset > ROOM || size > ROOM - offset)
        return -1;
    memcpy(room + offset, data, size);
    return 0;
}

static int set_size(void *context, uint64_t size)
{
    *(uint64_t *)context = size;
    return 0;
}

/* Decodes to the room; whatever comes out must be what came out in order. */
static void decode_anywhere(const uint8_t *data, size_t size, bool wrong, const struct znn_memory *right)
{
    uint64_t written = 0;
    struct znn_base *base = open_base_file(wrong);
    struct znn_input input = znn_input_memory(data, size);
    struct znn_output output = {.context = &written, .write_at = put_at, .set_size = set_size};
    struct znn_decompress_options options = {.threads = 1, .base = base, .max_output = ROOM};
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, NULL);
    if (status == ZNN_OK && right)
        require(written == right->size && (written == 0 || memcmp(room, right->data, written) == 0), "other bytes");
    require(status == ZNN_OK || !right || wrong || right->size > ROOM, "in order alone");
    znn_base_close(base);
}

static void decode(const uint8_t *data, size_t size, struct znn_base *base)
{
    struct tape tape = {data, size};
    struct znn_input inputs[] = {znn_input_memory(data, size), tape_input(&tape)};
    struct znn_decompress_options options = {.threads = 1, .base = base};
    struct znn_memory decoded[2] = {{0}};
    enum znn_status status[2];
    for (int i = 0; i < 2; i++) {
        struct znn_output output = znn_output_memory(&decoded[i]);
        status[i] = znn_decompress(&inputs[i], &output, &options, NULL, NULL);
    }
    require(status[0] == status[1], "one way alone");
    decode_anywhere(data, size, false, status[0] == ZNN_OK ? &decoded[0] : NULL);
    decode_anywhere(data, size, true, status[0] == ZNN_OK ? &decoded[0] : NULL);
    free(decoded[0].data);
    free(decoded[1].data);
}

static enum znn_choice choose_all(void *context, const struct znn_tensor *tensor)
{
    (void)context;
    (void)tensor;
    return ZNN_CHOICE_ROUND;
}

/* What `size` bytes become as a child of the base. */
static struct znn_memory go_round(const uint8_t *data, size_t size, struct znn_base *base,
                                  const struct znn_lossy *lossy)
{
    struct znn_input input = znn_input_memory(data, size);
    struct znn_memory packed = {0}, decoded = {0};
    struct znn_output output = znn_output_memory(&packed);
    struct znn_compress_options options = {.threads = 1, .base = base, .lossy = *lossy, .choose = choose_all};
    struct znn_decompress_options back = {.threads = 1, .base = base};
    if (znn_compress(&input, &output, &options, NULL, NULL) != ZNN_OK)
        abort();
    input = znn_input_memory(packed.data, packed.size);
    output = znn_output_memory(&decoded);
    if (znn_decompress(&input, &output, &back, NULL, NULL) != ZNN_OK || decoded.size != size)
        abort();
    free(packed.data);
    return decoded;
}

static void round_trip(const uint8_t *data, size_t size, struct znn_base *base)
{
    struct znn_memory decoded = go_round(data, size, base, &(struct znn_lossy){0});
    if (size > 0 && memcmp(decoded.data, data, size) != 0)
        abort();
    free(decoded.data);
}

/* What has been rounded stays as it is. */
static void round_twice(const uint8_t *data, size_t size, struct znn_base *base)
{
    struct znn_lossy lossy = {
        .mode = ZNN_FIXED_POINT,
        .bits = (unsigned)(size % 31),
        .rounding = size & 1 ? ZNN_ROUND_FLOOR : ZNN_ROUND_NEAREST,
        .exact_zero = size & 2,
    };
    struct znn_memory once = go_round(data, size, base, &lossy);
    struct znn_memory twice = go_round(once.data, size, base, &lossy);
    if (size > 0 && memcmp(once.data, twice.data, size) != 0)
        abort();
    free(once.data);
    free(twice.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (base_size == 0)
        make_base();
    data = guard_input(data, size);
    struct znn_base *base = open_base(base_data, base_size, NULL);
    if (!base)
        abort();
    decode(data, size, base);
    round_trip(data, size, base);
    round_twice(data, size, base);
    struct znn_base *other = open_base(data, size, base);
    if (other) {
        round_trip(base_data, base_size, other);
        round_twice(base_data, base_size, other);
        if (size <= 1 << 16) /* a base with a child that is the same */
            round_trip(data, size, other);
    }
    znn_base_close(other);
    znn_base_close(base);
    return 0;
}
