/*
 * test_huffman_tree.c - Huffman codes: counting, lengths, description and look-up tables
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "codec/histogram.h"
#include "codec/huffman_lookup.h"
#include "codec/huffman_tree.h"
#include "codec/huffman_weights.h"
#include "platform/cpu.h"
#include "support.h"

/*
 * Counts of up to `symbols` symbols, some of them far apart in size.
 */
static void random_counts(struct random *random, uint32_t counts[256], size_t symbols)
{
    memset(counts, 0, 256 * sizeof *counts);
    size_t width = random_below(random, 16) + 1;
    for (size_t i = 0; i < symbols; i++)
        counts[random_below(random, 256)] =
            1 + (uint32_t)random_below(random, (size_t)1 << random_below(random, width));
}

static unsigned symbols_in(const uint32_t counts[256])
{
    unsigned symbols = 0;
    for (size_t s = 0; s < 256; s++)
        symbols += counts[s] > 0;
    return symbols;
}

static void test_codes_are_complete(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int i = 0; i < 3000; i++) {
        uint32_t counts[256], space = 0;
        struct huffman_code code;
        random_counts(&random, counts, random_below(&random, 300));
        unsigned limit = 1 + (unsigned)random_below(&random, 11), symbols = symbols_in(counts), longest = 0;
        bool made = znn_huffman_code_make(&code, counts, limit);
        assert_int_equal(made, symbols >= 2 && symbols <= 1U << limit);
        if (!made)
            continue;
        for (unsigned s = 0; s < 256; s++) {
            assert_int_equal(code.length[s] > 0, counts[s] > 0);
            if (code.length[s])
                space += 1U << (11 - code.length[s]);
            if (code.length[s] > longest)
                longest = code.length[s];
        }
        assert_int_equal(space, 1U << 11);
        assert_int_equal(code.longest, longest);
        assert_true(longest <= limit);
        assert_int_equal(code.symbols, symbols);
        assert_true(counts[code.last_symbol] > 0);
    }
}

/*
 * The least cost of codes for counts[0..count), whatever their lengths up to `limit`, by trying all that fill `space`
 * (in units of the shortest code's share).
 */
static uint64_t least_cost(const uint32_t *counts, unsigned count, unsigned limit, unsigned space)
{
    if (count == 0)
        return space == 0 ? 0 : UINT32_MAX;
    uint64_t least = UINT32_MAX;
    for (unsigned length = 1; length <= limit; length++) {
        unsigned share = 1U << (limit - length);
        if (share > space)
            continue;
        uint64_t cost = (uint64_t)counts[0] * length + least_cost(counts + 1, count - 1, limit, space - share);
        if (cost < least)
            least = cost;
    }
    return least;
}

static void test_codes_are_optimal(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int i = 0; i < 300; i++) {
        uint32_t counts[256] = {0};
        unsigned count = 2 + (unsigned)random_below(&random, 5), limit = 3 + (unsigned)random_below(&random, 3);
        for (unsigned s = 0; s < count; s++)
            counts[s] = 1 + (uint32_t)random_below(&random, (size_t)1 << random_below(&random, 12));
        struct huffman_code code;
        assert_true(znn_huffman_code_make(&code, counts, limit));
        assert_int_equal(znn_huffman_code_cost(&code, counts), least_cost(counts, count, limit, 1U << limit));
    }
}

static void test_cost_knows_missing_symbols(void **state)
{
    (void)state;
    uint32_t counts[256] = {[3] = 5, [9] = 1, [200] = 1};
    struct huffman_code code;
    assert_true(znn_huffman_code_make(&code, counts, 11));
    assert_int_equal(znn_huffman_code_cost(&code, counts), 5 * 1 + 2 * 2);
    counts[4] = 1;
    assert_int_equal(znn_huffman_code_cost(&code, counts), UINT64_MAX);
}

static void test_trees_round_trip(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int i = 0; i < 5000; i++) {
        uint32_t counts[256];
        struct huffman_code code, read;
        uint8_t tree[HUFFMAN_TREE_SIZE_MAX];
        random_counts(&random, counts, random_below(&random, i % 2 ? 300 : 20));
        if (i % 16 == 0) /* all weights but the last one's are the same */
            for (size_t s = 0; s < 256; s++)
                counts[s] = s < 255 ? 10 : 1000;
        if (!znn_huffman_code_make(&code, counts, 11))
            continue;
        size_t size = znn_huffman_tree_write(&code, i % 4 < 2, tree);
        assert_true(size > 0);
        assert_int_equal(znn_huffman_tree_read(&read, tree, size), size);
        assert_memory_equal(&read, &code, sizeof code);
        for (size_t cut = 0; cut < size; cut++)
            assert_int_equal(znn_huffman_tree_read(&read, tree, cut), 0);
    }
}

