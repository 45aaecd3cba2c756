/*
 * prefetch.h - memory that will be read soon
 */
#ifndef ZNN_COMMON_PREFETCH_H
#define ZNN_COMMON_PREFETCH_H

/*
 * Asks for the cache line at `place`, which need not be memory that may be read.  A hint: where compilers know none, it
 * does nothing.
 */
static inline void prefetch(const void *place)
{
#if defined(__GNUC__)
    __builtin_prefetch(place, 0, 0);
#else
    (void)place;
#endif
}

#endif
