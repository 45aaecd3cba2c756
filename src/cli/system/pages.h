/*
 * pages.h - large pieces of memory, straight from the system
 *
 * The system clears each page when a program first touches it.  With ordinary pages of 4 KiB, this takes longer than
 * decoding a chunk into them.  So this memory has large pages, of 2 MiB, where the system offers them.
 */
#ifndef ZNN_CLI_SYSTEM_PAGES_H
#define ZNN_CLI_SYSTEM_PAGES_H

#include <stddef.h>

#define LARGE_PAGE ((size_t)2 << 20)

/*
 * Returns `size` zero bytes, a multiple of LARGE_PAGE, or NULL if memory ran out.  Bytes that are not touched take no
 * memory.  Free them with znn_pages_unmap().
 */
void *znn_pages_map(size_t size);

void znn_pages_unmap(void *data, size_t size);

/*
 * Gives the memory of a range back to the system, as far as it consists of whole pages.  Its contents are lost; it can
 * be used again.
 */
void znn_pages_discard(void *data, size_t size);

#endif
