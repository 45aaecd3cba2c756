/*
 * test_ggml.c - quantized blocks are predicted from the values that they were made from
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "ggml_pairs.h"
#include "support.h"
#include "transform/ggml/ggml_split.h"
#include "transform/ggml/half.h"
#include "transform/ggml/rounding.h"

#define COUNT_MAX 24 /* blocks in a test */
#define VALUES_BYTES (COUNT_MAX * GGML_VALUES_MAX * 4)
#define STREAM_MAX (COUNT_MAX * 192)

/* Room for all differences of a few blocks. */
struct streams {
    uint8_t words[4][COUNT_MAX], fields[2][COUNT_MAX * GGML_PARTS_MAX], codes[STREAM_MAX];
};

static struct ggml_room room_of(struct streams *streams)
{
    struct ggml_room room = {{NULL}, {NULL}, streams->codes};
    for (unsigned i = 0; i < 4; i++)
        room.words[i] = streams->words[i];
    for (unsigned i = 0; i < 2; i++)
        room.fields[i] = streams->fields[i];
    return room;
}

static struct ggml_differences places(const struct streams *streams)
{
    struct ggml_differences differences = {{NULL}, {NULL}, streams->codes};
    for (unsigned i = 0; i < 4; i++)
        differences.words[i] = streams->words[i];
    for (unsigned i = 0; i < 2; i++)
        differences.fields[i] = streams->fields[i];
    return differences;
}

