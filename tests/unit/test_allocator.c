/*
 * test_allocator.c - the caller's allocator
 *
 * Each kind of call is made on each kind of file, with an allocator that knows its own blocks.  It finds a block that
 * another allocator gave, a block that nobody frees, and a block that is freed twice.  At the same time malloc() is
 * watched: during a call with an allocator, the library must not use it at all.
 *
 * The kernels are off, because those for hashing contain xxHash's own malloc().
 */
#include "failing.h"
#include "platform/cpu.h"
#include "samples.h"

/* ---------------------------------------------------------------------------------------------------------------- */
/* The allocator                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/* What the allocator has given; several threads use it. */
struct heap {
    atomic_int live;
    atomic_uint requests;
    unsigned limit; /* requests after this one are refused; 0: none */
};

/* Stands before each block.  The heap of a block that was freed is NULL. */
union head {
    struct {
        struct heap *heap;
        size_t size;
    } of;
    max_align_t alignment;
};

static void heap_release(void *context, void *memory)
{
    struct heap *heap = context;
    union head *head = (union head *)memory - 1;
    assert_non_null(memory);
    assert_ptr_equal(head->of.heap, heap);
    head->of.heap = NULL;
    atomic_fetch_sub(&heap->live, 1);
    __real_free(head);
}

static void *heap_resize(void *context, void *memory, size_t size)
{
    struct heap *heap = context;
    assert_true(size > 0);
    if (atomic_fetch_add(&heap->requests, 1) + 1 > heap->limit && heap->limit > 0)
        return NULL;
    union head *head = __real_malloc(sizeof *head + size);
    assert_non_null(head);
    head->of.heap = heap;
    head->of.size = size;
    memset(head + 1, 0xa5, size); /* fresh memory is not zero */
    atomic_fetch_add(&heap->live, 1);
    if (memory) {
        size_t old = ((union head *)memory - 1)->of.size;
        memcpy(head + 1, memory, old < size ? old : size);
        heap_release(context, memory);
    }
    return head + 1;
}

static struct znn_allocator allocator_of(struct heap *heap)
{
    return (struct znn_allocator){.context = heap, .resize = heap_resize, .release = heap_release};
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The calls                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

enum { ROOM = 100000 };

/* A call that is made with an allocator, and perhaps with a base that has the same one. */
struct with {
    const struct sample *sample;
    const struct znn_allocator *allocator;
    struct znn_base *base;
    struct znn_error *error;
};

static struct znn_input input_of(const struct buffer *file)
{
    return znn_input_memory(file->data, file->size);
}

static enum znn_status call_compress(const struct with *with)
{
    static uint8_t packed[ROOM];
    const struct znn_compress_options options = {.struct_size = sizeof options,
                                                 .level = 9,
                                                 .threads = 3,
                                                 .dedup = 1,
                                                 .base = with->base,
                                                 .allocator = with->allocator};
    struct znn_input input = input_of(&with->sample->file);
    struct znn_output output = znn_output_fixed(packed, sizeof packed);
    size_t written;
    enum znn_status status = znn_compress(&input, &output, &options, NULL, with->error);
    return status ? status
                  : znn_compress_buffer(with->sample->file.data, with->sample->file.size, packed, sizeof packed,
                                        &written, &options, with->error);
}

static enum znn_status call_decompress(const struct with *with)
{
    static uint8_t decoded[ROOM];
    const struct znn_decompress_options options = {
        .struct_size = sizeof options, .threads = 3, .base = with->base, .allocator = with->allocator};
    struct znn_input input = input_of(&with->sample->packed);
    struct znn_output output = znn_output_fixed(decoded, sizeof decoded);
    size_t written = 0;
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, with->error);
    if (!status)
        status = znn_decompress_buffer(with->sample->packed.data, with->sample->packed.size, decoded, sizeof decoded,
                                       &written, &options, with->error);
    if (!status) {
        assert_int_equal(written, with->sample->file.size);
        assert_memory_equal(decoded, with->sample->file.data, written);
    }
    return status;
}

static enum znn_status call_reader(const struct with *with)
{
    static uint8_t data[2][ROOM];
    const struct znn_reader_options options = {
        .struct_size = sizeof options, .base = with->base, .allocator = with->allocator};
    struct znn_input input = input_of(&with->sample->packed);
    struct znn_reader *reader;
    size_t got, size = with->sample->file.size;
    struct znn_range ranges[] = {{0, size / 2, data[0]}, {size / 2, size - size / 2, data[0] + size / 2}};
    enum znn_status status = znn_reader_open(&input, &options, &reader, with->error);
    if (status)
        return status;
    status = znn_reader_pread(reader, data[1], ROOM, 5, &got, with->error);
    if (!status)
        status = znn_reader_read_ranges(reader, ranges, 2, 3, with->error);
    znn_reader_close(reader);
    if (!status)
        assert_memory_equal(data[0] + 5, data[1], size - 5);
    return status;
}

