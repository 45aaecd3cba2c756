/*
 * fields_encoder.c - from blocks of quantized numbers to their fields
 */
#include "engine/part/fields_encoder.h"

#include "container/format.h"
#include "transform/fields.h"

/* Describes a part of blocks whose fields have `widths`, a list that ends with 0. */
static void describe(struct part *part, const uint8_t *widths)
{
    part->transform = TRANSFORM_FIELDS;
    part->width = 0;
    for (part->stream_count = 0; widths[part->stream_count] > 0; part->stream_count++) {
        part->fields.widths[part->stream_count] = widths[part->stream_count];
        part->width = (uint16_t)(part->width + widths[part->stream_count]);
    }
}

enum znn_status znn_fields_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                  bool *worth, struct znn_error *error)
{
    const struct dtype_info *dtype = znn_dtype_info(input->type);
    uint8_t *fields[PART_STREAMS_MAX];
    uint8_t *room = call->encoder->groups.data;
    *worth = dtype->fields && part->size % dtype->block_bytes == 0;
    if (!*worth)
        return ZNN_OK;
    describe(part, dtype->fields);
    for (unsigned i = 0; i < part->stream_count; i++) {
        fields[i] = room;
        room += znn_part_stream_size(part, i);
    }
    znn_fields_split(input->data, part->size / part->width, dtype->fields, part->stream_count, fields);
    enum znn_status status = ZNN_OK;
    for (unsigned i = 0; i < part->stream_count && !status; i++)
        status = znn_part_encode_stream(call, fields[i], znn_part_stream_size(part, i), STREAM_FLOAT, &part->streams[i],
                                        error);
    return status;
}
