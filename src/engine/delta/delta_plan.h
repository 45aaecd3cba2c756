/*
 * delta_plan.h - which contexts share statistics, and how many low bits are noise
 *
 * How large differences are varies with the context, by powers of two where that is an exponent.  A sample of the
 * numbers, counted by context and by the leading bits of their differences, tells what a context costs with this or
 * that number of low bits left aside, and whether two neighbours cost less together: each bucket pays for a code table
 * of its own, and so rare contexts go with their neighbours.
 */
#ifndef ZNN_ENGINE_DELTA_DELTA_PLAN_H
#define ZNN_ENGINE_DELTA_DELTA_PLAN_H

#include "container/part_delta.h"
#include "model/dtype.h"

struct delta_planner;

/*
 * Working memory; NULL where there is none.
 */
struct delta_planner *znn_delta_planner_new(void);

void znn_delta_planner_free(struct delta_planner *planner);

/*
 * Where the context of elements of `type` starts in their bits.
 */
unsigned znn_delta_context_shift(enum dtype type);

/*
 * Plans numbers of `width` bytes, one at least, of which `contexts`, counted in `partition`, and `values` (delta.h) are
 * given: fills delta->buckets, but for packings and streams, and returns an estimate of what they will take, in bits;
 * UINT64_MAX where memory ran out.
 */
uint64_t znn_delta_plan(struct delta_planner *planner, unsigned width, const struct partition *partition,
                        const uint8_t *contexts, const void *values, struct delta *delta);

#endif
