/*
 * huffman_lookup.h - bits to symbols: the tables
 *
 * A decoder looks at the next 11 bits, as many as the longest code has, and finds in a table of 2^11 entries what they
 * begin with.  Two such tables are made here.
 *
 * `single` gives the first symbol and its code's length:
 *
 *     15       8 7       0
 *     |  symbol |  bits  |
 *
 * `wide` gives all symbols whose codes end within the 11 bits, up to seven, and `wide_bits` the sum of their lengths:
 *
 *     63      56 55      48            15       8 7       0
 *     |  count  |   7th    |    ...    |   2nd   |  1st   |
 *
 * With codes of 2.6 bits, as the exponents of weights have them, that is four symbols in one look-up.  The decoder
 * stores an entry as eight bytes, moves on by `count`, and shifts its bits by wide_bits.  Those are apart because the
 * next look-up has to wait for them, and a byte on its own is there soonest.
 *
 * The wide table comes from smaller ones.  What k bits begin with, for every k below 11, is the first symbol, and then
 * what the k - length bits that follow begin with, which is in a table that has been made already:
 *
 *     wide(k)[code of s, rest] = s before wide(k - length of s)[rest]
 *
 * and all entries that begin with the same symbol are neighbours.
 */
#ifndef ZNN_CODEC_HUFFMAN_LOOKUP_H
#define ZNN_CODEC_HUFFMAN_LOOKUP_H

#include "codec/huffman_code.h"

#define HUFFMAN_WIDE_MOST 7

struct huffman_lookup {
    struct huffman_code code;
    unsigned most; /* symbols in an entry of wide[], if that is made, or 0 */
    uint16_t single[1 << HUFFMAN_BITS_MAX];
    uint64_t wide[1 << HUFFMAN_BITS_MAX];
    uint8_t wide_bits[1 << HUFFMAN_BITS_MAX];
};

/*
 * Room for all smaller tables that a wide one is made from.
 */
struct huffman_lookup_room {
    uint64_t wide[1 << HUFFMAN_BITS_MAX];
    uint8_t bits[1 << HUFFMAN_BITS_MAX];
};

/*
 * Makes single[] for lookup->code, which is set already.
 */
void znn_huffman_lookup_make(struct huffman_lookup *lookup);

/*
 * Whether, on data that the code suits, wide[] is faster than single[]: that is so where codes are short.  The more
 * streams take turns, the less there is to gain from more than one symbol in a look-up.
 */
bool znn_huffman_lookup_prefers_wide(const struct huffman_lookup *lookup, unsigned streams);

/*
 * Makes the wide table too.
 */
void znn_huffman_lookup_widen(struct huffman_lookup *lookup, struct huffman_lookup_room *room);

#endif
