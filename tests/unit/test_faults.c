/*
 * test_faults.c - callbacks that fail, and files that change while they are read
 *
 * Each run makes the Nth call of a callback fail, for N = 1, 2, 3, ..., until a run has no failure.  A run must free
 * everything that it allocates; the sanitizers' leak checker verifies that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "models.h"
#include "packing.h"
#include "support.h"

/* A call of the library, of which callbacks may fail. */
struct run {
    const struct buffer *from; /* what it reads */
    const struct buffer *to;   /* what it must write, if it succeeds */
    bool compresses;
    enum way way;
    bool anywhere;
    unsigned threads;
};

static enum znn_status do_run(const struct run *run, struct faults *faults, bool faulty_input, struct drain *drain,
                              struct znn_error *error)
{
    struct feed feed = {.data = run->from->data, .size = run->from->size, .step = 3000};
    struct znn_input input = feed_input(&feed, run->way);
    drain_open(drain);
    if (faulty_input)
        feed.faults = faults;
    else
        drain->faults = faults;
    struct znn_output output = drain_output(drain, run->anywhere);
    struct znn_compress_options packing = {
        .struct_size = sizeof(struct znn_compress_options), .level = 1, .threads = run->threads};
    struct znn_decompress_options unpacking = {.struct_size = sizeof(struct znn_decompress_options),
                                               .threads = run->threads};
    *error = (struct znn_error){.struct_size = sizeof(struct znn_error)};
    enum znn_status status = run->compresses ? znn_compress(&input, &output, &packing, NULL, error)
                                             : znn_decompress(&input, &output, &unpacking, NULL, error);
    check_error(status, error);
    return status;
}

/*
 * Lets call number `at` fail.  False where it does not come to that.  A failure behind the end of a file, into which
 * one worker may run while another one finds the end, does no harm; then the output must be right.
 */
static bool strike(const struct run *run, bool faulty_input, unsigned at, bool lasting)
{
    struct faults faults = {.fail_at = at, .lasting = lasting, .reason = at % 2 ? EIO : ENOSPC};
    struct drain drain;
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = do_run(run, &faults, faulty_input, &drain, &error);
    bool struck = faults.calls >= at;
    if (status) {
        assert_int_equal(status, ZNN_ERROR_IO);
        assert_int_equal(error.system_error, faults.reason);
        assert_true(struck);
    } else {
        assert_true(!struck || (run->compresses && run->way == WAY_RANDOM_ACCESS && faulty_input));
        assert_int_equal(drain.size, run->to->size);
        assert_memory_equal(drain.data, run->to->data, drain.size);
    }
    drain_close(&drain);
    return struck;
}

static void strike_everywhere(const struct run *run)
{
    for (int faulty_input = 0; faulty_input < 2; faulty_input++)
        for (int lasting = 0; lasting < 2; lasting++) {
            if (faulty_input && run->way == WAY_MEMORY)
                continue;
            unsigned at = 1;
            while (strike(run, faulty_input, at, lasting))
                at++;
            assert_true(at > 1);
        }
}

static void test_every_call_fails_once(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_safetensors(&random, 10, 10000);
    struct buffer packed = pack(file.data, file.size, 1);
    for (unsigned threads = 1; threads <= 3; threads += 2)
        for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
            struct run run = {.from = &file, .to = &packed, .compresses = true, .way = way, .threads = threads};
            strike_everywhere(&run);
            run.anywhere = true;
            strike_everywhere(&run);
            run = (struct run){.from = &packed, .to = &file, .way = way, .threads = threads};
            strike_everywhere(&run);
            run.anywhere = true;
            strike_everywhere(&run);
        }
    znn_buffer_free(&file);
    znn_buffer_free(&packed);
}

/* Several chunks, so that several threads are at work when it happens. */
static void test_faults_among_many_chunks(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_safetensors(&random, 12, 100000);
    struct buffer packed = pack(file.data, file.size, 1);
    for (int round = 0; round < 40; round++) {
        bool compresses = round % 2;
        struct run run = {
            .from = compresses ? &file : &packed,
            .to = compresses ? &packed : &file,
            .compresses = compresses,
            .way = (enum way)(WAY_RANDOM_ACCESS + round / 2 % 2),
            .anywhere = round / 4 % 2,
            .threads = 1 + (unsigned)random_below(&random, 4),
        };
        unsigned calls = (unsigned)(run.from->size / 3000);
        strike(&run, true, 1 + (unsigned)random_below(&random, calls), round % 3 == 0);
        strike(&run, false, 1 + (unsigned)random_below(&random, 20), round % 3 == 0);
    }
    znn_buffer_free(&file);
    znn_buffer_free(&packed);
}

