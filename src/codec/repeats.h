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

/* The longest context that a probe compares. */
#define REPEATS_CONTEXT_MAX 64

/*
 * The share, in 1/1000, of probed positions whose next `context` bytes (8 to REPEATS_CONTEXT_MAX) also stand elsewhere
 * in `data`.  The context must be long enough not to agree by chance.  Repeats at any distance are seen.  Data of less
 * than 4 KiB is not probed: the answer is 1000, try it.
 */
unsigned znn_repeats_probe(const uint8_t *data, size_t size, size_t context);

#endif