static enum znn_status call_analyze(const struct with *with)
{
    const struct znn_compress_options compress = {
        .struct_size = sizeof compress, .threads = 3, .base = with->base, .allocator = with->allocator};
    const struct znn_analysis_options options = {.struct_size = sizeof options, .compress = &compress};
    struct znn_input inputs[] = {input_of(&with->sample->file), input_of(&with->sample->packed)};
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < 2 && !status; i++) {
        struct znn_analysis *analysis;
        status = znn_analyze(&inputs[i], &options, &analysis, with->error);
        znn_analysis_free(analysis);
    }
    return status;
}

static enum znn_status call_sweep(const struct with *with)
{
    static const unsigned bits[] = {8, 12};
    const struct znn_compress_options options = {
        .struct_size = sizeof options, .threads = 3, .allocator = with->allocator};
    struct znn_input input = input_of(&with->sample->file);
    struct znn_sweep *sweep;
    enum znn_status status = znn_sweep_make(&input, &options, bits, 2, &sweep, with->error);
    znn_sweep_free(sweep);
    return status;
}

static enum znn_status call_salvage(const struct with *with)
{
    static uint8_t decoded[ROOM], damaged[ROOM];
    const struct znn_decompress_options options = {
        .struct_size = sizeof options, .base = with->base, .allocator = with->allocator};
    size_t size = with->sample->packed.size;
    memcpy(damaged, with->sample->packed.data, size);
    damaged[size - 20] ^= 1; /* the footer: the index has to be searched for */
    struct znn_input input = znn_input_memory(damaged, size);
    struct znn_output output = znn_output_fixed(decoded, sizeof decoded);
    struct znn_salvage *salvage;
    enum znn_status status = znn_salvage(&input, &output, &options, &salvage, with->error);
    znn_salvage_free(salvage);
    return status;
}

static enum znn_status call_relate(const struct with *with)
{
    struct znn_relation relation = ZNN_INIT(struct znn_relation);
    struct znn_input input = input_of(&with->sample->file);
    return with->base ? znn_relate(&input, with->base, &relation, with->error) : ZNN_OK;
}

static const struct {
    const char *name;
    enum znn_status (*make)(const struct with *with);
} calls[] = {
    {"compress", call_compress}, {"decompress", call_decompress}, {"reader", call_reader}, {"analyze", call_analyze},
    {"sweep", call_sweep},       {"salvage", call_salvage},       {"relate", call_relate},
};

enum { CALLS = sizeof calls / sizeof *calls };

/* ---------------------------------------------------------------------------------------------------------------- */
/* The tests                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The blocks that malloc() has given.  failing.requests would not do, because it counts started threads, too. */
static int mallocs_now(void)
{
    return atomic_load(&failing.live);
}

static void expect_own_memory_only(const struct with *with, size_t i, struct heap *heap, int before)
{
    int mallocs = mallocs_now(), highest = atomic_load(&failing.highest);
    if (mallocs != before || highest != before)
        fail_msg("%s of %s uses malloc()", calls[i].name, with->sample->name);
    if (atomic_load(&heap->live) != 0)
        fail_msg("%s of %s: %d blocks are left", calls[i].name, with->sample->name, atomic_load(&heap->live));
}

static void try_all_calls(const struct sample *sample)
{
    for (size_t i = 0; i < CALLS; i++) {
        struct heap heap = {.limit = 0};
        struct znn_allocator allocator = allocator_of(&heap);
        struct znn_error error = ZNN_INIT(struct znn_error);
        struct with with = {.sample = sample, .allocator = &allocator, .error = &error};
        int before = mallocs_now();
        atomic_store(&failing.highest, before);
        enum znn_status status = calls[i].make(&with);
        check_error(status, &error);
        if (status)
            fail_msg("%s of %s: %s", calls[i].name, sample->name, error.detail);
        expect_own_memory_only(&with, i, &heap, before);
    }
}

static void test_all_memory_is_the_callers(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++)
        try_all_calls(&samples[k]);
}

