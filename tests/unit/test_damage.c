/*
 * test_damage.c - damaged .znn files must be refused, or decode to the same bytes
 *
 * The test cuts five small files at every place and flips every single bit.  It does so with the old checksums and then
 * with corrected ones, so the damage reaches the code behind the checksums.  A few thousand random damages follow.
 * Each file is decoded from memory, in a block of exactly its size, and as a stream.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <xxhash.h>

#include "models.h"
#include "packing.h"
#include "support.h"

struct sample {
    const char *name;
    struct buffer file;
    struct buffer packed;
    const char *dtype;
};

enum { SAFETENSORS, TEXT, NOTHING, FEW, REPEATS, DELTA, SAMPLES };

static struct sample samples[SAMPLES] = {{.name = "safetensors"}, {.name = "text"},
                                         {.name = "nothing"},     {.name = "few values", .dtype = "F64"},
                                         {.name = "repeats"},     {.name = "delta"}};

static struct buffer base_file;

static const char text[] =
    "To be read by people, this text repeats itself: this text repeats itself, to be compressed.";

static void make_tiny_model(struct buffer *file)
{
    static const char header[] = "{\"a\":{\"dtype\":\"BF16\",\"shape\":[16,4],\"data_offsets\":[0,128]},"
                                 "\"b\":{\"dtype\":\"F32\",\"shape\":[10],\"data_offsets\":[128,168]},"
                                 "\"c\":{\"dtype\":\"I64\",\"shape\":[4],\"data_offsets\":[168,200]}}";
    struct random random = {42};
    uint8_t length[8];
    store_le64(length, sizeof header - 1);
    put_bytes(file, length, 8);
    put_bytes(file, header, sizeof header - 1);
    put_weights(&random, file, 128, 2);
    put_weights(&random, file, 40, 4);
    put_counter(file, 32, 8);
}

/* One of two numbers each, which makes a palette with indexes of one bit. */
static void make_few_values(struct buffer *file)
{
    struct random random = {42};
    for (int i = 0; i < 4096; i++) {
        uint8_t number[8];
        store_le64(number, random_below(&random, 2) ? UINT64_C(0x400921fb54442d18) : UINT64_C(0xbfe62e42fefa39ef));
        put_bytes(file, number, 8);
    }
}

/* The second tensor repeats the first, and one follows it. */
static void make_repeats(struct buffer *file)
{
    static const char header[] = "{\"a\":{\"dtype\":\"I64\",\"shape\":[1024],\"data_offsets\":[0,8192]},"
                                 "\"b\":{\"dtype\":\"I64\",\"shape\":[1024],\"data_offsets\":[8192,16384]},"
                                 "\"c\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[16384,16392]}}";
    uint8_t length[8];
    store_le64(length, sizeof header - 1);
    put_bytes(file, length, 8);
    put_bytes(file, header, sizeof header - 1);
    put_counter(file, 8192, 8);
    put_counter(file, 8192, 8);
    put_bytes(file, "\1\2\3\4\5\6\7", 8);
}

/* A base of one tensor, and a child of it, in which all numbers differ, one of them by far. */
static void make_family(struct buffer *base, struct buffer *child)
{
    static const char header[] = "{\"w\":{\"dtype\":\"F32\",\"shape\":[120],\"data_offsets\":[0,480]}}";
    struct random random = {42};
    uint8_t length[8];
    store_le64(length, sizeof header - 1);
    put_bytes(base, length, 8);
    put_bytes(base, header, sizeof header - 1);
    put_weights(&random, base, 480, 4);
    put_bytes(child, base->data, base->size);
    for (size_t i = child->size - 480; i < child->size; i += 4)
        store_le32(child->data + i, load_le32(child->data + i) + (uint32_t)random_below(&random, 40));
    child->data[child->size - 1] ^= 0x80;
}

static int make_samples(void **state)
{
    (void)state;
    make_tiny_model(&samples[SAFETENSORS].file);
    make_family(&base_file, &samples[DELTA].file);
    struct znn_input base = znn_input_memory(base_file.data, base_file.size);
    assert_int_equal(znn_base_open(&base, NULL, &packing_base, NULL), ZNN_OK);
    put_bytes(&samples[TEXT].file, text, sizeof text - 1);
    make_few_values(&samples[FEW].file);
    make_repeats(&samples[REPEATS].file);
    for (size_t i = 0; i < SAMPLES; i++) {
        struct sample *sample = &samples[i];
        struct znn_report report = ZNN_INIT(struct znn_report);
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .extension = "ext",
                                               .dtype = sample->dtype,
                                               .base = i == DELTA ? packing_base : NULL};
        sample->packed = pack_way(sample->file.data, sample->file.size, WAY_MEMORY, 0, &options, &report);
        assert_int_equal(report.base_tensors, i == DELTA);
        assert_true(sample->packed.size < 900);
        expect_unpacked(&sample->packed, WAY_STREAM, 1, false, sample->file.data, sample->file.size);
    }
    return 0;
}

static int free_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        znn_buffer_free(&samples[i].file);
        znn_buffer_free(&samples[i].packed);
    }
    znn_base_close(packing_base);
    znn_buffer_free(&base_file);
    return 0;
}

