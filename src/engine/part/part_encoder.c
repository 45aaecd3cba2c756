/*
 * part_encoder.c - from the bytes of a part to its streams
 *
 * This file decides which transforms to try, and keeps the smallest result:
 *
 *     without a base     the trials of part_coding.h, which are for bytes that must be kept
 *     with a base        these, and the difference to the base
 *     may be rounded     these, and fixed point; or the difference to the base of both in fixed point
 *
 * All decisions come from sizes and samples.  They use integer arithmetic over the part's bytes, so a file does not
 * depend on the machine.
 */
#include "engine/part/part_encoder.h"

#include "container/format.h"
#include "container/part_blocks.h"
#include "engine/coding/fixed_type.h"
#include "engine/coding/part_coding.h"
#include "engine/delta/blocks_encoder.h"
#include "engine/delta/cast_delta.h"
#include "engine/delta/delta_encoder.h"
#include "engine/part/fixed_encoder.h"
#include "engine/part/palette_encoder.h"

/* A part hardly differs from its base if the difference is smaller than 1/HARDLY_ANYTHING of the part. */
#define HARDLY_ANYTHING 16

bool znn_part_encoder_open(struct part_encoder *encoder, const struct chunk_coding *coding,
                           struct rotation_sample *sample)
{
    *encoder = (struct part_encoder){.coding = *coding, .sample = sample};
    encoder->streams = znn_stream_encoder_new(coding->level);
    bool has_base = coding->base.fetch;
    if (has_base)
        encoder->deltas = znn_delta_encoder_new(coding->base);
    return encoder->streams && (encoder->deltas || !has_base);
}

void znn_part_encoder_close(struct part_encoder *encoder)
{
    znn_stream_encoder_free(encoder->streams);
    znn_delta_encoder_free(encoder->deltas);
    znn_buffer_free(&encoder->groups);
    znn_buffer_free(&encoder->kept);
    znn_palette_free(&encoder->palette);
    znn_buffer_free(&encoder->payload);
}

/* Tries the transforms from `trial` on, and keeps the smallest result. */
static enum znn_status try_from(struct encode_call *call, const struct part_input *input,
                                const struct part_trial *trial, struct part *part, struct znn_error *error)
{
    const struct buffer *payload = &call->encoder->payload;
    const size_t start = payload->size;
    struct part first = {.size = part->size};
    bool worth;
    enum znn_status status = znn_part_coding(trial->transform)->encode(call, input, &first, &worth, error);
    while (!status && !worth)
        status = znn_part_coding((++trial)->transform)->encode(call, input, &first, &worth, error);
    *part = first;
    if (status || trial->transform == TRANSFORM_GROUPS)
        return status;
    size_t middle = payload->size;
    struct part rest = {.size = part->size};
    znn_payload_fill_gap(call);
    status = try_from(call, input, trial + 1, &rest, error);
    if (status)
        return status;
    ptrdiff_t loss = (ptrdiff_t)(payload->size - middle) - (ptrdiff_t)(middle - start);
    znn_payload_keep(call, start, middle, loss <= trial->margin);
    if (loss <= trial->margin)
        *part = rest;
    return ZNN_OK;
}

/* Encodes a part without using a base. */
static enum znn_status encode_alone(struct encode_call *call, const struct part_input *input, struct part *part,
                                    struct znn_error *error)
{
    if (!znn_buffer_reserve(&call->encoder->groups, part->size + part->size / 8 + 1))
        return znn_fail_memory(error, part->size);
    return try_from(call, input, znn_part_trials, part, error);
}

/* The payload holds a part from `start` on and a rival from `middle` on.  Keeps the smaller one, and returns true if
 * that is the part. */
static bool keep_smaller(struct encode_call *call, struct part *part, const struct part *rival, size_t start,
                         size_t middle)
{
    size_t size = middle - start + znn_part_described_size(part);
    bool last = size > call->encoder->payload.size - middle + znn_part_described_size(rival);
    znn_payload_keep(call, start, middle, last);
    if (last)
        *part = *rival;
    return !last;
}

/* Returns whether the difference, which begins at `start`, is so small that no other way need be tried. */
static bool hardly_differs(const struct encode_call *call, const struct part *part, size_t start)
{
    return call->encoder->payload.size - start + znn_part_described_size(part) < part->size / HARDLY_ANYTHING;
}

/* Encodes a part as its difference from the base: from the same type, another float type, or what it predicts. */
static enum znn_status encode_difference(struct encode_call *call, const struct part_input *input, struct part *part,
                                         struct znn_error *error)
{
    return znn_blocks_predictable(input->type, input->delta->conversion.from)
               ? znn_blocks_encode(call, input, part, error)
               : znn_delta_encode(call, input, part, error);
}

