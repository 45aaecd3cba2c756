/*
 * test_chunk_coder.c - chunks of any plan, encoded and decoded
 *
 * The test makes plans directly, so it covers more and stranger plans than models produce.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "engine/chunk/chunk_decoder.h"
#include "engine/chunk/chunk_encoder.h"
#include "models.h"
#include "support.h"

struct coder {
    struct chunk_encoder *encoders[3]; /* of levels 1, 5 and 9 */
    struct chunk_decoder *decoder;
};

static struct chunk_encoder *new_encoder(int level)
{
    return znn_chunk_encoder_new(&(struct chunk_coding){.level = level});
}

static int open_coder(void **state)
{
    struct coder *coder = malloc(sizeof *coder);
    assert_non_null(coder);
    for (int i = 0; i < 3; i++)
        assert_non_null(coder->encoders[i] = new_encoder(1 + 4 * i));
    assert_non_null(coder->decoder = znn_chunk_decoder_new());
    *state = coder;
    return 0;
}

static int close_coder(void **state)
{
    struct coder *coder = *state;
    for (int i = 0; i < 3; i++)
        znn_chunk_encoder_free(coder->encoders[i]);
    znn_chunk_decoder_free(coder->decoder);
    free(coder);
    return 0;
}

/* Encodes the bytes, which lie in a block of their own, as `plan` has it; the record is to be freed. */
static struct buffer encode(struct coder *coder, size_t level, const struct chunk_plan *plan, const struct buffer *data,
                            struct record *record)
{
    struct encoded_chunk chunk;
    struct buffer bytes = {0};
    uint8_t *copy = malloc(data->size);
    assert_non_null(copy);
    memcpy(copy, data->data, data->size);
    assert_int_equal(plan->size, data->size);
    assert_int_equal(znn_chunk_encode(coder->encoders[level], plan, copy, &chunk, NULL), ZNN_OK);
    free(copy);
    *record = chunk.record;
    struct chunk_piece pieces[CHUNK_PIECES_MAX];
    for (unsigned i = 0, count = znn_chunk_pieces(&chunk, pieces); i < count; i++)
        if (pieces[i].size > 0)
            put_bytes(&bytes, pieces[i].data, pieces[i].size);
    assert_int_equal(record_size(record), bytes.size);
    assert_true(record->payload_size <= plan->size);
    assert_true(record->directory_size <= DIRECTORY_MAX);
    return bytes;
}

/* Returns the size of the record. */
static size_t check(struct coder *coder, size_t level, const struct chunk_plan *plan, const struct buffer *data)
{
    struct record written, record;
    struct znn_error error = ZNN_INIT(struct znn_error);
    const uint8_t *decoded;
    struct buffer bytes = encode(coder, level, plan, data, &written);
    assert_int_equal(znn_record_parse(bytes.data, 0, &record, NULL), ZNN_OK);
    assert_int_equal(record.decoded_size, plan->size);
    assert_true(record.offset == plan->offset);
    struct decode_order order = {.record = &record, .bytes = bytes.data};
    if (znn_chunk_decode(coder->decoder, &order, &decoded, &error) != ZNN_OK)
        fail_msg("%s", error.detail);
    assert_memory_equal(decoded, data->data, data->size);
    uint8_t *target = malloc(data->size);
    assert_non_null(target);
    order.target = target;
    assert_int_equal(znn_chunk_decode(coder->decoder, &order, &decoded, &error), ZNN_OK);
    assert_ptr_equal(decoded, target);
    assert_memory_equal(target, data->data, data->size);
    free(target);
    size_t size = bytes.size;
    znn_buffer_free(&bytes);
    return size;
}

static void add_piece(struct random *random, struct chunk_plan *plan, struct buffer *data, enum dtype dtype,
                      size_t blocks, enum sharing sharing)
{
    const struct dtype_info *info = znn_dtype_info(dtype);
    uint32_t size = (uint32_t)blocks * info->block_bytes;
    if (size == 0)
        return;
    assert_true(znn_chunk_plan_add(plan, size, (uint8_t)dtype, sharing));
    put_something(random, data, size, info->word);
}

static void free_all(struct chunk_plan *plan, struct buffer *data)
{
    znn_chunk_plan_free(plan);
    znn_buffer_free(data);
}

