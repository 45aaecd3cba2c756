/*
 * part_formats.c - the table of transforms: the descriptions of their parts
 */
#include "container/format.h"
#include "container/part_blocks.h"
#include "container/part_delta.h"
#include "container/part_fields.h"
#include "container/part_fixed.h"
#include "container/part_format.h"
#include "container/part_groups.h"
#include "container/part_palette.h"
#include "container/part_reference.h"
#include "container/part_sparse.h"

static const struct part_format *const formats[TRANSFORM_COUNT] = {
    [TRANSFORM_GROUPS] = &znn_groups_format,   [TRANSFORM_FIELDS] = &znn_fields_format,
    [TRANSFORM_FIXED] = &znn_fixed_format,     [TRANSFORM_REFERENCE] = &znn_reference_format,
    [TRANSFORM_PALETTE] = &znn_palette_format, [TRANSFORM_DELTA] = &znn_delta_format,
    [TRANSFORM_SPARSE] = &znn_sparse_format,   [TRANSFORM_BLOCKS] = &znn_blocks_format,
};

const struct part_format *znn_part_format(unsigned transform)
{
    return transform < TRANSFORM_COUNT ? formats[transform] : NULL;
}
