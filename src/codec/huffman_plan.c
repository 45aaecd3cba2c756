/*
 * huffman_plan.c - decides which blocks share a code
 */
#include "codec/huffman_plan.h"

#include "codec/huffman_frame.h"

#include <string.h>

/* Below this block size, a shorter description is worth a search for the best limit on code lengths. */
#define SEARCH_BELOW 8192

/* An old table is kept if it costs at most 1/4096 (0.024 %) more than a new one. */
#define KEEP_SHIFT 12

#define NO_COST UINT64_MAX

static uint64_t table_cost(const struct huffman_table *table)
{
    return table->tree_size ? table->bits + 8 * (uint64_t)table->tree_size : NO_COST;
}

/*
 * Returns the bytes that a block takes besides its tree and codes: the headers and the marks that end its streams.
 */
static size_t overhead(size_t size)
{
    size_t streams = size < HUFFMAN_ONE_STREAM_BELOW ? 1 : ZSTD_JUMP_TABLE_SIZE + 4;
    return huffman_literals_header_size(size) + streams + 1;
}

uint64_t znn_huffman_plan_block_size(const struct huffman_table *table, const uint32_t counts[256], size_t size)
{
    return znn_huffman_code_cost(&table->code, counts) / 8 + overhead(size);
}

static void table_try(struct huffman_table *table, unsigned limit)
{
    table->tree_size = 0;
    if (!znn_huffman_code_make(&table->code, table->counts, limit))
        return;
    table->bits = znn_huffman_code_cost(&table->code, table->counts);
    table->tree_size = znn_huffman_tree_write(&table->code, table->size < SEARCH_BELOW, table->tree);
}

/*
 * Makes the table for table->counts.  In small blocks, also tries lower limits on the code length: the codes take more
 * bits, but often a shorter description.  The search stops when the sum gets larger again.
 */
static void table_make(struct huffman_table *table)
{
    table_try(table, HUFFMAN_BITS_MAX);
    if (table->size >= SEARCH_BELOW || !table->tree_size)
        return;
    struct huffman_table trial = *table;
    for (unsigned limit = table->code.longest - 1; limit > 0; limit--) {
        table_try(&trial, limit);
        if (table_cost(&trial) >= table_cost(table))
            break;
        *table = trial;
    }
}

/*
 * Adds a block to the table's counts.  The table must then be made again.
 */
static void table_add(struct huffman_table *table, const uint32_t counts[256], size_t size)
{
    for (size_t s = 0; s < 256; s++)
        table->counts[s] += counts[s];
    table->size += size;
    table->tree_size = 0;
}

static bool is_constant(const uint32_t counts[256], size_t size)
{
    for (size_t s = 0; s < 256; s++)
        if (counts[s])
            return counts[s] == size;
    return true;
}

/*
 * Estimates how many bits a block would save with a code of its own, compared with a code made for `all`.
 *
 * The chi-squared test for homogeneity sums (seen - expected)^2 / expected.  Half of that sum times log2(e) is close to
 * the bits lost by coding for the expected counts.  If a symbol does not occur in the block, its share of the code
 * space is lost, and no share is smaller than 1/2^11.
 */
static uint64_t own_code_saves(const uint32_t counts[256], uint64_t size, const uint32_t all[256], uint64_t all_size)
{
    uint64_t sum = 0; /* in 1/16 of bits / (log2(e) / 2) */
    for (size_t s = 0; s < 256; s++) {
        if (!all[s])
            continue;
        uint64_t expected = 16 * (uint64_t)all[s] * size / all_size + 1;
        uint64_t seen = 16 * (uint64_t)counts[s], least = 16 * size >> HUFFMAN_BITS_MAX;
        uint64_t difference = seen > expected ? seen - expected : expected - seen;
        sum += seen ? difference * difference / expected : 2 * (expected > least ? expected : least);
    }
    return sum * 23 / (16 * 32); /* 23/32 = 0.719 */
}

/*
 * Estimates how many bits two sets of blocks would save with two codes, compared with one.
 */
static uint64_t two_codes_save(const uint32_t a[256], uint64_t a_size, const uint32_t b[256], uint64_t b_size)
{
    uint32_t all[256];
    for (size_t s = 0; s < 256; s++)
        all[s] = a[s] + b[s];
    return own_code_saves(a, a_size, all, a_size + b_size) + own_code_saves(b, b_size, all, a_size + b_size);
}

