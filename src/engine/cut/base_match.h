/*
 * base_match.h - which tensor of a base is which tensor of a model
 *
 * The same name, type and shape: that is it.  A tensor without such a partner takes the first one of the same type and
 * shape that nobody else has a claim on; where a whole model was renamed, they pair up in their order.  A tensor that
 * grew at its end, as a vocabulary does, is related as far as the base's goes.
 *
 * A pair is worth something only if its numbers are alike, which a sample tells: what each would take alone, and as a
 * difference.
 */
#ifndef ZNN_ENGINE_CUT_BASE_MATCH_H
#define ZNN_ENGINE_CUT_BASE_MATCH_H

#include "engine/file/base.h"
#include "model/model.h"

#define NO_TENSOR SIZE_MAX

/*
 * Sets matches[i], for each tensor i of the model, to its partner among those of the base, or NO_TENSOR.  Fails for
 * want of memory.
 */
enum znn_status znn_base_match(const struct model *model, const struct znn_base *base, size_t *matches,
                               struct znn_error *error);

/* What a sample says of a pair: bytes that the model's tensor takes, as far as the base's goes. */
struct pair_estimate {
    uint64_t size; /* bytes that have a partner */
    uint64_t alone;
    uint64_t related;
};

/*
 * Working memory for estimates, NULL where there is none.  `lossy` says how numbers are rounded that may be; where
 * there are none, it may be NULL.
 */
struct pair_estimator;

struct pair_estimator *znn_pair_estimator_new(struct znn_base *base, const struct znn_lossy *lossy);

void znn_pair_estimator_free(struct pair_estimator *estimator);

/*
 * Compares a tensor in `source` with tensor `partner` of the base.  Of a stream, all up to the tensor's end is kept
 * then.  Without one (NO_TENSOR), only what it takes alone is estimated, and that is what it takes.
 */
enum znn_status znn_pair_estimate(struct pair_estimator *estimator, struct source *source, const struct tensor *tensor,
                                  size_t partner, struct pair_estimate *estimate, struct znn_error *error);

#endif
