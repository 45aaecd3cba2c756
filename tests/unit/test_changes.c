/*
 * test_changes.c - parts of which few elements differ from their base
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "packing.h"
#include "support.h"
#include "transform/changes.h"

#define COUNT_MAX 3000

static uint8_t base[8 * COUNT_MAX], data[8 * COUNT_MAX], back[8 * COUNT_MAX];
static uint8_t gaps[2 * COUNT_MAX], groups[8][COUNT_MAX];

static struct changes make_room(void)
{
    struct changes changes = {.gaps = gaps};
    for (int g = 0; g < 8; g++)
        changes.groups[g] = groups[g];
    return changes;
}

static bool apply(const struct changes *changes, size_t count, unsigned width)
{
    const uint8_t *rows[8];
    for (int g = 0; g < 8; g++)
        rows[g] = changes->groups[g];
    memcpy(back, base, count * width);
    return znn_changes_apply(changes->gaps, changes->gap_size, rows, changes->count, back, count, width);
}

static bool is_changed(size_t i, unsigned width)
{
    return memcmp(base + i * width, data + i * width, width) != 0;
}

/* Looks at each gap and each change, element by element. */
static void check_found(const struct changes *changes, size_t count, unsigned width)
{
    size_t gap = 0, done = 0;
    size_t next = 0;
    for (size_t i = 0; i < count; i++, next++) {
        if (!is_changed(i, width))
            continue;
        for (; changes->gaps[gap] == CHANGES_SKIP; gap++)
            assert_true(next >= CHANGES_SKIP && (next -= CHANGES_SKIP, true));
        assert_int_equal(changes->gaps[gap++], next);
        uint64_t z = 0, before = 0, after = 0;
        for (unsigned b = 0; b < width; b++) {
            z = z << 8 | changes->groups[b][done];
            before |= (uint64_t)base[i * width + b] << 8 * b;
            after |= (uint64_t)data[i * width + b] << 8 * b;
        }
        uint64_t mask = ~UINT64_C(0) >> (64 - 8 * width);
        uint64_t up = (after - before) & mask, down = (before - after) & mask;
        assert_true(z == (up <= mask / 2 ? 2 * up : 2 * down - 1));
        done++;
        next = SIZE_MAX; /* and 0 for the next one */
    }
    assert_int_equal(gap, changes->gap_size);
    assert_int_equal(done, changes->count);
}

static void test_random(void **state)
{
    struct random random = random_start(__func__);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        unsigned width = 1u << random_below(&random, 4);
        size_t count = random_below(&random, COUNT_MAX), rarity = 1 + random_below(&random, 1000);
        for (size_t i = 0; i < count * width; i++)
            base[i] = data[i] = (uint8_t)random_u64(&random);
        size_t changed = 0;
        for (size_t i = 0; i < count; i++) {
            if (random_below(&random, rarity) == 0)
                data[i * width + random_below(&random, width)] ^= (uint8_t)random_u64(&random);
            changed += is_changed(i, width);
        }
        struct changes changes = make_room();
        assert_true(znn_changes_find(base, data, count, width, changed, &changes));
        check_found(&changes, count, width);
        assert_true(apply(&changes, count, width));
        assert_memory_equal(back, data, count * width);
        if (changed > 0)
            assert_false(znn_changes_find(base, data, count, width, changed - 1, &changes));
    }
}

/* What no writer makes is refused, and nothing beyond the elements is touched. */
static void test_hostile_gaps(void **state)
{
    struct random random = random_start(__func__);
    (void)state;
    for (int round = 0; round < 5000; round++) {
        unsigned width = 1u << random_below(&random, 4);
        size_t count = 1 + random_below(&random, 600);
        struct changes changes = make_room();
        changes.count = 1 + random_below(&random, 6);
        changes.gap_size = changes.count + random_below(&random, 3);
        size_t place = 0, ends = 0;
        bool good = true;
        for (size_t i = 0; i < changes.gap_size; i++) {
            uint8_t gap = random_below(&random, 3) == 0 ? CHANGES_SKIP : (uint8_t)random_below(&random, 120);
            gaps[i] = gap;
            place += gap;
            good = good && (gap == CHANGES_SKIP || place < count);
            ends += gap != CHANGES_SKIP;
            place += gap != CHANGES_SKIP;
        }
        memset(back + count * width, 0x5a, width);
        assert_int_equal(apply(&changes, count, width), good && ends == changes.count && place <= count);
        for (unsigned b = 0; b < width; b++)
            assert_int_equal(back[count * width + b], 0x5a);
    }
}

/* A model of which one number in `rarity` moves by one step. */
static size_t packed_size(struct random *random, size_t rarity)
{
    enum { COUNT = 400000 };
    static const char header[] = "{\"w\":{\"dtype\":\"BF16\",\"shape\":[400000],\"data_offsets\":[0,800000]}}   ";
    static uint8_t file[8 + sizeof header - 1 + 2 * COUNT], child[sizeof file];
    file[0] = sizeof header - 1;
    memcpy(file + 8, header, sizeof header - 1);
    uint8_t *weights = file + 8 + sizeof header - 1;
    for (size_t i = 0; i < COUNT; i++) {
        weights[2 * i] = (uint8_t)random_u64(random);
        weights[2 * i + 1] = (uint8_t)(0x3b + random_below(random, 2) + 128 * random_below(random, 2));
    }
    memcpy(child, file, sizeof file);
    for (size_t i = 0; i < COUNT; i++)
        if (random_below(random, rarity) == 0)
            child[sizeof file - 2 * COUNT + 2 * i] ^= 1;
    struct znn_input input = znn_input_memory(file, sizeof file);
    assert_int_equal(znn_base_open(&input, NULL, &packing_base, NULL), ZNN_OK);
    struct znn_compress_options options = {.struct_size = sizeof options, .threads = 1, .base = packing_base};
    struct buffer packed = pack_way(child, sizeof child, WAY_MEMORY, 0, &options, NULL);
    size_t size = packed.size;
    for (unsigned i = 0; i < 2 * WAY_COUNT; i++)
        expect_unpacked(&packed, (enum way)(i / 2), 1, i % 2, child, sizeof child);
    znn_base_close(packing_base);
    packing_base = NULL;
    znn_buffer_free(&packed);
    return size;
}

static void test_models(void **state)
{
    /* The entropy of the places and a little more, and 900 bytes for all else. */
    static const struct {
        size_t rarity, most;
    } rows[] = {{100000, 900},
                {1000, 400000 / 1000 * 13 / 8 + 900},
                {100, 400000 / 100 * 93 / 80 + 900},
                {30, 400000 / 30 * 75 / 80 + 900},
                {10, 400000 / 10 * 6 / 8 + 900}};
    struct random random = random_start(__func__);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = packed_size(&random, rows[i].rarity);
        if (size > rows[i].most)
            fail_msg("one change in %zu: %zu bytes", rows[i].rarity, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_hostile_gaps),
        cmocka_unit_test(test_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