struct tally {
    unsigned refused, harmless;
    unsigned too_new; /* among the refused */
};

/* Decodes them to an output that cannot be read again, so that what is repeated is found in the input. */
static void decode_from_input(const struct sample *sample, const struct buffer *damaged)
{
    struct drain drain;
    struct znn_input input = znn_input_memory(damaged->data, damaged->size);
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options), .threads = 1};
    drain_open(&drain);
    struct znn_output output = drain_output(&drain, false);
    output.read_at = NULL;
    if (znn_decompress(&input, &output, &options, NULL, NULL) == ZNN_OK) {
        assert_int_equal(drain.size, sample->file.size);
        assert_memory_equal(drain.data, sample->file.data, drain.size);
    }
    drain_close(&drain);
}

/* Decodes the bytes in one way.  True if they were refused. */
static bool is_refused(const struct sample *sample, const struct buffer *damaged, enum way way, enum znn_status *status)
{
    struct drain drain;
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct znn_report report = ZNN_INIT(struct znn_report);
    uint8_t *copy = malloc(damaged->size ? damaged->size : 1);
    assert_non_null(copy);
    if (damaged->size > 0)
        memcpy(copy, damaged->data, damaged->size);
    *status = unpack_way(copy, damaged->size, way, 1, way == WAY_RANDOM_ACCESS, &drain, &report, &error);
    if (*status == ZNN_OK) {
        assert_int_equal(drain.size, sample->file.size);
        assert_true(drain.size == 0 || memcmp(drain.data, sample->file.data, drain.size) == 0);
    } else {
        assert_true(*status == ZNN_ERROR_NOT_ZNN || *status == ZNN_ERROR_TOO_NEW || *status == ZNN_ERROR_CORRUPT ||
                    (*status == ZNN_ERROR_BASE && sample == &samples[DELTA]));
    }
    drain_close(&drain);
    free(copy);
    if (sample == &samples[REPEATS] && way == WAY_MEMORY)
        decode_from_input(sample, damaged);
    return *status != ZNN_OK;
}

/* All ways must agree about the damage. */
static enum znn_status check(const struct sample *sample, const struct buffer *damaged, struct tally *tally)
{
    enum znn_status status, other;
    bool refused = is_refused(sample, damaged, WAY_MEMORY, &status);
    is_refused(sample, damaged, WAY_STREAM, &other);
    assert_int_equal(status, other);
    tally->refused += refused;
    tally->harmless += !refused;
    tally->too_new += status == ZNN_ERROR_TOO_NEW;
    return status;
}

static void print_tally(const char *what, const struct sample *sample, const struct tally *tally)
{
    printf("%s of %s (%zu bytes): %u refused, of which %u as too new; %u harmless\n", what, sample->name,
           sample->packed.size, tally->refused, tally->too_new, tally->harmless);
}

static struct buffer copy_of(const struct buffer *bytes)
{
    struct buffer copy = {0};
    put_bytes(&copy, bytes->data, bytes->size);
    return copy;
}

static void test_every_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct tally tally = {0};
        struct buffer cut = copy_of(&samples[i].packed);
        while (cut.size-- > 0) {
            enum znn_status status = check(&samples[i], &cut, &tally);
            assert_int_equal(status, cut.size == 0 ? ZNN_ERROR_NOT_ZNN : ZNN_ERROR_CORRUPT);
        }
        print_tally("truncations", &samples[i], &tally);
        znn_buffer_free(&cut);
    }
}

static void test_every_bit(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct tally tally = {0};
        struct buffer damaged = copy_of(&samples[i].packed);
        for (size_t bit = 0; bit < 8 * damaged.size; bit++) {
            damaged.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            enum znn_status status = check(&samples[i], &damaged, &tally);
            assert_true(bit >= 64 || status == ZNN_ERROR_NOT_ZNN);
            damaged.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        print_tally("flipped bits", &samples[i], &tally);
        assert_int_equal(tally.too_new, 0); /* damage is never taken for a newer version */
        znn_buffer_free(&damaged);
    }
}

static void test_every_byte_behind_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct tally tally = {0};
        struct buffer longer = copy_of(&samples[i].packed);
        assert_true(znn_buffer_append_u8(&longer, 0));
        for (unsigned byte = 0; byte < 256; byte++) {
            longer.data[longer.size - 1] = (uint8_t)byte;
            assert_int_equal(check(&samples[i], &longer, &tally), ZNN_ERROR_CORRUPT);
        }
        znn_buffer_free(&longer);
    }
}

static void test_twice_the_same_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct tally tally = {0};
        struct buffer twice = copy_of(&samples[i].packed);
        put_bytes(&twice, samples[i].packed.data, samples[i].packed.size);
        assert_int_equal(check(&samples[i], &twice, &tally), ZNN_ERROR_CORRUPT);
        znn_buffer_free(&twice);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Checksums made anew                                                                                              */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Seals a record where it fits, and returns where the next one begins; 0 where there is none. */
