/*
 * memory.h - memory from the caller's allocator
 *
 * A caller of the library may bring an allocator (see struct znn_allocator in znn.h).  It holds for one call, or for
 * an object such as a reader from its opening to its closing.  Passing it to each function that needs memory would add
 * it to nearly all of them.  Instead, each thread has a current allocator:
 *
 *     znn_compress()            enters its caller's allocator, and leaves it at the end
 *       znn_turns_run()         makes its threads enter the same one
 *     znn_reader_close()        enters the allocator that the reader was opened with
 *
 * Functions that allocate use the current allocator.  A base may be read during any call that uses it, so both must
 * have the same allocator; call.c checks that.  Between two calls, and in a call without an allocator, the current one
 * is NULL, which stands for malloc() and free().
 */
#ifndef ZNN_COMMON_MEMORY_H
#define ZNN_COMMON_MEMORY_H

#include <stddef.h>

#include "znn.h"

/*
 * Makes `allocator` the current one of this thread.  Returns the previous one; pass it to znn_memory_leave().
 */
const struct znn_allocator *znn_memory_enter(const struct znn_allocator *allocator);
void znn_memory_leave(const struct znn_allocator *previous);

/*
 * Returns the current allocator.
 */
const struct znn_allocator *znn_memory_current(void);

/*
 * Like malloc(), calloc(), realloc() and free(), with the current allocator.  A size of 0 counts as 1, so NULL always
 * means that memory ran out.
 */
void *znn_allocate(size_t size);
void *znn_allocate_zeroed(size_t count, size_t size);
void *znn_reallocate(void *memory, size_t size);
void znn_release(void *memory);

#endif
