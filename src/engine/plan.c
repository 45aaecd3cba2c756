/*
 * plan.c - where chunks are cut
 */
#include "engine/plan.h"

#include <stdlib.h>

#include "base/array.h"

/* Tensors below this size are too short for statistics of their own. */
#define SMALL_TENSOR 8192

/* Less room than this at the end of a chunk is not worth starting a large tensor in. */
#define SHORT_HEAD (1u << 16)

/* What lies at an offset: `left` bytes of one type. */
struct run {
    uint64_t left;
    uint8_t dtype;
    enum sharing sharing;
};

static struct run run_at(struct planner *planner)
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
    return (struct run){
        .left = tensor->offset + tensor->size - planner->offset,
        .dtype = tensor->dtype,
        .sharing = tensor->size < SMALL_TENSOR ? SHARING_SMALL : SHARING_NONE,
    };
}

bool znn_chunk_plan_add(struct chunk_plan *plan, uint32_t size, uint8_t dtype, enum sharing sharing)
{
    struct piece *pieces = znn_array_grow(plan->pieces, plan->count, &plan->capacity, sizeof *pieces);
    if (!pieces)
        return false;
    plan->pieces = pieces;
    pieces[plan->count++] = (struct piece){.size = size, .dtype = dtype, .sharing = (uint8_t)sharing};
    plan->size += size;
    return true;
}

/* How many bytes of `run` go into a chunk that has `size` bytes so far; 0 to close it before the run. */
static uint32_t take(const struct run *run, uint32_t size, bool has_numbers)
{
    bool numbers = run->dtype != DTYPE_BYTES;
    uint32_t limit = numbers || has_numbers ? CHUNK_NUMBERS : CHUNK_OPAQUE;
    if (size >= limit)
        return 0;
    uint32_t room = limit - size;
    if (run->left <= (numbers ? room + CHUNK_SLACK : room))
        return (uint32_t)run->left;
    if (size > 0 && room < SHORT_HEAD)
        return 0;
    return room - room % znn_dtype_info((enum dtype)run->dtype)->block_bytes;
}

bool znn_chunk_plan_next(struct planner *planner, struct chunk_plan *plan)
{
    plan->offset = planner->offset;
    plan->size = 0;
    plan->count = 0;
    bool has_numbers = false;
    while (plan->count < CHUNK_PIECES - 1) {
        struct run run = run_at(planner);
        uint32_t taken = take(&run, plan->size, has_numbers);
        if (taken == 0)
            break;
        if (!znn_chunk_plan_add(plan, taken, run.dtype, run.sharing))
            return false;
        has_numbers = has_numbers || run.dtype != DTYPE_BYTES;
        planner->offset += taken;
    }
    return true;
}

bool znn_chunk_plan_shorten(struct chunk_plan *plan, uint32_t size)
{
    while (plan->size > size) {
        struct piece *last = &plan->pieces[plan->count - 1];
        uint32_t surplus = plan->size - size;
        if (last->size <= surplus) {
            plan->size -= last->size;
            plan->count--;
            continue;
        }
        uint32_t left = last->size - surplus;
        uint32_t broken = left % znn_dtype_info((enum dtype)last->dtype)->block_bytes;
        plan->size -= last->size;
        last->size = left - broken;
        plan->size += last->size;
        if (last->size == 0)
            plan->count--;
        return broken == 0 || znn_chunk_plan_add(plan, broken, DTYPE_BYTES, SHARING_NONE);
    }
    return true;
}

void znn_chunk_plan_free(struct chunk_plan *plan)
{
    free(plan->pieces);
}
