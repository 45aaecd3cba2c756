/*
 * blocks_decoder.c - from the streams of a part of quantized blocks and the bytes of its base to the blocks
 *
 *     base, words, fields --> predicted blocks --> codes that were missed are put right
 */
#include "engine/delta/blocks_decoder.h"

#include "container/part_blocks.h"
#include "engine/delta/delta_decoder.h"
#include "transform/ggml/ggml_split.h"

/*
 * Adds the differences of a few misses.  Each gap is the number of code bytes between two misses: bytes of 255 go on,
 * and the first other byte ends it.  Returns false if the gaps lead beyond the codes or are more or fewer than the
 * misses.
 */
static bool put_right(const struct part_blocks *blocks, uint32_t size, const uint8_t *gaps, const uint8_t *differences,
                      uint8_t *target)
{
    const struct ggml_block *block = znn_ggml_block((enum ggml_kind)blocks->kind);
    const uint32_t codes = size / block->bytes * block->code_bytes;
    uint64_t place = 0;
    uint32_t done = 0;
    for (uint32_t i = 0; i < blocks->gap_bytes; i++) {
        place += gaps[i];
        if (gaps[i] == 255)
            continue;
        if (place >= codes || done == blocks->missed)
            return false;
        uint32_t index = (uint32_t)place;
        uint8_t *missed =
            target + index / block->code_bytes * block->bytes + block->code_start + index % block->code_bytes;
        *missed = (uint8_t)(*missed + differences[done++]);
        place++;
    }
    return done == blocks->missed && gaps[blocks->gap_bytes - 1] != 255;
}

enum znn_status znn_blocks_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                  struct znn_error *error)
{
    const struct part_blocks *blocks = &part->blocks;
    const struct ggml_block *block = znn_ggml_block((enum ggml_kind)blocks->kind);
    const unsigned scales = blocks_scale_streams(block);
    const uint8_t *base, *streams[PART_STREAMS_MAX];
    enum znn_status status = znn_delta_fetch(call->decoder->deltas, &call->nested, part, &base, error);
    if (!status)
        status = znn_part_decode_streams(call, part, streams, error);
    if (status)
        return status;
    struct ggml_differences differences = {.codes = blocks->misses == BLOCKS_MISS_ALL ? streams[scales] : NULL};
    for (unsigned i = 0; i < 2u * block->words; i++)
        differences.words[i] = streams[i];
    for (unsigned i = 2u * block->words; i < scales; i++)
        differences.fields[i - 2u * block->words] = streams[i];
    znn_ggml_merge((enum ggml_kind)blocks->kind, (enum ggml_source)blocks->source, base, &differences,
                   part->size / block->bytes, target);
    bool good = blocks->misses != BLOCKS_MISS_FEW ||
                put_right(blocks, part->size, streams[scales], streams[scales + 1], target);
    return good ? ZNN_OK : ZNN_ERROR_CORRUPT;
}