static void test_every_type_alone(void **state)
{
    struct random random = random_start(__func__);
    for (int dtype = DTYPE_BYTES; dtype < DTYPE_COUNT; dtype++)
        for (int round = 0; round < 5; round++) {
            struct chunk_plan plan = {.offset = random_u64(&random) >> 2};
            struct buffer data = {0};
            add_piece(&random, &plan, &data, (enum dtype)dtype, 1 + random_below(&random, round ? 3000 : 3),
                      SHARING_NONE);
            for (size_t level = 0; level < (round < 1 ? 3 : 2); level++)
                check(*state, level, &plan, &data);
            free_all(&plan, &data);
        }
}

static void test_any_plan(void **state)
{
    struct random random = random_start(__func__);
    for (int round = 0; round < 150; round++) {
        struct chunk_plan plan = {0};
        struct buffer data = {0};
        size_t pieces = 1 + random_below(&random, round % 5 ? 10 : 300);
        size_t scale = pieces < 11 ? 2000 : 50;
        for (; pieces > 0; pieces--)
            add_piece(&random, &plan, &data, (enum dtype)random_below(&random, DTYPE_COUNT),
                      1 + random_below(&random, scale), (enum sharing)random_below(&random, 4));
        check(*state, round % 50 ? random_below(&random, 2) : 2, &plan, &data);
        free_all(&plan, &data);
    }
}

static void test_smallest_chunks(void **state)
{
    for (unsigned byte = 0; byte < 256; byte += 51)
        for (size_t level = 0; level < 3; level++) {
            struct chunk_plan plan = {0};
            struct buffer data = {0};
            assert_true(znn_buffer_append_u8(&data, (uint8_t)byte));
            assert_true(znn_chunk_plan_add(&plan, 1, DTYPE_BYTES, SHARING_NONE));
            check(*state, level, &plan, &data);
            free_all(&plan, &data);
        }
}

/* Noise that is taken apart into thousands of segments must not become larger than the format allows. */
static void test_noise_in_many_pieces(void **state)
{
    struct random random = random_start(__func__);
    for (size_t level = 0; level < 3; level++) {
        struct chunk_plan plan = {0};
        struct buffer data = {0};
        for (int i = 0; i < 25000; i++) {
            assert_true(znn_chunk_plan_add(&plan, 4, i % 2 ? DTYPE_F32 : DTYPE_U8, SHARING_SMALL));
            put_noise(&random, &data, 4);
        }
        assert_true(check(*state, level, &plan, &data) <= data.size + RECORD_PREFIX + 16);
        free_all(&plan, &data);
    }
}

static void test_most_pieces(void **state)
{
    struct random random = random_start(__func__);
    struct chunk_plan plan = {0};
    struct buffer data = {0};
    for (size_t i = 0; i < CHUNK_PIECES; i++) {
        assert_true(znn_chunk_plan_add(&plan, 2, i % 2 ? DTYPE_BF16 : DTYPE_I8, SHARING_SMALL));
        put_weights(&random, &data, 2, 2);
    }
    for (size_t level = 0; level < 3; level++)
        check(*state, level, &plan, &data);
    free_all(&plan, &data);
}

/*
 * As many pieces as there may be, and behind them opaque bytes that look like numbers, first of two bytes, then of
 * four: what is guessed of them must not make it too many.
 */
static void test_most_pieces_and_a_guess(void **state)
{
    struct random random = random_start(__func__);
    struct chunk_plan plan = {0};
    struct buffer data = {0};
    for (size_t i = 0; i + 1 < CHUNK_PIECES; i++) {
        assert_true(znn_chunk_plan_add(&plan, 1, i % 2 ? DTYPE_U8 : DTYPE_I8, SHARING_SMALL));
        put_bytes(&data, i % 2 ? "\1" : "\2", 1);
    }
    assert_true(znn_chunk_plan_add(&plan, 800000, DTYPE_BYTES, SHARING_NONE));
    for (size_t i = 0; i < 8; i++)
        put_weights(&random, &data, 100000, i % 2 ? 2 : 4);
    for (size_t level = 0; level < 3; level++)
        check(*state, level, &plan, &data);
    free_all(&plan, &data);
}

