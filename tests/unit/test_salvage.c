/*
 * test_salvage.c - salvaging gives the intact bytes of a damaged file, and nothing else
 *
 * The test damages a file of several chunks at various places.  Every byte that is not reported lost must be the
 * original's, and every other byte zero.  No more may be lost than the damage explains.
 */
#include "salvage_samples.h"
#include "znn_writer.h"

static void test_a_chunk(void **state)
{
    (void)state;
    try(damage_payload, expect_loss_of_2);
    try(damage_marker, expect_loss_of_2);
    try(damage_sizes, expect_loss_of_2);
    try(damage_directory, expect_loss_of_2);
    try(lose_bytes, expect_loss_of_2);
    try(lose_chunk, expect_loss_of_2);
    try(gain_bytes, expect_loss_of_2);
}

static void damage_header(struct outcome *outcome)
{
    memset(outcome->damaged.data, 0, 32);
}

static void lose_header(struct outcome *outcome)
{
    shift(&outcome->damaged, 32, 0);
}

static void damage_footer(struct outcome *outcome)
{
    change(outcome, outcome->damaged.size - 20);
}

static void lose_footer(struct outcome *outcome)
{
    outcome->damaged.size -= 40;
}

static void append_bytes(struct outcome *outcome)
{
    shift(&outcome->damaged, outcome->damaged.size - 5, outcome->damaged.size);
}

static void insert_between(struct outcome *outcome)
{
    size_t place = place_of(outcome, 1);
    shift(&outcome->damaged, place, place + 70000);
    memset(outcome->damaged.data + place, 0xAB, 70000);
}

static void damage_index(struct outcome *outcome)
{
    change(outcome, outcome->damaged.size - 50);
}

/* Two chunks change places. */
static void swap_1_and_2(struct outcome *outcome)
{
    size_t place = place_of(outcome, 1), first = outcome->records[1].size, second = outcome->records[2].size;
    memcpy(outcome->damaged.data + place, packed.data + place + first, second);
    memcpy(outcome->damaged.data + place + second, packed.data + place, first);
}

static void expect_loss_of_1(struct outcome *outcome)
{
    uint64_t offset, size;
    assert_int_equal(outcome->status, ZNN_OK);
    assert_int_equal(znn_salvage_range_count(outcome->salvage), 1);
    znn_salvage_range(outcome->salvage, 0, &offset, &size);
    assert_int_equal(offset, chunk_offset(outcome, 1));
    assert_int_equal(size, chunk_size(outcome, 1));
}

/* The index knows where the earlier chunk belongs, but a stream is beyond it already.  Without an index, chunks ascend.
 */
static void test_chunks_out_of_order(void **state)
{
    (void)state;
    for (int listed = 0; listed < 2; listed++)
        for (int anywhere = 0; anywhere < 2; anywhere++) {
            struct outcome outcome = start();
            swap_1_and_2(&outcome);
            if (!listed)
                damage_index(&outcome);
            salvage(&outcome, WAY_MEMORY, anywhere);
            if (listed && anywhere)
                expect_all_but_proof(&outcome);
            else
                expect_loss_of_1(&outcome);
            end(&outcome);
        }
}

/* It is whole, and has the place and the lengths of the one that it replaces. */
static void test_a_chunk_of_another_file(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct znn_memory files[2];
    struct file_bytes bytes[2], records[2][RECORDS_LISTED];
    for (int i = 0; i < 2; i++) {
        struct buffer noise = {0};
        for (size_t left = 9 << 17; left > 0; left--) {
            uint64_t word = random_u64(&random);
            assert_true(znn_buffer_append(&noise, &word, sizeof word));
        }
        files[i] = make_znn(&noise, 1);
        bytes[i] = (struct file_bytes){files[i].data, files[i].size};
        assert_true(list_records(&bytes[i], records[i]) > 2);
        znn_buffer_free(&noise);
    }
    assert_int_equal(records[0][1].size, records[1][1].size);
    memcpy(records[0][1].data, records[1][1].data, records[1][1].size);
    struct znn_input input = znn_input_memory(files[0].data, files[0].size);
    struct drain drain;
    drain_open(&drain);
    struct znn_output output = drain_output(&drain, true);
    struct znn_salvage *result;
    uint64_t offset, size;
    assert_int_equal(znn_salvage(&input, &output, NULL, &result, NULL), ZNN_OK);
    assert_int_equal(znn_salvage_range_count(result), 1);
    znn_salvage_range(result, 0, &offset, &size);
    assert_int_equal(offset, load_le64(records[0][1].data + 24));
    assert_int_equal(size, load_le32(records[0][1].data + 20));
    znn_salvage_free(result);
    drain_close(&drain);
    free(files[0].data);
    free(files[1].data);
}

