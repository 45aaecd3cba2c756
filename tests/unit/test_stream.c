/*
 * test_stream.c - how byte groups are stored, and which streams readers refuse
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "codec/stream.h"
#include "frames.h"
#include "support.h"

static const int levels[] = {1, 5, 9};

struct coder {
    struct stream_encoder *encoders[3];
    struct frame_decoder *decoder;
};

static int open_coder(void **state)
{
    struct coder *coder = malloc(sizeof *coder);
    assert_non_null(coder);
    for (size_t i = 0; i < 3; i++)
        assert_non_null(coder->encoders[i] = znn_stream_encoder_new(levels[i]));
    assert_non_null(coder->decoder = znn_frame_decoder_new());
    *state = coder;
    return 0;
}

static int close_coder(void **state)
{
    struct coder *coder = *state;
    for (size_t i = 0; i < 3; i++)
        znn_stream_encoder_free(coder->encoders[i]);
    znn_frame_decoder_free(coder->decoder);
    free(coder);
    return 0;
}

/* A block of just `size` bytes, so that a sanitizer sees what leaves it. */
static uint8_t *block(const void *data, size_t size)
{
    uint8_t *bytes = malloc(size ? size : 1);
    assert_non_null(bytes);
    if (data)
        memcpy(bytes, data, size);
    return bytes;
}

static struct stream encode(struct coder *coder, size_t level, const uint8_t *data, size_t size, enum stream_hint hint,
                            uint8_t *target)
{
    struct stream stream;
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(znn_stream_encode(coder->encoders[level], data, size, (struct stream_wish){hint, false}, target,
                                       &stream, &error),
                     ZNN_OK);
    assert_true(stream.size <= size);
    assert_true(stream.kind != STREAM_RAW || stream.size == size);
    assert_true(stream.kind != STREAM_CONSTANT || stream.size == 0);
    assert_true(stream.kind != STREAM_ZSTD || (stream.size > 0 && stream.size < size));
    if (stream.kind == STREAM_RAW)
        memcpy(target, data, size);
    return stream;
}

/* Encodes and decodes, in blocks of exact size; returns the stream. */
static struct stream check(struct coder *coder, size_t level, const void *data, size_t size, enum stream_hint hint)
{
    uint8_t *source = block(data, size);
    uint8_t *target = block(NULL, size);
    uint8_t *scratch = block(NULL, size);
    struct stream stream = encode(coder, level, source, size, hint, target);
    uint8_t *payload = block(target, stream.size);
    const uint8_t *decoded = znn_stream_decode(coder->decoder, &stream, payload, size, scratch);
    assert_non_null(decoded);
    assert_memory_equal(decoded, source, size);
    free(source);
    free(target);
    free(scratch);
    free(payload);
    return stream;
}

static void fill(struct random *random, uint8_t *bytes, size_t size, unsigned values)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(random_u64(random) % values);
}

static void test_every_small_size(void **state)
{
    struct random random = random_start(__func__);
    uint8_t bytes[300];
    for (size_t size = 1; size <= sizeof bytes; size++)
        for (unsigned values = 1; values <= 256; values *= 4) {
            fill(&random, bytes, size, values);
            for (size_t level = 0; level < 3; level++)
                check(*state, level, bytes, size, size % 2 ? STREAM_FLOAT : STREAM_BYTES);
        }
}

static void test_one_value_is_constant(void **state)
{
    uint8_t *bytes = block(NULL, 1 << 20);
    memset(bytes, 0x42, 1 << 20);
    for (size_t size = 1; size <= 1 << 20; size *= 2)
        for (size_t level = 0; level < 3; level++) {
            struct stream stream = check(*state, level, bytes, size, STREAM_FLOAT);
            assert_int_equal(stream.kind, STREAM_CONSTANT);
            assert_int_equal(stream.value, 0x42);
        }
    free(bytes);
}

