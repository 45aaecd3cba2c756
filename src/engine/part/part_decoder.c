/*
 * part_decoder.c - from the streams of a part to its bytes
 */
#include "engine/part/part_decoder.h"

#include "common/memory.h"
#include "engine/coding/part_coding.h"
#include "engine/delta/delta_decoder.h"

bool znn_part_decoder_open(struct part_decoder *decoder)
{
    *decoder = (struct part_decoder){
        .frames = znn_frame_decoder_new(),
        .deltas = znn_allocate_zeroed(1, sizeof *decoder->deltas),
    };
    return znn_hash_open(&decoder->before) && decoder->frames && decoder->deltas;
}

void znn_part_decoder_use(struct part_decoder *decoder, struct base_source base)
{
    decoder->deltas->source = base;
}

void znn_part_ahead_clear(struct part_decoder *decoder)
{
    znn_delta_ahead_clear(decoder->deltas);
}

bool znn_part_fetch_ahead(struct part_decoder *decoder, const struct part *part)
{
    return znn_delta_fetch_ahead(decoder->deltas, part);
}

enum znn_status znn_part_blame(struct part_decoder *decoder, const struct part *part, struct znn_error *error)
{
    return znn_delta_blame(decoder->deltas, part, error);
}

void znn_part_decoder_close(struct part_decoder *decoder)
{
    znn_hash_close(&decoder->before);
    znn_frame_decoder_free(decoder->frames);
    znn_part_scratch_free(&decoder->own);
    if (decoder->deltas)
        znn_delta_decoder_close(decoder->deltas);
    znn_release(decoder->deltas);
}

enum znn_status znn_part_decode(struct decode_call *call, const struct part *part, uint8_t *target,
                                struct znn_error *error)
{
    const struct part_coding *coding = znn_part_coding(part->transform);
    enum znn_status status = coding->decode(call, part, target, error);
    if (!status && call->hash && !coding->hashes)
        znn_hash_add(call->hash, target, part->size);
    return status;
}
