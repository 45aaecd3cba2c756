/*
 * test_duplicates.c - tensors that repeat earlier ones
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "container/format.h"
#include "models.h"
#include "packing.h"
#include "support.h"

/* A tensor of a model: equal seeds and sizes are equal tensors. */
struct spec {
    size_t size;
    uint64_t seed;
};

/* A safetensors file of BF16 tensors; it is to be freed. */
static struct buffer make_model(const struct spec *specs, size_t count)
{
    struct buffer header = {0}, data = {0}, file = {0};
    put_bytes(&header, "{", 1);
    for (size_t i = 0; i < count; i++) {
        char text[120];
        int size =
            snprintf(text, sizeof text, "%s\"t%zu\":{\"dtype\":\"BF16\",\"shape\":[%zu],\"data_offsets\":[%zu,%zu]}",
                     i ? "," : "", i, specs[i].size / 2, data.size, data.size + specs[i].size);
        struct random random = {specs[i].seed};
        put_bytes(&header, text, (size_t)size);
        put_weights(&random, &data, specs[i].size, 2);
    }
    put_bytes(&header, "}", 1);
    uint8_t length[8];
    store_le64(length, header.size);
    put_bytes(&file, length, 8);
    put_bytes(&file, header.data, header.size);
    put_bytes(&file, data.data, data.size);
    znn_buffer_free(&header);
    znn_buffer_free(&data);
    return file;
}

static bool announces(const struct buffer *packed)
{
    struct znn_header header = ZNN_INIT(struct znn_header);
    assert_int_equal(znn_read_header(packed->data, packed->size, &header, NULL), ZNN_OK);
    return header.references;
}

static struct buffer pack_dedup(const struct buffer *file, enum way way, int dedup, unsigned threads)
{
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .threads = threads, .dedup = dedup};
    return pack_way(file->data, file->size, way, way == WAY_STREAM ? 5000 : 0, &options, NULL);
}

/* From everywhere to everywhere, and by random access. */
static void check_unpacked(struct random *random, const struct buffer *packed, const struct buffer *file)
{
    static const enum way ways[] = {WAY_MEMORY, WAY_RANDOM_ACCESS, WAY_STREAM};
    for (size_t w = 0; w < 3; w++)
        for (int anywhere = 0; anywhere < 2; anywhere++)
            expect_unpacked(packed, ways[w], 1 + (unsigned)random_below(random, 4), anywhere, file->data, file->size);
    struct znn_input input = znn_input_memory(packed->data, packed->size);
    struct znn_reader *reader;
    assert_int_equal(znn_reader_open(&input, NULL, &reader, NULL), ZNN_OK);
    for (int i = 0; i < 10; i++) {
        uint64_t offset = random_below(random, file->size);
        size_t size = random_below(random, file->size - (size_t)offset + 1), got;
        uint8_t *data = malloc(size + 1);
        assert_non_null(data);
        assert_int_equal(znn_reader_pread(reader, data, size, offset, &got, NULL), ZNN_OK);
        assert_int_equal(got, size);
        assert_memory_equal(data, file->data + offset, size);
        free(data);
    }
    znn_reader_close(reader);
}

