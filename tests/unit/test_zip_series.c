/*
 * test_zip_series.c - several PyTorch zips in one file, with bytes around them, and cut
 */
#include "torch_files.h"

#define STORAGE 64

/* A file of zips that each have one tensor "w" of STORAGE bytes; and where these bytes are. */
struct series {
    struct buffer file;
    size_t count;
    uint64_t start[8]; /* of the zips, */
    uint64_t place[8]; /* of the storages, */
    uint64_t end[8];   /* and the end of the zips */
};

/* Appends a zip.  All are of one size, so that a directory that one names may be found in another. */
static void add_zip(struct series *series, bool zip64, bool descriptor, bool named)
{
    struct zip_quirk quirk = {.zip64 = zip64, .descriptor = descriptor};
    struct zip_writer zip = {.start = 0};
    struct buffer pickle = {0};
    pickle_start(&pickle);
    if (named) {
        put_text(&pickle, "}(");
        pickle_string(&pickle, "w");
    }
    pickle_vector(&pickle, "0", STORAGE / 4);
    put_text(&pickle, named ? "u." : ".");
    char storage[STORAGE];
    memset(storage, 'a' + (int)series->count, sizeof storage);
    zip_add_quirk(&zip, "archive/data.pkl", pickle.data, pickle.size, &quirk);
    uint64_t place = zip_add_quirk(&zip, "archive/data/0", storage, sizeof storage, &quirk);
    uint64_t directory = zip.file.size;
    put(&zip.file, zip.directory.data, zip.directory.size);
    if (zip64)
        zip_put_end64(&zip, zip.directory.size, directory);
    zip_put_end(&zip, zip64 ? UINT32_MAX : zip.directory.size, zip64 ? UINT32_MAX : directory, "");
    size_t i = series->count++;
    series->start[i] = series->file.size;
    series->place[i] = series->file.size + place;
    put(&series->file, zip.file.data, zip.file.size);
    series->end[i] = series->file.size;
    zip_free(&zip);
    znn_buffer_free(&pickle);
}

static struct series make_series(size_t count, unsigned kind, bool named)
{
    struct series series = {.count = 0};
    for (size_t i = 0; i < count; i++)
        add_zip(&series, kind & 1, kind & 2, named);
    return series;
}

/* Each zip has its tensor, called by its number if there are several. */
static void expect_series(const struct series *series, bool named)
{
    for (enum way way = WAY_MEMORY; way < WAY_STREAM; way++) {
        struct model model = scan_file(&series->file, way);
        assert_int_equal(model.format, FORMAT_TORCH_ZIP);
        assert_int_equal(model.verdict, VERDICT_ACCEPTED);
        expect_listed(&model, series->count);
        for (size_t i = 0; i < series->count; i++) {
            char name[24] = "w";
            if (series->count > 1)
                snprintf(name, sizeof name, named ? "%zu/w" : "%zu", i);
            expect_tensor(&model, name, BOTH, DTYPE_F32, series->place[i], STORAGE, "16");
        }
        znn_model_free(&model);
    }
}

static void test_series(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 8; count++)
        for (unsigned kind = 0; kind < 8; kind++) {
            bool named = count == 1 || kind & 4;
            struct series series = make_series(count, kind, named);
            expect_series(&series, named);
            znn_buffer_free(&series.file);
        }
}

/* Something before the first zip, or behind the last, or between any two. */
static void test_bytes_around(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 400; round++) {
        struct series series = {.count = 0};
        size_t count = 1 + random_below(&random, 5);
        unsigned kind = (unsigned)random_below(&random, 4);
        size_t gap = random_below(&random, count + 1);
        for (size_t i = 0; i <= count; i++) {
            size_t size = i == gap ? 1 + random_below(&random, random_below(&random, 8) ? 200 : 100000) : 0;
            for (size_t k = 0; k < size; k++)
                PUT_BYTES(&series.file, "\xaa");
            if (i < count)
                add_zip(&series, kind & 1, kind & 2, true);
        }
        if (gap > 0 || count == 1) /* what precedes several is not told from what lies between them */
            expect_series(&series, true);
        else {
            struct model model = scan_file(&series.file, WAY_RANDOM_ACCESS);
            expect_listed(&model, count);
            znn_model_free(&model);
        }
        znn_buffer_free(&series.file);
    }
}

