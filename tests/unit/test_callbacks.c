/*
 * Callbacks that fail, raise or cancel, on any thread: the call ends with an error and leaves no valid .znn file.
 *
 * In several languages a callback that raised an exception returns 0 to C.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "model_files.h"
#include "packing.h"

/* An input, an output and a progress of which one returns `code` from call number `at` on. */
enum place { PLACE_READ, PLACE_WRITE, PLACE_PROGRESS, PLACE_SET_SIZE, PLACE_COUNT };

struct failing_call {
    struct feed feed;
    struct drain drain;
    enum place place;
    ptrdiff_t code;
    unsigned at;
    atomic_uint calls;
    atomic_uint strangers; /* failures on other threads than the caller's */
    pthread_t caller;
};

static bool fails(struct failing_call *call, enum place place)
{
    bool now = place == call->place && atomic_fetch_add(&call->calls, 1) + 1 >= call->at;
    if (now && !pthread_equal(pthread_self(), call->caller))
        atomic_fetch_add(&call->strangers, 1);
    return now;
}

static ptrdiff_t read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct failing_call *call = context;
    return fails(call, PLACE_READ) ? call->code : feed_read_at(&call->feed, buffer, size, offset);
}

static ptrdiff_t read_next(void *context, void *buffer, size_t size)
{
    struct failing_call *call = context;
    return fails(call, PLACE_READ) ? call->code : feed_read(&call->feed, buffer, size);
}

static ptrdiff_t write_next(void *context, const void *data, size_t size)
{
    struct failing_call *call = context;
    return fails(call, PLACE_WRITE) ? call->code : drain_write(&call->drain, data, size);
}

static ptrdiff_t write_at(void *context, const void *data, size_t size, uint64_t offset)
{
    struct failing_call *call = context;
    return fails(call, PLACE_WRITE) ? call->code : drain_write_at(&call->drain, data, size, offset);
}

static int set_size(void *context, uint64_t size)
{
    struct failing_call *call = context;
    return fails(call, PLACE_SET_SIZE) ? (int)call->code : drain_set_size(&call->drain, size);
}

/* Any number but 0 cancels. */
static int progress(void *context, uint64_t original, uint64_t compressed)
{
    struct failing_call *call = context;
    (void)original;
    (void)compressed;
    return fails(call, PLACE_PROGRESS) ? (call->code == 0 ? 1 : (int)call->code) : 0;
}

static enum znn_status expected(enum place place, ptrdiff_t code)
{
    if (place == PLACE_PROGRESS || code == ZNN_CALLBACK_CANCEL)
        return ZNN_ERROR_CANCELLED;
    return code == ZNN_CALLBACK_MEMORY ? ZNN_ERROR_MEMORY : ZNN_ERROR_IO;
}

/* Runs one call, and says whether its callback was due. */
static bool run(struct failing_call *call, const struct buffer *bytes, bool compresses, bool anywhere, unsigned threads)
{
    call->feed = (struct feed){.data = bytes->data, .size = bytes->size};
    call->caller = pthread_self();
    drain_open(&call->drain);
    atomic_store(&call->calls, 0);
    struct znn_input input = {.context = call, .size = ZNN_SIZE_UNKNOWN, .read = read_next};
    struct znn_output output = {.context = call, .write = write_next};
    if (anywhere) {
        input = (struct znn_input){.context = call, .size = bytes->size, .read_at = read_at};
        output.write_at = write_at;
        output.set_size = set_size;
    }
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct znn_compress_options packing = {.struct_size = sizeof packing,
                                           .level = 1,
                                           .threads = threads,
                                           .dedup = -1,
                                           .progress = progress,
                                           .progress_context = call};
    struct znn_decompress_options unpacking = {
        .struct_size = sizeof unpacking, .threads = threads, .progress = progress, .progress_context = call};
    enum znn_status status = compresses ? znn_compress(&input, &output, &packing, NULL, &error)
                                        : znn_decompress(&input, &output, &unpacking, NULL, &error);
    bool was_due = atomic_load(&call->calls) >= call->at;
    check_error(status, &error);
    assert_int_equal(status, was_due ? expected(call->place, call->code) : ZNN_OK);
    if (was_due && status == ZNN_ERROR_IO)
        assert_int_equal(error.system_error, call->code == ZNN_CALLBACK_ERRNO(EPIPE) ? EPIPE : 0);
    if (was_due && compresses && call->place != PLACE_SET_SIZE) {
        struct znn_input made = znn_input_memory(call->drain.data, call->drain.size);
        struct znn_memory back = {0};
        struct znn_output again = znn_output_memory(&back);
        assert_int_not_equal(znn_decompress(&made, &again, NULL, NULL, NULL), ZNN_OK);
        znn_free(back.data);
    }
    drain_close(&call->drain);
    return was_due;
}

