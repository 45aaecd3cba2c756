/*
 * test_cli_mount_cache.c - the cache of a mount's blocks, and the decision what to read ahead
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "cli/mount/block_cache.h"
#include "cli/mount/read_ahead.h"

struct sample {
    struct block_source source;
    uint64_t bad; /* a block that cannot be decoded */
};

/* Each block is filled with its number. */
static bool fill(struct block_source *source, uint64_t first, uint8_t *const *targets, size_t count)
{
    const struct sample *sample = (const struct sample *)source;
    for (size_t i = 0; i < count; i++) {
        if (first + i == sample->bad)
            return false;
        uint64_t left = source->size - (first + i) * BLOCK_SIZE;
        memset(targets[i], (int)(first + i), left < BLOCK_SIZE ? (size_t)left : BLOCK_SIZE);
    }
    return true;
}

static void take_all(struct block_cache *cache, struct sample *sample, uint64_t blocks)
{
    for (uint64_t i = 0; i < blocks; i++) {
        const struct block *block = znn_block_cache_take(cache, &sample->source, i);
        if (i == sample->bad) {
            assert_null(block);
            continue;
        }
        assert_non_null(block);
        assert_int_equal(block->data[0], i);
        assert_int_equal(block->data[block->size - 1], i);
        znn_block_cache_give_back(cache, block, block->size);
    }
}

static void limit_holds(void **state)
{
    (void)state;
    struct sample sample = {{20 * BLOCK_SIZE + 5, fill}, 7};
    struct block_cache *cache = znn_block_cache_open(4 * BLOCK_SIZE, 2);
    assert_non_null(cache);
    for (int i = 0; i < 20; i++) {
        znn_block_cache_ahead(cache, &sample.source, 2, 30);
        take_all(cache, &sample, 21);
        assert_true(znn_block_cache_used(cache) <= 5 * BLOCK_SIZE);
    }
    znn_block_cache_forget(cache, &sample.source);
    assert_true(znn_block_cache_used(cache) <= 4 * BLOCK_SIZE); /* only spare memory */
    znn_block_cache_close(cache);
}

static void streams_are_followed(void **state)
{
    (void)state;
    struct read_ahead ahead = {.window = 8};
    assert_int_equal(znn_read_ahead_note(&ahead, 3).count, 0);
    assert_int_equal(znn_read_ahead_note(&ahead, 3).count, 0);
    struct wanted wanted = znn_read_ahead_note(&ahead, 4);
    assert_int_equal(wanted.first, 5);
    assert_int_equal(wanted.count, 8);
    assert_int_equal(znn_read_ahead_note(&ahead, 90).count, 0); /* somewhere else */
    assert_int_equal(znn_read_ahead_note(&ahead, 5).count, 0);  /* enough is on its way */
    for (uint64_t block = 6; block < 8; block++)
        assert_int_equal(znn_read_ahead_note(&ahead, block).count, 0);
    wanted = znn_read_ahead_note(&ahead, 8);
    assert_int_equal(wanted.first, 13);
    assert_int_equal(wanted.count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(limit_holds), cmocka_unit_test(streams_are_followed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