static size_t seal_record(struct buffer *bytes, size_t start)
{
    uint8_t *record = bytes->data + start;
    if (bytes->size - start < 48)
        return 0;
    size_t directory = load_le32(record + 32), payload = load_le32(record + 36);
    size_t left = bytes->size - start - 48;
    if (directory > left)
        return 0;
    if (record[16] == 2 && payload <= left - directory)
        store_le64(record + 40, XXH3_64bits(record + 48 + directory, payload));
    store_le64(record + 8, XXH3_64bits(record + 16, 32 + directory));
    return record[16] == 2 || payload > left - directory ? 0 : start + 48 + directory + payload;
}

/* Makes all checksums hold, but for the digests of chunks and the root. */
static void seal(struct buffer *bytes)
{
    size_t length = bytes->size >= 32 ? load_le16(bytes->data + 18) : 0;
    if (length < 32 || length > bytes->size || bytes->size < 40)
        return;
    store_le64(bytes->data + 8, XXH3_64bits(bytes->data + 16, length - 16));
    for (size_t start = length; start > 0;)
        start = seal_record(bytes, start);
    uint8_t *footer = bytes->data + bytes->size - 40;
    store_le64(footer + 24, XXH3_64bits(footer, 24));
}

static void test_every_bit_under_new_checksums(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct tally tally = {0};
        for (size_t bit = 0; bit < 8 * samples[i].packed.size; bit++) {
            struct buffer damaged = copy_of(&samples[i].packed);
            damaged.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            seal(&damaged);
            check(&samples[i], &damaged, &tally);
            znn_buffer_free(&damaged);
        }
        print_tally("flipped bits under new checksums", &samples[i], &tally);
        assert_true(tally.refused > 0 && tally.too_new > 0);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Random damage                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

static void damage(struct random *random, struct buffer *bytes)
{
    size_t at = random_below(random, bytes->size);
    size_t size = 1 + random_below(random, random_below(random, 3) ? 4 : 40);
    size = size < bytes->size - at ? size : bytes->size - at;
    size_t from = random_below(random, bytes->size - size + 1);
    switch (random_below(random, 6)) {
    case 0: /* noise */
        for (size_t i = 0; i < size; i++)
            bytes->data[at + i] = (uint8_t)random_u64(random);
        break;
    case 1: /* zeros, as of a block that was never written */
        memset(bytes->data + at, 0, size);
        break;
    case 2: /* all ones */
        memset(bytes->data + at, 0xff, size);
        break;
    case 3: /* bytes from elsewhere */
        memmove(bytes->data + at, bytes->data + from, size);
        break;
    case 4: /* bytes missing */
        memmove(bytes->data + at, bytes->data + at + size, bytes->size - at - size);
        bytes->size -= size;
        break;
    default: /* a number that is off by one */
        bytes->data[at] += (uint8_t)(random_below(random, 2) ? 1 : 255);
    }
}

static void test_random_damage(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t i = 0; i < SAMPLES; i++)
        for (int sealed = 0; sealed < 2; sealed++) {
            struct tally tally = {0};
            for (int round = 0; round < 3000; round++) {
                struct buffer damaged = copy_of(&samples[i].packed);
                for (size_t n = 1 + random_below(&random, 3); n > 0 && damaged.size > 0; n--)
                    damage(&random, &damaged);
                if (sealed)
                    seal(&damaged);
                check(&samples[i], &damaged, &tally);
                znn_buffer_free(&damaged);
            }
            print_tally(sealed ? "random damages under new checksums" : "random damages", &samples[i], &tally);
        }
}

/* Larger files of all kinds, decoded by several threads to an output that takes pieces in any order. */
static void test_random_damage_of_larger_files(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 40; round++) {
        struct sample sample = {.name = "larger", .file = make_any_file(&random, 3000)};
        sample.packed = pack(sample.file.data, sample.file.size, 1);
        for (int variant = 0; variant < 40; variant++) {
            struct drain drain;
            struct znn_error error = ZNN_INIT(struct znn_error);
            struct buffer damaged = copy_of(&sample.packed);
            for (size_t n = 1 + random_below(&random, 3); n > 0 && damaged.size > 0; n--)
                damage(&random, &damaged);
            if (variant % 2)
                seal(&damaged);
            if (unpack_way(damaged.data, damaged.size, (enum way)(variant % 3), 3, true, &drain, NULL, &error) ==
                ZNN_OK) {
                assert_int_equal(drain.size, sample.file.size);
                assert_true(drain.size == 0 || memcmp(drain.data, sample.file.data, drain.size) == 0);
            }
            drain_close(&drain);
            znn_buffer_free(&damaged);
        }
        znn_buffer_free(&sample.packed);
        znn_buffer_free(&sample.file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_every_bit),
        cmocka_unit_test(test_every_byte_behind_the_end),
        cmocka_unit_test(test_twice_the_same_file),
        cmocka_unit_test(test_every_bit_under_new_checksums),
        cmocka_unit_test(test_random_damage),
        cmocka_unit_test(test_random_damage_of_larger_files),
    };
    return cmocka_run_group_tests(tests, make_samples, free_samples);
}
