/*
 * huffman_lookup.c - makes the tables that turn bits into symbols
 */
#include "codec/huffman_lookup.h"

#include <string.h>

#define TABLE_SIZE (1U << HUFFMAN_BITS_MAX)
#define ONE_SYMBOL (UINT64_C(1) << 56)
#define SIX_SYMBOLS UINT64_C(0x0000ffffffffffff)

/*
 * A wide table: the final one, or one of the smaller ones on the way.
 */
struct table {
    uint64_t *wide;
    uint8_t *bits;
};

void znn_huffman_lookup_make(struct huffman_lookup *lookup)
{
    const struct huffman_code *code = &lookup->code;
    uint8_t symbols[256];
    unsigned count = znn_huffman_code_order(code, symbols), at = 0;
    lookup->most = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned length = code->length[symbols[i]];
        uint16_t entry = (uint16_t)((unsigned)symbols[i] << 8 | length);
        for (unsigned end = at + (TABLE_SIZE >> length); at < end; at++)
            lookup->single[at] = entry;
    }
}

bool znn_huffman_lookup_prefers_wide(const struct huffman_lookup *lookup, unsigned streams)
{
    uint32_t mean = 0; /* mean length in 1/2^11 bit, if each symbol occurs as often as its code assumes */
    for (unsigned s = 0; s < 256; s++)
        mean += lookup->code.length[s] * (TABLE_SIZE >> lookup->code.length[s]);
    return 2 * mean < TABLE_SIZE * (streams < 8 ? 14 : 12);
}

/*
 * Copies `count` entries of `rest` to `out` and puts one more symbol in front of each.
 */
static void put_before(struct table out, struct table rest, unsigned count, unsigned symbol, unsigned length)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t entry = rest.wide[i];
        out.wide[i] = ((entry & SIX_SYMBOLS) << 8 | symbol) + (entry >> 56 << 56) + ONE_SYMBOL;
    }
    for (unsigned i = 0; i < count; i++)
        out.bits[i] = (uint8_t)(rest.bits[i] + length);
}

/*
 * Like put_before(), for entries that may already have seven symbols.  The last symbol is then dropped.  This happens
 * only with codes of one bit.
 */
static void put_before_six(const struct huffman_code *code, struct table out, struct table rest, unsigned count,
                           unsigned symbol)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t entry = rest.wide[i];
        uint8_t bits = rest.bits[i];
        if (entry >> 56 == HUFFMAN_WIDE_MOST) {
            bits = (uint8_t)(bits - code->length[entry >> 48 & 0xff]);
            entry -= ONE_SYMBOL;
        }
        struct table one = {&entry, &bits};
        put_before((struct table){out.wide + i, out.bits + i}, one, 1, symbol, code->length[symbol]);
    }
}

/*
 * Makes wide(bits) in `out`.  smaller[k] is wide(k).  Codes come in rising order.
 */
static void make_level(const struct huffman_code *code, const uint8_t *symbols, unsigned bits,
                       const struct table smaller[HUFFMAN_BITS_MAX], struct table out)
{
    unsigned long_codes = 0, first = 0; /* their share of 2^11; long codes come first and do not fit */
    for (; first < code->symbols && code->length[symbols[first]] > bits; first++)
        long_codes += TABLE_SIZE >> code->length[symbols[first]];
    unsigned at = long_codes >> (HUFFMAN_BITS_MAX - bits);
    memset(out.wide, 0, at * sizeof *out.wide);
    memset(out.bits, 0, at);
    bool crowded = code->length[symbols[code->symbols - 1]] == 1;
    for (unsigned i = first; i < code->symbols; i++) {
        unsigned symbol = symbols[i], length = code->length[symbol], count = 1U << (bits - length);
        struct table here = {out.wide + at, out.bits + at};
        if (crowded)
            put_before_six(code, here, smaller[bits - length], count, symbol);
        else
            put_before(here, smaller[bits - length], count, symbol, length);
        at += count;
    }
}

void znn_huffman_lookup_widen(struct huffman_lookup *lookup, struct huffman_lookup_room *room)
{
    uint8_t symbols[256];
    struct table smaller[HUFFMAN_BITS_MAX], all = {lookup->wide, lookup->wide_bits};
    znn_huffman_code_order(&lookup->code, symbols);
    for (unsigned bits = 0; bits < HUFFMAN_BITS_MAX; bits++) {
        unsigned start = (1U << bits) - 1;
        smaller[bits] = (struct table){room->wide + start, room->bits + start};
        make_level(&lookup->code, symbols, bits, smaller, smaller[bits]);
    }
    make_level(&lookup->code, symbols, HUFFMAN_BITS_MAX, smaller, all);
    unsigned shortest = lookup->code.length[symbols[lookup->code.symbols - 1]], most = HUFFMAN_BITS_MAX / shortest;
    lookup->most = most < HUFFMAN_WIDE_MOST ? most : HUFFMAN_WIDE_MOST;
}
