/*
 * test_guess.c - finds the borders of arrays of numbers in opaque bytes
 *
 * The test makes weights like those of layers: roughly a bell curve of one scale, as F16 or F32.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/buffer.h"
#include "common/bytes.h"
#include "engine/chunk/guess.h"
#include "model/dtype.h"

#include "../models/numbers.h"
#include "support.h"

static float weight(struct random *random, float scale)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += (double)(random_u64(random) >> 11) / 9007199254740992.0;
    return (float)(sum - 6) * scale;
}

static void put_f16(struct random *random, struct buffer *out, size_t count, float scale)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[2];
        store_le16(bytes, to_f16(weight(random, scale)));
        assert_true(znn_buffer_append(out, bytes, 2));
    }
}

static void put_f32(struct random *random, struct buffer *out, size_t count, float scale)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[4];
        store_le32(bytes, float_to_bits(weight(random, scale)));
        assert_true(znn_buffer_append(out, bytes, 4));
    }
}

struct fixture {
    struct random random;
    struct guesser *guesser;
    struct chunk_plan guess;
    struct buffer data;
};

static struct fixture start(const char *test)
{
    struct fixture f = {.random = random_start(test), .guesser = calloc(1, sizeof *f.guesser)};
    assert_non_null(f.guesser);
    return f;
}

static void look(struct fixture *f)
{
    struct chunk_plan plan = {0};
    assert_true(znn_chunk_plan_add(&plan, (uint32_t)f->data.size, DTYPE_BYTES, SHARING_NONE));
    assert_true(znn_guess_numbers(f->guesser, &plan, f->data.data, &f->guess));
    assert_int_equal(f->guess.size, f->data.size);
    znn_chunk_plan_free(&plan);
}

static void finish(struct fixture *f)
{
    free(f->guesser);
    znn_chunk_plan_free(&f->guess);
    znn_buffer_free(&f->data);
}

/* The distance from `border` to the nearest end of a piece, in bytes. */
static size_t miss(const struct fixture *f, size_t border)
{
    size_t at = 0;
    size_t least = border;
    for (size_t i = 0; i < f->guess.count; i++) {
        at += f->guess.pieces[i].size;
        size_t distance = at > border ? at - border : border - at;
        least = distance < least ? distance : least;
    }
    return least;
}

/* What kind of piece the byte at `at` is in. */
static enum dtype dtype_at(const struct fixture *f, size_t at)
{
    size_t end = 0;
    for (size_t i = 0; i < f->guess.count; i++) {
        end += f->guess.pieces[i].size;
        if (at < end)
            return (enum dtype)f->guess.pieces[i].dtype;
    }
    return DTYPE_COUNT;
}

/* Layers that differ in nothing but scale get codes of their own; the border is found within a few elements. */
static void test_layers_of_different_scale(void **state)
{
    (void)state;
    struct fixture f = start(__func__);
    for (int round = 0; round < 10; round++) {
        f.data.size = 0;
        put_f16(&f.random, &f.data, 30000 + random_below(&f.random, 30000), 0.25f);
        size_t border = f.data.size;
        put_f16(&f.random, &f.data, 30000 + random_below(&f.random, 30000), 0.01f);
        look(&f);
        assert_true(f.guesser->found);
        assert_true(f.guesser->may_go_on);
        assert_true(miss(&f, border) <= 64);
    }
    finish(&f);
}

/* One layer, however long, is one piece, and the same in whatever phase it starts. */
static void test_one_layer_is_one_piece(void **state)
{
    (void)state;
    struct fixture f = start(__func__);
    for (uint32_t phase = 0; phase < 4; phase++) {
        f.data.size = 0;
        assert_true(znn_buffer_append(&f.data, "abcd", phase));
        put_f32(&f.random, &f.data, 200000, 0.05f);
        look(&f);
        assert_true(f.guesser->found);
        assert_false(f.guesser->may_go_on);
        size_t numbers = 0;
        for (size_t i = 0; i < f.guess.count; i++)
            numbers += f.guess.pieces[i].dtype == DTYPE_F32 ? f.guess.pieces[i].size : 0;
        assert_true(numbers + 64 >= f.data.size);
        assert_int_equal(dtype_at(&f, phase), DTYPE_F32);
        assert_true(phase == 0 || dtype_at(&f, phase - 1) == DTYPE_BYTES);
    }
    finish(&f);
}

/* A change of width is found where it is. */
static void test_a_change_of_width(void **state)
{
    (void)state;
    struct fixture f = start(__func__);
    for (int round = 0; round < 10; round++) {
        f.data.size = 0;
        put_f16(&f.random, &f.data, 2 * (20000 + random_below(&f.random, 20000)), 0.05f);
        size_t border = f.data.size;
        put_f32(&f.random, &f.data, 20000 + random_below(&f.random, 20000), 0.05f);
        look(&f);
        assert_true(miss(&f, border) <= 64);
        assert_int_equal(dtype_at(&f, border - 200), DTYPE_F16);
        assert_int_equal(dtype_at(&f, border + 200), DTYPE_F32);
    }
    finish(&f);
}

/* A bias of another type between two matrices is left out, and the numbers behind it go on with those before. */
static void test_islands(void **state)
{
    (void)state;
    struct fixture f = start(__func__);
    put_f16(&f.random, &f.data, 40000, 0.05f);
    size_t border = f.data.size;
    put_f32(&f.random, &f.data, 128, 0.5f);
    put_f16(&f.random, &f.data, 40000, 0.05f);
    look(&f);
    assert_int_equal(dtype_at(&f, border + 256), DTYPE_BYTES);
    assert_int_equal(dtype_at(&f, border - 100), DTYPE_F16);
    assert_int_equal(dtype_at(&f, border + 4 * 128 + 100), DTYPE_F16);
    const struct piece *last = &f.guess.pieces[f.guess.count - 1];
    assert_int_equal(last->dtype, DTYPE_F16);
    assert_int_equal(last->sharing, SHARING_GOES_ON);
    finish(&f);
}

/* More changes than there is room for pieces. */
static void test_motley_rows(void **state)
{
    (void)state;
    struct fixture f = start(__func__);
    for (int i = 0; i < 2 * GUESS_PIECES_MAX; i++)
        if (i % 2)
            put_f16(&f.random, &f.data, 8192, 0.05f);
        else
            put_f32(&f.random, &f.data, 4096, 0.05f);
    look(&f);
    assert_true(f.guesser->found);
    f.data.size = 0;
    put_f16(&f.random, &f.data, 1 << 20, 0.05f);
    for (size_t i = 0; i < f.data.size; i++) /* and scales that wander */
        f.data.data[i] = (uint8_t)(f.data.data[i] + (i % 2 ? i >> 13 : 0));
    look(&f);
    finish(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers_of_different_scale),
        cmocka_unit_test(test_one_layer_is_one_piece),
        cmocka_unit_test(test_a_change_of_width),
        cmocka_unit_test(test_islands),
        cmocka_unit_test(test_motley_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
