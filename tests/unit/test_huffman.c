/*
 * test_huffman.c - compares znn's writer and reader of Huffman frames with each other and with libzstd
 *
 * All buffers have exactly the size that they need, so a sanitizer detects any access beyond them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/huffman_decode.h"
#include "codec/huffman_encode.h"
#include "codec/huffman_frame.h"
#include "common/bytes.h"
#include "planes.h"
#include "platform/cpu.h"

#define BLOCK ZSTD_BLOCK_SIZE_MAX

static struct huffman_encoder *encoder;
static struct huffman_decoder *decoder;

static int setup(void **state)
{
    (void)state;
    encoder = malloc(sizeof *encoder);
    decoder = malloc(sizeof *decoder);
    if (!encoder || !decoder)
        return -1;
    znn_huffman_encoder_init(encoder);
    memset(decoder, 0xa5, sizeof *decoder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(encoder);
    free(decoder);
    return 0;
}

/*
 * A copy of exactly `size` bytes.
 */
static uint8_t *exact_copy(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    if (size)
        memcpy(copy, data, size);
    return copy;
}

/*
 * Reads `frame`, which libzstd reads as data[0..size), with the own reader.
 */
static enum huffman_verdict read_own(const uint8_t *frame, size_t frame_size, const uint8_t *data, size_t size)
{
    uint8_t *tight = exact_copy(frame, frame_size), *out = malloc(size ? size : 1);
    assert_non_null(out);
    enum huffman_verdict verdict = znn_huffman_frame_decode(decoder, tight, frame_size, out, size, NULL);
    if (verdict == HUFFMAN_DECODED && size)
        assert_memory_equal(out, data, size);
    free(tight);
    free(out);
    return verdict;
}

/*
 * Writes data[0..size) with the own writer, checks that both readers agree, that the frame fits into its own size but
 * not into less, and that it is the same without this machine's special instructions.  Returns the frame, to be freed,
 * or NULL where none is worth it.
 */
static uint8_t *write_own(const uint8_t *data, size_t size, size_t *frame_size)
{
    uint8_t *src = exact_copy(data, size), *frame = malloc(size ? size : 1), *out = malloc(size ? size : 1);
    assert_true(frame && out);
    *frame_size = znn_huffman_frame_encode(encoder, src, size, frame, size);
    free(src);
    if (*frame_size == 0) {
        free(frame);
        free(out);
        return NULL;
    }
    assert_true(*frame_size < size);
    assert_int_equal(ZSTD_decompress(out, size, frame, *frame_size), size);
    assert_memory_equal(out, data, size);
    assert_int_equal(read_own(frame, *frame_size, data, size), HUFFMAN_DECODED);

    uint8_t *again = malloc(*frame_size);
    assert_non_null(again);
    assert_int_equal(znn_huffman_frame_encode(encoder, data, size, again, *frame_size - 1), 0);
    znn_cpu_limit(CPU_AVX2);
    assert_int_equal(znn_huffman_frame_encode(encoder, data, size, again, *frame_size), *frame_size);
    znn_cpu_limit(CPU_BEST);
    assert_memory_equal(again, frame, *frame_size);
    free(again);
    free(out);
    return frame;
}

/*
 * Both writers, both readers.  Returns the own frame's size, or `size`.
 */
static size_t round_trip(const uint8_t *data, size_t size, size_t *zstd_size)
{
    size_t frame_size, capacity = ZSTD_compressBound(size);
    free(write_own(data, size, &frame_size));
    uint8_t *frame = malloc(capacity);
    assert_non_null(frame);
    *zstd_size = zstd_huffman_frame(data, size, frame, capacity, false);
    assert_true(*zstd_size > 0);
    read_own(frame, *zstd_size, data, size);
    free(frame);
    return frame_size ? frame_size : size;
}

static void test_round_trips(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *data = malloc(300000);
    assert_non_null(data);
    for (int i = 0; i < 400; i++) {
        size_t size = random_below(&random, i % 8 == 0 ? 300000 : i % 2 == 0 ? 20000 : 1500) + 1, zstd_size;
        fill_skewed(&random, data, size, random_below(&random, 256) + 1, (unsigned)random_below(&random, 6));
        round_trip(data, size, &zstd_size);
    }
    free(data);
}

