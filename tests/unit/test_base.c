/*
 * test_base.c - models against bases, through the library
 *
 * Random pairs of models, of all types, related in many ways or not at all, must make the round trip with any number of
 * threads and any kind of input.  A wrong base is refused, and if the output takes bytes in order, before a byte is
 * written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "models.h"
#include "packing.h"
#include "support.h"

static struct znn_base *open_base_over(struct znn_input input, struct znn_base *parent)
{
    struct znn_base *base;
    struct znn_base_options options = {.struct_size = sizeof options, .parent = parent};
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = znn_base_open(&input, &options, &base, &error);
    if (status)
        fail_msg("%s: %s", znn_status_name(status), error.detail);
    return base;
}

static struct znn_base *open_base(const struct buffer *file, struct znn_base *parent)
{
    return open_base_over(znn_input_memory(file->data, file->size), parent);
}

static struct buffer pack_on(const struct buffer *file, enum way way, struct znn_base *base, unsigned threads,
                             struct znn_report *report)
{
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .threads = threads,
                                           .base = base,
                                           .base_name = "base.safetensors"};
    return pack_way(file->data, file->size, way, 0, &options, report);
}

static enum znn_status unpack_on(const struct buffer *packed, enum way way, struct znn_base *base, bool anywhere,
                                 struct drain *drain, struct znn_error *error)
{
    struct feed feed = {.data = packed->data, .size = packed->size};
    struct znn_input input = feed_input(&feed, way);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1 + (unsigned)way, .base = base};
    drain_open(drain);
    struct znn_output output = drain_output(drain, anywhere);
    *error = (struct znn_error){.struct_size = sizeof(struct znn_error)};
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, error);
    check_error(status, error);
    return status;
}

static void expect_back(const struct buffer *packed, struct znn_base *base, const struct buffer *file)
{
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++) {
        struct drain drain;
        struct znn_error error = ZNN_INIT(struct znn_error);
        enum znn_status status = unpack_on(packed, (enum way)(i / 2), base, i % 2, &drain, &error);
        if (status)
            fail_msg("%s: %s", znn_status_name(status), error.detail);
        assert_int_equal(drain.size, file->size);
        if (file->size > 0)
            assert_memory_equal(drain.data, file->data, file->size);
        drain_close(&drain);
    }
}

/* Refused, and nothing given out that could not be taken back. */
static void expect_refused(const struct buffer *packed, struct znn_base *base)
{
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++) {
        struct drain drain;
        struct znn_error error = ZNN_INIT(struct znn_error);
        bool anywhere = i % 2;
        assert_int_equal(unpack_on(packed, (enum way)(i / 2), base, anywhere, &drain, &error), ZNN_ERROR_BASE);
        assert_true(drain.size == 0 || (anywhere && base));
        drain_close(&drain);
    }
}

/* Damaged, and a base that is right does not get the blame. */
static void expect_damaged(const struct buffer *packed, struct znn_base *base)
{
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++) {
        struct drain drain;
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_int_equal(unpack_on(packed, (enum way)(i / 2), base, i % 2, &drain, &error), ZNN_ERROR_CORRUPT);
        drain_close(&drain);
    }
}

static struct buffer copy_of(const struct buffer *file)
{
    struct buffer copy = {0};
    put_bytes(&copy, file->data, file->size);
    return copy;
}

static size_t header_size(const struct buffer *file)
{
    return 8 + (size_t)load_le64(file->data);
}

/* Makes the bytes behind the header different in one of many ways. */
static void change(struct random *random, struct buffer *file)
{
    size_t start = header_size(file);
    size_t size = file->size - start;
    unsigned kind = (unsigned)random_below(random, 6);
    if (size == 0)
        return;
    for (size_t i = 0; i < size; i++) {
        uint8_t *byte = file->data + start + i;
        if (kind == 1 && random_below(random, 1000) == 0) /* now and then */
            *byte = (uint8_t)random_u64(random);
        if (kind == 2 && i % 4 == 0) /* low bytes */
            *byte = (uint8_t)(*byte + random_below(random, 9));
        if (kind == 3) /* all */
            *byte = (uint8_t)random_u64(random);
        if (kind == 4 && i % 2 == 0 && i < size / 2) /* half */
            *byte ^= (uint8_t)random_below(random, 2);
        if (kind == 5) /* a little everywhere */
            *byte = (uint8_t)(*byte + random_below(random, 2));
    }
}

