/*
 * allowance.c - limits how many bytes are decoded beside the output
 */
#include "engine/coding/allowance.h"

/* A file can claim any sizes, so the sum saturates instead of wrapping around. */
static uint64_t add(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static uint64_t grant(uint64_t size)
{
    return size > UINT64_MAX / ALLOWANCE_FACTOR ? UINT64_MAX : size * ALLOWANCE_FACTOR;
}

void znn_allowance_open(struct allowance *allowance, uint64_t base_size)
{
    znn_mutex_open(&allowance->lock);
    allowance->given = add(ALLOWANCE_FREE, grant(base_size));
    allowance->spent = 0;
}

void znn_allowance_close(struct allowance *allowance)
{
    znn_mutex_close(&allowance->lock);
}

void znn_allowance_give(struct allowance *allowance, uint64_t size)
{
    znn_mutex_lock(&allowance->lock);
    allowance->given = add(allowance->given, grant(size));
    znn_mutex_unlock(&allowance->lock);
}

enum znn_status znn_allowance_spend(struct allowance *allowance, uint64_t size)
{
    if (!allowance)
        return ZNN_OK;
    znn_mutex_lock(&allowance->lock);
    allowance->spent = add(allowance->spent, size);
    enum znn_status status = allowance->spent <= allowance->given ? ZNN_OK : ZNN_ERROR_CORRUPT;
    znn_mutex_unlock(&allowance->lock);
    return status;
}