static size_t count_nonzero(const uint8_t *bytes, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += bytes[i] != 0;
    return count;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Blocks of ggml's quantizers                                                                                        */
/* ------------------------------------------------------------------------------------------------------------------ */

struct pair {
    enum ggml_kind kind;
    const uint8_t *blocks;
    size_t size;
    unsigned code_bytes_missed;
    unsigned fields_off; /* by how much, all fields together */
};

static const struct pair pairs[] = {
    {GGML_Q4_0, pair_q4_0, sizeof pair_q4_0, 0, 0},
    {GGML_Q4_1, pair_q4_1, sizeof pair_q4_1, 0, 0},
    {GGML_Q5_0, pair_q5_0, sizeof pair_q5_0, 0, 0},
    {GGML_Q5_1, pair_q5_1, sizeof pair_q5_1, 0, 0},
    {GGML_Q8_0, pair_q8_0, sizeof pair_q8_0, 0, 0},
    {GGML_Q2_K, pair_q2_k, sizeof pair_q2_k, 0, 22},
    {GGML_Q3_K, pair_q3_k, sizeof pair_q3_k, 0, 22},
    {GGML_Q4_K, pair_q4_k, sizeof pair_q4_k, 0, 16},
    {GGML_Q4_K, pair_q4_k_imatrix, sizeof pair_q4_k_imatrix, 0, 24},
    {GGML_Q5_K, pair_q5_k, sizeof pair_q5_k, 0, 4},
    {GGML_Q6_K, pair_q6_k, sizeof pair_q6_k, 0, 19},
    {GGML_Q6_K, pair_q6_k_imatrix, sizeof pair_q6_k_imatrix, 0, 20},
    {GGML_IQ4_NL, pair_iq4_nl, sizeof pair_iq4_nl, 2, 0},
    {GGML_IQ4_XS, pair_iq4_xs, sizeof pair_iq4_xs, 2, 46},
};

static void test_pairs(void **state)
{
    (void)state;
    bool seen[GGML_KINDS] = {false};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct pair *pair = &pairs[i];
        const struct ggml_block *block = znn_ggml_block(pair->kind);
        struct streams streams;
        struct ggml_room room = room_of(&streams);
        struct ggml_differences differences = places(&streams);
        uint8_t back[GGML_VALUES_MAX / 32 * 34];
        size_t count = pair->size / block->bytes;
        assert_int_equal(count * block->values, GGML_VALUES_MAX);
        znn_ggml_split(pair->kind, GGML_FROM_BF16, pair_values, pair->blocks, count, &room);
        assert_true(count_nonzero(streams.codes, count * block->code_bytes) <= pair->code_bytes_missed);
        if (block->fields == 0 && pair->kind != GGML_IQ4_NL)
            for (unsigned k = 0; k < 2u * block->words; k++)
                assert_int_equal(count_nonzero(streams.words[k], count), 0);
        unsigned off = 0;
        for (unsigned word = 0; word < block->words; word++)
            for (size_t k = 0; k < count * block->fields; k++) {
                int difference = (int)(streams.fields[word][k] ^ 0x80) - 0x80;
                off += (unsigned)abs(difference);
            }
        assert_true(off <= pair->fields_off);
        znn_ggml_merge(pair->kind, GGML_FROM_BF16, pair_values, &differences, count, back);
        assert_memory_equal(back, pair->blocks, pair->size);
        seen[pair->kind] = true;
    }
    for (unsigned kind = 0; kind < GGML_KINDS; kind++)
        assert_true(seen[kind]);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Any bytes                                                                                                          */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Bytes that are random, or all the same, so that there are NaNs, infinities, subnormal numbers and zeros. */
static void fill(struct random *random, uint8_t *bytes, size_t size)
{
    static const uint8_t constants[] = {0x00, 0x80, 0xff, 0x7f, 0x7c, 0x01};
    size_t style = random_below(random, 2 + sizeof constants);
    for (size_t i = 0; i < size; i++)
        bytes[i] = style < sizeof constants ? constants[style] : (uint8_t)random_u64(random);
    for (size_t i = 0; style == sizeof constants && i < size; i += 1 + random_below(random, 40))
        bytes[i] = constants[random_below(random, sizeof constants)];
}

/* A case: blocks of any bytes with values of any bytes. */
struct hostile {
    enum ggml_kind kind;
    enum ggml_source source;
    size_t count;
    uint8_t values[VALUES_BYTES], blocks[COUNT_MAX * GGML_BYTES_MAX];
};

static void draw(struct random *random, struct hostile *hostile)
{
    hostile->kind = (enum ggml_kind)random_below(random, GGML_KINDS);
    hostile->source = (enum ggml_source)random_below(random, 3);
    hostile->count = 1 + random_below(random, COUNT_MAX);
    fill(random, hostile->values, sizeof hostile->values);
    fill(random, hostile->blocks, sizeof hostile->blocks);
}

static void split(const struct hostile *hostile, struct streams *streams)
{
    struct ggml_room room = room_of(streams);
    memset(streams, 0, sizeof *streams);
    znn_ggml_split(hostile->kind, hostile->source, hostile->values, hostile->blocks, hostile->count, &room);
}

static void test_any_bytes_come_back(void **state)
{
    (void)state;
    static struct hostile hostile;
    static struct streams streams;
    static uint8_t back[COUNT_MAX * GGML_BYTES_MAX];
    struct random random = random_start(__func__);
    for (unsigned round = 0; round < 3000; round++) {
        draw(&random, &hostile);
        split(&hostile, &streams);
        struct ggml_differences differences = places(&streams);
        znn_ggml_merge(hostile.kind, hostile.source, hostile.values, &differences, hostile.count, back);
        assert_memory_equal(back, hostile.blocks, hostile.count * znn_ggml_block(hostile.kind)->bytes);
    }
}

/* Random differences may lead anywhere; the sanitizers watch. */
static void test_any_differences_lead_somewhere(void **state)
{
    (void)state;
    static struct hostile hostile;
    static struct streams streams;
    static uint8_t first[COUNT_MAX * GGML_BYTES_MAX], second[COUNT_MAX * GGML_BYTES_MAX];
    struct random random = random_start(__func__);
    for (unsigned round = 0; round < 3000; round++) {
        draw(&random, &hostile);
        fill(&random, (uint8_t *)&streams, sizeof streams);
        struct ggml_differences differences = places(&streams);
        size_t size = hostile.count * znn_ggml_block(hostile.kind)->bytes;
        memset(first, 0x55, sizeof first);
        memset(second, 0xaa, sizeof second);
        znn_ggml_merge(hostile.kind, hostile.source, hostile.values, &differences, hostile.count, first);
        znn_ggml_merge(hostile.kind, hostile.source, hostile.values, &differences, hostile.count, second);
        assert_memory_equal(first, second, size);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The same everywhere                                                                                                */
/* ------------------------------------------------------------------------------------------------------------------ */

#if defined(__x86_64__) && defined(__GNUC__)
#    define FLUSH_SUBNORMALS 0x8040u

static unsigned set_flush(unsigned bits)
{
    unsigned before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before | bits);
    return before;
}

static void restore_flush(unsigned before)
{
    __builtin_ia32_ldmxcsr(before);
}
#else
#    define FLUSH_SUBNORMALS 0

static unsigned set_flush(unsigned bits)
{
    return bits;
}

static void restore_flush(unsigned before)
{
    (void)before;
}
#endif

/* The caller's way of rounding changes nothing, and is the same afterwards. */
static void test_caller_rounds_otherwise(void **state)
{
    (void)state;
#if !defined(__x86_64__) && !defined(__aarch64__)
    skip();
#endif
    static struct hostile hostile;
    static struct streams usual, other;
    static const int directions[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    struct random random = random_start(__func__);
    for (unsigned round = 0; round < 1000; round++) {
        draw(&random, &hostile);
        split(&hostile, &usual);
        fesetround(directions[round % 3]);
        unsigned before = set_flush(FLUSH_SUBNORMALS);
        split(&hostile, &other);
        restore_flush(before);
        assert_int_equal(fegetround(), directions[round % 3]);
        fesetround(FE_TONEAREST);
        assert_memory_equal(&usual, &other, sizeof usual);
    }
}

/* Which NaN a value is changes nothing. */
static void test_nans_are_alike(void **state)
{
    (void)state;
    static struct hostile hostile;
    static struct streams usual, other;
    static const uint32_t nans[] = {0x7f800001, 0x7fffffff, 0xff800001, 0xffc00000};
    struct random random = random_start(__func__);
    for (unsigned round = 0; round < 1000; round++) {
        draw(&random, &hostile);
        hostile.source = GGML_FROM_F32;
        for (unsigned turn = 0; turn < 2; turn++) {
            for (size_t i = 0; i < sizeof hostile.values; i += 4 * 7)
                for (unsigned k = 0; k < 4; k++)
                    hostile.values[i + k] = (uint8_t)(nans[(i / 28 + turn + round) % 4] >> 8 * k);
            split(&hostile, turn ? &other : &usual);
        }
        assert_memory_equal(&usual, &other, sizeof usual);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Small functions                                                                                                    */
/* ------------------------------------------------------------------------------------------------------------------ */

static void test_halves(void **state)
{
    (void)state;
    for (uint32_t half = 0; half < 0x10000; half++) {
        float wide = float_from_half((uint16_t)half);
        if ((half & 0x7fff) > 0x7c00) {
            assert_true(isnan(wide));
            assert_int_equal(half_from_float(wide), HALF_NAN);
            continue;
        }
        assert_int_equal(half_from_float(wide), half);
        double expected = ldexp(half & 0x3ff, -24);
        if ((half & 0x7c00) == 0x7c00)
            expected = INFINITY;
        else if (half & 0x7c00)
            expected = ldexp(1024 + (half & 0x3ff), (int)(half >> 10 & 31) - 25);
        assert_true((half & 0x8000 ? -expected : expected) == wide);
        assert_int_equal(signbit(wide) != 0, half >> 15);
    }
}

/* Between two numbers: below the middle down, above it up, and in it to the even one. */
static void test_halves_round(void **state)
{
    (void)state;
    for (uint16_t half = 0; half < 0x7bff; half++) {
        float low = float_from_half(half), high = float_from_half((uint16_t)(half + 1)), middle = (low + high) / 2;
        assert_int_equal(half_from_float(nextafterf(middle, 0)), half);
        assert_int_equal(half_from_float(nextafterf(middle, 1e6f)), half + 1);
        assert_int_equal(half_from_float(middle), half + (half & 1));
        assert_int_equal(half_from_float(-middle), 0x8000 | (half + (half & 1)));
    }
    assert_int_equal(half_from_float(65519.996f), 0x7bff);
    assert_int_equal(half_from_float(65520.0f), 0x7c00);
    assert_int_equal(half_from_float(FLT_MAX), 0x7c00);
    assert_int_equal(half_from_float(-INFINITY), 0xfc00);
    assert_int_equal(half_from_float(FLT_TRUE_MIN), 0);
}

static void test_nearest(void **state)
{
    (void)state;
    for (int i = -1000; i <= 1000; i++) {
        float value = (float)i / 8;
        assert_int_equal(nearest(value, -128.0f, 127.0f), lrintf(value < -128 ? -128 : value > 127 ? 127 : value));
    }
    assert_int_equal(nearest(NAN, -32.0f, 31.0f), -32);
    assert_int_equal(nearest(INFINITY, -32.0f, 31.0f), 31);
    assert_int_equal(nearest(-FLT_MAX, -32.0f, 31.0f), -32);
}

static void test_farthest(void **state)
{
    (void)state;
    const float nan = NAN;
    const float ties[8] = {0.5f, nan, -2.0f, 2.0f, -2.0f, nan, 1.0f, 0.0f};
    const float infinite[8] = {1.0f, INFINITY, -INFINITY, nan, nan, nan, nan, nan};
    const float zeros[8] = {-0.0f, nan, -0.0f, 0.0f, -0.0f, nan, -0.0f, nan};
    assert_true(find_farthest(ties, 8) == -2.0f);
    assert_true(find_farthest(infinite, 8) == INFINITY);
    assert_int_equal(bits_from_float(find_farthest(zeros, 8)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_any_bytes_come_back),
        cmocka_unit_test(test_any_differences_lead_somewhere),
        cmocka_unit_test(test_caller_rounds_otherwise),
        cmocka_unit_test(test_nans_are_alike),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_halves_round),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_farthest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
