/*
 * scales_decoder.c - from the numbers of a base and the scales of a part to the codes that they predict
 *
 *     streams --> byte groups --> numerators --> operands --> codes
 *                                                base -----^
 */
#include "engine/delta/scales_decoder.h"

#include "container/part_delta.h"

enum znn_status znn_scales_decode(struct decode_call *call, const struct delta *delta, const uint8_t *base,
                                  size_t count, uint8_t *codes, struct znn_error *error)
{
    const struct delta_scales *scales = &delta->scales;
    const struct scaling *scaling = &scales->scaling;
    const unsigned width = znn_float_width(scaling->type);
    const struct scaled_types types = {.from = (enum float_type)delta->conversion.from,
                                       .to = delta->conversion.to,
                                       .rounding = (enum float_rounding)delta->conversion.rounding};
    struct buffer *room = &call->nested.scratch->sorted;
    if (!znn_buffer_reserve(room, scales->count * (sizeof(float) + width + 1)))
        return znn_fail_memory(error, scales->count * sizeof(float));
    float *operands = (float *)(void *)room->data;
    uint8_t *numerators = room->data + scales->count * sizeof *operands;
    uint8_t *group = numerators + (size_t)scales->count * width;
    for (unsigned g = 0; g < width; g++) {
        const uint8_t *bytes = znn_part_decode_stream(call, &scales->groups[g], scales->count, group);
        if (!bytes)
            return ZNN_ERROR_CORRUPT;
        for (size_t i = 0; i < scales->count; i++)
            numerators[i * width + width - 1 - g] = bytes[i];
    }
    znn_scaled_operands(scaling, types.from, numerators, scales->count, operands);
    znn_scaled_predict(scaling, &types, operands, 0, base, count, codes);
    return ZNN_OK;
}
