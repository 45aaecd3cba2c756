/*
 * far_copy.h - writing what will not be looked at soon
 *
 * Before a cache line is written it is read, and it drives another one out.  For the bytes of a large result, which has
 * left the caches again before anybody comes to use it, both are in vain: machines can write such bytes to memory
 * directly.
 */
#ifndef ZNN_PLATFORM_FAR_COPY_H
#define ZNN_PLATFORM_FAR_COPY_H

#include <stddef.h>
#include <stdint.h>

/* A result of at least so many bytes is larger than what the caches of most machines hold for one core. */
#define FAR_FROM ((size_t)32 << 20)

/*
 * Copies size bytes, mostly past the caches; `source` should be in one.
 */
void znn_far_copy(void *target, const void *source, size_t size);

/*
 * To be called after copies, before another thread is told of them.
 */
void znn_far_fence(void);

#endif
