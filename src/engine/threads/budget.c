/*
 * budget.c - keeps within a memory limit
 */
#include "engine/threads/budget.h"

enum znn_status znn_budget_check(uint64_t limit, uint64_t needed, struct znn_error *error)
{
    if (limit == 0 || needed <= limit)
        return ZNN_OK;
    return znn_fail(error, ZNN_ERROR_MEMORY_LIMIT, ZNN_NO_OFFSET, "at least %llu MiB are needed, and %llu are allowed",
                    (unsigned long long)((needed + (1 << 20) - 1) >> 20), (unsigned long long)(limit >> 20));
}

enum znn_status znn_budget_workers(struct turns *turns, uint64_t limit, uint64_t used, uint64_t each,
                                   struct znn_error *error)
{
    enum znn_status status = znn_budget_check(limit, BUDGET_BASE + used + each, error);
    if (limit == 0 || status)
        return status;
    uint64_t affordable = (limit - BUDGET_BASE - used) / each;
    if (turns->threads > affordable)
        turns->threads = (unsigned)affordable;
    if (turns->idle > turns->threads)
        turns->idle = turns->threads;
    return ZNN_OK;
}