static void test_place_of_a_read_error(void **state)
{
    (void)state;
    struct buffer file = {0};
    struct random random = random_start(__func__);
    put_weights(&random, &file, 100000, 4);
    for (enum way way = WAY_RANDOM_ACCESS; way < WAY_COUNT; way++) {
        struct run run = {.from = &file, .to = &file, .compresses = true, .way = way, .threads = 1};
        struct faults faults = {.fail_at = 30, .lasting = true, .reason = EIO};
        struct drain drain;
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_int_equal(do_run(&run, &faults, true, &drain, &error), ZNN_ERROR_IO);
        assert_true(error.offset > 0 && error.offset < file.size);
        drain_close(&drain);
    }
    znn_buffer_free(&file);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files that are not of the size that they were said to be                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* What is really there is what comes back, whatever the size that the input states. */
static void check_stated_size(const struct buffer *file, uint64_t stated, unsigned threads)
{
    struct feed feed = {.data = file->data, .size = file->size, .reported = stated, .step = 50000};
    struct znn_input input = feed_input(&feed, WAY_RANDOM_ACCESS);
    input.size = stated;
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = 1, .threads = threads};
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(znn_compress(&input, &output, &options, &report, &error), ZNN_OK);
    assert_int_equal(report.original_size, file->size);
    struct buffer packed = {.data = memory.data, .size = memory.size};
    expect_unpacked(&packed, WAY_MEMORY, threads, false, file->data, file->size);
    free(memory.data);
}

static void test_files_of_another_size_than_stated(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 12; round++) {
        struct buffer file = round % 2 ? make_safetensors(&random, 5, 20000) : make_any_file(&random, 100000);
        unsigned threads = 1 + (unsigned)random_below(&random, 3);
        check_stated_size(&file, 0, threads);
        check_stated_size(&file, 1, threads);
        check_stated_size(&file, file.size + 1, threads);
        check_stated_size(&file, file.size * 2 + 10000000, threads);
        check_stated_size(&file, UINT64_MAX - 1, threads);
        check_stated_size(&file, random_below(&random, file.size + 1), threads);
        znn_buffer_free(&file);
    }
}

/* A file that loses its end, or goes on, between one read and the next. */
struct changing {
    struct feed feed;
    atomic_uint calls;
    unsigned change_at;
    size_t changed_size;
};

static ptrdiff_t read_changing(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct changing *changing = context;
    struct feed feed = changing->feed;
    if (atomic_fetch_add(&changing->calls, 1) + 1 >= changing->change_at)
        feed.size = changing->changed_size;
    return feed_read_at(&feed, buffer, size, offset);
}

/* One of its states, or something between them: a prefix of the bytes, and decodable. */
static void test_files_that_change_while_they_are_read(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 60; round++) {
        struct buffer file = make_safetensors(&random, 8, 50000);
        size_t half = random_below(&random, file.size);
        bool grows = round % 2;
        struct changing changing = {
            .feed = {.data = file.data, .size = grows ? half : file.size, .step = 30000},
            .change_at = 1 + (unsigned)random_below(&random, 60),
            .changed_size = grows ? file.size : half,
        };
        struct znn_input input = {.context = &changing, .size = changing.feed.size, .read_at = read_changing};
        struct znn_memory memory = {0};
        struct znn_output output = znn_output_memory(&memory);
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .level = 1,
                                               .threads = 1 + (unsigned)random_below(&random, 4)};
        struct znn_report report = ZNN_INIT(struct znn_report);
        assert_int_equal(znn_compress(&input, &output, &options, &report, NULL), ZNN_OK);
        assert_true(report.original_size >= half && report.original_size <= file.size);
        struct buffer packed = {.data = memory.data, .size = memory.size};
        expect_unpacked(&packed, WAY_MEMORY, 2, false, file.data, (size_t)report.original_size);
        free(memory.data);
        znn_buffer_free(&file);
    }
}

/* A .znn file that is shorter than it was said to be is cut short, whoever reads it. */
static void test_znn_files_of_another_size_than_stated(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_safetensors(&random, 5, 5000);
    struct buffer packed = pack(file.data, file.size, 1);
    for (int round = 0; round < 100; round++) {
        size_t there = random_below(&random, packed.size);
        struct feed feed = {.data = packed.data, .size = there, .reported = packed.size};
        struct znn_input input = feed_input(&feed, WAY_RANDOM_ACCESS);
        struct znn_memory memory = {0};
        struct znn_output output = znn_output_memory(&memory);
        struct znn_error error = ZNN_INIT(struct znn_error);
        enum znn_status status = znn_decompress(&input, &output, NULL, NULL, &error);
        check_error(status, &error);
        assert_int_equal(status, there == 0 ? ZNN_ERROR_NOT_ZNN : ZNN_ERROR_CORRUPT);
        free(memory.data);
    }
    znn_buffer_free(&packed);
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_fails_once),
        cmocka_unit_test(test_faults_among_many_chunks),
        cmocka_unit_test(test_place_of_a_read_error),
        cmocka_unit_test(test_files_of_another_size_than_stated),
        cmocka_unit_test(test_files_that_change_while_they_are_read),
        cmocka_unit_test(test_znn_files_of_another_size_than_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