/* Opaque bytes that are numbers of all widths, at any place, between others. */
static void test_guesses(void **state)
{
    struct random random = random_start(__func__);
    for (int round = 0; round < 60; round++) {
        struct chunk_plan plan = {0};
        struct buffer data = {0};
        add_piece(&random, &plan, &data, DTYPE_F32, random_below(&random, 3) * 100, SHARING_SMALL);
        size_t start = data.size;
        for (size_t i = random_below(&random, 5); i > 0; i--) {
            put_noise(&random, &data, random_below(&random, 20));
            put_something(&random, &data, random_below(&random, 60000), (size_t)1 << random_below(&random, 4));
        }
        if (data.size > start)
            assert_true(znn_chunk_plan_add(&plan, (uint32_t)(data.size - start), DTYPE_BYTES, SHARING_NONE));
        add_piece(&random, &plan, &data, DTYPE_BF16, 1 + random_below(&random, 100), SHARING_SMALL);
        check(*state, round % 50 ? random_below(&random, 2) : 2, &plan, &data);
        free_all(&plan, &data);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Damage                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Decodes a record from a block of its own; what it gives out must be the chunk. */
static enum znn_status decode_damaged(struct coder *coder, const struct buffer *bytes, const struct buffer *data)
{
    struct record record;
    const uint8_t *decoded = NULL;
    struct znn_error error = ZNN_INIT(struct znn_error);
    uint8_t *copy = malloc(bytes->size);
    assert_non_null(copy);
    memcpy(copy, bytes->data, bytes->size);
    const struct decode_order order = {.record = &record, .bytes = copy};
    enum znn_status status = znn_record_parse(copy, 0, &record, &error);
    if (!status && record_size(&record) != bytes->size)
        status = ZNN_ERROR_CORRUPT;
    else if (!status)
        status = znn_chunk_decode(coder->decoder, &order, &decoded, &error);
    if (!status) {
        assert_int_equal(record.decoded_size, data->size);
        assert_memory_equal(decoded, data->data, data->size);
    }
    free(copy);
    return status;
}

/*
 * Damage behind checksums that hold: the directory and the payload say anything, and the decoder must stay within its
 * blocks.  Only the digest of the chunk tells in the end.
 */
static void test_resealed_damage(void **state)
{
    struct random random = random_start(__func__);
    unsigned refused = 0;
    for (int round = 0; round < 400; round++) {
        struct chunk_plan plan = {0};
        struct buffer data = {0};
        struct record record;
        for (size_t i = 1 + random_below(&random, 6); i > 0; i--)
            add_piece(&random, &plan, &data, (enum dtype)random_below(&random, DTYPE_COUNT),
                      1 + random_below(&random, 200), (enum sharing)random_below(&random, 4));
        struct buffer bytes = encode(*state, random_below(&random, 2), &plan, &data, &record);
        for (int variant = 0; variant < 50; variant++) {
            struct buffer damaged = {0};
            put_bytes(&damaged, bytes.data, bytes.size);
            size_t end = random_below(&random, 4) ? RECORD_PREFIX + record.directory_size : bytes.size;
            for (size_t i = 1 + random_below(&random, 3); i > 0; i--)
                damaged.data[RECORD_PREFIX + random_below(&random, end - RECORD_PREFIX)] = (uint8_t)random_u64(&random);
            znn_record_write(&record, damaged.data);
            refused += decode_damaged(*state, &damaged, &data) != ZNN_OK;
            znn_buffer_free(&damaged);
        }
        znn_buffer_free(&bytes);
        free_all(&plan, &data);
    }
    assert_true(refused > 5000);
}

static void test_every_bit_of_a_record(void **state)
{
    struct random random = random_start(__func__);
    struct chunk_plan plan = {.offset = 7};
    struct buffer data = {0};
    struct record record;
    add_piece(&random, &plan, &data, DTYPE_BF16, 300, SHARING_NONE);
    add_piece(&random, &plan, &data, DTYPE_U8, 20, SHARING_SMALL);
    struct buffer bytes = encode(*state, 1, &plan, &data, &record);
    for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
        bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        decode_damaged(*state, &bytes, &data); /* some bits of a frame say nothing */
        if (bit < 8 * (RECORD_PREFIX + (size_t)record.directory_size))
            assert_int_not_equal(decode_damaged(*state, &bytes, &data), ZNN_OK);
        bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(decode_damaged(*state, &bytes, &data), ZNN_OK);
    znn_buffer_free(&bytes);
    free_all(&plan, &data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_alone),
        cmocka_unit_test(test_any_plan),
        cmocka_unit_test(test_smallest_chunks),
        cmocka_unit_test(test_noise_in_many_pieces),
        cmocka_unit_test(test_most_pieces),
        cmocka_unit_test(test_most_pieces_and_a_guess),
        cmocka_unit_test(test_guesses),
        cmocka_unit_test(test_resealed_damage),
        cmocka_unit_test(test_every_bit_of_a_record),
    };
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