static void test_weights_round_trip(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int i = 0; i < 20000; i++) {
        uint8_t weights[HUFFMAN_WEIGHTS_MAX], read[HUFFMAN_WEIGHTS_MAX], packed[HUFFMAN_WEIGHTS_SIZE_MAX];
        unsigned count = (unsigned)random_below(&random, HUFFMAN_WEIGHTS_MAX + 1);
        size_t kinds = random_below(&random, 12) + 1, first = random_below(&random, 12);
        for (unsigned w = 0; w < count; w++)
            weights[w] = (uint8_t)((first + random_below(&random, random_below(&random, kinds) + 1)) % 12);
        size_t size = znn_huffman_weights_write(weights, count, i % 2 == 0, packed);
        if (size == 0) {
            assert_true(count < 2 || kinds > 6);
            continue;
        }
        assert_int_equal(znn_huffman_weights_read(packed, size, read), count);
        assert_memory_equal(read, weights, count);
    }
}

static void test_unsound_trees(void **state)
{
    (void)state;
    struct huffman_code code;
    static const uint8_t no_weights[] = {0};
    static const uint8_t all_zero[] = {127 + 2, 0x00};
    static const uint8_t no_power_of_two[] = {127 + 3, 0x32, 0x20};
    static const uint8_t too_long[] = {127 + 2, 0xc1};
    static const uint8_t lonely_longest[] = {127 + 1, 0x20};
    static const uint8_t good[] = {127 + 1, 0x10};
    assert_int_equal(znn_huffman_tree_read(&code, no_weights, sizeof no_weights), 0);
    assert_int_equal(znn_huffman_tree_read(&code, all_zero, sizeof all_zero), 0);
    assert_int_equal(znn_huffman_tree_read(&code, no_power_of_two, sizeof no_power_of_two), 0);
    assert_int_equal(znn_huffman_tree_read(&code, too_long, sizeof too_long), 0);
    assert_int_equal(znn_huffman_tree_read(&code, lonely_longest, sizeof lonely_longest), 0);
    assert_int_equal(znn_huffman_tree_read(&code, good, sizeof good), sizeof good);
}

/*
 * The wide table says in one step what the single one says in several.
 */
static void test_wide_tables_agree_with_single(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct huffman_lookup *lookup = malloc(sizeof *lookup);
    struct huffman_lookup_room *room = malloc(sizeof *room);
    assert_true(lookup && room);
    for (int i = 0; i < 300; i++) {
        uint32_t counts[256];
        random_counts(&random, counts, random_below(&random, i % 2 ? 300 : 6));
        if (!znn_huffman_code_make(&lookup->code, counts, 11))
            continue;
        znn_huffman_lookup_make(lookup);
        znn_huffman_lookup_widen(lookup, room);
        for (unsigned index = 0; index < 1U << 11; index++) {
            unsigned used = 0, count = 0;
            uint64_t symbols = 0;
            for (; count < HUFFMAN_WIDE_MOST; count++) {
                uint16_t entry = lookup->single[index << used & 0x7ff];
                if (used + (entry & 0xff) > 11)
                    break;
                used += entry & 0xff;
                symbols |= (uint64_t)(entry >> 8) << 8 * count;
            }
            assert_true(count <= lookup->most);
            assert_int_equal(lookup->wide[index], symbols | (uint64_t)count << 56);
            assert_int_equal(lookup->wide_bits[index], used);
        }
    }
    free(lookup);
    free(room);
}

static void test_histogram(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct histogram_room *room = calloc(1, sizeof *room);
    assert_non_null(room);
    for (int i = 0; i < 200; i++) {
        size_t size = random_below(&random, i % 4 ? 1000 : 600000), kinds = random_below(&random, 256) + 1;
        uint8_t *data = malloc(size ? size : 1), first = (uint8_t)random_u64(&random);
        assert_non_null(data);
        uint32_t counts[256], expected[256] = {0};
        for (size_t k = 0; k < size; k++) { /* mostly few kinds, which suits the vector kernel */
            size_t range = random_below(&random, 100) == 0 ? 256 : i % 8 == 0 ? kinds % 40 + 1 : kinds;
            data[k] = (uint8_t)(first + random_below(&random, range));
            expected[data[k]]++;
        }
        for (int hidden = 0; hidden < 2; hidden++) {
            znn_cpu_limit(hidden ? CPU_AVX2 : CPU_BEST);
            znn_histogram(room, data, size, counts);
            assert_memory_equal(counts, expected, sizeof counts);
        }
        znn_cpu_limit(CPU_BEST);
        free(data);
    }
    free(room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_are_complete),
        cmocka_unit_test(test_codes_are_optimal),
        cmocka_unit_test(test_cost_knows_missing_symbols),
        cmocka_unit_test(test_trees_round_trip),
        cmocka_unit_test(test_weights_round_trip),
        cmocka_unit_test(test_unsound_trees),
        cmocka_unit_test(test_wide_tables_agree_with_single),
        cmocka_unit_test(test_histogram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
