/*
 * repeats.h - would a search for matches pay?
 *
 * Zstandard looks for repeated strings, which trained weights hardly ever have; where they do (zero pages, rows stored
 * twice, counters), nothing else comes near.  Finding out by trying costs more than all the rest, so this asks a few
 * thousand positions first.
 */
#ifndef ZNN_CODEC_REPEATS_H
#define ZNN_CODEC_REPEATS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The share, in 1/1000, of probed positions whose next 12 bytes also stand elsewhere in `data`.  Repeats at any
 * distance are seen.  Data of less than 4 KiB is not probed: the answer is 1000, try it.
 */
unsigned znn_repeats_probe(const uint8_t *data, size_t size);

#endif