static void test_random_pairs(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 60; round++) {
        struct buffer file =
            make_safetensors(&random, (unsigned)random_below(&random, 40), 1 + random_below(&random, 3000));
        struct buffer child = copy_of(&file);
        change(&random, &child);
        struct feed feed = {.data = file.data, .size = file.size};
        struct znn_base *base = open_base(&file, NULL);
        struct znn_base *on_disk = open_base_over(feed_input(&feed, WAY_RANDOM_ACCESS), NULL);
        struct buffer alone = pack_on(&child, WAY_MEMORY, NULL, 1, NULL);
        struct buffer packed = pack_on(&child, WAY_MEMORY, base, 1, NULL);
        struct buffer threaded = pack_on(&child, WAY_RANDOM_ACCESS, base, 4, NULL);
        struct buffer streamed = pack_on(&child, WAY_STREAM, base, 2, NULL);
        assert_int_equal(packed.size, threaded.size);
        assert_memory_equal(packed.data, threaded.data, packed.size);
        if (packed.size > alone.size + alone.size / 1000 + 256) /* the list of tensors and the hint, in vain */
            fail_msg("%zu bytes with a base, %zu without", packed.size, alone.size);
        expect_back(&packed, base, &child);
        expect_back(&streamed, base, &child);
        expect_back(&packed, on_disk, &child);
        znn_base_close(base);
        znn_base_close(on_disk);
        znn_buffer_free(&file);
        znn_buffer_free(&child);
        znn_buffer_free(&alone);
        znn_buffer_free(&packed);
        znn_buffer_free(&threaded);
        znn_buffer_free(&streamed);
    }
}

/* A file of one F32 tensor of `count` weights, called `name`. */
static struct buffer make_single(struct random *random, const char *name, size_t count)
{
    struct buffer file = {0};
    char header[200];
    uint8_t length[8];
    int size = snprintf(header, sizeof header, "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}",
                        name, count, 4 * count);
    store_le64(length, (uint64_t)size);
    put_bytes(&file, length, 8);
    put_bytes(&file, header, (size_t)size);
    put_weights(random, &file, 4 * count, 4);
    return file;
}

static void test_equal(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_single(&random, "w", 1000000);
    struct znn_base *base = open_base(&file, NULL);
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct buffer packed = pack_on(&file, WAY_MEMORY, base, 1, &report);
    assert_int_equal(report.base_tensors, 1);
    assert_true(packed.size < 800);
    expect_back(&packed, base, &file);
    expect_refused(&packed, NULL);
    znn_base_close(base);
    znn_buffer_free(&packed);
    znn_buffer_free(&file);
}

/* Under another name, in another place, or longer by some rows. */
static void test_matches(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_single(&random, "w", 50000);
    struct buffer renamed = make_single(&random, "other.name", 50000);
    struct buffer longer = make_single(&random, "w", 60000);
    memcpy(renamed.data + header_size(&renamed), file.data + header_size(&file), 200000);
    memcpy(longer.data + header_size(&longer), file.data + header_size(&file), 200000);
    struct znn_base *base = open_base(&file, NULL);
    struct znn_base *renamed_base = open_base(&renamed, NULL);
    struct buffer packed = pack_on(&renamed, WAY_MEMORY, base, 1, NULL);
    assert_true(packed.size < 600);
    expect_back(&packed, base, &renamed);
    expect_back(&packed, renamed_base, &renamed); /* found by its hash */
    znn_buffer_free(&packed);
    packed = pack_on(&longer, WAY_MEMORY, base, 1, NULL);
    assert_true(packed.size < 10000 * 4);
    expect_back(&packed, base, &longer);
    znn_buffer_free(&packed);
    znn_base_close(base);
    znn_base_close(renamed_base);
    znn_buffer_free(&file);
    znn_buffer_free(&renamed);
    znn_buffer_free(&longer);
}

/* Each base may refer to the one before it. */
static void end_chain(struct znn_base **bases, struct buffer *files, struct buffer *packed, size_t count)
{
    while (count-- > 0) {
        znn_base_close(bases[count]);
        znn_buffer_free(&files[count]);
        znn_buffer_free(&packed[count]);
    }
}

