/*
 * huffman_code.h - from counts to code lengths: optimal prefix codes of limited length
 *
 * Huffman coding gives each symbol a string of bits, short for common symbols, such that no string is a prefix of
 * another.  Only the lengths of the strings matter.  zstd allows at most 11 bits, so that a decoder can look up a code
 * in a table of 2^11 entries.  The package-merge algorithm (Larmore and Hirschberg, 1990) finds the best lengths under
 * such a limit.  Think of a code of n bits as n coins worth 1/2, 1/4 ... 1/2^n.  Every coin of a symbol costs the
 * symbol's count.  Buy coins worth n_symbols - 1 in all at the least cost.  Coins of 1/2^11 are paired into packages,
 * which compete with the coins of 1/2^10, and so on upwards.  Huffman's algorithm has no limit.  If its codes stay
 * below the limit, they are just as good and faster to find.
 *
 * Given the lengths, the strings are "canonical": sort by length, longest first, then by symbol, and count upwards from
 * 0.  With a = 1 bit, b = 2 bits, c and d = 3 bits:
 *
 *     c 000   d 001   b 01   a 1
 *
 * So a file needs to store only the lengths (huffman_tree.h).
 */
#ifndef ZNN_CODEC_HUFFMAN_CODE_H
#define ZNN_CODEC_HUFFMAN_CODE_H

#include <stdbool.h>
#include <stdint.h>

#define HUFFMAN_BITS_MAX 11

struct huffman_code {
    uint8_t length[256];  /* bits of each symbol's code, 0 if the symbol does not occur */
    unsigned longest;     /* the greatest length */
    unsigned last_symbol; /* the greatest symbol that occurs */
    unsigned symbols;     /* the number of symbols that occur */
};

/*
 * Finds lengths of at most `limit` bits (1 to 11) that minimize the sum of counts[s] * length[s].  The counts must sum
 * to less than 2^24.  Returns false and writes nothing if fewer than two symbols occur (such data need no code) or more
 * than 2^limit.
 */
bool znn_huffman_code_make(struct huffman_code *code, const uint32_t counts[256], unsigned limit);

/*
 * How many bits data with these counts, as above, take in the best code of any length.  0 if fewer than two symbols
 * occur.
 */
uint64_t znn_huffman_code_bits(const uint32_t counts[256]);

/*
 * The canonical strings, as numbers whose lowest length[s] bits count.
 */
void znn_huffman_code_strings(const struct huffman_code *code, uint16_t strings[256]);

/*
 * Sorts the symbols that occur into canonical order (longest code first, then by symbol).  Returns their number.
 */
unsigned znn_huffman_code_order(const struct huffman_code *code, uint8_t symbols[256]);

/*
 * Returns the number of bits that data with these counts take, or UINT64_MAX if the code lacks one of the symbols.
 */
uint64_t znn_huffman_code_cost(const struct huffman_code *code, const uint32_t counts[256]);

#endif
