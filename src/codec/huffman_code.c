/*
 * huffman_code.c - Huffman's tree, package-merge and canonical codes
 */
#include "codec/huffman_code.h"

#include <assert.h>
#include <string.h>

/* Higher than the cost of any coin. */
#define NEVER UINT32_MAX

/*
 * Sorts keys by their upper 24 bits with a stable radix sort: by the lowest of the three bytes, then by the next.
 */
static void sort(uint32_t keys[256], unsigned count)
{
    uint32_t other[256], *from = keys, *to = other;
    for (unsigned shift = 8; shift < 32; shift += 8) {
        unsigned next[256] = {0}, start = 0;
        for (unsigned i = 0; i < count; i++)
            next[from[i] >> shift & 0xff]++;
        for (unsigned value = 0; value < 256; value++) {
            unsigned here = next[value];
            next[value] = start;
            start += here;
        }
        for (unsigned i = 0; i < count; i++)
            to[next[from[i] >> shift & 0xff]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    memcpy(keys, other, count * sizeof *keys);
}

/*
 * The symbols that occur, the rarest first: the key of each is its count and itself, and leaf[] has the counts, with
 * NEVER behind them.  Returns how many there are.
 */
static unsigned sort_symbols(const uint32_t counts[256], uint32_t key[256], uint32_t leaf[257])
{
    unsigned count = 0;
    for (unsigned s = 0; s < 256; s++)
        if (counts[s]) {
            assert(counts[s] < 1U << 24); /* the symbol takes the rest of the key */
            key[count++] = counts[s] << 8 | s;
        }
    sort(key, count);
    for (unsigned i = 0; i < count; i++)
        leaf[i] = key[i] >> 8;
    leaf[count] = NEVER;
    return count;
}

enum { NODE, LEAF };

/*
 * Huffman's own algorithm over `count` symbols, two at least, with costs leaf[] in rising order, and NEVER behind them:
 * the two cheapest of what there is become a node, until one is left.  Nodes come about in rising order, too.  Says who
 * is whose parent, and returns the sum of all nodes, which is that of the bits, as each node adds one bit to all that
 * is below.  Like merge(), it does not branch on which symbol is cheaper.
 */
static uint64_t make_nodes(const uint32_t *leaf, unsigned count, uint8_t parent[2][256])
{
    uint32_t node[256];
    uint64_t bits = 0;
    unsigned taken[2] = {0};
    for (unsigned i = 0; i + 1 < count; i++) {
        uint32_t sum = 0;
        node[i] = NEVER;
        for (int k = 0; k < 2; k++) {
            uint32_t own = leaf[taken[LEAF]], other = node[taken[NODE]];
            unsigned kind = own <= other ? LEAF : NODE;
            sum += own <= other ? own : other;
            parent[kind][taken[kind]++] = (uint8_t)i;
        }
        node[i] = sum;
        bits += sum;
    }
    return bits;
}

/* Sets the lengths as the tree has them; false if the longest is over `limit`. */
static bool build_tree(const uint32_t *leaf, unsigned count, unsigned limit, uint8_t *length)
{
    uint8_t parent[2][256], depth[256];
    unsigned nodes = count - 1;
    make_nodes(leaf, count, parent);
    depth[nodes - 1] = 0;
    for (unsigned i = nodes - 1; i-- > 0;)
        depth[i] = (uint8_t)(depth[parent[NODE][i]] + 1);
    for (unsigned i = 0; i < count; i++)
        length[i] = (uint8_t)(depth[parent[LEAF][i]] + 1);
    return length[0] <= limit;
}

/*
 * Makes one level of `count` coins.  Merges the symbols' own coins, at costs leaf[], with the packages made from the
 * level below, package[], cheapest first.  Each list ends with NEVER.  before[i] is the number of symbols' own coins
 * among the first i coins.  A processor cannot predict which list the next coin comes from, so the choice does not
 * branch.
 */
static void merge(const uint32_t *leaf, const uint32_t *package, unsigned count, uint32_t *coin, uint16_t *before)
{
    unsigned l = 0;
    before[0] = 0;
    for (unsigned i = 0; i < count; i++) {
        uint32_t own = leaf[l], other = package[i - l];
        coin[i] = own <= other ? own : other;
        l += own <= other;
        before[i + 1] = (uint16_t)l;
    }
}

/*
 * Package-merge over `count` symbols.  leaf[] holds their costs in rising order, followed by NEVER.  Adds one to
 * length[i] for each coin of symbol i that is bought.  This is several times slower than building a tree.
 */
static void buy_coins(const uint32_t *leaf, unsigned count, unsigned limit, uint8_t *length)
{
    uint32_t coin[512], package[256] = {NEVER};
    uint16_t before[HUFFMAN_BITS_MAX][513];
    unsigned packages = 0;
    for (unsigned level = 0; level < limit; level++) {
        merge(leaf, package, count + packages, coin, before[level]);
        packages = (count + packages) / 2;
        for (unsigned i = 0; i < packages; i++)
            package[i] = coin[2 * i] + coin[2 * i + 1];
        package[packages] = NEVER;
    }
    /* n - 1 in coins of 1/2 means the cheapest 2n - 2 of the top level.  Packages among them are opened, level by
     * level. */
    unsigned bought = 2 * count - 2;
    for (unsigned level = limit; level-- > 0;) {
        unsigned own = before[level][bought];
        for (unsigned i = 0; i < own; i++)
            length[i]++;
        bought = 2 * (bought - own);
    }
}

bool znn_huffman_code_make(struct huffman_code *code, const uint32_t counts[256], unsigned limit)
{
    uint32_t key[256], leaf[257];
    uint8_t length[256] = {0};
    assert(limit >= 1 && limit <= HUFFMAN_BITS_MAX);
    unsigned count = sort_symbols(counts, key, leaf);
    if (count < 2 || count > 1U << limit)
        return false;
    if (!build_tree(leaf, count, limit, length)) {
        memset(length, 0, sizeof length);
        buy_coins(leaf, count, limit, length);
    }

    assert(length[0] <= limit && length[count - 1] > 0);
    memset(code, 0, sizeof *code);
    code->symbols = count;
    code->longest = length[0]; /* the rarest symbol */
    for (unsigned i = 0; i < count; i++) {
        unsigned symbol = key[i] & 0xff;
        code->length[symbol] = length[i];
        if (symbol > code->last_symbol)
            code->last_symbol = symbol;
    }
    return true;
}

uint64_t znn_huffman_code_bits(const uint32_t counts[256])
{
    uint32_t key[256], leaf[257];
    uint8_t parent[2][256];
    unsigned count = sort_symbols(counts, key, leaf);
    return count < 2 ? 0 : make_nodes(leaf, count, parent);
}

void znn_huffman_code_strings(const struct huffman_code *code, uint16_t strings[256])
{
    unsigned of_length[HUFFMAN_BITS_MAX + 1] = {0}, next[HUFFMAN_BITS_MAX + 1];
    for (unsigned s = 0; s < 256; s++)
        of_length[code->length[s]]++;
    unsigned start = 0;
    for (unsigned length = code->longest; length > 0; length--) {
        next[length] = start;
        start = (start + of_length[length]) >> 1;
    }
    for (unsigned s = 0; s < 256; s++)
        strings[s] = code->length[s] ? (uint16_t)next[code->length[s]]++ : 0;
}

unsigned znn_huffman_code_order(const struct huffman_code *code, uint8_t symbols[256])
{
    unsigned of_length[HUFFMAN_BITS_MAX + 1] = {0}, next[HUFFMAN_BITS_MAX + 1];
    for (unsigned s = 0; s < 256; s++)
        of_length[code->length[s]]++;
    unsigned count = 0;
    for (unsigned length = HUFFMAN_BITS_MAX; length > 0; length--) {
        next[length] = count;
        count += of_length[length];
    }
    for (unsigned s = 0; s < 256; s++)
        if (code->length[s])
            symbols[next[code->length[s]]++] = (uint8_t)s;
    return count;
}

uint64_t znn_huffman_code_cost(const struct huffman_code *code, const uint32_t counts[256])
{
    uint64_t bits = 0;
    unsigned missing = 0;
    for (unsigned s = 0; s < 256; s++) {
        bits += (uint64_t)counts[s] * code->length[s];
        missing |= (counts[s] != 0) & (code->length[s] == 0);
    }
    return missing ? UINT64_MAX : bits;
}