static void test_failures(void **state)
{
    (void)state;
    static const ptrdiff_t codes[] = {0,    ZNN_CALLBACK_FAILED, ZNN_CALLBACK_CANCEL,      ZNN_CALLBACK_MEMORY,
                                      -500, PTRDIFF_MIN,         ZNN_CALLBACK_ERRNO(EPIPE)};
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 5, 200000);
    struct znn_memory packed = make_znn(&model.bytes, 1);
    const struct buffer znn = {.data = packed.data, .size = packed.size};
    unsigned strangers = 0;
    for (unsigned i = 0; i < 2 * 2 * PLACE_COUNT; i++) {
        bool compresses = i & 1, anywhere = i & 2;
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
            struct failing_call call = {.place = (enum place)(i / 4), .code = codes[k]};
            if (call.place == PLACE_PROGRESS && call.code != 0 && (int)call.code == 0)
                continue;
            const struct buffer *bytes = compresses ? &model.bytes : &znn;
            call.at = 1;
            while (run(&call, bytes, compresses, anywhere, 1 + call.at % 4) && call.at < 4)
                call.at += 1 + call.at / 3;
            strangers += atomic_load(&call.strangers);
        }
    }
    assert_true(strangers > 0);
    znn_free(packed.data);
    model_file_free(&model);
}

/* The input that this is about: all of it raises, so to the library it looks as empty as can be. */
static void test_nothing_but_exceptions(void **state)
{
    (void)state;
    const struct buffer file = {.data = (uint8_t[]){1, 2, 3}, .size = 3};
    for (unsigned threads = 1; threads <= 4; threads++)
        for (int anywhere = 0; anywhere < 2; anywhere++) {
            struct failing_call call = {.place = PLACE_READ, .code = 0, .at = 1};
            assert_true(run(&call, &file, true, anywhere, threads));
        }
}

/* More bytes than were asked for, or fewer than were given. */
static ptrdiff_t read_too_much(void *context, void *buffer, size_t size)
{
    (void)context;
    memset(buffer, 0, size);
    return (ptrdiff_t)size + 1;
}

static ptrdiff_t write_less(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    return (ptrdiff_t)size - 1;
}

static void test_wrong_numbers(void **state)
{
    (void)state;
    struct znn_memory memory = {0};
    struct znn_input much = {.size = ZNN_SIZE_UNKNOWN, .read = read_too_much}, fine = znn_input_memory("abc", 3);
    struct znn_output less = {.write = write_less}, good = znn_output_memory(&memory);
    assert_int_equal(znn_compress(&much, &good, NULL, NULL, NULL), ZNN_ERROR_IO);
    assert_int_equal(znn_compress(&fine, &less, NULL, NULL, NULL), ZNN_ERROR_IO);
    znn_free(memory.data);
}

static enum znn_choice raise(void *context, const struct znn_tensor *tensor)
{
    (void)context;
    assert_int_equal(tensor->struct_size, sizeof *tensor);
    return (enum znn_choice)0;
}

/* A tensor that was to be kept must not be rounded because the callback raised. */
static void test_a_choice_that_raises(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 1000);
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(model.bytes.data, model.bytes.size);
    struct znn_output output = znn_output_memory(&memory);
    struct znn_compress_options options = {
        .struct_size = sizeof options, .lossy = {.mode = ZNN_FIXED_POINT, .bits = 4}, .choose = raise};
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = znn_compress(&input, &output, &options, NULL, &error);
    check_error(status, &error);
    assert_int_equal(status, ZNN_ERROR_ARGUMENT);
    znn_free(memory.data);
    model_file_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_nothing_but_exceptions),
        cmocka_unit_test(test_wrong_numbers),
        cmocka_unit_test(test_a_choice_that_raises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
