/*
 * test_delta.c - differences from a base, and sorting by contexts
 *
 * The test compares the loops of transform/ with simple ones that take one number at a time, and the kernels with the
 * loops.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "platform/cpu.h"
#include "support.h"
#include "transform/delta.h"
#include "transform/partition.h"

#define MOST 20000

static uint8_t base[8 * MOST], data[8 * MOST], back[8 * MOST];
static uint64_t values[MOST], sorted[MOST + 8], gathered[MOST];
static uint8_t contexts[MOST], tokens[MOST], low_bits[8 * MOST + 16];

static uint64_t number_at(const uint8_t *bytes, unsigned width, size_t i)
{
    uint64_t number = 0;
    for (unsigned k = width; k > 0; k--)
        number = number << 8 | bytes[i * width + k - 1];
    return number;
}

/* As it lies in the machine's memory. */
static uint64_t value_at(const void *array, unsigned width, size_t i)
{
    switch (width) {
    case 1:
        return ((const uint8_t *)array)[i];
    case 2:
        return ((const uint16_t *)array)[i];
    case 4:
        return ((const uint32_t *)array)[i];
    default:
        return ((const uint64_t *)array)[i];
    }
}

static uint64_t mask_of(unsigned width)
{
    return width == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * width) - 1;
}

static uint64_t expected_value(uint64_t b, uint64_t x, unsigned width, enum delta_coding coding)
{
    uint64_t mask = mask_of(width);
    uint64_t d = (x - b) & mask;
    bool negative = d >> (8 * width - 1);
    if (coding == DELTA_XOR)
        return x ^ b;
    return negative ? (2 * ((0 - d) & mask) - 1) & mask : 2 * d;
}

static void fill(struct random *random, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        base[i] = (uint8_t)random_u64(random);
        data[i] = random_u64(random) % 4 ? base[i] : (uint8_t)random_u64(random);
    }
}

static void test_values(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 200; round++) {
        unsigned width = 1u << random_u64(&random) % 4;
        size_t count = random_u64(&random) % 300;
        unsigned shift = (unsigned)(random_u64(&random) % (8 * width - 7));
        enum delta_coding coding = (enum delta_coding)(random_u64(&random) % 2);
        fill(&random, count * width);
        znn_delta_contexts(base, count, width, shift, contexts);
        znn_delta_split(base, data, count, width, coding, values);
        for (size_t i = 0; i < count; i++) {
            uint64_t b = number_at(base, width, i);
            assert_int_equal(contexts[i], b >> shift & 255);
            assert_true(value_at(values, width, i) == expected_value(b, number_at(data, width, i), width, coding));
        }
        znn_delta_merge(base, values, count, width, coding, back);
        assert_memory_equal(back, data, count * width);
    }
}

/* Values of several contexts, as they follow each other, and back, with the low bits at any place of a byte. */
static void test_low_bits(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 400; round++) {
        unsigned width = 1u << random_u64(&random) % 4;
        struct low_writer writer = {.data = low_bits};
        unsigned shifts[20];
        size_t counts[20];
        size_t done = 0;
        low_bits[0] = 0;
        znn_cpu_limit(round % 2 ? CPU_AVX2 : CPU_BEST);
        fill(&random, 2000 * width);
        memcpy(values, data, 2000 * width);
        for (int run = 0; run < 20; run++) {
            unsigned most = width == 8 ? DELTA_SHIFT_MAX : 8 * width - 1;
            shifts[run] = (unsigned)(random_u64(&random) % (most + 1));
            counts[run] = run == 7 ? 600 + random_u64(&random) % 500 : random_u64(&random) % 40;
            const uint8_t *start = (const uint8_t *)values + done * width;
            znn_delta_tokens(start, counts[run], width, shifts[run], tokens + done);
            znn_delta_low_write(start, counts[run], width, shifts[run], &writer);
            done += counts[run];
        }
        struct low_reader reader = {.size = (size_t)(writer.position + 7) / 8};
        uint8_t *copy = malloc(reader.size + 1); /* of just its size, for the sanitizers */
        assert_non_null(copy);
        memcpy(copy, low_bits, reader.size);
        reader.data = copy;
        done = 0;
        for (int run = 0; run < 20; run++) {
            znn_delta_values(tokens + done, counts[run], width, shifts[run], &reader, gathered);
            for (size_t i = 0; i < counts[run]; i++) {
                uint64_t value = value_at(values, width, done + i);
                uint64_t rest = value >> shifts[run];
                assert_int_equal(tokens[done + i], rest < DELTA_ESCAPE ? rest : DELTA_ESCAPE);
                uint64_t expected =
                    (uint64_t)tokens[done + i] << shifts[run] | (value & (((uint64_t)1 << shifts[run]) - 1));
                assert_true(value_at(gathered, width, i) == (expected & mask_of(width)));
            }
            done += counts[run];
        }
        assert_true(reader.position == writer.position);
        free(copy);
    }
    znn_cpu_limit(CPU_BEST);
}

