/*
 * pages.c - large pieces of memory, with mmap()
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise() */
#include "cli/system/pages.h"

#include <stdint.h>
#include <sys/mman.h>

/* Maps more than is needed, and gives back what lies before and behind the aligned bytes. */
void *znn_pages_map(size_t size)
{
    uint8_t *all = mmap(NULL, size + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    size_t before = (LARGE_PAGE - (uintptr_t)all % LARGE_PAGE) % LARGE_PAGE;
    if (before > 0)
        munmap(all, before);
    munmap(all + before + size, LARGE_PAGE - before);
#ifdef MADV_HUGEPAGE
    madvise(all + before, size, MADV_HUGEPAGE);
#endif
    return all + before;
}

void znn_pages_unmap(void *data, size_t size)
{
    munmap(data, size);
}

void znn_pages_discard(void *data, size_t size)
{
#ifdef MADV_DONTNEED
    madvise(data, size, MADV_DONTNEED);
#else
    (void)data;
    (void)size;
#endif
}
