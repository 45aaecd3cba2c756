/*
 * random.h - random bytes that nobody can predict
 */
#ifndef ZNN_PLATFORM_RANDOM_H
#define ZNN_PLATFORM_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* The most bytes that one call can give. */
#define RANDOM_BYTES_MAX 256

/* The source of the bytes, for messages. */
#define RANDOM_BYTES_SOURCE "/dev/urandom"

/*
 * Fills `data` with `size` random bytes, at most RANDOM_BYTES_MAX.  Returns false and sets errno if the system has
 * none.
 */
bool znn_random_bytes(void *data, size_t size);

#endif
