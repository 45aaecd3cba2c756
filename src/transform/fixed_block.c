/*
 * fixed_block.c - turns a block of floats into the bytes of its streams, and back
 */
#include "transform/fixed_block.h"

#include <string.h>

#include "transform/bits.h"
#include "transform/kernels.h"
#include "transform/x86/fixed_block_x86.h"

/* Room for the integers of a block. */
struct numbers {
    int32_t narrow[FIXED_BLOCK];
    int64_t wide[FIXED_BLOCK];
};

/* Replaces exceptions with zeros and marks them in the map. */
static void map_exceptions(struct numbers *numbers, bool is_wide, size_t count, uint8_t *map)
{
    for (size_t i = 0; i < count; i++) {
        bool is_exception = is_wide ? numbers->wide[i] == FIXED_EXCEPTION64 : numbers->narrow[i] == FIXED_EXCEPTION32;
        if (!is_exception)
            continue;
        map[i / 8] |= (uint8_t)(1u << i % 8);
        if (is_wide)
            numbers->wide[i] = 0;
        else
            numbers->narrow[i] = 0;
    }
}

/* Like znn_fixed_encode_block(), but leaves a last group that must be packed at one byte per number. */
static size_t encode_by_steps(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                              uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored)
{
    struct numbers numbers;
    uint8_t negative[FIXED_BLOCK];
    const struct fixed_shape *shape = &layout->shape;
    const union fixed_values values = fixed_values_in(layout->fixed.type, numbers.narrow, numbers.wide);
    size_t exceptions = znn_fixed_cast(&layout->fixed, source, count, values, restored).exceptions;
    memset(map, 0, bits_size(count, 1));
    if (exceptions > 0)
        map_exceptions(&numbers, shape->is_wide, count, map);
    znn_fixed_split(shape, values, count, groups, negative);
    if (shape->form == FIXED_SIGNS_APART)
        znn_bits_pack(negative, count, 1, signs);
    if (layout->is_packed) {
        uint8_t *last = groups[shape->groups - 1];
        const unsigned shift = shape->shift;
        for (size_t i = 0; i < count; i++)
            last[i] = (uint8_t)(last[i] >> shift);
    }
    return exceptions;
}

/* Decodes such numbers.  Changes `tail`. */
static bool decode_by_steps(const struct fixed_layout *layout, const uint8_t *const *groups, uint8_t *tail,
                            const uint8_t *signs, size_t count, uint8_t *target)
{
    struct numbers numbers;
    uint8_t negative[FIXED_BLOCK];
    const struct fixed_shape *shape = &layout->shape;
    const union fixed_values values = fixed_values_in(layout->fixed.type, numbers.narrow, numbers.wide);
    if (layout->is_packed) {
        const unsigned shift = shape->shift;
        for (size_t i = 0; i < count; i++)
            tail[i] = (uint8_t)(tail[i] << shift);
    }
    if (shape->form == FIXED_SIGNS_APART)
        znn_bits_unpack(signs, count, 1, negative);
    return znn_fixed_merge(shape, groups, negative, count, values) &&
           znn_fixed_restore(&layout->fixed, values, count, target);
}

/* Returns how many of the first elements the machine's vectors can process. */
static size_t whole_vectors(const struct transform_kernels *kernels, const struct fixed_layout *layout, size_t count)
{
    return kernels->fixed_encode_block && !layout->shape.is_wide ? count - count % FIXED_BLOCK_STEP512 : 0;
}

size_t znn_fixed_encode_block(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                              uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored)
{
    uint8_t tail[FIXED_BLOCK];
    uint8_t *places[FIXED_GROUPS_MAX];
    const unsigned last = layout->shape.groups - 1, width = znn_fixed_width(layout->fixed.type);
    for (unsigned k = 0; k <= last; k++)
        places[k] = layout->is_packed && k == last ? tail : groups[k];
    const struct transform_kernels *kernels = znn_transform_kernels();
    size_t done = whole_vectors(kernels, layout, count), exceptions = 0;
    if (done > 0)
        exceptions = kernels->fixed_encode_block(layout, source, done, places, signs, map, restored);
    if (done < count) {
        for (unsigned k = 0; k <= last; k++)
            places[k] += done;
        exceptions += encode_by_steps(layout, source + done * width, count - done, places, signs + done / 8,
                                      map + done / 8, restored + done * width);
    }
    if (layout->is_packed)
        znn_bits_pack(tail, count, 8 - layout->shape.shift, groups[last]);
    return exceptions;
}

bool znn_fixed_decode_block(const struct fixed_layout *layout, const uint8_t *const *groups, const uint8_t *signs,
                            size_t count, uint8_t *target)
{
    uint8_t tail[FIXED_BLOCK];
    const uint8_t *places[FIXED_GROUPS_MAX];
    const unsigned last = layout->shape.groups - 1, width = znn_fixed_width(layout->fixed.type);
    if (layout->is_packed)
        znn_bits_unpack(groups[last], count, 8 - layout->shape.shift, tail);
    for (unsigned k = 0; k <= last; k++)
        places[k] = layout->is_packed && k == last ? tail : groups[k];
    const struct transform_kernels *kernels = znn_transform_kernels();
    size_t done = whole_vectors(kernels, layout, count);
    if (done > 0 && !kernels->fixed_decode_block(layout, places, signs, done, target))
        return false;
    if (done == count)
        return true;
    for (unsigned k = 0; k <= last; k++)
        places[k] += done;
    /* If signs are not separate, `signs` may be NULL and must not be advanced. */
    const uint8_t *rest = layout->shape.form == FIXED_SIGNS_APART ? signs + done / 8 : signs;
    return decode_by_steps(layout, places, tail + done, rest, count - done, target + done * width);
}
