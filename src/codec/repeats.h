/*
 * repeats.h - would a search for matches pay?
 *
 * Zstandard searches for repeated strings.  Trained weights hardly ever have any.  If they do (zero pages, rows stored
 * twice, counters), no other method comes near.  But searching takes longer than everything else together, so this
 * module first probes a few thousand positions.
 */
#ifndef ZNN_CODEC_REPEATS_H
#define ZNN_CODEC_REPEATS_H

#include <stddef.h>
#include <stdint.h>

/* The longest context that a probe compares. */
#define REPEATS_CONTEXT_MAX 64

/*
 * Returns the share, in 1/1000, of probed positions whose next `context` bytes (8 to REPEATS_CONTEXT_MAX) also occur
 * elsewhere in `data`.  The context must be too long to match by chance.  The probe sees repeats at any distance.  Data
 * of less than 4 KiB are not probed: the result is 1000, which means "try it".
 */
unsigned znn_repeats_probe(const uint8_t *data, size_t size, size_t context);

#endif
