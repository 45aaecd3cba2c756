/*
 * part_blocks.c - the description of a part of quantized blocks that are predicted from a base
 */
#include "container/part_blocks.h"

#include "container/format.h"
#include "container/part_delta.h"
#include "model/dtype.h"

static const uint8_t kinds[GGML_KINDS] = {
    [GGML_Q4_0] = DTYPE_Q4_0, [GGML_Q4_1] = DTYPE_Q4_1, [GGML_Q5_0] = DTYPE_Q5_0,     [GGML_Q5_1] = DTYPE_Q5_1,
    [GGML_Q8_0] = DTYPE_Q8_0, [GGML_Q2_K] = DTYPE_Q2_K, [GGML_Q3_K] = DTYPE_Q3_K,     [GGML_Q4_K] = DTYPE_Q4_K,
    [GGML_Q5_K] = DTYPE_Q5_K, [GGML_Q6_K] = DTYPE_Q6_K, [GGML_IQ4_NL] = DTYPE_IQ4_NL, [GGML_IQ4_XS] = DTYPE_IQ4_XS,
};
static const uint8_t sources[] = {
    [GGML_FROM_F32] = DTYPE_F32, [GGML_FROM_F16] = DTYPE_F16, [GGML_FROM_BF16] = DTYPE_BF16};

bool znn_blocks_kind(unsigned dtype, enum ggml_kind *kind)
{
    for (unsigned i = 0; i < GGML_KINDS; i++)
        if (kinds[i] == dtype) {
            *kind = (enum ggml_kind)i;
            return true;
        }
    return false;
}

bool znn_blocks_source(unsigned dtype, enum ggml_source *source)
{
    for (unsigned i = 0; i < sizeof sources; i++)
        if (sources[i] == dtype) {
            *source = (enum ggml_source)i;
            return true;
        }
    return false;
}

bool znn_blocks_predictable(unsigned dtype, unsigned source)
{
    enum ggml_kind kind;
    enum ggml_source from;
    return znn_blocks_kind(dtype, &kind) && znn_blocks_source(source, &from);
}

uint64_t znn_blocks_base_size(enum ggml_kind kind, enum ggml_source source, uint64_t size)
{
    const struct ggml_block *block = znn_ggml_block(kind);
    return size / block->bytes * block->values * ggml_source_width(source);
}

static const struct ggml_block *block_of(const struct part *part)
{
    return znn_ggml_block((enum ggml_kind)part->blocks.kind);
}

static bool write_shape(const struct part *part, struct buffer *out)
{
    return znn_buffer_append_u8(out, kinds[part->blocks.kind]) &&
           znn_buffer_append_u8(out, sources[part->blocks.source]);
}

static bool write_rest(const struct part *part, struct buffer *out)
{
    const struct part_blocks *blocks = &part->blocks;
    bool good = znn_delta_write_ranges(blocks->delta, out) && znn_buffer_append_u8(out, blocks->misses);
    if (blocks->misses == BLOCKS_MISS_FEW)
        good =
            good && znn_buffer_append_leb128(out, blocks->missed) && znn_buffer_append_leb128(out, blocks->gap_bytes);
    return good;
}

static enum znn_status parse_shape(struct part_parser *parser, struct part *part)
{
    enum ggml_kind kind;
    enum ggml_source source;
    unsigned type = read_u8(&parser->reader), from = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (!znn_blocks_kind(type, &kind))
        return znn_part_fail_new(parser, "predicted blocks of type", type);
    if (!znn_blocks_source(from, &source))
        return znn_part_fail_new(parser, "blocks predicted from type", from);
    part->blocks.delta = znn_delta_pool_take(parser->deltas);
    if (!part->blocks.delta)
        return znn_fail_memory(parser->error, sizeof *part->blocks.delta);
    part->blocks.kind = (uint8_t)kind;
    part->blocks.source = (uint8_t)source;
    part->width = znn_ggml_block(kind)->bytes;
    return ZNN_OK;
}

/* A miss takes a byte of gaps, and every 255 bytes of codes that are no misses may take another one. */
static enum znn_status parse_few(struct part_parser *parser, uint32_t codes, struct part_blocks *blocks)
{
    uint64_t missed = read_leb128(&parser->reader), gap_bytes = read_leb128(&parser->reader);
    if (parser->reader.bad || missed == 0 || missed > codes / BLOCKS_FEW_SHARE || gap_bytes < missed ||
        gap_bytes > missed + codes / 255)
        return znn_part_fail(parser);
    blocks->missed = (uint32_t)missed;
    blocks->gap_bytes = (uint32_t)gap_bytes;
    return ZNN_OK;
}

static enum znn_status parse_rest(struct part_parser *parser, struct part *part)
{
    const struct ggml_block *block = block_of(part);
    struct part_blocks *blocks = &part->blocks;
    uint64_t base = znn_blocks_base_size((enum ggml_kind)blocks->kind, (enum ggml_source)blocks->source, part->size);
    if (base > DELTA_PART_MAX)
        return znn_part_fail(parser);
    enum znn_status status = znn_delta_parse_ranges(parser, (uint32_t)base, blocks->delta);
    if (status)
        return status;
    blocks->misses = read_u8(&parser->reader);
    if (parser->reader.bad)
        return znn_part_fail(parser);
    if (blocks->misses >= BLOCKS_MISS_COUNT)
        return znn_part_fail_new(parser, "way to store missed codes", blocks->misses);
    part->stream_count = (uint8_t)(blocks_scale_streams(block) + blocks->misses);
    if (blocks->misses == BLOCKS_MISS_FEW)
        status = parse_few(parser, part->size / block->bytes * block->code_bytes, blocks);
    return status;
}

static uint32_t stream_size(const struct part *part, unsigned i)
{
    const struct ggml_block *block = block_of(part);
    uint32_t count = part->size / block->bytes;
    unsigned scales = blocks_scale_streams(block);
    if (i < 2u * block->words)
        return count;
    if (i < scales)
        return count * block->fields;
    if (part->blocks.misses == BLOCKS_MISS_ALL)
        return count * block->code_bytes;
    return i == scales ? part->blocks.gap_bytes : part->blocks.missed;
}

static size_t described_size(const struct part *part)
{
    return 8 + 8 * part->blocks.delta->range_count + 5 * (size_t)part->stream_count;
}

static uint32_t base_size(const struct part *part)
{
    const struct part_blocks *blocks = &part->blocks;
    return (uint32_t)znn_blocks_base_size((enum ggml_kind)blocks->kind, (enum ggml_source)blocks->source, part->size);
}

const struct part_format znn_blocks_format = {
    .name = "blocks",
    .needs = PART_NEEDS_BASE,
    .write_shape = write_shape,
    .write_rest = write_rest,
    .parse_shape = parse_shape,
    .parse_rest = parse_rest,
    .stream_size = stream_size,
    .described_size = described_size,
    .base_size = base_size,
};
