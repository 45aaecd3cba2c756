/*
 * Compares reading many ranges at once, with several threads, with reading them one by one.
 */
#include "engine/file/reader.h"
#include "model_files.h"
#include "packing.h"

#define RANGES_MAX 200

struct asked {
    struct znn_range ranges[RANGES_MAX];
    size_t count;
};

static struct asked ask(struct random *random, uint64_t size)
{
    struct asked asked = {.count = random_below(random, RANGES_MAX)};
    for (size_t i = 0; i < asked.count; i++) {
        struct znn_range *range = &asked.ranges[i];
        range->offset = random_below(random, (size_t)size + 1);
        uint64_t left = size - range->offset;
        uint64_t limit = random_below(random, 30) == 0 ? left : left < 50000 ? left : 50000;
        range->size = random_below(random, (size_t)limit + 1);
        range->target = malloc(range->size + 1);
        assert_non_null(range->target);
        memset(range->target, 0xa5, range->size + 1);
    }
    return asked;
}

static void check_and_free(struct asked *asked, const struct buffer *original, struct znn_reader *reader)
{
    for (size_t i = 0; i < asked->count; i++) {
        struct znn_range *range = &asked->ranges[i];
        const uint8_t *target = range->target;
        uint8_t *alone = malloc(range->size + 1);
        size_t got;
        assert_non_null(alone);
        assert_int_equal(znn_reader_pread(reader, alone, range->size, range->offset, &got, NULL), ZNN_OK);
        assert_int_equal(got, range->size);
        assert_memory_equal(alone, original->data + range->offset, range->size);
        assert_memory_equal(target, alone, range->size);
        assert_int_equal(target[range->size], 0xa5);
        free(alone);
        free(range->target);
    }
}

static struct znn_reader *open_way(struct feed *feed, enum way way)
{
    struct znn_input input = feed_input(feed, way);
    struct znn_reader *reader;
    assert_int_equal(znn_reader_open(&input, NULL, &reader, NULL), ZNN_OK);
    return reader;
}

static void test_against_pread(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 30, 60000);
    for (int i = 0; i < 6; i++) {
        struct znn_memory znn = make_znn(&model.bytes, i % 2 ? 1 : 9);
        struct feed feed = {.data = znn.data, .size = znn.size, .step = i % 3 ? 0 : 70000};
        struct znn_reader *reader = open_way(&feed, i % 2 ? WAY_MEMORY : WAY_RANDOM_ACCESS);
        for (unsigned threads = 0; threads < 5; threads++) {
            struct asked asked = ask(&random, model.bytes.size);
            struct znn_error error = ZNN_INIT(struct znn_error);
            enum znn_status status = znn_reader_read_ranges(reader, asked.ranges, asked.count, threads, &error);
            check_error(status, &error);
            assert_int_equal(status, ZNN_OK);
            check_and_free(&asked, &model.bytes, reader);
        }
        znn_reader_close(reader);
        znn_free(znn.data);
    }
    model_file_free(&model);
}

/* However the ranges lie, a chunk is decoded once. */
static void test_each_chunk_once(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 150000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    struct feed feed = {.data = znn.data, .size = znn.size};
    size_t size = model.bytes.size;
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct znn_reader *reader = open_way(&feed, WAY_MEMORY);
        uint8_t *whole = malloc(size), *again = malloc(size), *odd = malloc(size);
        struct znn_range ranges[RANGES_MAX] = {{0, size, whole}, {0, size, again}};
        size_t count = 2;
        assert_true(whole && again && odd);
        for (size_t done = 0; count < RANGES_MAX && done < size; count++) {
            size_t piece = size / (RANGES_MAX - 3) < size - done ? size / (RANGES_MAX - 3) : size - done;
            ranges[count] = (struct znn_range){done, piece, odd + done};
            done += piece;
        }
        assert_int_equal(znn_reader_read_ranges(reader, ranges, count, threads, NULL), ZNN_OK);
        assert_int_equal(reader->decoded, size);
        assert_memory_equal(whole, model.bytes.data, size);
        assert_memory_equal(again, model.bytes.data, size);
        assert_memory_equal(odd, model.bytes.data, ranges[count - 1].offset + ranges[count - 1].size);
        free(whole);
        free(again);
        free(odd);
        znn_reader_close(reader);
    }
    znn_free(znn.data);
    model_file_free(&model);
}

