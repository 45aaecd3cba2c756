/*
 * planner.c - decides where chunks are cut
 */
#include "engine/cut/planner.h"

#include <assert.h>

/* Tensors below this size are too short for statistics of their own. */
#define SMALL_TENSOR 8192

/* If less room than this is left in a chunk, a large tensor does not start there. */
#define SHORT_HEAD (1u << 16)

/* The bytes at an offset: `left` bytes of one type and, if there is a base, of one partner. */
struct run {
    uint64_t left;
    uint8_t dtype;
    enum sharing sharing;
    bool alone;
    bool related;
    uint32_t base;
    uint64_t base_offset;
    uint8_t base_dtype; /* as in struct piece */
    const struct scale_tensor *scales;
    const struct row_order *order;
    bool rare;
    bool rounded;
};

/* Ends the run where the current tensor's partner ends.  Past that, the run has no partner. */
static void find_partner(const struct planner *planner, struct run *run)
{
    const struct tensor *tensor = &planner->model->tensors[planner->next];
    const struct link *link = &planner->links[planner->next];
    uint64_t done = planner->offset - tensor->offset;
    if (link->number == NO_LINK || done >= link->size)
        return;
    run->related = true;
    run->base = link->number;
    run->base_dtype = link->dtype;
    run->scales = link->scales;
    run->order = link->order.row_bytes > 0 ? &link->order : NULL;
    run->rare = link->rare && !run->order && !run->rounded;
    run->base_offset = znn_partner_size(done, run->dtype, link->dtype);
    run->left = link->size - done;
}

static struct run tensor_run_at(struct planner *planner)
{
    const struct model *model = planner->model;
    while (planner->next < model->count) {
        const struct tensor *tensor = &model->tensors[planner->next];
        if ((tensor->flags & TENSOR_SPAN) && tensor->offset + tensor->size > planner->offset)
            break;
        planner->next++;
    }
    if (planner->next == model->count)
        return (struct run){.left = UINT64_MAX};
    const struct tensor *tensor = &model->tensors[planner->next];
    if (tensor->offset > planner->offset)
        return (struct run){.left = tensor->offset - planner->offset};
    struct run run = {
        .left = tensor->offset + tensor->size - planner->offset,
        .dtype = tensor->dtype,
        .sharing = tensor->size < SMALL_TENSOR ? SHARING_SMALL : SHARING_NONE,
        .alone = planner->alone && tensor->size >= ALONE,
        .rounded = tensor->flags & TENSOR_ROUNDED,
    };
    if (planner->links)
        find_partner(planner, &run);
    return run;
}

static const struct reference *next_reference(const struct planner *planner)
{
    const struct references *references = planner->references;
    return references && planner->next_reference < references->count ? &references->items[planner->next_reference]
                                                                     : NULL;
}

/* Returns the run at the current offset.  Ordinary bytes end where a reference starts. */
static struct run run_at(struct planner *planner)
{
    struct run run = tensor_run_at(planner);
    const struct reference *reference = next_reference(planner);
    assert(!reference || reference->offset >= planner->offset);
    if (reference && run.left > reference->offset - planner->offset)
        run.left = reference->offset - planner->offset;
    return run;
}

/* Adds the next bytes of a reference to the plan, as many as there is room for. */
static bool take_reference(struct planner *planner, struct chunk_plan *plan, const struct reference *reference)
{
    uint64_t done = planner->offset - reference->offset;
    assert(done < reference->size && plan->size < CHUNK_MAX);
    uint32_t room = CHUNK_MAX - plan->size;
    uint32_t taken = reference->size - done < room ? (uint32_t)(reference->size - done) : room;
    planner->offset += taken;
    if (done + taken == reference->size)
        planner->next_reference++;
    return znn_chunk_plan_refer(plan, taken, reference->source + done);
}

/* Plans a chunk of references and of the gaps between those that share it. */
static bool plan_references(struct planner *planner, struct chunk_plan *plan)
{
    const struct reference *reference = next_reference(planner);
    for (size_t count = 0; count < REFERENCES_MAX; count++) {
        if (!take_reference(planner, plan, reference))
            return false;
        const struct reference *next = next_reference(planner);
        if (!next || next == reference || !next->joins || plan->size + next->gap >= CHUNK_MAX)
            break;
        if (next->gap > 0 && !znn_chunk_plan_add(plan, next->gap, DTYPE_BYTES, SHARING_NONE))
            return false;
        planner->offset += next->gap;
        reference = next;
    }
    return true;
}

/* Returns how many bytes of `run` weigh `weight` bytes (chunk_plan.h). */
static uint32_t weighed(const struct run *run, uint32_t weight)
{
    uint32_t size = (uint32_t)znn_dtype_info((enum dtype)run->dtype)->block_bytes;
    uint32_t partner = (uint32_t)znn_partner_size(size, run->dtype, run->base_dtype);
    return partner > size ? weight / partner * size : weight;
}

/* Returns the number of bytes of `run` to add to a chunk that weighs `weight` so far, or 0 to end the chunk first. */
static uint32_t take(const struct run *run, uint32_t weight, bool has_numbers)
{
    bool numbers = run->dtype != DTYPE_BYTES;
    uint32_t limit = numbers || has_numbers ? CHUNK_NUMBERS : CHUNK_OPAQUE;
    if (weight >= limit)
        return 0;
    uint32_t room = weighed(run, limit - weight);
    if (run->left <= (numbers ? weighed(run, limit - weight + CHUNK_SLACK) : room))
        return (uint32_t)run->left;
    if (weight > 0 && room < SHORT_HEAD)
        return 0;
    return room - room % znn_dtype_info((enum dtype)run->dtype)->block_bytes;
}

bool znn_planner_next(struct planner *planner, struct chunk_plan *plan)
{
    const struct reference *reference = next_reference(planner);
    bool has_numbers = false;
    znn_chunk_plan_clear(plan, planner->offset);
    if (reference && planner->offset >= reference->offset)
        return plan_references(planner, plan);
    while (plan->count < CHUNK_PIECES - 1 && !plan->is_alone) {
        struct run run = run_at(planner);
        uint32_t taken = take(&run, plan->weight, has_numbers);
        if (taken == 0 || (run.alone && plan->size > 0))
            break;
        plan->is_alone = run.alone;
        struct piece piece = {
            .size = taken,
            .dtype = run.dtype,
            .sharing = (uint8_t)run.sharing,
            .related = run.related,
            .base = run.base,
            .base_offset = run.base_offset,
            .base_dtype = run.base_dtype,
            .scales = run.scales,
            .order = run.order,
            .rare = run.rare,
        };
        if (!znn_chunk_plan_add_piece(plan, &piece))
            return false;
        plan->pieces[plan->count - 1].rounded = run.rounded;
        has_numbers = has_numbers || run.dtype != DTYPE_BYTES;
        planner->offset += taken;
    }
    return true;
}