static void test_sizes_at_boundaries(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,         2,         3,         7,         40,           255,       256,
                                   257,       1023,      1024,      1025,      16383,        16384,     65791,
                                   65792,     BLOCK - 1, BLOCK,     BLOCK + 1, 2 * BLOCK,    3 * BLOCK, 3 * BLOCK + 4,
                                   4 * BLOCK, 8 * BLOCK, 9 * BLOCK, 1200000,   9 * BLOCK + 7};
    struct random random = random_start(__func__);
    uint8_t *data = malloc(10 * BLOCK);
    assert_non_null(data);
    fill_plane(&random, data, 10 * BLOCK, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t zstd_size, size = round_trip(data, sizes[i], &zstd_size);
        assert_true(sizes[i] < 100 || size < sizes[i]);
    }
    free(data);
}

/*
 * Never more than 0.05 % (and, in small frames, the few bytes by which a description of a code may differ) above
 * libzstd.
 */
static void test_sizes_against_libzstd(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *data = malloc(6 * BLOCK);
    assert_non_null(data);
    for (unsigned below = 0; below < 6; below++) {
        for (size_t size = 700; size <= 6 * BLOCK; size *= 3) {
            size_t zstd_size;
            fill_plane(&random, data, size, below);
            size_t own_size = round_trip(data, size, &zstd_size);
            assert_true(own_size <= zstd_size + zstd_size / 2000 + 3);
        }
    }
    /* blocks that take turns: a code for all of them would be a bad one, and libzstd has most borders inside of blocks
     */
    size_t block = znn_huffman_block_size(6 * BLOCK);
    for (size_t start = 0; start < 6 * BLOCK; start += block)
        fill_plane(&random, data + start, 6 * BLOCK - start < block ? 6 * BLOCK - start : block,
                   start / block % 2 ? 0 : 3);
    size_t zstd_size, own_size = round_trip(data, 6 * BLOCK, &zstd_size);
    assert_true(own_size <= zstd_size + zstd_size / 2000);
    free(data);
}

static void test_libzstd_frames_are_read(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    size_t size = 3 * BLOCK + 1000, capacity = ZSTD_compressBound(size);
    uint8_t *data = malloc(size), *frame = malloc(capacity);
    assert_true(data && frame);
    for (unsigned below = 0; below < 6; below++) {
        fill_plane(&random, data, size, below);
        size_t frame_size = zstd_huffman_frame(data, size, frame, capacity, false);
        assert_int_equal(read_own(frame, frame_size, data, size), HUFFMAN_DECODED);
        frame_size = zstd_huffman_frame(data, size, frame, capacity, true);
        assert_int_equal(read_own(frame, frame_size, data, size), HUFFMAN_FOREIGN);
    }
    free(data);
    free(frame);
}

/*
 * Counts the blocks of a frame by what they are: raw, RLE, with a code of their own, treeless.
 */
static void count_blocks(const uint8_t *frame, size_t size, unsigned counts[4])
{
    static const unsigned sizes[] = {1, 2, 4, 8};
    memset(counts, 0, 4 * sizeof *counts);
    struct byte_reader in = byte_reader(frame, size);
    read_bytes(&in, 4);
    uint8_t descriptor = read_u8(&in);
    read_bytes(&in, sizes[descriptor >> 6] + !(descriptor & ZSTD_FRAME_SINGLE_SEGMENT));
    while (bytes_left(&in) > 0) {
        unsigned header = read_u8(&in);
        header |= (unsigned)read_u8(&in) << 8;
        header |= (unsigned)read_u8(&in) << 16;
        unsigned kind = header >> 1 & 3;
        const uint8_t *body = read_bytes(&in, kind == ZSTD_BLOCK_RLE ? 1 : header >> 3);
        assert_non_null(body);
        counts[kind == ZSTD_BLOCK_COMPRESSED ? body[0] & 3 : kind]++;
    }
}