static void test_refusals(void **state)
{
    (void)state;
    const struct buffer original = {.data = (uint8_t[]){1, 2, 3, 4, 5}, .size = 5};
    struct znn_memory znn = make_znn(&original, 1);
    struct feed feed = {.data = znn.data, .size = znn.size};
    struct znn_reader *reader = open_way(&feed, WAY_MEMORY);
    uint8_t data[8] = {0};
    const struct znn_range wrong[] = {{6, 0, NULL},        {5, 1, data},          {0, 6, data},
                                      {1, SIZE_MAX, data}, {UINT64_MAX, 1, data}, {UINT64_MAX, SIZE_MAX, data}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct znn_range ranges[] = {{0, 5, data}, wrong[i]};
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_int_equal(znn_reader_read_ranges(reader, ranges, 2, 2, &error), ZNN_ERROR_ARGUMENT);
        assert_non_null(strstr(error.detail, "range 1"));
        assert_int_equal(data[0], 0);
    }
    assert_int_equal(znn_reader_read_ranges(reader, NULL, 0, 0, NULL), ZNN_OK);
    const struct znn_range nothing[] = {{5, 0, NULL}, {0, 0, NULL}};
    assert_int_equal(znn_reader_read_ranges(reader, nothing, 2, 0, NULL), ZNN_OK);
    znn_reader_close(reader);
    znn_free(znn.data);
}

/* Of several damaged chunks the first is told, however many threads there are. */
static void test_damage(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 250000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    struct feed feed = {.data = znn.data, .size = znn.size};
    struct znn_reader *reader = open_way(&feed, WAY_MEMORY);
    size_t chunks = reader->chunk_count;
    assert_true(chunks >= 4);
    for (size_t chunk = chunks / 2; chunk < chunks; chunk++)
        znn.data[reader->chunks[chunk + 1].record - 1] ^= 0x40;
    uint64_t first = reader->chunks[chunks / 2].offset;
    for (unsigned threads = 1; threads <= 4; threads++) {
        uint8_t *data = malloc(model.bytes.size);
        struct znn_error error = ZNN_INIT(struct znn_error);
        const struct znn_range ranges[] = {{first, model.bytes.size - (size_t)first, data + first},
                                           {0, (size_t)first, data}};
        assert_non_null(data);
        assert_int_equal(znn_reader_read_ranges(reader, ranges, 2, threads, &error), ZNN_ERROR_CORRUPT);
        assert_int_equal(error.original_offset, first);
        assert_int_equal(znn_reader_read_ranges(reader, ranges + 1, 1, threads, &error), ZNN_OK);
        assert_memory_equal(data, model.bytes.data, (size_t)first);
        free(data);
    }
    znn_reader_close(reader);
    znn_free(znn.data);
    model_file_free(&model);
}

/* The extents are the chunks, one behind the other. */
static void test_extents(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 250000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    struct feed feed = {.data = znn.data, .size = znn.size};
    struct znn_reader *reader = open_way(&feed, WAY_MEMORY);
    uint64_t end = 0;
    uint64_t start;
    size_t size;
    for (size_t chunk = 0; chunk < reader->chunk_count; chunk++) {
        uint64_t from = end;
        assert_int_equal(znn_reader_extent(reader, from, &start, &size), ZNN_OK);
        assert_int_equal(start, from);
        assert_true(size > 0);
        end = start + size;
        assert_int_equal(znn_reader_extent(reader, from + random_below(&random, size), &start, &size), ZNN_OK);
        assert_int_equal(start, from);
        assert_int_equal(znn_reader_extent(reader, end - 1, &start, &size), ZNN_OK);
        assert_int_equal(start + size, end);
    }
    assert_int_equal(end, model.bytes.size);
    start = 5;
    assert_int_equal(znn_reader_extent(reader, end, &start, &size), ZNN_ERROR_ARGUMENT);
    assert_int_equal(znn_reader_extent(reader, UINT64_MAX, &start, &size), ZNN_ERROR_ARGUMENT);
    assert_int_equal(start, 5);
    assert_int_equal(reader->decoded, 0);
    znn_reader_close(reader);
    znn_free(znn.data);
    model_file_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_pread), cmocka_unit_test(test_each_chunk_once), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_damage),        cmocka_unit_test(test_extents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