/* A base, a base of the base, and all that uses them have one allocator. */
static void test_with_bases(void **state)
{
    (void)state;
    struct heap heap = {.limit = 0};
    struct znn_allocator allocator = allocator_of(&heap);
    struct sample child = {.name = "child"};
    make_safetensors_file(&child.file);
    child.file.data[child.file.size - 3000] ^= 1;
    struct znn_base_options base_options = {.struct_size = sizeof base_options, .allocator = &allocator};
    struct znn_base *parent, *base;
    struct znn_input parent_input = input_of(&samples[0].file);
    assert_int_equal(znn_base_open(&parent_input, &base_options, &parent, NULL), ZNN_OK);
    struct znn_compress_options options = {.struct_size = sizeof options, .base = parent, .allocator = &allocator};
    child.packed = pack_way(child.file.data, child.file.size, WAY_MEMORY, 0, &options, NULL);
    base_options.parent = parent;
    struct znn_input input = input_of(&child.packed);
    assert_int_equal(znn_base_open(&input, &base_options, &base, NULL), ZNN_OK);
    struct sample grandchild = {.name = "grandchild", .file = child.file};
    options.base = base;
    grandchild.packed = pack_way(child.file.data, child.file.size, WAY_MEMORY, 0, &options, NULL);
    for (size_t i = 0; i < CALLS; i++) {
        struct znn_error error = ZNN_INIT(struct znn_error);
        struct with with = {.sample = &grandchild, .allocator = &allocator, .base = base, .error = &error};
        enum znn_status status = calls[i].make(&with);
        if (status)
            fail_msg("%s with a base: %s", calls[i].name, error.detail);
    }
    znn_base_close(base);
    znn_base_close(parent);
    assert_int_equal(atomic_load(&heap.live), 0);
    znn_buffer_free(&child.file);
    znn_buffer_free(&child.packed);
    znn_buffer_free(&grandchild.packed);
}

/* An allocator that refuses gives ZNN_ERROR_MEMORY, and everything is freed. */
static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        enum znn_status status = ZNN_ERROR_MEMORY;
        for (unsigned limit = 1; status && limit < 10000; limit++) {
            struct heap heap = {.limit = limit};
            struct znn_allocator allocator = allocator_of(&heap);
            struct znn_error error = ZNN_INIT(struct znn_error);
            struct with with = {.sample = &samples[0], .allocator = &allocator, .error = &error};
            status = calls[i].make(&with);
            check_error(status, &error);
            assert_true(status == ZNN_OK || status == ZNN_ERROR_MEMORY);
            assert_int_equal(atomic_load(&heap.live), 0);
        }
        assert_int_equal(status, ZNN_OK);
    }
}

static void expect_refused(struct znn_allocator *allocator, struct znn_base *base, const char *reason)
{
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct with with = {.sample = &samples[0], .allocator = allocator, .base = base, .error = &error};
    for (size_t i = 0; i < CALLS; i++) {
        if (calls[i].make == call_relate || (base && calls[i].make == call_sweep))
            continue; /* these take no allocator, or no base */
        assert_int_equal(calls[i].make(&with), ZNN_ERROR_ARGUMENT);
        assert_non_null(strstr(error.detail, reason));
    }
}

static void test_wrong_allocators(void **state)
{
    (void)state;
    struct heap heap = {.limit = 0};
    struct znn_allocator allocator = allocator_of(&heap), broken = allocator;
    broken.release = NULL;
    expect_refused(&broken, NULL, "lacks a function");
    broken = allocator;
    broken.resize = NULL;
    expect_refused(&broken, NULL, "lacks a function");
    broken = allocator;
    broken.reserved[1] = &heap;
    expect_refused(&broken, NULL, "reserved");
    struct znn_base *base;
    struct znn_input input = input_of(&samples[0].file);
    assert_int_equal(znn_base_open(&input, NULL, &base, NULL), ZNN_OK);
    expect_refused(&allocator, base, "another allocator");
    znn_base_close(base);
    assert_int_equal(atomic_load(&heap.requests), 0);
}

/* A callback that uses the library itself does not get the allocator of the call that it is in. */
static int open_another(void *context, uint64_t original, uint64_t compressed)
{
    struct znn_reader **opened = context;
    struct znn_input input = input_of(&samples[1].packed);
    (void)original;
    (void)compressed;
    return !*opened && znn_reader_open(&input, NULL, opened, NULL) != ZNN_OK;
}

static void test_a_call_within_a_call(void **state)
{
    (void)state;
    static uint8_t packed[ROOM];
    struct heap heap = {.limit = 0};
    struct znn_allocator allocator = allocator_of(&heap);
    struct znn_reader *opened = NULL;
    const struct znn_compress_options options = {
        .struct_size = sizeof options, .progress = open_another, .progress_context = &opened, .allocator = &allocator};
    size_t written;
    assert_int_equal(znn_compress_buffer(samples[0].file.data, samples[0].file.size, packed, sizeof packed, &written,
                                         &options, NULL),
                     ZNN_OK);
    assert_non_null(opened);
    assert_int_equal(atomic_load(&heap.live), 0);
    znn_reader_close(opened);
}

int main(void)
{
    znn_cpu_limit(CPU_PORTABLE);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_memory_is_the_callers),
        cmocka_unit_test(test_with_bases),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_wrong_allocators),
        cmocka_unit_test(test_a_call_within_a_call),
    };
    return cmocka_run_group_tests(tests, make_samples, free_samples);
}
