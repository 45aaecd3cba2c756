/*
 * random.h - bytes that nobody can foresee
 */
#ifndef ZNN_PLATFORM_RANDOM_H
#define ZNN_PLATFORM_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* At most so many bytes come at once. */
#define RANDOM_BYTES_MAX 256

/* Where they come from, for messages. */
#define RANDOM_BYTES_SOURCE "/dev/urandom"

/*
 * Fills `data` with `size` random bytes, at most RANDOM_BYTES_MAX.  False, with errno, if the system has none.
 */
bool znn_random_bytes(void *data, size_t size);

#endif
