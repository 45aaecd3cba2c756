/*
 * relation.c - estimates whether a delta would help
 *
 * The estimate is the same that lineage.c makes before compressing: samples of each tensor and its partner show the
 * size of the tensor alone and as a difference.
 */
#include "engine/look/relation.h"

#include "common/memory.h"
#include "engine/cut/base_match.h"

static enum znn_status compare(struct source *source, const struct model *model, struct znn_base *base,
                               const struct match *matches, struct znn_relation *relation, struct znn_error *error)
{
    struct pair_estimator *estimator = znn_pair_estimator_new(base, NULL);
    enum znn_status status = estimator ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
    for (size_t i = 0; i < model->count && !status; i++) {
        const struct tensor *tensor = &model->tensors[i];
        struct pair_estimate estimate;
        if (!(tensor->flags & TENSOR_SPAN) || tensor->size == 0)
            continue;
        relation->tensors++;
        relation->matched += matches[i].tensor != NO_TENSOR;
        if (matches[i].tensor != NO_TENSOR)
            relation->converted += base->tensors->tensors[matches[i].tensor].dtype != tensor->dtype;
        status = znn_pair_estimate(estimator, source, tensor, matches[i].tensor, &estimate, error);
        relation->related += estimate.related < estimate.alone;
        relation->size += estimate.size;
        relation->alone += estimate.alone;
        relation->delta += estimate.related < estimate.alone ? estimate.related : estimate.alone;
    }
    znn_pair_estimator_free(estimator);
    return status;
}

enum znn_status znn_look_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                                struct znn_error *error)
{
    struct source source;
    struct model model = {0};
    znn_source_open(&source, input);
    *relation = (struct znn_relation){0};
    enum znn_status status = znn_source_is_seekable(&source) ? ZNN_OK
                                                             : znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET,
                                                                        "a stream does not allow random access");
    if (!status)
        status = znn_model_scan(&source, &model, error);
    znn_source_end_views(&source);
    struct match *matches = znn_allocate((model.count + 1) * sizeof *matches);
    if (!status && !matches)
        status = znn_fail_memory(error, (model.count + 1) * sizeof *matches);
    if (!status)
        status = znn_base_match(&model, &source, base, matches, error);
    if (!status)
        status = compare(&source, &model, base, matches, relation, error);
    znn_release(matches);
    znn_model_free(&model);
    znn_source_close(&source);
    return status;
}