/*
 * Handles the usual case cheaply: all blocks are alike, and one table serves them all.  Returns true if they are.
 * tables[1] is for all blocks in any case.
 */
static bool plan_alike(struct huffman_plan *plan)
{
    struct huffman_table *all = &plan->tables[1];
    memset(all, 0, sizeof *all);
    for (unsigned b = 0; b < plan->blocks; b++)
        if (plan->block[b].choice == HUFFMAN_BLOCK_CODED)
            table_add(all, plan->counts[b], plan->size[b]);
    if (all->size == 0)
        return true;
    table_make(all);
    if (!all->tree_size)
        return false;
    /* The estimate is rough, so it must stay well below the cost of another tree. */
    for (unsigned b = 0; b < plan->blocks; b++)
        if (plan->block[b].choice == HUFFMAN_BLOCK_CODED &&
            own_code_saves(plan->counts[b], plan->size[b], all->counts, all->size) > 8 * all->tree_size / 2)
            return false;

    const struct huffman_table *old = &plan->tables[0];
    uint64_t with_old = old->tree_size ? znn_huffman_code_cost(&old->code, all->counts) : NO_COST;
    uint64_t with_new = table_cost(all);
    for (unsigned b = 0; b < plan->blocks; b++)
        plan->block[b].table = with_old == NO_COST || with_old > with_new + (with_new >> KEEP_SHIFT);
    return true;
}

/*
 * Decides whether a block should join the blocks of `table`, and if so makes `table` a table for all of them.  `tree`
 * is about the number of bits to describe another table.  If an estimate does not settle the question, makes both
 * tables and compares them.
 */
static bool joins(struct huffman_table *table, const uint32_t counts[256], size_t size, uint64_t tree)
{
    uint64_t saved = two_codes_save(table->counts, table->size, counts, size);
    if (saved > 2 * tree)
        return false;
    struct huffman_table joint = *table, own = {.size = 0};
    table_add(&joint, counts, size);
    if (saved >= tree / 2) {
        table_add(&own, counts, size);
        table_make(&own);
        table_make(&joint);
        if (!table->tree_size)
            table_make(table);
        uint64_t apart = table_cost(table) + table_cost(&own);
        if (!joint.tree_size || table_cost(&joint) > apart + (apart >> KEEP_SHIFT))
            return false;
    }
    *table = joint;
    return true;
}

/*
 * Returns true if a block should use the table of an earlier part, which can no longer change.
 */
static bool keeps(const struct huffman_table *old, const struct huffman_table *own)
{
    uint64_t with_old = old->tree_size ? znn_huffman_code_cost(&old->code, own->counts) : NO_COST;
    uint64_t with_own = table_cost(own);
    return with_old != NO_COST && with_old <= with_own + (with_own >> KEEP_SHIFT);
}

/*
 * Handles the general case, block by block.
 */
static void plan_each(struct huffman_plan *plan)
{
    unsigned last = 0;
    uint64_t tree = 8 * (uint64_t)plan->tables[1].tree_size;
    for (unsigned b = 0; b < plan->blocks; b++) {
        struct huffman_block_plan *block = &plan->block[b];
        size_t size = plan->size[b];
        if (block->choice != HUFFMAN_BLOCK_CODED)
            continue;
        if (last == 0 || !joins(&plan->tables[last], plan->counts[b], size, tree)) {
            struct huffman_table *own = &plan->tables[last + 1];
            memset(own, 0, sizeof *own);
            table_add(own, plan->counts[b], size);
            table_make(own);
            if (last > 0 || !keeps(&plan->tables[0], own)) {
                if (own->tree_size && huffman_plan_pays(own->bits / 8 + own->tree_size + overhead(size), size))
                    last++;
                else
                    block->choice = HUFFMAN_BLOCK_RAW;
            }
        }
        block->table = last;
    }
    for (unsigned t = 1; t <= last; t++)
        if (!plan->tables[t].tree_size)
            table_make(&plan->tables[t]);
}

void znn_huffman_plan_make(struct huffman_plan *plan)
{
    for (unsigned b = 0; b < plan->blocks; b++)
        plan->block[b].choice =
            is_constant(plan->counts[b], plan->size[b]) ? HUFFMAN_BLOCK_CONSTANT : HUFFMAN_BLOCK_CODED;
    if (!plan_alike(plan))
        plan_each(plan);
}