/* How contexts are distributed: as exponents, evenly, all the same, or as many small exponents; each turned round. */
static void fill_contexts(struct random *random, size_t count, unsigned kind)
{
    uint8_t turn = (uint8_t)random_u64(random);
    for (size_t i = 0; i < count; i++) {
        uint64_t chance = random_u64(random);
        unsigned zeros = 0;
        while (zeros < 30 && !(chance >> zeros & 1))
            zeros++;
        uint8_t kinds[4] = {(uint8_t)(120 - zeros), (uint8_t)(chance >> 32), 7,
                            (uint8_t)(120 - 2 * zeros - (chance >> 60))};
        contexts[i] = (uint8_t)(kinds[kind] + turn);
    }
}

static void check_partition(size_t count, unsigned width)
{
    struct partition partition;
    znn_partition_count(&partition, contexts, count, width);
    memset(sorted, 0xaa, sizeof sorted);
    znn_partition_scatter(&partition, contexts, values, width, sorted);
    size_t place = 0;
    for (unsigned c = 0; c < PARTITION_CONTEXTS; c++) {
        size_t start = place;
        for (size_t i = 0; i < count; i++)
            if (contexts[i] == c)
                assert_true(value_at(sorted, width, place++) == value_at(values, width, i));
        assert_int_equal(znn_partition_total(&partition, c), place - start);
    }
    const uint8_t *end = (const uint8_t *)sorted + count * width;
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(end[i], 0xaa); /* nothing is written behind them */
    znn_partition_gather(&partition, contexts, sorted, width, gathered);
    assert_memory_equal(gathered, values, count * width);
}

/* Both ways to put differences in order and add them to a base, of which the fused one need not be there. */
static bool check_gather_delta(size_t count, unsigned width, enum delta_coding coding)
{
    struct partition partition;
    znn_partition_count(&partition, contexts, count, width);
    znn_delta_split(base, data, count, width, coding, values);
    znn_partition_scatter(&partition, contexts, values, width, sorted);
    memset(back, 0x55, sizeof back);
    bool is_fused = znn_partition_gather_delta(&partition, contexts, sorted, width, base, coding, back);
    if (is_fused) {
        assert_memory_equal(back, data, count * width);
        for (size_t i = count * width; i < count * width + 64 && i < sizeof back; i++)
            assert_int_equal(back[i], 0x55);
    }
    return is_fused;
}

static void test_gather_delta(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    unsigned fused = 0;
    for (int round = 0; round < 120; round++) {
        size_t count = round < 60 ? random_u64(&random) % 400 : random_u64(&random) % MOST;
        unsigned width = 1u << random_u64(&random) % 4;
        fill(&random, count * width);
        fill_contexts(&random, count, (unsigned)(round % 4));
        fused += check_gather_delta(count, width, round / 4 % 2 ? DELTA_XOR : DELTA_DIFFERENCE);
        znn_cpu_limit(CPU_AVX2);
        assert_false(check_gather_delta(count, width, DELTA_XOR));
        znn_cpu_limit(CPU_BEST);
    }
    assert_true(fused > 0 || znn_cpu_level() < CPU_AVX512);
}

static void test_partition(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 120; round++) {
        size_t count = round < 60 ? random_u64(&random) % 400 : random_u64(&random) % MOST;
        unsigned width = 1u << random_u64(&random) % 4;
        fill(&random, count * width);
        memcpy(values, data, count * width);
        fill_contexts(&random, count, (unsigned)(round % 4));
        znn_cpu_limit(round % 2 ? CPU_AVX2 : CPU_BEST);
        check_partition(count, width);
    }
    znn_cpu_limit(CPU_BEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_low_bits),
        cmocka_unit_test(test_partition),
        cmocka_unit_test(test_gather_delta),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
