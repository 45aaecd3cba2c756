/*
 * huffman_lookup.h - tables that turn bits into symbols
 *
 * A decoder takes the next 11 bits, as many as the longest code has, and looks up the symbols that they begin with in a
 * table of 2^11 entries.  There are two such tables.
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
 * With codes of 2.6 bits, as for the exponents of weights, one look-up gives four symbols.  The decoder stores an entry
 * as eight bytes, moves on by `count`, and shifts its bits by wide_bits.  wide_bits has its own table because the next
 * look-up has to wait for it, and a separate byte arrives soonest.
 *
 * The wide table is built from smaller ones.  For every k below 11, an entry for k bits is the first symbol followed by
 * an entry for the remaining k - length bits, which is in a table made before:
 *
 *     wide(k)[code of s, rest] = s before wide(k - length of s)[rest]
 *
 * All entries that begin with the same symbol are neighbours.
 */
#ifndef ZNN_CODEC_HUFFMAN_LOOKUP_H
#define ZNN_CODEC_HUFFMAN_LOOKUP_H

#include "codec/huffman_code.h"

#define HUFFMAN_WIDE_MOST 7

struct huffman_lookup {
    struct huffman_code code;
    unsigned most; /* the most symbols in an entry of wide[]; 0 if wide[] is not made */
    uint16_t single[1 << HUFFMAN_BITS_MAX];
    uint64_t wide[1 << HUFFMAN_BITS_MAX];
    uint8_t wide_bits[1 << HUFFMAN_BITS_MAX];
};

/*
 * Space for all the smaller tables that a wide table is built from.
 */
struct huffman_lookup_room {
    uint64_t wide[1 << HUFFMAN_BITS_MAX];
    uint8_t bits[1 << HUFFMAN_BITS_MAX];
};

/*
 * Makes single[] for lookup->code, which must be set.
 */
void znn_huffman_lookup_make(struct huffman_lookup *lookup);

/*
 * Returns true if, on data that suit the code, wide[] is faster than single[], which is the case for short codes.  With
 * more streams in turn, several symbols in one look-up gain less.
 */
bool znn_huffman_lookup_prefers_wide(const struct huffman_lookup *lookup, unsigned streams);

/*
 * Makes the wide table as well.
 */
void znn_huffman_lookup_widen(struct huffman_lookup *lookup, struct huffman_lookup_room *room);

#endif