static void test_chain(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer files[4] = {make_single(&random, "w", 400000)};
    struct buffer packed[4] = {{0}};
    struct znn_base *bases[4] = {open_base(&files[0], NULL)};
    for (int i = 1; i < 4; i++) {
        files[i] = copy_of(&files[i - 1]);
        for (size_t k = header_size(&files[i]); k < files[i].size; k += 4)
            files[i].data[k] = (uint8_t)(files[i].data[k] + random_below(&random, 3));
        packed[i] = pack_on(&files[i], WAY_MEMORY, bases[i - 1], 2, NULL);
        assert_true(packed[i].size < files[i].size / 8);
        expect_back(&packed[i], bases[i - 1], &files[i]);
        bases[i] = open_base(&packed[i], bases[i - 1]);
    }
    /* Without its parent a base is of no use. */
    struct znn_input input = znn_input_memory(packed[2].data, packed[2].size);
    struct znn_base *orphan;
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(znn_base_open(&input, NULL, &orphan, &error), ZNN_ERROR_BASE);
    assert_null(orphan);
    end_chain(bases, files, packed, 4);
}

/* A model that differs in the lowest bit of each number. */
static struct buffer near_to(const struct buffer *file)
{
    struct buffer child = copy_of(file);
    for (size_t k = header_size(&child); k < child.size; k += 4)
        child.data[k] ^= 1;
    return child;
}

/* Bases may have bases, but there is an end to it. */
static void test_deepest_chain(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer files[ZNN_BASE_DEPTH_MAX + 1] = {make_single(&random, "w", 3000)};
    struct buffer packed[ZNN_BASE_DEPTH_MAX + 1] = {{0}};
    struct znn_base *bases[ZNN_BASE_DEPTH_MAX + 1] = {open_base(&files[0], NULL)};
    for (int i = 1; i <= ZNN_BASE_DEPTH_MAX; i++) {
        files[i] = near_to(&files[i - 1]);
        packed[i] = pack_on(&files[i], WAY_MEMORY, bases[i - 1], 1, NULL);
        expect_back(&packed[i], bases[i - 1], &files[i]);
        if (i < ZNN_BASE_DEPTH_MAX)
            bases[i] = open_base(&packed[i], bases[i - 1]);
    }
    struct znn_input input = znn_input_memory(packed[ZNN_BASE_DEPTH_MAX].data, packed[ZNN_BASE_DEPTH_MAX].size);
    struct znn_base *deeper;
    struct znn_base_options options = {.struct_size = sizeof options, .parent = bases[ZNN_BASE_DEPTH_MAX - 1]};
    assert_int_equal(znn_base_open(&input, &options, &deeper, NULL), ZNN_ERROR_BASE);
    end_chain(bases, files, packed, ZNN_BASE_DEPTH_MAX + 1);
}

/* What is wrong with the base is said to be: whichever of the calls that read it fails. */
static void test_base_that_cannot_be_read(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_single(&random, "w", 300000);
    struct buffer child = near_to(&file);
    struct znn_base *base = open_base(&file, NULL);
    struct buffer packed = pack_on(&child, WAY_MEMORY, base, 1, NULL);
    znn_base_close(base);
    for (int anywhere = 0; anywhere < 2; anywhere++) {
        unsigned failures = 0;
        for (unsigned fail_at = 1, reached = 1; reached; fail_at++) {
            struct faults faults = {.reason = EIO, .lasting = true};
            struct feed feed = {.data = file.data, .size = file.size, .faults = &faults};
            struct drain drain;
            struct znn_error error = ZNN_INIT(struct znn_error);
            base = open_base_over(feed_input(&feed, WAY_RANDOM_ACCESS), NULL);
            faults.fail_at = atomic_load(&faults.calls) + fail_at;
            enum znn_status status = unpack_on(&packed, WAY_MEMORY, base, anywhere, &drain, &error);
            reached = atomic_load(&faults.calls) >= faults.fail_at;
            assert_int_equal(status, reached ? ZNN_ERROR_BASE : ZNN_OK);
            assert_true(!reached || strstr(error.detail, "the base cannot be read"));
            failures += reached;
            drain_close(&drain);
            znn_base_close(base);
        }
        assert_true(failures > 0);
    }
    znn_buffer_free(&packed);
    znn_buffer_free(&child);
    znn_buffer_free(&file);
}

