/*
 * chunk_plan.c - the pieces of a chunk
 */
#include "engine/chunk/chunk_plan.h"

#include "common/array.h"
#include "common/memory.h"
#include "model/dtype.h"

uint64_t znn_partner_size(uint64_t size, uint8_t dtype, uint8_t base_dtype)
{
    if (base_dtype == DTYPE_BYTES)
        return size;
    const struct dtype_info *own = znn_dtype_info((enum dtype)dtype);
    return size / own->block_bytes * own->block_elements * znn_dtype_info((enum dtype)base_dtype)->block_bytes;
}

bool znn_chunk_plan_add_piece(struct chunk_plan *plan, const struct piece *piece)
{
    struct piece *pieces = znn_array_grow(plan->pieces, plan->count, &plan->capacity, sizeof *pieces);
    if (!pieces)
        return false;
    plan->pieces = pieces;
    pieces[plan->count++] = *piece;
    uint32_t partner = (uint32_t)znn_partner_size(piece->size, piece->dtype, piece->base_dtype);
    plan->size += piece->size;
    plan->weight += partner > piece->size ? partner : piece->size;
    return true;
}

bool znn_chunk_plan_add(struct chunk_plan *plan, uint32_t size, uint8_t dtype, enum sharing sharing)
{
    struct piece piece = {.size = size, .dtype = dtype, .sharing = (uint8_t)sharing};
    return znn_chunk_plan_add_piece(plan, &piece);
}

bool znn_chunk_plan_refer(struct chunk_plan *plan, uint32_t size, uint64_t source)
{
    if (!znn_chunk_plan_add(plan, size, DTYPE_BYTES, SHARING_NONE))
        return false;
    struct piece *piece = &plan->pieces[plan->count - 1];
    piece->is_reference = true;
    piece->source = source;
    plan->has_references = true;
    return true;
}

void znn_chunk_plan_clear(struct chunk_plan *plan, uint64_t offset)
{
    plan->offset = offset;
    plan->size = plan->weight = 0;
    plan->count = 0;
    plan->has_references = plan->is_alone = false;
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
    znn_release(plan->pieces);
}
