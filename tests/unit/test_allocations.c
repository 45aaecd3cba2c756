/*
 * test_allocations.c - refuses each allocation once, and then each and all after it
 *
 * If a call of the library gets no memory, it must report that, free everything, and give no wrong result.  So the test
 * makes each kind of call on each kind of file, with the first request refused, then the second, and so on, until a
 * call runs without a refusal.  It prints the number of refused requests.
 */
#include "failing.h"
#include "samples.h"

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