/* The file is searched by windows of 64 KiB: a marker may lie across the end of one. */
#define WINDOW 65536

static void expect_all_from(struct outcome *outcome)
{
    salvage(outcome, WAY_RANDOM_ACCESS, true);
    expect_all_but_proof(outcome);
    end(outcome);
}

static void test_a_marker_across_windows(void **state)
{
    (void)state;
    for (size_t place = WINDOW - RECORD_MARKER; place <= WINDOW; place++) { /* forwards, of the first chunk */
        struct outcome outcome = start();
        shift(&outcome.damaged, place_of(&outcome, 0), place);
        memset(outcome.damaged.data, 0, place);
        expect_all_from(&outcome);
    }
    for (size_t before = WINDOW; before <= WINDOW + RECORD_MARKER; before++) { /* backwards, of the index */
        struct outcome outcome = start();
        size_t wanted = place_of(&outcome, outcome.count - 1) + before;
        assert_true(wanted >= outcome.damaged.size && wanted <= 2 * packed.size);
        memset(outcome.damaged.data + outcome.damaged.size, 0, wanted - outcome.damaged.size);
        outcome.damaged.size = wanted;
        expect_all_from(&outcome);
    }
}

static void test_what_is_no_chunk(void **state)
{
    (void)state;
    try(NULL, expect_whole);
    try(damage_header, expect_all_but_proof);
    try(lose_header, expect_all_but_proof);
    try(damage_footer, expect_all_but_proof);
    try(lose_footer, expect_all_but_proof);
    try(append_bytes, expect_all_but_proof);
    try(insert_between, expect_all_but_proof);
}

static void expect_no_tensors(struct outcome *outcome)
{
    expect_complete(outcome, false);
    assert_int_equal(znn_salvage_tensor_count(outcome->salvage), 0);
}

static void cut_in_2(struct outcome *outcome)
{
    outcome->damaged.size = place_of(outcome, 2) + 100;
}

static void expect_start(struct outcome *outcome)
{
    int is_known;
    assert_int_equal(outcome->status, ZNN_OK);
    assert_int_equal(znn_salvage_size(outcome->salvage, &is_known), chunk_offset(outcome, 2));
    assert_int_equal(is_known, 0);
    assert_int_equal(outcome->lost, 0);
}

static void lose_everything(struct outcome *outcome)
{
    memset(outcome->damaged.data, 0x5a, outcome->damaged.size);
}

static void expect_nothing(struct outcome *outcome)
{
    assert_int_equal(outcome->status, ZNN_ERROR_CORRUPT);
    assert_true(outcome->error.detail[0]);
}

static void make_too_new(struct outcome *outcome)
{
    store_le16(outcome->damaged.data + 16, 99);
    store_le64(outcome->damaged.data + 8, XXH3_64bits(outcome->damaged.data + 16, 16));
}

static void expect_too_new(struct outcome *outcome)
{
    assert_int_equal(outcome->status, ZNN_ERROR_TOO_NEW);
}

static void test_the_end(void **state)
{
    (void)state;
    try(damage_index, expect_no_tensors);
    try(cut_in_2, expect_start);
    try(lose_everything, expect_nothing);
    try(make_too_new, expect_too_new);
}

/* A .znn file within the file is data: its chunks are not taken for the file's own when the one around it is damaged.
 */
static void test_a_file_within(void **state)
{
    (void)state;
    struct znn_memory outer = make_znn(&(struct buffer){.data = packed.data, .size = packed.size}, 1);
    struct znn_memory salvaged = {0};
    struct znn_salvage *result;
    struct file_bytes records[RECORDS_LISTED], bytes = {outer.data, outer.size};
    assert_true(list_records(&bytes, records) > 1);
    uint64_t first = load_le32(records[0].data + 20);
    records[0].data[records[0].size - 10] ^= 1;
    struct znn_input input = znn_input_memory(outer.data, outer.size);
    struct znn_output output = znn_output_memory(&salvaged);
    assert_int_equal(znn_salvage(&input, &output, NULL, &result, NULL), ZNN_OK);
    uint64_t offset, size;
    assert_int_equal(znn_salvage_range_count(result), 1);
    znn_salvage_range(result, 0, &offset, &size);
    assert_int_equal(offset, 0);
    assert_int_equal(size, first);
    assert_int_equal(salvaged.size, packed.size);
    assert_memory_equal(salvaged.data + first, packed.data + first, packed.size - first);
    znn_salvage_free(result);
    free(salvaged.data);
    free(outer.data);
}

