/*
 * lineage.c - chooses which tensors of a model are coded against which tensors of its base
 */
#include "engine/cut/lineage.h"

#include "common/memory.h"
#include "engine/cut/base_match.h"
#include "engine/cut/scale_match.h"

/* The cost of listing a tensor of the base, without its name: hash, size, and ranges in the directories. */
#define LISTING 48

/* The approximate cost of having a list. */
#define LIST 128

/* Small tensors share code tables with others, but a pair needs its own: TABLE bytes for each byte of a number. */
#define SMALL_TENSOR 8192
#define TABLE 8

/* Bytes at the start of a stream that are kept in memory, so that their tensors can be sampled. */
#define LOOKED_AT (1u << 20)

/* Tensors behind these bytes cannot be sampled.  Those of at least this size are coded against their partners, even if
 * most pairs before them were not similar, because a wrong guess costs almost nothing. */
#define BELIEVED (1u << 16)

struct tracing {
    const struct model *model;
    struct source *source;
    const struct znn_lossy *lossy;
    struct bases *bases;
    struct pair_estimator *estimator;
    uint64_t end;                /* the end of the bytes that can be sampled */
    unsigned related, unrelated; /* numbers of useful and of useless pairs */
    unsigned rare;               /* number of useful pairs that hardly differ */
    uint64_t saved;
    struct match *matches;
    uint32_t *numbers;             /* for each tensor of the base: its number in the list, or NO_LINK */
    struct scale_matcher *matcher; /* NULL if the source is a stream */
    struct link *links;
    struct scale_tensor *scales; /* behind the links; the next one that is free */
    uint64_t table_size;         /* the largest size that the list can have */
};

/* Decides whether the pair is worth listing.  Sets the size of its link, and whether it is rare. */
static enum znn_status judge(struct tracing *tracing, size_t i, const struct scale_tensor *scales, struct link *link,
                             bool *pays, struct znn_error *error)
{
    const struct tensor *tensor = &tracing->model->tensors[i];
    size_t partner = tracing->matches[i].tensor;
    uint64_t other = znn_partner_share(tensor, &tracing->bases->base->tensors->tensors[partner]);
    uint64_t size = tensor->size < other ? tensor->size : other;
    size -= size % znn_dtype_info((enum dtype)tensor->dtype)->block_bytes;
    link->size = size;
    *pays = false;
    if (!scales && znn_partner_needs_scales(tensor, &tracing->bases->base->tensors->tensors[partner]))
        return ZNN_OK;
    if (tensor->size > tracing->end || tensor->offset > tracing->end - tensor->size) {
        *pays = size >= BELIEVED || (size > LISTING && tracing->related > tracing->unrelated);
        tracing->saved += *pays ? size : 0;
        link->rare = link->dtype == DTYPE_BYTES && 2 * tracing->rare > tracing->related;
        return ZNN_OK;
    }
    struct pair_estimate estimate;
    enum znn_status status =
        znn_pair_estimate(tracing->estimator, tracing->source, tensor, &tracing->matches[i], scales, &estimate, error);
    uint64_t cost = estimate.related + LISTING + tensor->name_size / 2;
    if (size < SMALL_TENSOR)
        cost += (uint64_t)TABLE * znn_dtype_info((enum dtype)tensor->dtype)->word;
    *pays = size > 0 && cost < estimate.alone;
    link->rare = estimate.rare;
    if (*pays)
        tracing->saved += estimate.alone - cost;
    tracing->rare += *pays && estimate.rare;
    tracing->related += *pays;
    tracing->unrelated += !*pays;
    return status;
}

/* Returns true if the list has no room for tensor `i`'s partner, which happens only with very many tensors. */
static bool is_full(struct tracing *tracing, size_t i)
{
    const struct tensor *partner = &tracing->bases->base->tensors->tensors[tracing->matches[i].tensor];
    uint64_t row = 40 + (uint64_t)partner->name_size;
    if (tracing->numbers[tracing->matches[i].tensor] != NO_LINK)
        return false;
    if (tracing->bases->count == BASE_TENSORS_MAX || row > BASES_TABLE_MAX - tracing->table_size)
        return true;
    tracing->table_size += row;
    return false;
}

