/*
 * test_frame_watched.c - frames whose bytes are consumed while they are decoded
 *
 * The watcher takes bytes in units that do not divide a block, so some bytes are left over each time.  If a frame turns
 * out not to be a Huffman frame, the watcher is told to start again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/frame.h"
#include "planes.h"

#define SIZE ((size_t)1000003)

struct taker {
    const uint8_t *expected;
    size_t unit, taken, calls, restarts;
    size_t void_taken; /* before the restart */
};

static size_t take(void *context, const uint8_t *data, size_t size)
{
    struct taker *taker = context;
    size_t some = taker->taken + size == SIZE ? size : size - size % taker->unit;
    assert_true(taker->taken + size <= SIZE);
    assert_memory_equal(data, taker->expected + taker->taken, some);
    taker->taken += some;
    taker->calls++;
    return some;
}

static void restart(void *context)
{
    struct taker *taker = context;
    taker->void_taken = taker->taken;
    taker->taken = 0;
    taker->restarts++;
}

static struct taker watch(const uint8_t *data, const uint8_t *frame, size_t frame_size, size_t unit, bool expected)
{
    struct frame_decoder *decoder = znn_frame_decoder_new();
    uint8_t *room = malloc(SIZE);
    const struct huffman_ahead ahead = {.at = {frame}, .count = 1};
    struct taker taker = {.expected = data, .unit = unit};
    struct frame_watcher watcher = {take, restart, &taker, &ahead};
    assert_true(decoder && room);
    assert_int_equal(znn_frame_decode_watched(decoder, frame, frame_size, room, SIZE, &watcher), expected);
    free(room);
    znn_frame_decoder_free(decoder);
    return taker;
}

static void test_watching(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *data = malloc(SIZE), *frame = malloc(ZSTD_compressBound(SIZE));
    struct frame_encoder *encoder = znn_frame_encoder_new(ZNN_LEVEL_DEFAULT);
    assert_true(data && frame && encoder);
    size_t frame_size;
    for (unsigned round = 0; round < 12; round++) {
        fill_plane(&random, data, SIZE, round % 6);
        assert_int_equal(znn_frame_encode(encoder, FRAME_HUFFMAN, data, SIZE, frame, SIZE, &frame_size, NULL), ZNN_OK);
        assert_true(frame_size > 0);
        struct taker taker = watch(data, frame, frame_size, 1 + random_below(&random, 4000), true);
        assert_int_equal(taker.taken, SIZE);
        assert_int_equal(taker.restarts, 0);
        assert_true(taker.calls > 3);
        taker = watch(data, frame, frame_size - 1, 1, false); /* most of it has been taken before that is noticed */
        assert_int_equal(taker.restarts, 1);
        assert_int_equal(taker.taken, 0);
        assert_true(taker.void_taken > SIZE / 2);
    }
    free(data);
    free(frame);
    znn_frame_encoder_free(encoder);
}

/* Frames of the full compressor. */
static void test_starting_anew(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *data = malloc(SIZE), *frame = malloc(ZSTD_compressBound(SIZE));
    assert_true(data && frame);
    fill_plane(&random, data, SIZE - SIZE / 2, 0);
    memcpy(data + SIZE - SIZE / 2, data, SIZE / 2);
    for (int level = 1; level <= 9; level += 8) {
        size_t frame_size = ZSTD_compress(frame, ZSTD_compressBound(SIZE), data, SIZE, level);
        assert_false(ZSTD_isError(frame_size));
        struct taker taker = watch(data, frame, frame_size, 7, true);
        assert_int_equal(taker.taken, SIZE);
        assert_int_equal(taker.restarts, 1);
    }
    free(data);
    free(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_watching),
        cmocka_unit_test(test_starting_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