/* Without an index, a record that lies within a damaged one, whose head is whole, is part of that one's data. */
static void test_a_chunk_within_a_chunk(void **state)
{
    (void)state;
    static const uint8_t bytes[500] = {1, 2, 3};
    struct writer inner, outer;
    writer_open(&inner);
    inner.original_size = 1 << 20; /* behind all that the outer file has */
    writer_chunk(&inner, bytes, sizeof bytes);
    writer_open(&outer);
    size_t place = outer.file.size;
    writer_chunk(&outer, inner.file.data, (uint32_t)inner.file.size);
    writer_chunk(&outer, bytes, sizeof bytes);
    outer.file.data[place + RECORD_PREFIX + load_le32(outer.file.data + place + 32)] ^= 1;
    struct znn_input input = znn_input_memory(outer.file.data, outer.file.size);
    struct znn_memory salvaged = {0};
    struct znn_output output = znn_output_memory(&salvaged);
    struct znn_salvage *result;
    uint64_t offset, size;
    int is_known;
    assert_int_equal(znn_salvage(&input, &output, NULL, &result, NULL), ZNN_OK);
    assert_int_equal(znn_salvage_size(result, &is_known), inner.file.size + sizeof bytes);
    assert_int_equal(znn_salvage_range_count(result), 1);
    znn_salvage_range(result, 0, &offset, &size);
    assert_int_equal(offset, 0);
    assert_int_equal(size, inner.file.size);
    assert_memory_equal(salvaged.data + size, bytes, sizeof bytes);
    znn_salvage_free(result);
    free(salvaged.data);
    writer_free(&inner);
    writer_free(&outer);
}

static void test_streams_and_limits(void **state)
{
    (void)state;
    struct feed feed = {.data = packed.data, .size = packed.size};
    struct znn_input stream = feed_input(&feed, WAY_STREAM);
    struct znn_input input = znn_input_memory(packed.data, packed.size);
    struct znn_memory salvaged = {0};
    struct znn_output output = znn_output_memory(&salvaged);
    struct znn_salvage *result;
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(znn_salvage(&stream, &output, NULL, &result, &error), ZNN_ERROR_ARGUMENT);
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options),
                                             .max_output = file.size - 1};
    assert_int_equal(znn_salvage(&input, &output, &options, &result, &error), ZNN_ERROR_TOO_LARGE);
    assert_int_equal(salvaged.size, 0);
    options.max_output = file.size;
    assert_int_equal(znn_salvage(&input, &output, &options, &result, &error), ZNN_OK);
    znn_salvage_free(result);
    free(salvaged.data);
}

/* Any damage at all. */
static void test_random_damage(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 60; round++) {
        struct outcome outcome = start();
        for (size_t n = 1 + random_below(&random, 3); n > 0; n--)
            if (random_below(&random, 2))
                flip_bits(&random, &outcome.damaged);
            else
                cut(&random, &outcome.damaged);
        salvage(&outcome, WAY_MEMORY, round % 2);
        end(&outcome);
    }
}

/* Hostile files of records that overlap: heads that claim more than 16 MiB each. */
struct overlapping {
    size_t count;
    size_t step;        /* from a head to the next */
    uint32_t directory; /* bytes that it claims, of which `part` below is there */
    bool sealed;        /* the heads are whole */
    bool ascending;     /* each claims the next 16 MiB of the original */
};

static void put_chunk(uint8_t *place, struct record *record, const uint8_t *directory, size_t size)
{
    uint8_t bytes[RECORD_PREFIX + 16];
    memcpy(bytes + RECORD_PREFIX, directory, size);
    record->kind = RECORD_CHUNK;
    record->directory_size = (uint32_t)size;
    znn_record_write(record, bytes);
    memcpy(place, bytes, RECORD_PREFIX + size);
}

/* Behind all that, there is a good chunk of one byte. */
static struct znn_memory make_overlapping(const struct overlapping *kind)
{
    static const uint8_t large[] = {1, 0, 1, 0, 0x80, 0x80, 0x80, 0x08, 1, 0}, small[] = {1, 0, 1, 0, 1, 1, 0};
    static const uint8_t byte = 0x5a;
    size_t end = kind->count * kind->step + CHUNK_MAX + 100;
    size_t size = end + RECORD_PREFIX + sizeof small + 1;
    uint8_t *data = calloc(1, size);
    assert_non_null(data);
    for (size_t i = 0; i < kind->count; i++) {
        struct record record = {
            .decoded_size = CHUNK_MAX,
            .offset = kind->ascending ? i * (uint64_t)CHUNK_MAX : 0,
            .payload_size = kind->sealed ? CHUNK_MAX : 0,
            .digest = i,
        };
        uint8_t *head = data + i * kind->step;
        put_chunk(head, &record, large, sizeof large);
        if (!kind->sealed)
            store_le32(head + 32, kind->directory);
    }
    struct record record = {
        .decoded_size = 1,
        .offset = kind->count * (uint64_t)CHUNK_MAX,
        .payload_size = 1,
        .digest = XXH3_64bits(&byte, 1),
    };
    put_chunk(data + end, &record, small, sizeof small);
    data[size - 1] = byte;
    return (struct znn_memory){.data = data, .size = size};
}

