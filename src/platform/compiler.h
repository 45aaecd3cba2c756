/*
 * compiler.h - requests to the compiler that C11 has no words for
 *
 * Each does nothing if the compiler does not know it.
 */
#ifndef ZNN_PLATFORM_COMPILER_H
#define ZNN_PLATFORM_COMPILER_H

/*
 * For functions of inner loops, which are compiled anew for each set of constant arguments.
 */
#if defined(__GNUC__)
#    define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#    define ALWAYS_INLINE inline
#endif

/*
 * Asks for the cache line at `place`, which will be read soon.  The address may be invalid.
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