/* Wherever the file ends, the zips before that are whole, and of the one that is cut, what is there. */
static void test_every_cut(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        struct series series = make_series(3, kind, true);
        for (size_t size = series.file.size - 1; size >= 22; size--) {
            struct buffer cut = {.data = series.file.data, .size = size};
            struct model model = scan_file(&cut, size % 2 ? WAY_MEMORY : WAY_RANDOM_ACCESS);
            uint64_t whole = 0, listed = 0;
            bool is_between = false; /* what is left are whole zips */
            for (size_t i = 0; i < series.count; i++) {
                whole += series.place[i] + STORAGE <= size;
                is_between =
                    is_between || size == series.end[i] || (size > series.start[i] && size < series.start[i] + 4);
            }
            for (size_t i = 0; i < model.count; i++)
                listed += (model.tensors[i].flags & TENSOR_LISTED) != 0;
            assert_int_equal(listed - znn_model_count_cut(&model, size), whole);
            if (!is_between && size > 200)
                assert_int_equal(model.verdict, VERDICT_TRUNCATED);
            znn_model_free(&model);
        }
        znn_buffer_free(&series.file);
    }
}

static void test_mutations(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct series series = make_series(4, 3, true);
    struct buffer copy = {0};
    for (int i = 0; i < 5000; i++) {
        copy.size = 0;
        put(&copy, series.file.data, series.file.size - random_below(&random, series.file.size - 100));
        for (size_t n = random_below(&random, 4); n > 0; n--)
            copy.data[random_below(&random, copy.size)] = (uint8_t)random_u64(&random);
        struct model model = scan_file(&copy, WAY_MEMORY); /* which checks it */
        znn_model_free(&model);
    }
    znn_buffer_free(&copy);
    znn_buffer_free(&series.file);
}

static void test_read_errors(void **state)
{
    (void)state;
    struct series series = make_series(2, 3, true);
    expect_read_errors(&series.file, WAY_RANDOM_ACCESS);
    series.file.size -= 30;
    expect_read_errors(&series.file, WAY_RANDOM_ACCESS);
    znn_buffer_free(&series.file);
}

/* A file may become shorter after its size was asked: then a read gives less than asked for, and reading still ends. */
static void test_shrunk_files(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        struct series series = make_series(2, kind, true);
        for (size_t size = 1; size < series.file.size; size++)
            for (size_t more = 1; more <= 31; more += 10) {
                struct feed feed = {.data = series.file.data, .size = size, .reported = size + more * more};
                struct znn_input input = feed_input(&feed, WAY_RANDOM_ACCESS);
                struct model model = scan_input(&input, feed.reported);
                znn_model_free(&model);
            }
        znn_buffer_free(&series.file);
    }
}

/* How many bytes are read, which no series may multiply. */
struct counting {
    const struct buffer *file;
    uint64_t bytes;
};

static ptrdiff_t count_read(void *context, void *data, size_t size, uint64_t offset)
{
    struct counting *counting = context;
    uint64_t left = offset < counting->file->size ? counting->file->size - offset : 0;
    size_t got = left < size ? (size_t)left : size;
    memcpy(data, counting->file->data + counting->file->size - left, got);
    counting->bytes += got;
    return got > 0 ? (ptrdiff_t)got : ZNN_CALLBACK_END;
}

static uint64_t bytes_read(const struct buffer *file)
{
    struct counting counting = {.file = file};
    struct znn_input input = {.context = &counting, .size = file->size, .read_at = count_read};
    struct source source;
    struct model model = {0};
    znn_source_open(&source, &input);
    assert_int_equal(znn_model_scan(&source, &model, NULL), ZNN_OK);
    znn_source_close(&source);
    znn_model_free(&model);
    return counting.bytes;
}

static void test_work_is_bounded(void **state)
{
    (void)state;
    struct buffer many = {0}, ends = {0}, headers = {0};
    for (int i = 0; i < 3000; i++) {
        struct series series = make_series(1, 2, true);
        put(&many, series.file.data, series.file.size);
        znn_buffer_free(&series.file);
    }
    PUT_BYTES(&ends, "PK\3\4");
    for (int i = 0; i < 100000; i++) {
        struct zip_writer zip = {.start = 0};
        zip_put_end(&zip, ends.size < 40000 ? ends.size : 40000, 0, "");
        put(&ends, zip.file.data, zip.file.size);
        zip_free(&zip);
    }
    PUT_BYTES(&ends, "cut");
    for (int i = 0; i < 20000; i++)
        PUT_BYTES(&headers,
                  "PK\3\4\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0aPK\7\10\0\0\0\0\0\0\0\0\0\0\0\0");
    assert_true(bytes_read(&many) < 16 * many.size);
    many.size -= 10;
    assert_true(bytes_read(&many) < 64 * many.size);
    assert_true(bytes_read(&ends) < 16 * ends.size);
    assert_true(bytes_read(&headers) < 32 * headers.size);
    znn_buffer_free(&many);
    znn_buffer_free(&ends);
    znn_buffer_free(&headers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_series),          cmocka_unit_test(test_bytes_around),
        cmocka_unit_test(test_every_cut),       cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_read_errors),     cmocka_unit_test(test_shrunk_files),
        cmocka_unit_test(test_work_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