static ptrdiff_t ignore_write(void *context, const void *data, size_t size, uint64_t offset)
{
    (void)context;
    (void)data;
    (void)offset;
    return (ptrdiff_t)size;
}

static int ignore_size(void *context, uint64_t size)
{
    (void)context;
    (void)size;
    return ZNN_CALLBACK_DONE;
}

/* The work is bounded by the sizes of the input and of what it claims, and what comes behind is found all the same. */
static void test_overlapping_records(void **state)
{
    (void)state;
    static const struct overlapping kinds[] = {
        {.count = 20000, .step = 60, .directory = DIRECTORY_MAX},
        {.count = 20000, .step = 60, .sealed = true},
        {.count = 20000, .step = 60, .sealed = true, .ascending = true},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct znn_memory hostile = make_overlapping(&kinds[i]);
        struct znn_input input = znn_input_memory(hostile.data, hostile.size);
        struct znn_output output = {.write_at = ignore_write, .set_size = ignore_size};
        struct znn_salvage *result;
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_int_equal(znn_salvage(&input, &output, NULL, &result, &error), ZNN_OK);
        assert_int_equal(znn_salvage_size(result, &(int){0}), kinds[i].count * (uint64_t)CHUNK_MAX + 1);
        assert_true(result->hashed <= 8 * hostile.size);
        assert_true(result->decoded <= 8 * hostile.size);
        print_message("%zu: %.1f bytes hashed and %.1f decoded for each\n", i,
                      (double)result->hashed / (double)hostile.size, (double)result->decoded / (double)hostile.size);
        znn_salvage_free(result);
        free(hostile.data);
    }
}

/* Many records that decode to 16 MiB each, but not to what their digest says, and an index that lists one of them. */
static void test_a_chunk_again_and_again(void **state)
{
    (void)state;
    static const uint8_t constant[] = {1, 0, 1, 0, 0x80, 0x80, 0x80, 0x08, 0, 7, 0};
    struct writer writer;
    writer_open(&writer);
    store_le16(writer.file.data + 16, 2);
    store_le64(writer.file.data + 8, XXH3_64bits(writer.file.data + 16, 16));
    struct draft draft = {.kind = KIND_CHUNK, .size = CHUNK_MAX, .digest = 1};
    append(&draft.directory, constant, sizeof constant);
    writer_enter(&writer, &draft);
    append(&writer.table, "\1\0\0\0\0\0\0", 8);
    for (int i = 0; i < 1000; i++) {
        struct draft copy = draft;
        copy.directory = (struct buffer){0};
        append(&copy.directory, constant, sizeof constant);
        writer_put(&writer, &copy);
    }
    znn_buffer_free(&draft.directory);
    writer_close(&writer);
    struct znn_input input = znn_input_memory(writer.file.data, writer.file.size);
    struct znn_output output = {.write_at = ignore_write, .set_size = ignore_size};
    struct znn_salvage *result;
    assert_int_equal(znn_salvage(&input, &output, NULL, &result, NULL), ZNN_OK);
    assert_int_equal(znn_salvage_range_count(result), 1);
    assert_in_range(result->decoded, CHUNK_MAX, 8 * (uint64_t)CHUNK_MAX);
    znn_salvage_free(result);
    writer_free(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_chunk),
        cmocka_unit_test(test_what_is_no_chunk),
        cmocka_unit_test(test_a_chunk_of_another_file),
        cmocka_unit_test(test_a_marker_across_windows),
        cmocka_unit_test(test_chunks_out_of_order),
        cmocka_unit_test(test_the_end),
        cmocka_unit_test(test_a_file_within),
        cmocka_unit_test(test_a_chunk_within_a_chunk),
        cmocka_unit_test(test_random_damage),
        cmocka_unit_test(test_streams_and_limits),
        cmocka_unit_test(test_overlapping_records),
        cmocka_unit_test(test_a_chunk_again_and_again),
    };
    return cmocka_run_group_tests(tests, make_samples, free_samples);
}
