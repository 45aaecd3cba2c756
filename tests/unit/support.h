/*
 * support.h - what several test programs need
 *
 * Randomized tests draw from a generator whose seed is printed, and which ZNN_TEST_SEED sets, so that a failure can be
 * run again:
 *
 *     ZNN_TEST_SEED=12345 ./test_json
 */
#ifndef ZNN_TESTS_SUPPORT_H
#define ZNN_TESTS_SUPPORT_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/*
 * A generator of random numbers (SplitMix64).  Any seed is a good one.
 */
struct random {
    uint64_t state;
};

static inline uint64_t random_u64(struct random *random)
{
    uint64_t x = random->state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/*
 * A number from 0 to limit - 1; `limit` is not 0.
 */
static inline size_t random_below(struct random *random, size_t limit)
{
    return (size_t)(random_u64(random) % limit);
}

/*
 * A generator for one test, which prints its seed.
 */
static inline struct random random_start(const char *test)
{
    const char *given = getenv("ZNN_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    printf("%s: ZNN_TEST_SEED=%" PRIu64 "\n", test, seed);
    return (struct random){seed};
}

#endif
