/*
 * delta_plan.h - which contexts share statistics, and how many low bits are noise
 *
 * The size of differences varies with the context, by powers of two if the context is an exponent.  znn counts a sample
 * of the numbers by context and by the leading bits of their differences.  From the counts it estimates the cost of a
 * context for each number of low bits that are set aside, and whether two neighbours cost less together.  Each bucket
 * pays for a code table of its own, so rare contexts join their neighbours.
 */
#ifndef ZNN_ENGINE_DELTA_DELTA_PLAN_H
#define ZNN_ENGINE_DELTA_DELTA_PLAN_H

#include "container/part_delta.h"
#include "model/dtype.h"

struct delta_planner;

/*
 * Returns working memory, or NULL if memory runs out.
 */
struct delta_planner *znn_delta_planner_new(void);

void znn_delta_planner_free(struct delta_planner *planner);

/*
 * Returns the lowest bit of the context in elements of `type`.
 */
unsigned znn_delta_context_shift(enum dtype type);

/*
 * Plans at least one number of `width` bytes.  `contexts` and `values` describe the numbers (delta.h), and `partition`
 * counts the contexts.  Fills delta->buckets, except packings and streams.  Returns an estimate of the size in bits, or
 * UINT64_MAX if memory runs out.
 */
uint64_t znn_delta_plan(struct delta_planner *planner, unsigned width, const struct partition *partition,
                        const uint8_t *contexts, const void *values, struct delta *delta);

#endif
