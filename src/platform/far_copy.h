/*
 * far_copy.h - copies bytes to memory past the caches
 *
 * Before a machine writes a cache line, it reads the line and evicts another one.  For a large result that is wasted
 * work, because its bytes leave the caches before anyone uses them.  Machines can write such bytes directly to memory.
 */
#ifndef ZNN_PLATFORM_FAR_COPY_H
#define ZNN_PLATFORM_FAR_COPY_H

#include <stddef.h>
#include <stdint.h>

/* A result of at least this many bytes exceeds the caches that most machines have for one core. */
#define FAR_FROM ((size_t)32 << 20)

/*
 * Copies `size` bytes, mostly past the caches.  `source` should be in a cache.
 */
void znn_far_copy(void *target, const void *source, size_t size);

/*
 * Call this after the copies and before another thread learns of them.
 */
void znn_far_fence(void);

#endif
