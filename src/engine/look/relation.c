/*
 * relation.c - which tensors a model and a base have in common, and whether a delta would help
 *
 * The estimate is the same that lineage.c makes before compressing: samples of each tensor and its partner show the
 * size of the tensor alone and as a difference.
 */
#include "engine/look/relation.h"

#include "common/memory.h"
#include "engine/cut/base_match.h"
#include "engine/cut/scale_match.h"

/* Returns a tensor's partner, or none if the pair is of no use without scales.  Sets *scaled to whether it has scales.
 */
static struct match find_partner(const struct scale_matcher *matcher, const struct tensor *tensor,
                                 const struct znn_base *base, const struct match *match, struct scale_tensor *scales,
                                 bool *scaled)
{
    *scaled = false;
    if (match->tensor == NO_TENSOR)
        return *match;
    const struct tensor *partner = &base->tensors->tensors[match->tensor];
    *scaled = znn_scale_match(matcher, tensor, partner->dtype, scales);
    return *scaled || !znn_partner_needs_scales(tensor, partner) ? *match : (struct match){.tensor = NO_TENSOR};
}

static void count_way(uint8_t how, struct znn_relation *relation)
{
    relation->named += how == MATCH_NAME;
    relation->translated += how == MATCH_TRANSLATED;
    relation->similar += how == MATCH_CONTENT;
    relation->shaped += how == MATCH_SHAPE;
}

static enum znn_status compare(struct source *source, const struct model *model, struct znn_base *base,
                               const struct match *matches, struct znn_relation *relation, struct znn_error *error)
{
    struct pair_estimator *estimator = znn_pair_estimator_new(base, NULL);
    struct scale_matcher *matcher = znn_scale_matcher_new(model);
    enum znn_status status = estimator && matcher ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
    for (size_t i = 0; i < model->count && !status; i++) {
        const struct tensor *tensor = &model->tensors[i];
        struct pair_estimate estimate;
        struct scale_tensor scales;
        bool scaled;
        if (!(tensor->flags & TENSOR_SPAN) || tensor->size == 0)
            continue;
        const struct match partner = find_partner(matcher, tensor, base, &matches[i], &scales, &scaled);
        relation->tensors++;
        relation->matched += partner.tensor != NO_TENSOR;
        count_way(partner.how, relation);
        if (partner.tensor != NO_TENSOR)
            relation->converted += base->tensors->tensors[partner.tensor].dtype != tensor->dtype;
        status = znn_pair_estimate(estimator, source, tensor, &partner, scaled ? &scales : NULL, &estimate, error);
        relation->related += estimate.related < estimate.alone;
        relation->size += estimate.size;
        relation->alone += estimate.alone;
        relation->delta += estimate.related < estimate.alone ? estimate.related : estimate.alone;
    }
    znn_pair_estimator_free(estimator);
    znn_scale_matcher_free(matcher);
    return status;
}

/* A model, and the partners of its tensors. */
struct pairing {
    struct source source;
    struct model model;
    struct match *matches;
};

static enum znn_status pair_up(struct pairing *pairing, struct znn_input *input, struct znn_base *base,
                               struct znn_error *error)
{
    znn_source_open(&pairing->source, input);
    enum znn_status status =
        znn_source_is_seekable(&pairing->source)
            ? ZNN_OK
            : znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "a stream does not allow random access");
    if (!status)
        status = znn_model_scan(&pairing->source, &pairing->model, error);
    znn_source_end_views(&pairing->source);
    pairing->matches = znn_allocate((pairing->model.count + 1) * sizeof *pairing->matches);
    if (!status && !pairing->matches)
        status = znn_fail_memory(error, (pairing->model.count + 1) * sizeof *pairing->matches);
    return status ? status : znn_base_match(&pairing->model, &pairing->source, base, pairing->matches, error);
}

static void free_pairing(struct pairing *pairing)
{
    znn_release(pairing->matches);
    znn_model_free(&pairing->model);
    znn_source_close(&pairing->source);
}

enum znn_status znn_look_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                                struct znn_error *error)
{
    struct pairing pairing = {.matches = NULL};
    *relation = (struct znn_relation){0};
    enum znn_status status = pair_up(&pairing, input, base, error);
    if (!status)
        status = compare(&pairing.source, &pairing.model, base, pairing.matches, relation, error);
    free_pairing(&pairing);
    return status;
}

enum znn_status znn_look_match(struct znn_input *input, struct znn_base *base, znn_see_match *see, void *context,
                               struct znn_error *error)
{
    struct pairing pairing = {.matches = NULL};
    enum znn_status status = pair_up(&pairing, input, base, error);
    for (size_t i = 0; i < pairing.model.count && !status; i++) {
        const struct tensor *tensor = &pairing.model.tensors[i];
        const struct match *match = &pairing.matches[i];
        struct znn_tensor partner;
        if (!(tensor->flags & TENSOR_SPAN) || tensor->size == 0)
            continue;
        if (match->tensor != NO_TENSOR)
            znn_tensor_list_get(base->tensors, match->tensor, &partner);
        partner.struct_size = sizeof partner;
        see(context, tensor->offset, tensor->size, match->tensor != NO_TENSOR ? &partner : NULL, match->how);
    }
    free_pairing(&pairing);
    return status;
}
