/*
 * samples.h - a small file of each kind, and its .znn file
 *
 * For tests that make each kind of call on each kind of file.
 */
#ifndef ZNN_TESTS_SAMPLES_H
#define ZNN_TESTS_SAMPLES_H

#include "packing.h"
#include "torch_files.h"

#include "gguf_writer.h"

enum { KINDS = 7 };

/* An original and its .znn file. */
struct sample {
    const char *name;
    struct buffer file;
    struct buffer packed;
};

static struct sample samples[KINDS];

/* BF16 and F32 weights, counters, and opaque bytes between them. */
static void put_numbers(struct buffer *out, size_t size)
{
    struct random random = {size};
    for (size_t i = 0; i < size; i++) {
        uint64_t x = random_u64(&random);
        put(out, (uint8_t[]){(uint8_t)(i % 2 ? 0x3c + (x & 3) : x)}, 1);
    }
}

static void make_safetensors_file(struct buffer *file)
{
    static const char header[] = "{\"__metadata__\":{\"format\":\"pt\"},"
                                 "\"a\":{\"dtype\":\"BF16\",\"shape\":[100,30],\"data_offsets\":[0,6000]},"
                                 "\"b\":{\"dtype\":\"F32\",\"shape\":[1000],\"data_offsets\":[6000,10000]},"
                                 "\"\\u0063\":{\"dtype\":\"I64\",\"shape\":[4],\"data_offsets\":[10000,10032]},"
                                 "\"d\":{\"dtype\":\"U8\",\"shape\":[40],\"data_offsets\":[10032,10072]}}";
    put_u64(file, sizeof header - 1);
    put_text(file, header);
    put_numbers(file, 10072);
}

static void put_storages_of(struct torch_zip *torch, size_t size)
{
    struct buffer storage = {0};
    put_numbers(&storage, size);
    zip_add(&torch->zip, "m/data/0", storage.data, storage.size);
    zip_add(&torch->zip, "m/data/1", storage.data, storage.size);
    znn_buffer_free(&storage);
}

static void make_torch_zip(struct buffer *file)
{
    struct torch_zip torch = start_dict();
    for (char key = '0'; key < '2'; key++) {
        char name[] = {'k', key, '\0'};
        add_tensor(
            &torch, name,
            (struct pickle_tensor){.key = name + 1, .numel = 600, .shape = {20, 30}, .strides = {30, 1}, .rank = 2});
    }
    put_text(&torch.pickle, "u.");
    zip_add(&torch.zip, "m/data.pkl", torch.pickle.data, torch.pickle.size);
    put_storages_of(&torch, 2400);
    zip_finish(&torch.zip);
    put(file, torch.zip.file.data, torch.zip.file.size);
    zip_free(&torch.zip);
    znn_buffer_free(&torch.pickle);
}

static void make_torch_legacy(struct buffer *file)
{
    PUT_BYTES(file, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.");
    PUT_BYTES(file, "\x80\x02M\xe9\x03.\x80\x02}(");
    pickle_string(file, "protocol_version");
    PUT_BYTES(file, "M\xe9\x03");
    pickle_string(file, "little_endian");
    PUT_BYTES(file, "\x88u.");
    pickle_start(file);
    put_text(file, "}(");
    pickle_string(file, "a");
    pickle_vector(file, "1", 500);
    put_text(file, "u.\x80\x02](");
    pickle_string(file, "1");
    put_text(file, "e.");
    put_u64(file, 500);
    put_numbers(file, 2000);
}

static void make_gguf(struct buffer *file)
{
    gguf_header(file, 3, 2, 1);
    gguf_alignment(file, 32);
    gguf_tensor(file, "blk.0.weight", 8, (const uint64_t[4]){320, 2}, 0);
    gguf_tensor(file, "norm", 0, (const uint64_t[4]){100}, 704);
    gguf_data(file, 32, 0);
    put_numbers(file, 704 + 400);
}

static void put_npy(struct buffer *file)
{
    static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (30, 40), }\n";
    PUT_BYTES(file, "\x93NUMPY\1\0");
    put(file, (const uint8_t[]){sizeof header - 1, 0}, 2);
    put_text(file, header);
    put_numbers(file, 4800);
}

static void make_npz(struct buffer *file)
{
    struct zip_writer zip = {0};
    struct buffer array = {0};
    put_npy(&array);
    zip_add(&zip, "first.npy", array.data, array.size);
    zip_add(&zip, "second.npy", array.data, array.size);
    zip_finish(&zip);
    put(file, zip.file.data, zip.file.size);
    zip_free(&zip);
    znn_buffer_free(&array);
}

static void make_text(struct buffer *file)
{
    for (int i = 0; i < 300; i++)
        put_text(file, i % 3 ? "a text that repeats itself, " : "now and then with a change");
}

static int make_samples(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*make)(struct buffer *file);
    } kinds[KINDS] = {
        {"safetensors", make_safetensors_file},
        {"torch zip", make_torch_zip},
        {"torch legacy", make_torch_legacy},
        {"gguf", make_gguf},
        {"npy", put_npy},
        {"npz", make_npz},
        {"text", make_text},
    };
    for (size_t i = 0; i < KINDS; i++) {
        samples[i].name = kinds[i].name;
        kinds[i].make(&samples[i].file);
        samples[i].packed = pack(samples[i].file.data, samples[i].file.size, 9);
    }
    return 0;
}

static int free_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        znn_buffer_free(&samples[i].file);
        znn_buffer_free(&samples[i].packed);
    }
    return 0;
}

#endif