/* Where a sample sees one value only, all bytes must be asked. */
static void test_one_other_byte_is_not_constant(void **state)
{
    size_t size = 1 << 20;
    uint8_t *bytes = calloc(size, 1);
    assert_non_null(bytes);
    static const size_t places[] = {0, 1, 63, 64, 65, 1000, 4096, 500001, (1 << 20) - 65, (1 << 20) - 1};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (int hint = 0; hint < 2; hint++) {
            bytes[places[i]] = 1;
            struct stream stream = check(*state, 1, bytes, size, hint ? STREAM_BYTES : STREAM_FLOAT);
            assert_int_equal(stream.kind, STREAM_ZSTD);
            assert_true(stream.size < 1000);
            bytes[places[i]] = 0;
        }
    free(bytes);
}

static void test_noise_is_raw(void **state)
{
    struct random random = random_start(__func__);
    static const size_t sizes[] = {100, 4095, 4096, 100000, 1 << 20};
    uint8_t *bytes = block(NULL, 1 << 20);
    fill(&random, bytes, 1 << 20, 256);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t level = 0; level < 3; level++)
            for (int hint = 0; hint < 2; hint++)
                assert_int_equal(check(*state, level, bytes, sizes[i], hint ? STREAM_BYTES : STREAM_FLOAT).kind,
                                 STREAM_RAW);
    free(bytes);
}

/* Five bits' worth of each byte: Huffman coding should come close to 5/8. */
static void test_skewed_noise_is_compressed(void **state)
{
    struct random random = random_start(__func__);
    size_t size = 300000;
    uint8_t *bytes = block(NULL, size);
    fill(&random, bytes, size, 32);
    for (size_t level = 0; level < 3; level++)
        for (int hint = 0; hint < 2; hint++) {
            struct stream stream = check(*state, level, bytes, size, hint ? STREAM_BYTES : STREAM_FLOAT);
            assert_int_equal(stream.kind, STREAM_ZSTD);
            assert_true(stream.size < size * 5 / 8 + size / 50);
        }
    free(bytes);
}

/* Noise as such, but stored twice: the full compressor must be tried even on floats. */
static void test_repeats_are_found_under_both_hints(void **state)
{
    struct random random = random_start(__func__);
    size_t half = 200000;
    uint8_t *bytes = block(NULL, 2 * half);
    fill(&random, bytes, half, 256);
    memcpy(bytes + half, bytes, half);
    for (size_t level = 0; level < 3; level++)
        for (int hint = 0; hint < 2; hint++)
            assert_true(check(*state, level, bytes, 2 * half, hint ? STREAM_BYTES : STREAM_FLOAT).size <
                        half + half / 10);
    free(bytes);
}

/* An encoder that has done other work in between writes the same bytes: the order of work must not show. */
static void test_output_does_not_depend_on_what_came_before(void **state)
{
    struct coder *coder = *state;
    struct random random = random_start(__func__);
    static const size_t sizes[] = {50, 1000, 5000, 70000, 400000};
    uint8_t *bytes = block(NULL, 400000);
    uint8_t *first = block(NULL, 400000);
    uint8_t *second = block(NULL, 400000);
    for (size_t level = 0; level < 3; level++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            size_t size = sizes[i];
            fill(&random, bytes, size / 2, 60);
            memcpy(bytes + size / 2, bytes, size - size / 2);
            struct stream one = encode(coder, level, bytes, size, STREAM_BYTES, first);
            struct stream_encoder *fresh = znn_stream_encoder_new(levels[level]);
            assert_non_null(fresh);
            struct stream two;
            assert_int_equal(
                znn_stream_encode(fresh, bytes, size, (struct stream_wish){STREAM_BYTES, false}, second, &two, NULL),
                ZNN_OK);
            znn_stream_encoder_free(fresh);
            assert_int_equal(one.kind, two.kind);
            assert_int_equal(one.size, two.size);
            if (one.kind != STREAM_RAW)
                assert_memory_equal(first, second, one.size);
        }
    free(bytes);
    free(first);
    free(second);
}