/* Encodes a part with and without its base, and keeps the smaller result. */
static enum znn_status encode_related(struct encode_call *call, const struct part_input *input, struct part *part,
                                      struct znn_error *error)
{
    size_t start = call->encoder->payload.size;
    enum znn_status status = encode_difference(call, input, part, error);
    if (status || hardly_differs(call, part, start))
        return status;
    size_t middle = call->encoder->payload.size;
    struct part alone = {.size = part->size};
    status = encode_alone(call, input, &alone, error);
    if (!status)
        keep_smaller(call, part, &alone, start, middle);
    return status;
}

/* If fixed point is clearly smaller than the estimate for byte groups, znn does not try to encode without rounding. */
#define CLEARLY_SMALLER(bits, rival) ((bits) < (rival) - (rival) / 32)

/* Also encodes without rounding and keeps the smaller result.  The fixed-point result begins at `start`. */
static enum znn_status rival_fixed(struct encode_call *call, const struct part_input *input, struct part *part,
                                   size_t start, bool *done, struct znn_error *error)
{
    struct part groups = {.size = part->size};
    size_t middle = call->encoder->payload.size;
    znn_payload_fill_gap(call);
    enum znn_status status = encode_alone(call, input, &groups, error);
    if (status)
        return status;
    bool last = call->encoder->payload.size - middle <= middle - start;
    znn_payload_keep(call, start, middle, last);
    if (last)
        *part = groups;
    *done = !last;
    return ZNN_OK;
}

/* Encodes a part that may be rounded, without using a base. */
static enum znn_status encode_rounded_alone(struct encode_call *call, const struct part_input *input, struct part *part,
                                            const struct part_restored *restored, bool *done, struct znn_error *error)
{
    size_t start = call->encoder->payload.size;
    unsigned width = znn_dtype_info(input->type)->word;
    uint64_t bits;
    enum znn_status status = znn_fixed_encode(call, input, part, restored, done, &bits, error);
    if (status)
        return status;
    if (!*done)
        return encode_alone(call, input, part, error);
    uint64_t rival = znn_rotation_entropy(call->encoder->sample, input->data, part->size / width, width);
    if (!CLEARLY_SMALLER(bits, rival) || znn_palette_promises(input->data, part->size / width, width))
        status = rival_fixed(call, input, part, start, done, error);
    return status;
}

/*
 * Encodes a part that may be rounded with and without its base, and keeps the smaller result.  Both decode to the same
 * bytes, which are hashed after the choice.
 */
static enum znn_status encode_rounded_related(struct encode_call *call, const struct part_input *input,
                                              struct part *part, const struct part_restored *restored, bool *done,
                                              struct znn_error *error)
{
    const struct part_restored own = {.bytes = restored->bytes};
    const struct fixed_point fixed = znn_fixed_asked(&call->encoder->coding.lossy, input->type);
    size_t start = call->encoder->payload.size;
    enum znn_status status = znn_delta_encode_rounded(call, input, part, own.bytes, done, error);
    if (!status && !hardly_differs(call, part, start)) {
        size_t middle = call->encoder->payload.size;
        struct part alone = {.size = part->size};
        bool alone_done;
        status = encode_rounded_alone(call, input, &alone, &own, &alone_done, error);
        if (!status && !keep_smaller(call, part, &alone, start, middle))
            *done = alone_done;
    }
    const unsigned width = znn_fixed_width(fixed.type);
    if (!status && *done && restored->hash)
        znn_cast_delta_hash(&fixed, input->data, part->size / width, restored->hash, restored->zeroed);
    else if (!status && *done && restored->bytes && restored->zeroed)
        znn_zeroed_add(width, input->data, restored->bytes, part->size / width, restored->zeroed);
    return status;
}

enum znn_status znn_part_encode(struct encode_call *call, const struct part_input *input, struct part *part,
                                struct znn_error *error)
{
    znn_payload_fill_gap(call);
    return input->delta ? encode_related(call, input, part, error) : encode_alone(call, input, part, error);
}

enum znn_status znn_part_encode_rounded(struct encode_call *call, const struct part_input *input, struct part *part,
                                        const struct part_restored *restored, bool *done, struct znn_error *error)
{
    znn_payload_fill_gap(call);
    return input->delta ? encode_rounded_related(call, input, part, restored, done, error)
                        : encode_rounded_alone(call, input, part, restored, done, error);
}
