/*
 * part_codings.c - the table of transforms: their encoders and decoders
 */
#include "container/format.h"
#include "engine/coding/part_coding.h"
#include "engine/delta/blocks_decoder.h"
#include "engine/delta/delta_decoder.h"
#include "engine/part/fields_decoder.h"
#include "engine/part/fields_encoder.h"
#include "engine/part/fixed_decoder.h"
#include "engine/part/groups_decoder.h"
#include "engine/part/groups_encoder.h"
#include "engine/part/palette_decoder.h"
#include "engine/part/palette_encoder.h"
#include "engine/part/sparse_decoder.h"
#include "engine/part/sparse_encoder.h"

/* Does nothing: the bytes of a reference are in place before any part is decoded. */
static enum znn_status decode_reference(struct decode_call *call, const struct part *part, uint8_t *target,
                                        struct znn_error *error)
{
    (void)call, (void)part, (void)target, (void)error;
    return ZNN_OK;
}

static const struct part_coding codings[TRANSFORM_COUNT] = {
    [TRANSFORM_GROUPS] = {.encode = znn_groups_encode, .decode = znn_groups_decode, .hashes = true},
    [TRANSFORM_FIELDS] = {.encode = znn_fields_encode, .decode = znn_fields_decode, .hashes = true},
    [TRANSFORM_FIXED] = {.decode = znn_fixed_decode},
    [TRANSFORM_REFERENCE] = {.decode = decode_reference},
    [TRANSFORM_PALETTE] = {.encode = znn_palette_encode, .decode = znn_palette_decode},
    [TRANSFORM_DELTA] = {.decode = znn_delta_decode},
    [TRANSFORM_SPARSE] = {.encode = znn_sparse_encode, .decode = znn_sparse_decode},
    [TRANSFORM_BLOCKS] = {.decode = znn_blocks_decode},
};

const struct part_coding *znn_part_coding(unsigned transform)
{
    return &codings[transform];
}

/* A map of zeros takes about this many bytes in the directory. */
#define MAP_DESCRIBED 8

const struct part_trial znn_part_trials[] = {
    {TRANSFORM_FIELDS, -1}, /* fields win ties */
    {TRANSFORM_PALETTE, 0},
    {TRANSFORM_SPARSE, MAP_DESCRIBED},
    {TRANSFORM_GROUPS, 0},
};
