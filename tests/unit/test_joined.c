/*
 * test_joined.c - tensors that hardly differ from their partners in a base, and share a part
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "packing.h"
#include "support.h"

/* Layers of a small and a large tensor: several chunks, and most of them hold several tensors. */
#define LAYERS 20
#define SMALL 300
#define LARGE 100000
#define NUMBERS ((size_t)LAYERS * (SMALL + LARGE))

struct pair {
    struct buffer base, child;
    size_t start; /* of the numbers */
    size_t changed;
};

static void put(struct buffer *file, const char *name, size_t count, size_t *end)
{
    char text[160];
    int size = snprintf(text, sizeof text, "%s\"%s\":{\"dtype\":\"BF16\",\"shape\":[%zu],\"data_offsets\":[%zu,%zu]}",
                        *end ? "," : "{", name, count, 2 * *end, 2 * (*end + count));
    assert_true(znn_buffer_append(file, text, (size_t)size));
    *end += count;
}

/* Makes a base, and a child of which no number differs yet. */
static struct pair make_pair(struct random *random)
{
    struct pair pair = {.changed = 0};
    char name[20];
    size_t end = 0;
    assert_true(znn_buffer_append(&pair.base, "\0\0\0\0\0\0\0\0", 8));
    for (int i = 0; i < LAYERS; i++) {
        snprintf(name, sizeof name, "%d.norm", i);
        put(&pair.base, name, SMALL, &end);
        snprintf(name, sizeof name, "%d.weight", i);
        put(&pair.base, name, LARGE, &end);
    }
    assert_true(znn_buffer_append(&pair.base, "}", 1));
    pair.start = pair.base.size;
    pair.base.data[0] = (uint8_t)(pair.start - 8);
    pair.base.data[1] = (uint8_t)((pair.start - 8) >> 8);
    for (size_t i = 0; i < NUMBERS; i++) {
        const uint8_t number[2] = {(uint8_t)random_u64(random),
                                   (uint8_t)(0x3b + random_below(random, 2) + 128 * random_below(random, 2))};
        assert_true(znn_buffer_append(&pair.base, number, 2));
    }
    assert_true(znn_buffer_append(&pair.child, pair.base.data, pair.base.size));
    return pair;
}

/* Changes one in `rarity` of the numbers from `first` on. */
static void change(struct pair *pair, struct random *random, size_t first, size_t rarity)
{
    for (size_t i = first; i < NUMBERS; i++)
        if (random_below(random, rarity) == 0) {
            pair->child.data[pair->start + 2 * i] ^= (uint8_t)(1 + random_below(random, 2));
            pair->changed++;
        }
}

/* Compresses the child, and checks that it comes back in every way.  Returns the size. */
static size_t packed_size(const struct pair *pair, enum way way, int dedup)
{
    struct znn_input input = znn_input_memory(pair->base.data, pair->base.size);
    assert_int_equal(znn_base_open(&input, NULL, &packing_base, NULL), ZNN_OK);
    struct znn_compress_options options = {
        .struct_size = sizeof options, .threads = 1, .base = packing_base, .dedup = dedup};
    struct buffer packed = pack_way(pair->child.data, pair->child.size, way, 0, &options, NULL);
    for (unsigned i = 0; i < WAY_COUNT; i++)
        expect_unpacked(&packed, (enum way)i, 1 + i % 2, false, pair->child.data, pair->child.size);
    znn_base_close(packing_base);
    packing_base = NULL;
    size_t size = packed.size;
    znn_buffer_free(&packed);
    return size;
}

static void free_pair(struct pair *pair)
{
    znn_buffer_free(&pair->base);
    znn_buffer_free(&pair->child);
}

static void expect_at_most(const char *what, size_t size, size_t most)
{
    if (size > most)
        fail_msg("%s: %zu bytes, more than %zu", what, size, most);
}

/* The parts take little more than the entropies of places and changes: 8.1 and 2 bits if one number in 100 differs. */
static void test_rare_changes(void **state)
{
    struct random random = random_start(__func__);
    struct pair pair = make_pair(&random);
    (void)state;
    size_t equal = packed_size(&pair, WAY_MEMORY, 0);
    change(&pair, &random, 0, 100);
    for (int way = 0; way < WAY_COUNT; way++)
        for (int dedup = 0; dedup < 2; dedup++)
            expect_at_most("rare changes", packed_size(&pair, (enum way)way, dedup),
                           equal + pair.changed * 101 / 80 + pair.changed / 40 + 500);
    free_pair(&pair);
}

/* If a stream begins with tensors that hardly differ, and others follow, these take no more than in a file. */
static void test_wrong_guess(void **state)
{
    struct random random = random_start(__func__);
    struct pair pair = make_pair(&random);
    (void)state;
    change(&pair, &random, NUMBERS * 2 / 3, 2);
    size_t file = packed_size(&pair, WAY_MEMORY, 0);
    expect_at_most("a stream", packed_size(&pair, WAY_STREAM, 0), file + file / 50);
    free_pair(&pair);
}

/* Places that repeat are found although they are few. */
static void test_regular_changes(void **state)
{
    struct random random = random_start(__func__);
    struct pair pair = make_pair(&random);
    (void)state;
    size_t equal = packed_size(&pair, WAY_MEMORY, 0);
    for (size_t i = 0; i < NUMBERS; i += 128)
        pair.child.data[pair.start + 2 * i] ^= 1;
    expect_at_most("regular changes", packed_size(&pair, WAY_MEMORY, 0), equal + NUMBERS / 128 * 3 / 8 + 1000);
    free_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rare_changes),
        cmocka_unit_test(test_wrong_guess),
        cmocka_unit_test(test_regular_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