static void test_blocks_share_a_code(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *data = malloc(12 * BLOCK);
    assert_non_null(data);
    unsigned counts[4];
    size_t size;

    fill_skewed(&random, data, 12 * BLOCK, 16, 2);
    uint8_t *frame = write_own(data, 12 * BLOCK, &size);
    assert_non_null(frame);
    count_blocks(frame, size, counts);
    assert_int_equal(counts[ZSTD_LITERALS_HUFFMAN], 1);
    assert_int_equal(counts[ZSTD_LITERALS_TREELESS], 13);
    free(frame);

    /* twice the same, zeros, noise, the same again, and another plane twice */
    size_t block = znn_huffman_block_size(7 * BLOCK);
    memset(data + 2 * block, 0, block);
    for (size_t i = 0; i < block; i++)
        data[3 * block + i] = (uint8_t)random_u64(&random);
    fill_plane(&random, data + 5 * block, 7 * BLOCK - 5 * block, 5);
    frame = write_own(data, 7 * BLOCK, &size);
    assert_non_null(frame);
    count_blocks(frame, size, counts);
    assert_int_equal(counts[ZSTD_BLOCK_RAW], 1);
    assert_int_equal(counts[ZSTD_BLOCK_RLE], 1);
    assert_true(counts[ZSTD_LITERALS_HUFFMAN] >= 2);
    assert_true(counts[ZSTD_LITERALS_TREELESS] >= 1);
    free(frame);
    free(data);
}

/* An even number of blocks, none of which is small, in quarters of an odd number of lines. */
static void test_block_sizes(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 2000; round++) {
        size_t size = (size_t)(random_u64(&random) >> (37 + random_u64(&random) % 27));
        if (round % 2)
            size = (1 + size % 30) * 8 * 511 * 64 - random_u64(&random) % 3; /* near where blocks become more */
        size_t block = znn_huffman_block_size(size);
        assert_true(block <= BLOCK);
        if (size < 65536) {
            assert_int_equal(block, size);
            continue;
        }
        size_t blocks = (size + block - 1) / block, last = size - (blocks - 1) * block;
        assert_int_equal(block / 4 * 4, block);
        assert_int_equal(block / 4 % 128, 64);
        if (size < 8 << 20) {
            assert_int_equal(blocks % 2, 0);
            assert_true(last >= block / 2);
        }
    }
}

static void test_what_does_not_shrink(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint8_t *data = malloc(2 * BLOCK);
    assert_non_null(data);
    size_t frame_size;
    for (size_t i = 0; i < 2 * BLOCK; i++)
        data[i] = (uint8_t)random_u64(&random);
    assert_null(write_own(data, 2 * BLOCK, &frame_size));
    assert_null(write_own(data, 1, &frame_size));
    assert_null(write_own(data, 0, &frame_size));
    memset(data, 7, 2 * BLOCK);
    assert_null(write_own(data, 8, &frame_size));
    free(write_own(data, 2 * BLOCK, &frame_size));
    assert_int_equal(frame_size, 4 + 1 + 1 + 4 + 4 * 4);
    free(data);
}

/*
 * Damaged frames: what the own reader decodes, libzstd decodes to the same.
 */
static void test_damage(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    size_t size = 5000, frame_size, decoded = 0;
    uint8_t *data = malloc(size), *out = malloc(size), *zstd_out = malloc(size);
    assert_true(data && out && zstd_out);
    fill_plane(&random, data, size, 0);
    uint8_t *frame = write_own(data, size, &frame_size);
    assert_non_null(frame);
    for (size_t cut = 0; cut < frame_size; cut++)
        assert_int_equal(read_own(frame, cut, data, size), HUFFMAN_FOREIGN);
    assert_int_equal(read_own(frame, frame_size, data, size - 1), HUFFMAN_FOREIGN);
    for (int i = 0; i < 20000; i++) {
        uint8_t *damaged = exact_copy(frame, frame_size);
        size_t near = i % 2 ? frame_size : 60; /* headers and trees are where it is interesting */
        for (size_t flips = random_below(&random, 3) + 1; flips > 0; flips--)
            damaged[random_below(&random, near)] ^= (uint8_t)(1 << random_below(&random, 8));
        if (znn_huffman_frame_decode(decoder, damaged, frame_size, out, size, NULL) == HUFFMAN_DECODED) {
            assert_int_equal(ZSTD_decompress(zstd_out, size, damaged, frame_size), size);
            assert_memory_equal(out, zstd_out, size);
            decoded++;
        }
        free(damaged);
    }
    assert_true(decoded > 0 && decoded < 20000);
    free(frame);
    free(data);
    free(out);
    free(zstd_out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),           cmocka_unit_test(test_sizes_at_boundaries),
        cmocka_unit_test(test_sizes_against_libzstd), cmocka_unit_test(test_libzstd_frames_are_read),
        cmocka_unit_test(test_blocks_share_a_code),   cmocka_unit_test(test_block_sizes),
        cmocka_unit_test(test_what_does_not_shrink),  cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