/* Finds the scales by which the partner of a tensor is divided.  Returns NULL if there are none. */
static const struct scale_tensor *find_scales(const struct tracing *tracing, size_t i)
{
    const struct tensor *tensor = &tracing->model->tensors[i];
    const struct tensor *partner = &tracing->bases->base->tensors->tensors[tracing->matches[i].tensor];
    bool found = tracing->matcher && znn_scale_match(tracing->matcher, tensor, partner->dtype, tracing->scales);
    return found ? tracing->scales : NULL;
}

/* Links tensor `i` to its partner.  A partner that other tensors have, too, is listed once. */
static bool link_up(struct tracing *tracing, size_t i, struct link *link)
{
    size_t partner = tracing->matches[i].tensor;
    if (tracing->numbers[partner] == NO_LINK) {
        tracing->numbers[partner] = (uint32_t)tracing->bases->count;
        if (!znn_bases_add(tracing->bases, partner))
            return false;
    }
    link->number = tracing->numbers[partner];
    link->order = tracing->matches[i].order;
    link->dtype = znn_partner_dtype(&tracing->model->tensors[i], &tracing->bases->base->tensors->tensors[partner]);
    return true;
}

static enum znn_status choose(struct tracing *tracing, struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < tracing->bases->base->tensors->count; i++)
        tracing->numbers[i] = NO_LINK;
    for (size_t i = 0; i < tracing->model->count && !status; i++) {
        struct link *link = &tracing->links[i];
        bool pays;
        link->number = NO_LINK;
        link->scales = NULL;
        if (tracing->matches[i].tensor == NO_TENSOR || is_full(tracing, i))
            continue;
        link->dtype = znn_partner_dtype(&tracing->model->tensors[i],
                                        &tracing->bases->base->tensors->tensors[tracing->matches[i].tensor]);
        const struct scale_tensor *scales = find_scales(tracing, i);
        status = judge(tracing, i, scales, link, &pays, error);
        if (status || !pays)
            continue;
        link->scales = scales;
        tracing->scales += scales != NULL;
        if (!link_up(tracing, i, link))
            return znn_fail_memory(error, SIZE_NOT_KNOWN);
    }
    return status;
}

static enum znn_status trace(struct tracing *tracing, struct znn_error *error)
{
    size_t count = tracing->model->count;
    tracing->matches = znn_allocate(count * sizeof *tracing->matches);
    const bool seekable = znn_source_is_seekable(tracing->source);
    const size_t scaled = seekable ? znn_scale_most(tracing->model) : 0;
    tracing->numbers = znn_allocate(tracing->bases->base->tensors->count * sizeof *tracing->numbers);
    tracing->links = znn_allocate(count * sizeof *tracing->links + (scaled + 1) * sizeof *tracing->scales);
    tracing->scales = tracing->links ? (struct scale_tensor *)(void *)(tracing->links + count) : NULL;
    if (scaled > 0)
        tracing->matcher = znn_scale_matcher_new(tracing->model);
    tracing->estimator = znn_pair_estimator_new(tracing->bases->base, tracing->lossy);
    tracing->end = seekable ? UINT64_MAX : tracing->model->tensors[0].offset + LOOKED_AT;
    if (!tracing->matches || !tracing->numbers || !tracing->links || !tracing->estimator ||
        (scaled > 0 && !tracing->matcher))
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    enum znn_status status =
        znn_base_match(tracing->model, tracing->source, tracing->bases->base, tracing->matches, error);
    if (!status)
        status = choose(tracing, error);
    if (tracing->saved < LIST)
        tracing->bases->count = 0;
    return status;
}

enum znn_status znn_lineage_trace(const struct model *model, struct source *source, const struct znn_lossy *lossy,
                                  unsigned threads, struct bases *bases, struct link **links, struct znn_error *error)
{
    struct tracing tracing = {.model = model, .source = source, .lossy = lossy, .bases = bases};
    *links = NULL;
    if (!bases->base || model->count == 0 || bases->base->tensors->count == 0)
        return ZNN_OK;
    enum znn_status status = trace(&tracing, error);
    znn_release(tracing.matches);
    znn_release(tracing.numbers);
    znn_pair_estimator_free(tracing.estimator);
    znn_scale_matcher_free(tracing.matcher);
    if (!status)
        status = znn_bases_hash(bases, threads, false, error);
    if (status || bases->count == 0)
        znn_release(tracing.links);
    else
        *links = tracing.links;
    return status;
}
