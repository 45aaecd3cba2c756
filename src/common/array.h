/*
 * array.h - arrays that grow by one element
 */
#ifndef ZNN_COMMON_ARRAY_H
#define ZNN_COMMON_ARRAY_H

#include <stddef.h>

/*
 * Makes sure that the array at `array` (NULL while *capacity is 0), which holds `count` elements of `size` bytes, has
 * room for one more.  Returns where it lies now, or NULL where memory ran out; it is unchanged then.
 */
void *znn_array_grow(void *array, size_t count, size_t *capacity, size_t size);

#endif
