/*
 * array.h - arrays that grow by one element
 */
#ifndef ZNN_COMMON_ARRAY_H
#define ZNN_COMMON_ARRAY_H

#include <stddef.h>

/*
 * Makes room for one more element in `array`, which holds `count` elements of `size` bytes and is NULL while *capacity
 * is 0.  Returns the array, which may have moved.  Returns NULL and leaves the array unchanged if memory ran out.
 */
void *znn_array_grow(void *array, size_t count, size_t *capacity, size_t size);

#endif