/* Each bit of the base, tried here and there, matters where it is used, and only there. */
static void test_wrong_bases(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_single(&random, "w", 3000);
    struct buffer child = near_to(&file);
    struct znn_base *base = open_base(&file, NULL);
    struct buffer packed = pack_on(&child, WAY_MEMORY, base, 1, NULL);
    packed.data[packed.size / 4] ^= 1; /* in the numbers' streams */
    expect_damaged(&packed, base);
    packed.data[packed.size / 4] ^= 1;
    znn_base_close(base);
    for (int round = 0; round < 40; round++) {
        struct buffer other = copy_of(&file);
        size_t at = header_size(&other) + random_below(&random, other.size - header_size(&other));
        other.data[at] ^= (uint8_t)(1 << random_below(&random, 8));
        base = open_base(&other, NULL);
        expect_refused(&packed, base);
        znn_base_close(base);
        znn_buffer_free(&other);
    }
    struct buffer cut = copy_of(&file);
    for (int round = 0; round < 20; round++) {
        cut.size = random_below(&random, file.size);
        base = open_base(&cut, NULL);
        expect_refused(&packed, base);
        znn_base_close(base);
    }
    znn_buffer_free(&cut);
    znn_buffer_free(&packed);
    znn_buffer_free(&child);
    znn_buffer_free(&file);
}

static void test_reader(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_single(&random, "w", 600000);
    struct buffer child = copy_of(&file);
    for (size_t k = header_size(&child); k < child.size; k += 4)
        child.data[k] = (uint8_t)(child.data[k] + random_below(&random, 5));
    struct znn_base *base = open_base(&file, NULL);
    struct buffer packed = pack_on(&child, WAY_MEMORY, base, 1, NULL);
    struct znn_input input = znn_input_memory(packed.data, packed.size);
    struct znn_reader *reader, *blind;
    static uint8_t piece[100000];
    size_t got;
    assert_int_equal(
        znn_reader_open(&input,
                        &(struct znn_reader_options){.struct_size = sizeof(struct znn_reader_options), .base = base},
                        &reader, NULL),
        ZNN_OK);
    for (int round = 0; round < 30; round++) {
        size_t start = random_below(&random, child.size);
        size_t size = random_below(&random, sizeof piece);
        assert_int_equal(znn_reader_pread(reader, piece, size, start, &got, NULL), ZNN_OK);
        assert_int_equal(got, size < child.size - start ? size : child.size - start);
        if (got > 0)
            assert_memory_equal(piece, child.data + start, got);
    }
    znn_reader_close(reader);
    /* Without a base it opens, and tells what there is; only the numbers cannot be had. */
    assert_int_equal(znn_reader_open(&input, NULL, &blind, NULL), ZNN_OK);
    file.data[file.size - 20] ^= 1; /* and where the base is another one, those that it has right */
    struct znn_base *other = open_base(&file, NULL);
    assert_int_equal(
        znn_reader_open(&input,
                        &(struct znn_reader_options){.struct_size = sizeof(struct znn_reader_options), .base = other},
                        &reader, NULL),
        ZNN_OK);
    assert_int_equal(znn_reader_pread(reader, piece, 100, 5000, &got, NULL), ZNN_OK);
    assert_memory_equal(piece, child.data + 5000, 100);
    assert_int_equal(znn_reader_pread(reader, piece, 100, child.size - 100, &got, NULL), ZNN_ERROR_BASE);
    znn_reader_close(reader);
    znn_base_close(other);
    assert_int_equal(znn_reader_tensor_count(blind), 1);
    assert_int_equal(znn_reader_pread(blind, piece, 100, child.size - 100, &got, NULL), ZNN_ERROR_BASE);
    znn_reader_close(blind);
    znn_base_close(base);
    znn_buffer_free(&packed);
    znn_buffer_free(&child);
    znn_buffer_free(&file);
}

static void test_relation(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer file = make_single(&random, "w", 100000);
    struct buffer child = copy_of(&file);
    struct buffer stranger = make_single(&random, "w", 100000);
    for (size_t k = header_size(&child); k < child.size; k += 4)
        child.data[k] ^= 1;
    struct znn_base *base = open_base(&file, NULL);
    struct znn_relation relation = ZNN_INIT(struct znn_relation);
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    assert_int_equal(znn_base_tensor_count(base), 1);
    assert_int_equal(znn_base_tensor(base, 0, &tensor), ZNN_OK);
    assert_string_equal(tensor.name, "w");
    assert_int_equal(tensor.size, 4 * 100000);
    assert_int_equal(znn_base_tensor(base, 1, &tensor), ZNN_ERROR_ARGUMENT);
    struct znn_input input = znn_input_memory(child.data, child.size);
    assert_int_equal(znn_relate(&input, base, &relation, NULL), ZNN_OK);
    assert_int_equal(relation.tensors, 1);
    assert_int_equal(relation.matched, 1);
    assert_int_equal(relation.related, 1);
    assert_true(relation.delta < relation.alone / 4);
    input = znn_input_memory(stranger.data, stranger.size);
    assert_int_equal(znn_relate(&input, base, &relation, NULL), ZNN_OK);
    assert_int_equal(relation.matched, 1);
    assert_true(relation.delta >= relation.alone / 100 * 99);
    znn_base_close(base);
    znn_buffer_free(&file);
    znn_buffer_free(&child);
    znn_buffer_free(&stranger);
}

