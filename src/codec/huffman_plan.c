/*
 * huffman_plan.c - which blocks share a code
 */
#include "codec/huffman_plan.h"

#include "codec/huffman_frame.h"

#include <string.h>

/* In blocks below this size a shorter description is worth a search for the best limit on the codes' length. */
#define SEARCH_BELOW 8192

/* A table is kept where that costs less than 1/4096 (0.024 %) more than another one. */
#define KEEP_SHIFT 12

/* A block that would shrink by less than 1/1024 is left raw: that is read at the speed of a copy. */
#define GAIN_SHIFT 10

#define NO_COST UINT64_MAX

static uint64_t table_cost(const struct huffman_table *table)
{
    return table->tree_size ? table->bits + 8 * (uint64_t)table->tree_size : NO_COST;
}

/*
 * What a block takes besides its tree and codes: the headers, and the marks that end its streams.
 */
static size_t overhead(size_t size)
{
    size_t streams = size < HUFFMAN_ONE_STREAM_BELOW ? 1 : ZSTD_JUMP_TABLE_SIZE + 4;
    return huffman_literals_header_size(size) + streams + 1;
}

size_t znn_huffman_plan_block_size(const struct huffman_table *table, const uint32_t counts[256], size_t size)
{
    uint64_t bits = znn_huffman_code_cost(&table->code, counts);
    return bits == UINT64_MAX ? SIZE_MAX : (size_t)(bits / 8) + overhead(size);
}

static void table_try(struct huffman_table *table, unsigned limit)
{
    table->tree_size = 0;
    if (!znn_huffman_code_make(&table->code, table->counts, limit))
        return;
    table->bits = znn_huffman_code_cost(&table->code, table->counts);
    table->tree_size = znn_huffman_tree_write(&table->code, table->tree);
}

/*
 * Makes the table for table->counts, which has `size` symbols.  Shorter codes than the best ones give more bits but,
 * often, a shorter description; the search stops where the sum has clearly passed its least.
 */
static void table_make(struct huffman_table *table, size_t size)
{
    table_try(table, HUFFMAN_BITS_MAX);
    if (size >= SEARCH_BELOW || !table->tree_size)
        return;
    struct huffman_table trial;
    memcpy(trial.counts, table->counts, sizeof(trial.counts));
    for (unsigned limit = table->code.longest - 1; limit > 0; limit--) {
        table_try(&trial, limit);
        if (table_cost(&trial) < table_cost(table))
            *table = trial;
        else if (!trial.tree_size || table_cost(&trial) > table_cost(table) + 64)
            break;
    }
}

static bool is_constant(const uint32_t counts[256], size_t size)
{
    for (size_t s = 0; s < 256; s++)
        if (counts[s])
            return counts[s] == size;
    return true;
}

/*
 * What block `b` adds to the cost of `table` if it joins.  *joint gets the table for all of them, unless `table` is
 * fixed, as the one from before is.
 */
static uint64_t cost_of_joining(const struct huffman_plan *plan, unsigned b, unsigned table,
                                struct huffman_table *joint)
{
    const struct huffman_table *old = &plan->tables[table];
    if (!old->tree_size)
        return NO_COST;
    if (table == 0)
        return znn_huffman_code_cost(&old->code, plan->counts[b]);
    for (size_t s = 0; s < 256; s++)
        joint->counts[s] = old->counts[s] + plan->counts[b][s];
    table_make(joint, SEARCH_BELOW);
    return joint->tree_size ? table_cost(joint) - table_cost(old) : NO_COST;
}

void znn_huffman_plan_make(struct huffman_plan *plan)
{
    unsigned last = 0;
    for (unsigned b = 0; b < plan->blocks; b++) {
        struct huffman_block_plan *block = &plan->block[b];
        size_t size = plan->size[b];
        if (is_constant(plan->counts[b], size)) {
            block->choice = HUFFMAN_BLOCK_CONSTANT;
            continue;
        }
        struct huffman_table *own = &plan->tables[last + 1], joint;
        memcpy(own->counts, plan->counts[b], sizeof(own->counts));
        table_make(own, size);

        uint64_t frame = 8 * (uint64_t)overhead(size);
        uint64_t raw = 8 * (uint64_t)(size - (size >> GAIN_SHIFT));
        uint64_t alone = own->tree_size ? table_cost(own) + frame : NO_COST;
        uint64_t least = alone < raw ? alone : raw;
        uint64_t joining = cost_of_joining(plan, b, last, &joint);
        block->choice = HUFFMAN_BLOCK_CODED;
        if (joining != NO_COST && joining + frame < least + (least >> KEEP_SHIFT)) {
            if (last > 0)
                plan->tables[last] = joint;
        } else if (alone < raw) {
            last++;
        } else {
            block->choice = HUFFMAN_BLOCK_RAW;
        }
        block->table = last;
    }
}
