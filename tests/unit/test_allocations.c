/*
 * test_allocations.c - refuses each allocation once, and then each and all after it
 *
 * If a call of the library gets no memory, it must report that, free everything, and give no wrong result.  So the test
 * makes each kind of call on each kind of file, with the first request refused, then the second, and so on, until a
 * call runs without a refusal.  It prints the number of refused requests.
 */
#include "failing.h"
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

/* ---------------------------------------------------------------------------------------------------------------- */
/* The files                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

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

/* ---------------------------------------------------------------------------------------------------------------- */
/* The calls                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

struct call {
    const char *name;
    /* Makes the call; a status and, for ZNN_OK, a result that has been checked. */
    enum znn_status (*make)(const struct sample *sample, const struct call *call, struct znn_error *error);
    enum way way;
    unsigned threads;
    bool anywhere;
};

static enum znn_status call_compress(const struct sample *sample, const struct call *call, struct znn_error *error)
{
    struct feed feed = {.data = sample->file.data, .size = sample->file.size};
    struct znn_input input = feed_input(&feed, call->way);
    struct drain drain;
    drain_open(&drain);
    drain.data = __real_malloc(100000);
    drain.capacity = 100000;
    struct znn_output output = drain_output(&drain, false);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = 9, .threads = call->threads};
    enum znn_status status = znn_compress(&input, &output, &options, NULL, error);
    struct buffer packed = {.data = drain.data, .size = drain.size};
    failing_stop();
    if (!status)
        expect_unpacked(&packed, WAY_MEMORY, 1, false, sample->file.data, sample->file.size);
    __real_free(drain.data);
    drain.data = NULL;
    drain_close(&drain);
    return status;
}

static enum znn_status call_decompress(const struct sample *sample, const struct call *call, struct znn_error *error)
{
    struct feed feed = {.data = sample->packed.data, .size = sample->packed.size};
    struct znn_input input = feed_input(&feed, call->way);
    struct drain drain;
    drain_open(&drain);
    drain.data = __real_calloc(1, 100000);
    drain.capacity = 100000;
    struct znn_output output = drain_output(&drain, call->anywhere);
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options),
                                             .threads = call->threads};
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, error);
    failing_stop();
    if (!status) {
        assert_int_equal(drain.size, sample->file.size);
        assert_memory_equal(drain.data, sample->file.data, drain.size);
    }
    __real_free(drain.data);
    drain.data = NULL;
    drain_close(&drain);
    return status;
}

static enum znn_status call_reader(const struct sample *sample, const struct call *call, struct znn_error *error)
{
    static uint8_t data[20000];
    struct feed feed = {.data = sample->packed.data, .size = sample->packed.size};
    struct znn_input input = feed_input(&feed, call->way);
    struct znn_reader *reader;
    enum znn_status status = znn_reader_open(&input, NULL, &reader, error);
    size_t got = 0;
    if (!status) {
        znn_reader_find(reader, "a", 1);
        status = znn_reader_pread(reader, data, sizeof data, 5, &got, error);
        if (status) /* what was refused once may work again */
            assert_true(failing.lasting || znn_reader_pread(reader, data, sizeof data, 5, &got, NULL) == ZNN_OK);
    }
    failing_stop();
    if (!status)
        assert_int_equal(got, sample->file.size - 5);
    assert_memory_equal(data, sample->file.data + 5, got);
    znn_reader_close(reader);
    return status;
}

static enum znn_status analyze(const struct buffer *bytes, const struct call *call, struct znn_error *error)
{
    struct feed feed = {.data = bytes->data, .size = bytes->size};
    struct znn_input input = feed_input(&feed, call->way);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = 9, .threads = call->threads};
    struct znn_analysis_options analyzing = {.struct_size = sizeof analyzing, .compress = &options};
    struct znn_analysis *analysis;
    enum znn_status status = znn_analyze(&input, &analyzing, &analysis, error);
    failing_stop();
    znn_analysis_free(analysis);
    return status;
}

static enum znn_status call_analyze(const struct sample *sample, const struct call *call, struct znn_error *error)
{
    return analyze(&sample->file, call, error);
}

static enum znn_status call_analyze_packed(const struct sample *sample, const struct call *call,
                                           struct znn_error *error)
{
    return analyze(&sample->packed, call, error);
}

static const struct call calls[] = {
    {"compress", call_compress, WAY_MEMORY, 1, false},
    {"compress", call_compress, WAY_STREAM, 2, false},
    {"compress", call_compress, WAY_RANDOM_ACCESS, 3, false},
    {"decompress", call_decompress, WAY_MEMORY, 1, false},
    {"decompress", call_decompress, WAY_STREAM, 2, false},
    {"decompress", call_decompress, WAY_RANDOM_ACCESS, 3, true},
    {"reader", call_reader, WAY_MEMORY, 1, false},
    {"reader", call_reader, WAY_RANDOM_ACCESS, 1, false},
    {"analyze", call_analyze, WAY_MEMORY, 1, false},
    {"analyze", call_analyze, WAY_STREAM, 2, false},
    {"analyze .znn", call_analyze_packed, WAY_RANDOM_ACCESS, 1, false},
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* The walk                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Refuses request number `at`.  False where it does not come to that. */
static bool strike(const struct sample *sample, const struct call *call, unsigned at, bool lasting)
{
    struct znn_error error = ZNN_INIT(struct znn_error);
    int live = atomic_load(&failing.live);
    failing_start(at, lasting);
    enum znn_status status = call->make(sample, call, &error);
    bool struck = atomic_load(&failing.struck);
    check_error(status, &error);
    if (status != ZNN_OK && (status != ZNN_ERROR_MEMORY || !struck))
        fail_msg("%s of %s, request %u: %s: %s", call->name, sample->name, at, znn_status_name(status), error.detail);
    if (atomic_load(&failing.live) != live)
        fail_msg("%s of %s, request %u: %d blocks are left", call->name, sample->name, at,
                 atomic_load(&failing.live) - live);
    return struck;
}

static unsigned walk(const struct sample *sample, const struct call *call, bool lasting)
{
    unsigned at = 1;
    while (strike(sample, call, at, lasting))
        at++;
    assert_true(at > 1);
    return at - 1;
}

static void test_every_request_is_refused(void **state)
{
    (void)state;
    static const char *const ways[] = {"memory", "random access", "stream"};
    unsigned all = 0;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        unsigned points = 0;
        for (size_t k = 0; k < KINDS; k++)
            for (int lasting = 0; lasting < 2; lasting++)
                points += walk(&samples[k], &calls[i], lasting);
        printf("%s from %s, %u threads: %u requests refused\n", calls[i].name, ways[calls[i].way], calls[i].threads,
               points);
        all += points;
    }
    printf("%u in all\n", all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_request_is_refused)};
    return cmocka_run_group_tests(tests, make_samples, free_samples);
}
