/*
 * hash.h - XXH3-64, as fast as the machine allows
 *
 * xxHash picks its vector instructions when it is compiled, and a distribution's library is compiled for the oldest
 * machine that it supports.  Its header holds all of the code as well, so here that is compiled once more for newer
 * machines, which makes it two to three times as fast.  All of them give the same digests.
 */
#ifndef ZNN_BASE_HASH_H
#define ZNN_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * XXH3-64 of data[0..size), with seed 0 and the default secret.
 */
uint64_t znn_hash(const void *data, size_t size);

#endif
