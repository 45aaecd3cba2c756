/*
 * huffman_code.c - package-merge and canonical codes
 */
#include "codec/huffman_code.h"

#include <string.h>

/*
 * Sorts keys by their upper 24 bits, and leaves the order of equal ones as it is: by the lowest of the three bytes,
 * then by the next (counting how often each value occurs says where it goes).
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
    memcpy(keys, other, count * sizeof(*keys));
}

/* A list of coins, in rising order, with a guard at either end: cost[0] is 0, cost[count + 1] is beyond any cost. */
struct coins {
    unsigned count;
    uint32_t cost[514];
};

static void close_list(struct coins *coins)
{
    coins->cost[0] = 0;
    coins->cost[coins->count + 1] = UINT32_MAX;
}

/*
 * One level of coins: the symbols' own merged with the packages from the level below.  before[i] is how many of the
 * first i coins are the symbols' own.  The merge runs from both ends towards the middle, without branches: which of
 * two costs is less is a toss-up, which no machine foresees, and two independent halves keep it busy.
 */
static void merge(const struct coins *own, const struct coins *packages, struct coins *merged, uint16_t *before)
{
    unsigned count = own->count + packages->count, low = 0, high = own->count;
    merged->count = count;
    before[0] = 0;
    before[count] = (uint16_t)own->count;
    for (unsigned i = 0, j = count; i < j; i++, j--) {
        uint32_t o = own->cost[1 + low], p = packages->cost[1 + i - low];
        low += o <= p;
        merged->cost[1 + i] = o <= p ? o : p;
        before[i + 1] = (uint16_t)low;
        o = own->cost[high];
        p = packages->cost[j - high];
        high -= o > p;
        merged->cost[j] = o > p ? o : p;
        before[j - 1] = (uint16_t)high;
    }
}

static void pack_pairs(const struct coins *coins, struct coins *packages)
{
    packages->count = coins->count / 2;
    for (unsigned i = 0; i < packages->count; i++)
        packages->cost[1 + i] = coins->cost[1 + 2 * i] + coins->cost[2 + 2 * i];
    close_list(packages);
}

/*
 * Package-merge over the symbols' own coins.  Adds one to length[i] for each coin of symbol i that is bought.
 */
static void buy_coins(const struct coins *own, unsigned limit, uint8_t *length)
{
    struct coins merged, packages = {.count = 0};
    uint16_t before[HUFFMAN_BITS_MAX][514];
    close_list(&packages);
    for (unsigned level = 0; level < limit; level++) {
        merge(own, &packages, &merged, before[level]);
        pack_pairs(&merged, &packages);
    }
    /* Worth n - 1 in coins of 1/2: the cheapest 2n - 2 of the top level; packages among them are opened, and so on. */
    unsigned bought = 2 * own->count - 2;
    for (unsigned level = limit; level-- > 0;) {
        unsigned of_symbols = before[level][bought];
        for (unsigned i = 0; i < of_symbols; i++)
            length[i]++;
        bought = 2 * (bought - of_symbols);
    }
}

bool znn_huffman_code_make(struct huffman_code *code, const uint32_t counts[256], unsigned limit)
{
    uint32_t key[256];
    unsigned count = 0;
    for (unsigned s = 0; s < 256; s++)
        if (counts[s])
            key[count++] = counts[s] << 8 | s;
    if (count < 2 || count > 1U << limit)
        return false;
    sort(key, count);

    struct coins own = {.count = count};
    uint8_t length[256] = {0};
    for (unsigned i = 0; i < count; i++)
        own.cost[1 + i] = key[i] >> 8;
    close_list(&own);
    buy_coins(&own, limit, length);

    memset(code, 0, sizeof(*code));
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