/* Of several tensors that a base lacks, the first in the file is the one that is named. */
static void test_the_first_that_is_missing(void **state)
{
    (void)state;
    static const char header[] = "{\"a\":{\"dtype\":\"F32\",\"shape\":[3000],\"data_offsets\":[0,12000]},"
                                 "\"b\":{\"dtype\":\"F32\",\"shape\":[2000],\"data_offsets\":[12000,20000]}}";
    struct random random = random_start(__func__);
    struct buffer file = {0};
    uint8_t length[8];
    store_le64(length, sizeof header - 1);
    put_bytes(&file, length, sizeof length);
    put_bytes(&file, header, sizeof header - 1);
    put_weights(&random, &file, 20000, 4);
    struct buffer child = near_to(&file), other = copy_of(&file);
    struct znn_base *base = open_base(&file, NULL);
    struct buffer packed = pack_on(&child, WAY_MEMORY, base, 1, NULL);
    znn_base_close(base);
    other.data[8 + strlen("{\"")] = 'x'; /* they are sought by their contents, which are another's, too */
    other.data[8 + (size_t)(strstr(header, "\"b\"") - header) + 1] = 'y';
    other.data[other.size - 1] ^= 1;
    other.data[other.size - 19999] ^= 1;
    base = open_base(&other, NULL);
    struct drain drain;
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(unpack_on(&packed, WAY_MEMORY, base, true, &drain, &error), ZNN_ERROR_BASE);
    assert_non_null(strstr(error.detail, "tensor 'a'"));
    drain_close(&drain);
    znn_base_close(base);
    znn_buffer_free(&packed);
    znn_buffer_free(&child);
    znn_buffer_free(&other);
    znn_buffer_free(&file);
}

/* The header keeps a name that can be stored, and makes the others so: it is a hint, and nothing fails for it. */
static void test_names_of_the_base(void **state)
{
    (void)state;
    static const struct {
        const char *given, *stored;
    } rows[] = {
        {"base.bin", "base.bin"},
        {".base", "_base"},
        {"-base", "_base"},
        {" base", "_base"},
        {".", "_"},
        {"-", "_"},
        {"..", "_."},
        {"a/b", "a/b"},
        {"../a/b", "../a/b"},
        {"../../a", "../../a"},
        {"a/b:c", "a_b_c"},
        {"/a", "_a"},
        {"a/../b", "a_.._b"},
        {"\xc3\xa4", "__"},
        {"", ""},
        {NULL, ""},
    };
    struct random random = random_start(__func__);
    struct buffer file = make_single(&random, "a", 3000);
    struct znn_base *base = open_base(&file, NULL);
    char long_name[ZNN_BASE_NAME_MAX + 2] = "";
    memset(long_name, 'a', ZNN_BASE_NAME_MAX + 1);
    for (size_t i = 0; i <= sizeof rows / sizeof *rows; i++) {
        bool is_row = i < sizeof rows / sizeof *rows;
        struct znn_compress_options options = {
            .struct_size = sizeof options, .base = base, .base_name = is_row ? rows[i].given : long_name};
        struct buffer packed = pack_way(file.data, file.size, WAY_MEMORY, 0, &options, NULL);
        struct znn_header header = ZNN_INIT(struct znn_header);
        assert_int_equal(znn_read_header(packed.data, packed.size, &header, NULL), ZNN_OK);
        assert_string_equal(header.base_name, is_row ? rows[i].stored : "");
        expect_back(&packed, base, &file);
        znn_buffer_free(&packed);
    }
    znn_base_close(base);
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_pairs),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_deepest_chain),
        cmocka_unit_test(test_base_that_cannot_be_read),
        cmocka_unit_test(test_wrong_bases),
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_relation),
        cmocka_unit_test(test_names_of_the_base),
        cmocka_unit_test(test_the_first_that_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
