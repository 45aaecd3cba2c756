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

#define BLOCK (BLOCK_PIECE - 100)

struct sample {
    struct block_source source;
    uint64_t bad; /* a block that cannot be decoded */
};

static struct extent find(struct block_source *source, uint64_t offset)
{
    uint64_t start = offset / BLOCK * BLOCK;
    uint64_t left = source->size - start;
    return (struct extent){start, left < BLOCK ? (size_t)left : BLOCK};
}

/* Each block is filled with its number. */
static bool fill(struct block_source *source, struct extent extent, uint8_t *target)
{
    const struct sample *sample = (const struct sample *)source;
    uint64_t number = extent.start / BLOCK;
    memset(target, (int)number, extent.size);
    return number != sample->bad;
}

static void take_all(struct block_cache *cache, struct sample *sample, uint64_t blocks)
{
    for (uint64_t i = 0; i < blocks; i++) {
        struct extent extent = find(&sample->source, i * BLOCK);
        const struct block *block = znn_block_cache_take(cache, &sample->source, extent);
        if (i == sample->bad) {
            assert_null(block);
            continue;
        }
        assert_non_null(block);
        assert_int_equal(block->data[0], i);
        assert_int_equal(block->data[extent.size - 1], i);
        znn_block_cache_give_back(cache, block, extent.size);
    }
}

static void limit_holds(void **state)
{
    (void)state;
    struct sample sample = {{20 * BLOCK + 5, find, fill}, 7};
    struct block_cache *cache = znn_block_cache_open(4 * BLOCK_PIECE, 2);
    assert_non_null(cache);
    for (int i = 0; i < 20; i++) {
        znn_block_cache_ahead(cache, &sample.source, 2 * BLOCK - 1, 32 * BLOCK);
        take_all(cache, &sample, 21);
        assert_true(znn_block_cache_used(cache) <= 5 * BLOCK_PIECE);
    }
    znn_block_cache_forget(cache, &sample.source);
    assert_true(znn_block_cache_used(cache) <= 4 * BLOCK_PIECE); /* only warm memory */
    znn_block_cache_close(cache);
}

/* What readers have sent makes room first, and what they have not is kept. */
static void unsent_blocks_stay(void **state)
{
    (void)state;
    struct sample sample = {{8 * BLOCK, find, fill}, UINT64_MAX};
    struct block_cache *cache = znn_block_cache_open(3 * BLOCK_PIECE, 0);
    assert_non_null(cache);
    for (uint64_t i = 0; i < 8; i++) {
        const struct block *block = znn_block_cache_take(cache, &sample.source, find(&sample.source, i * BLOCK));
        assert_non_null(block);
        znn_block_cache_give_back(cache, block, i == 0 ? 1 : BLOCK);
    }
    sample.source.fill = NULL; /* nothing is decoded any more */
    const struct block *first = znn_block_cache_take(cache, &sample.source, find(&sample.source, 0));
    assert_non_null(first);
    znn_block_cache_give_back(cache, first, 1);
    znn_block_cache_close(cache);
}

static bool wants(struct wanted wanted, uint64_t start, uint64_t end)
{
    return wanted.start == start && wanted.end == end;
}

static bool wants_nothing(struct wanted wanted)
{
    return wanted.start == wanted.end;
}

static void streams_are_followed(void **state)
{
    (void)state;
    struct read_ahead ahead = {.window = 80};
    assert_true(wants_nothing(znn_read_ahead_note(&ahead, 30, 40)));
    assert_true(wants_nothing(znn_read_ahead_note(&ahead, 30, 40)));
    assert_true(wants(znn_read_ahead_note(&ahead, 40, 51), 51, 131));
    assert_true(wants_nothing(znn_read_ahead_note(&ahead, 900, 910))); /* somewhere else */
    assert_true(wants_nothing(znn_read_ahead_note(&ahead, 51, 60)));   /* enough is on its way */
    assert_true(wants_nothing(znn_read_ahead_note(&ahead, 60, 90)));
    assert_true(wants(znn_read_ahead_note(&ahead, 90, 91), 131, 171));
    assert_true(wants(znn_read_ahead_note(&ahead, 91, 300), 300, 380)); /* a long block */
    assert_true(wants_nothing(znn_read_ahead_note(&ahead, 910, 915)) == false);
}

static void nothing_ahead_without_a_window(void **state)
{
    (void)state;
    struct read_ahead ahead = {.window = 0};
    for (uint64_t i = 1; i < 20; i++)
        assert_true(wants_nothing(znn_read_ahead_note(&ahead, 10 * i, 10 * i + 10)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(limit_holds), cmocka_unit_test(unsent_blocks_stay),
                                       cmocka_unit_test(streams_are_followed),
                                       cmocka_unit_test(nothing_ahead_without_a_window)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