/* What the tensors, the rest and the container take adds up to the file. */
static void check_costs(const struct buffer *packed)
{
    struct znn_input input = znn_input_memory(packed->data, packed->size);
    struct znn_analysis *analysis;
    uint64_t opaque, opaque_compressed, sum;
    assert_int_equal(znn_analyze(&input, NULL, &analysis, NULL), ZNN_OK);
    znn_analysis_rest(analysis, &opaque, &opaque_compressed, &sum);
    sum += opaque_compressed;
    for (size_t i = 0; i < znn_analysis_tensor_count(analysis); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(analysis, i, &tensor, &cost);
        sum += cost.compressed_size;
    }
    assert_int_equal(sum, packed->size);
    znn_analysis_free(analysis);
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void test_tied(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const struct spec specs[] = {{3 << 20, 1}, {300000, 2}, {70000, 3}, {3 << 20, 1}};
    struct buffer once = make_model(specs, 3);
    struct buffer file = make_model(specs, 4);
    for (int way = 0; way < 3; way++) {
        static const enum way ways[] = {WAY_MEMORY, WAY_RANDOM_ACCESS, WAY_STREAM};
        struct buffer single = pack_dedup(&once, ways[way], 1, 2);
        struct buffer packed = pack_dedup(&file, ways[way], 1, 2);
        struct buffer again = pack_dedup(&file, ways[way], 1, 1);
        assert_true(packed.size < single.size + 200);
        assert_int_equal(packed.size, again.size);
        assert_memory_equal(packed.data, again.data, packed.size);
        assert_true(announces(&packed));
        assert_int_equal(announces(&single), ways[way] == WAY_STREAM);
        check_unpacked(&random, &packed, &file);
        check_costs(&packed);
        znn_buffer_free(&single);
        znn_buffer_free(&packed);
        znn_buffer_free(&again);
    }
    znn_buffer_free(&once);
    znn_buffer_free(&file);
}

/* More than the table of hashes holds at first. */
static void test_many_in_a_stream(void **state)
{
    (void)state;
    enum { MANY = 100 };
    static struct spec specs[2 * MANY];
    struct random random = random_start(__func__);
    for (unsigned i = 0; i < 2 * MANY; i++)
        specs[i] = (struct spec){.seed = i % MANY + 1, .size = 1 << 16};
    struct buffer once = make_model(specs, MANY), file = make_model(specs, 2 * MANY);
    struct buffer single = pack_dedup(&once, WAY_STREAM, 1, 2);
    struct buffer packed = pack_dedup(&file, WAY_STREAM, 1, 2);
    assert_true(packed.size < single.size + 40 * MANY);
    check_unpacked(&random, &packed, &file);
    znn_buffer_free(&once);
    znn_buffer_free(&file);
    znn_buffer_free(&single);
    znn_buffer_free(&packed);
}

/* A repeat that takes more than one chunk. */
static void test_longer_than_a_chunk(void **state)
{
    (void)state;
    static const struct spec specs[] = {{CHUNK_MAX + (1 << 20), 1}, {CHUNK_MAX + (1 << 20), 1}};
    struct buffer file = make_model(specs, 2);
    for (enum way way = WAY_RANDOM_ACCESS; way <= WAY_STREAM; way++) {
        struct buffer packed = pack_dedup(&file, way, 1, 2);
        assert_true(announces(&packed) && packed.size < file.size / 2);
        expect_unpacked(&packed, WAY_MEMORY, 2, false, file.data, file.size);
        znn_buffer_free(&packed);
    }
    znn_buffer_free(&file);
}

/* Unless asked, a stream is not looked through, and with -1 nothing is. */
static void test_asked_for(void **state)
{
    (void)state;
    static const struct spec specs[] = {{200000, 1}, {200000, 1}};
    struct buffer file = make_model(specs, 2);
    struct buffer packed[] = {
        pack_dedup(&file, WAY_STREAM, 0, 1),         pack_dedup(&file, WAY_STREAM, -1, 1),
        pack_dedup(&file, WAY_RANDOM_ACCESS, -1, 1), pack_dedup(&file, WAY_RANDOM_ACCESS, 0, 1),
        pack_dedup(&file, WAY_STREAM, 1, 1),
    };
    size_t whole = packed[0].size;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(announces(&packed[i]), i > 2);
        assert_int_equal(packed[i].size<whole * 3 / 5, i> 2);
        expect_unpacked(&packed[i], WAY_RANDOM_ACCESS, 2, true, file.data, file.size);
        znn_buffer_free(&packed[i]);
    }
    znn_buffer_free(&file);
}

/* One byte is another one. */
static void test_nearly_the_same(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const struct spec specs[] = {{100000, 1}, {100000, 1}};
    struct buffer file = make_model(specs, 2);
    for (int round = 0; round < 12; round++) {
        size_t place = file.size - 1 - (round == 0 ? 0 : round == 1 ? 99999 : random_below(&random, 100000));
        file.data[place] ^= 1;
        struct buffer packed = pack_dedup(&file, round % 2 ? WAY_STREAM : WAY_RANDOM_ACCESS, 1, 2);
        expect_unpacked(&packed, WAY_RANDOM_ACCESS, 2, true, file.data, file.size);
        assert_true(announces(&packed) == round % 2);
        assert_true(packed.size > 110000);
        file.data[place] ^= 1;
        znn_buffer_free(&packed);
    }
    znn_buffer_free(&file);
}

