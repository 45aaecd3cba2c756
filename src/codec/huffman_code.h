/*
 * huffman_code.h - from how often to how long: optimal prefix codes of limited length
 *
 * Huffman coding gives each symbol a string of bits, short for common symbols, such that no string begins another one.
 * What matters is only how long each string is.  zstd allows 11 bits at the most, so that a decoder can look a code up
 * in a table of 2^11 entries, and the best lengths under such a limit come from the package-merge algorithm (Larmore
 * and Hirschberg, 1990): think of a code of n bits as n coins worth 1/2, 1/4 ... 1/2^n; buy coins worth n_symbols - 1
 * in all at the least cost, where every coin of a symbol costs its count.  Coins of 1/2^11 are paired into packages,
 * which compete with the coins of 1/2^10, and so on upwards.  Huffman's algorithm knows no limit; where its codes stay
 * below, they are as good, and sooner found.
 *
 * Given the lengths, the strings are "canonical": sorted by length, longest first, then by symbol, they count upwards,
 * the longest ones from 0.  With a = 1 bit, b = 2 bits, c and d = 3 bits:
 *
 *     c 000   d 001   b 01   a 1
 *
 * so the lengths alone need be stored (huffman_tree.h).
 */
#ifndef ZNN_CODEC_HUFFMAN_CODE_H
#define ZNN_CODEC_HUFFMAN_CODE_H

#include <stdbool.h>
#include <stdint.h>

#define HUFFMAN_BITS_MAX 11

struct huffman_code {
    uint8_t length[256];  /* bits of each symbol's code, 0 where the symbol does not occur */
    unsigned longest;     /* the greatest of them */
    unsigned last_symbol; /* the greatest symbol that occurs */
    unsigned symbols;     /* how many occur */
};

/*
 * Finds lengths of at most `limit` bits (1 to 11) that make the sum of counts[s] * length[s] as small as can be.
 * The counts sum up to less than 2^24.  False, and nothing written, where fewer than two symbols occur (such data need
 * no code) or more than 2^limit.
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
 * Sorts the symbols that occur into the canonical order (longest code first, then by symbol).  Returns how many.
 */
unsigned znn_huffman_code_order(const struct huffman_code *code, uint8_t symbols[256]);

/*
 * How many bits data with these counts take.  UINT64_MAX where the code lacks one of the symbols.
 */
uint64_t znn_huffman_code_cost(const struct huffman_code *code, const uint32_t counts[256]);

#endif
