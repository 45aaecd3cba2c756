/*
 * small_logs.h - the logarithms of small numbers, ready made
 *
 * An entropy takes the logarithms of 256 counts, most of which are small, and znn computes many entropies.  A constant
 * table needs no first call that fills it, and so no lock.
 */
#ifndef ZNN_CODEC_SMALL_LOGS_H
#define ZNN_CODEC_SMALL_LOGS_H

#include <stdint.h>

#define SMALL_LOGS 2048

/*
 * znn_log2() of 1 to SMALL_LOGS - 1; and 0 for 0.
 */
extern const uint32_t znn_small_logs[SMALL_LOGS];

#endif