static void test_any_repeats(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const size_t sizes[] = {0, 2, 1000, 8190, 8192, 20000, 65536, 100000, 1500000};
    for (int round = 0; round < 60; round++) {
        struct spec specs[24];
        size_t count = 1 + random_below(&random, 24), seeds = 1 + random_below(&random, 4);
        bool large = round % 10 == 0;
        for (size_t i = 0; i < count; i++)
            specs[i] = i > 5 && random_below(&random, 3) ? specs[i - 5]
                                                         : (struct spec){
                                                               .size = sizes[random_below(&random, large ? 9 : 8)],
                                                               .seed = random_below(&random, seeds),
                                                           };
        struct buffer file = make_model(specs, count);
        struct buffer packed = pack_dedup(&file, round % 2 ? WAY_STREAM : WAY_RANDOM_ACCESS, 1, 3);
        check_unpacked(&random, &packed, &file);
        check_costs(&packed);
        znn_buffer_free(&packed);
        znn_buffer_free(&file);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* What can go wrong                                                                                                  */
/* ------------------------------------------------------------------------------------------------------------------ */

/* An input that is written to while it is read. */
struct moving {
    struct buffer file;
    size_t place; /* of the byte that changes */
    int reads;    /* before it does */
    pthread_mutex_t lock;
};

static ptrdiff_t moving_read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct moving *moving = context;
    size_t left = offset < moving->file.size ? moving->file.size - (size_t)offset : 0;
    size_t given = size < left ? size : left;
    pthread_mutex_lock(&moving->lock);
    if (moving->reads-- == 0)
        moving->file.data[moving->place] ^= 0x10;
    if (given > 0)
        memcpy(buffer, moving->file.data + offset, given);
    pthread_mutex_unlock(&moving->lock);
    return given > 0 ? (ptrdiff_t)given : ZNN_CALLBACK_END;
}

static void test_input_that_changes(void **state)
{
    (void)state;
    static const struct spec specs[] = {{100000, 1}, {100000, 1}};
    unsigned refused = 0;
    for (int reads = 0; reads < 30; reads++) {
        struct moving moving = {.file = make_model(specs, 2), .reads = reads};
        moving.place = moving.file.size - 70000;
        pthread_mutex_init(&moving.lock, NULL);
        struct znn_input input = {.context = &moving, .size = moving.file.size, .read_at = moving_read_at};
        struct znn_memory memory = {0}, back = {0};
        struct znn_output output = znn_output_memory(&memory), target = znn_output_memory(&back);
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .threads = 1};
        struct znn_error error = ZNN_INIT(struct znn_error);
        enum znn_status status = znn_compress(&input, &output, &options, NULL, &error);
        if (status) {
            assert_int_equal(status, ZNN_ERROR_IO);
            refused++;
        } else {
            struct znn_input packed = znn_input_memory(memory.data, memory.size);
            assert_int_equal(znn_decompress(&packed, &target, NULL, NULL, NULL), ZNN_OK);
        }
        free(memory.data);
        free(back.data);
        znn_buffer_free(&moving.file);
        pthread_mutex_destroy(&moving.lock);
    }
    assert_in_range(refused, 1, 29);
}

struct keeper {
    struct drain drain;
    int kept;
    int result;
};

static int keep(void *context)
{
    struct keeper *keeper = context;
    keeper->kept++;
    assert_int_equal(keeper->drain.written, 0);
    return keeper->result;
}

/* An output says whether it can keep what is written to it. */
static void test_where_to_read_again(void **state)
{
    (void)state;
    static const struct spec specs[] = {{100000, 1}, {100000, 1}};
    struct buffer file = make_model(specs, 2);
    for (int i = 0; i < 16; i++) {
        bool dedup = i & 1, seekable = i & 2, readable = i & 4, fails = i & 8;
        struct buffer packed = pack_dedup(&file, WAY_RANDOM_ACCESS, dedup ? 0 : -1, 1);
        struct keeper keeper = {.result = fails ? ZNN_CALLBACK_FAILED : ZNN_CALLBACK_DONE};
        struct feed feed = {.data = packed.data, .size = packed.size};
        struct znn_input input = feed_input(&feed, seekable ? WAY_RANDOM_ACCESS : WAY_STREAM);
        drain_open(&keeper.drain);
        struct znn_output output = drain_output(&keeper.drain, false);
        output.context = &keeper; /* the drain comes first in it */
        output.keep = keep;
        if (!readable)
            output.read_at = NULL;
        struct znn_error error = ZNN_INIT(struct znn_error);
        enum znn_status status = znn_decompress(&input, &output, NULL, NULL, &error);
        bool possible = !dedup || seekable || (readable && !fails);
        check_error(status, &error);
        assert_int_equal(status, possible ? ZNN_OK : ZNN_ERROR_ARGUMENT);
        assert_int_equal(keeper.kept, dedup && readable);
        assert_int_equal(keeper.drain.size, possible ? file.size : 0);
        if (possible)
            assert_memory_equal(keeper.drain.data, file.data, file.size);
        drain_close(&keeper.drain);
        znn_buffer_free(&packed);
    }
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tied),
        cmocka_unit_test(test_many_in_a_stream),
        cmocka_unit_test(test_longer_than_a_chunk),
        cmocka_unit_test(test_asked_for),
        cmocka_unit_test(test_nearly_the_same),
        cmocka_unit_test(test_any_repeats),
        cmocka_unit_test(test_input_that_changes),
        cmocka_unit_test(test_where_to_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
