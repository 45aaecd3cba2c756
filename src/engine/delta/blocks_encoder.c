/*
 * blocks_encoder.c - from quantized blocks and the values that they were made from to the streams of a part
 *
 *     blocks, base --> words, fields: a stream each
 *                  --> codes          no stream if all are as predicted; gaps and differences if few are not;
 *                                     else the differences of all
 */
#include "engine/delta/blocks_encoder.h"

#include <assert.h>

#include "container/format.h"
#include "container/part_blocks.h"
#include "engine/delta/delta_encoder.h"
#include "transform/ggml/ggml_split.h"

/* A part while it is encoded. */
struct row {
    const struct ggml_block *block;
    size_t count;      /* of blocks */
    size_t code_bytes; /* of all blocks */
    uint8_t *scales;   /* the streams of words and fields, one after the other */
    uint8_t *codes;
    uint8_t *gaps;
    uint8_t *differences;
};

/* The memory of sparse parts is free, because no part is both. */
static bool divide_memory(struct buffer *room, struct row *row)
{
    size_t scales = row->count * (2u * row->block->words + (size_t)row->block->words * row->block->fields);
    size_t few = row->code_bytes / BLOCKS_FEW_SHARE;
    size_t gaps = few + row->code_bytes / 255 + 1;
    room->size = 0;
    if (!znn_buffer_reserve(room, scales + row->code_bytes + gaps + few))
        return false;
    row->scales = room->data;
    row->codes = row->scales + scales;
    row->gaps = row->codes + row->code_bytes;
    row->differences = row->gaps + gaps;
    return true;
}

static void split(const struct row *row, const struct part_blocks *blocks, const uint8_t *base, const uint8_t *data)
{
    struct ggml_room room = {.codes = row->codes};
    uint8_t *next = row->scales;
    for (unsigned i = 0; i < 2u * row->block->words; i++, next += row->count)
        room.words[i] = next;
    for (unsigned i = 0; i < row->block->words; i++, next += row->count * row->block->fields)
        room.fields[i] = next;
    znn_ggml_split((enum ggml_kind)blocks->kind, (enum ggml_source)blocks->source, base, data, row->count, &room);
}

static size_t count_misses(const struct row *row)
{
    size_t misses = 0;
    for (size_t i = 0; i < row->code_bytes; i++)
        misses += row->codes[i] != 0;
    return misses;
}

/* Lists a few misses. */
static void list_misses(struct row *row, struct part_blocks *blocks)
{
    size_t gap = 0;
    blocks->missed = blocks->gap_bytes = 0;
    for (size_t i = 0; i < row->code_bytes; i++, gap++) {
        if (row->codes[i] == 0)
            continue;
        for (; gap >= 255; gap -= 255)
            row->gaps[blocks->gap_bytes++] = 255;
        row->gaps[blocks->gap_bytes++] = (uint8_t)gap;
        row->differences[blocks->missed++] = row->codes[i];
        gap = SIZE_MAX; /* wraps around to 0 */
    }
}

static void sort_misses(struct row *row, struct part_blocks *blocks)
{
    size_t misses = count_misses(row);
    blocks->misses = BLOCKS_MISS_NONE;
    if (misses > row->code_bytes / BLOCKS_FEW_SHARE)
        blocks->misses = BLOCKS_MISS_ALL;
    else if (misses > 0)
        blocks->misses = BLOCKS_MISS_FEW;
    if (blocks->misses == BLOCKS_MISS_FEW)
        list_misses(row, blocks);
}

static enum znn_status encode_streams(struct encode_call *call, const struct row *row, struct part *part,
                                      struct znn_error *error)
{
    unsigned scales = blocks_scale_streams(row->block);
    const uint8_t *next = row->scales;
    enum znn_status status = ZNN_OK;
    for (unsigned i = 0; i < part->stream_count && !status; i++) {
        if (i == scales)
            next = part->blocks.misses == BLOCKS_MISS_ALL ? row->codes : row->gaps;
        else if (i > scales)
            next = row->differences;
        size_t size = znn_part_stream_size(part, i);
        status = znn_part_encode_stream(call, next, size, STREAM_FLOAT, &part->streams[i], error);
        next += size;
    }
    return status;
}

enum znn_status znn_blocks_encode_from(struct encode_call *call, const struct part_input *input, const uint8_t *base,
                                       struct part *part, struct znn_error *error)
{
    enum ggml_kind kind = GGML_KINDS;
    enum ggml_source source = GGML_FROM_F32;
    bool known = znn_blocks_kind(input->type, &kind) && znn_blocks_source(input->delta->conversion.from, &source);
    assert(known && part->size % znn_ggml_block(kind)->bytes == 0);
    (void)known;
    struct row row = {.block = znn_ggml_block(kind), .count = part->size / znn_ggml_block(kind)->bytes};
    row.code_bytes = row.count * row.block->code_bytes;
    if (!divide_memory(&call->encoder->kept, &row))
        return znn_fail_memory(error, part->size);
    part->transform = TRANSFORM_BLOCKS;
    part->width = row.block->bytes;
    part->blocks = (struct part_blocks){.delta = input->delta, .kind = (uint8_t)kind, .source = (uint8_t)source};
    split(&row, &part->blocks, base, input->data);
    sort_misses(&row, &part->blocks);
    part->stream_count = (uint8_t)(blocks_scale_streams(row.block) + part->blocks.misses);
    return encode_streams(call, &row, part, error);
}

enum znn_status znn_blocks_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                  struct znn_error *error)
{
    struct delta_encoder *encoder = call->encoder->deltas;
    const uint8_t *base;
    uint32_t size = 0;
    for (size_t i = 0; i < input->delta->range_count; i++)
        size += input->delta->ranges[i].size;
    enum znn_status status =
        encoder->source.fetch(encoder->source.context, input->delta, size, NULL, &encoder->base, &base, error);
    return status ? status : znn_blocks_encode_from(call, input, base, part, error);
}