static void test_random_data_round_trip(void **state)
{
    struct random random = random_start(__func__);
    for (int round = 0; round < 400; round++) {
        size_t size = 1 + random_below(&random, round % 20 ? 9000 : 300000);
        uint8_t *bytes = block(NULL, size);
        fill(&random, bytes, size, 1 + (unsigned)random_below(&random, 256));
        for (size_t runs = random_below(&random, 20); runs > 0; runs--) {
            size_t from = random_below(&random, size);
            size_t to = random_below(&random, size);
            size_t room = size - (from > to ? from : to);
            memmove(bytes + to, bytes + from, random_below(&random, room + 1));
        }
        size_t level = round % 8 ? random_below(&random, 2) : 2;
        check(*state, level, bytes, size, round % 2 ? STREAM_FLOAT : STREAM_BYTES);
        free(bytes);
    }
}

static bool decodes(struct coder *coder, enum frame_quirk quirk, size_t size)
{
    struct buffer frame = make_frame(quirk);
    uint8_t *payload = block(frame.data, frame.size);
    uint8_t *scratch = block(NULL, size);
    struct stream stream = {.kind = STREAM_ZSTD, .size = (uint32_t)frame.size};
    const uint8_t *decoded = znn_stream_decode(coder->decoder, &stream, payload, size, scratch);
    bool good = decoded != NULL;
    if (good)
        assert_memory_equal(decoded, FRAME_CONTENT, size);
    free(payload);
    free(scratch);
    znn_buffer_free(&frame);
    return good;
}

static void test_frames_that_are_refused(void **state)
{
    for (enum frame_quirk quirk = FRAME_GOOD; quirk < FRAME_QUIRKS; quirk++)
        if (decodes(*state, quirk, FRAME_CONTENT_SIZE) != (quirk <= FRAME_WITH_CHECKSUM))
            fail_msg("frame of quirk %d", (int)quirk);
}

static void test_frames_of_another_size(void **state)
{
    for (enum frame_quirk quirk = FRAME_GOOD; quirk < FRAME_QUIRKS; quirk++)
        for (size_t size = 1; size < 2 * FRAME_CONTENT_SIZE; size++)
            if (size != FRAME_CONTENT_SIZE)
                assert_false(decodes(*state, quirk, size));
}

static void test_raw_of_another_size(void **state)
{
    struct coder *coder = *state;
    uint8_t scratch[20] = {0};
    struct stream stream = {.kind = STREAM_RAW, .size = 10};
    assert_non_null(znn_stream_decode(coder->decoder, &stream, scratch, 10, scratch));
    assert_null(znn_stream_decode(coder->decoder, &stream, scratch, 9, scratch));
    assert_null(znn_stream_decode(coder->decoder, &stream, scratch, 11, scratch));
}

/* No damaged frame makes the decoder leave its blocks (which a sanitizer sees) or give another number of bytes. */
static void test_damaged_frames(void **state)
{
    struct coder *coder = *state;
    struct random random = random_start(__func__);
    uint8_t bytes[2000];
    uint8_t target[2000];
    for (int round = 0; round < 3000; round++) {
        size_t size = 200 + random_below(&random, 1800);
        fill(&random, bytes, size, 20);
        struct stream stream = encode(coder, 0, bytes, size, round % 2 ? STREAM_FLOAT : STREAM_BYTES, target);
        uint8_t *payload = block(target, stream.size);
        uint8_t *scratch = block(NULL, size);
        for (size_t i = random_below(&random, 4); i > 0; i--)
            payload[random_below(&random, stream.size)] ^= (uint8_t)(1 << random_below(&random, 8));
        stream.size -= (uint32_t)random_below(&random, 2);
        znn_stream_decode(coder->decoder, &stream, payload, size, scratch);
        free(payload);
        free(scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_small_size),
        cmocka_unit_test(test_one_value_is_constant),
        cmocka_unit_test(test_one_other_byte_is_not_constant),
        cmocka_unit_test(test_noise_is_raw),
        cmocka_unit_test(test_skewed_noise_is_compressed),
        cmocka_unit_test(test_repeats_are_found_under_both_hints),
        cmocka_unit_test(test_output_does_not_depend_on_what_came_before),
        cmocka_unit_test(test_random_data_round_trip),
        cmocka_unit_test(test_frames_that_are_refused),
        cmocka_unit_test(test_frames_of_another_size),
        cmocka_unit_test(test_raw_of_another_size),
        cmocka_unit_test(test_damaged_frames),
    };
    return cmocka_run_group_tests(tests, open_coder, close_coder);
}
