/*
 * kernels.h - the loops of this room that also have vector kernels
 *
 * The plain C defines what a loop does.  A kernel does the same, or the first and largest part of it, with vector
 * instructions (see cpu.h).  A member is NULL if this machine has no such kernel; then the plain C does everything.
 * kernels.c has the table of machines and kernels.
 */
#ifndef ZNN_TRANSFORM_KERNELS_H
#define ZNN_TRANSFORM_KERNELS_H

#include "transform/fixed_block.h"

struct partition_rows;

struct transform_kernels {
    /* Byte groups, for widths of 2 and 4.  Each returns the number of elements done, from the first on. */
    size_t (*groups_split)(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                           uint8_t *const *groups);
    size_t (*groups_merge)(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                           uint8_t *target);

    /* Packed bits.  Each returns the number of numbers done.  See x86/bits_bmi2.h. */
    size_t (*bits_pack)(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits, size_t size);
    size_t (*bits_unpack)(const uint8_t *bits, size_t size, size_t count, unsigned width, uint8_t *bytes);

    /*
     * Differences of numbers, for widths of 2 and 4.  Each returns the number of numbers done.  See x86/delta_avx512.h.
     */
    size_t (*delta_contexts)(const uint8_t *base, size_t count, unsigned width, unsigned shift, uint8_t *contexts);
    size_t (*delta_widen)(const uint8_t *tokens, size_t count, unsigned width, void *values);
    size_t (*delta_values)(const uint8_t *tokens, size_t count, unsigned width, unsigned shift, const uint8_t *low,
                           size_t size, unsigned start, void *values);

    /* Symbols sorted by contexts, for widths of 2 and 4.  See x86/partition_avx512.h. */
    void (*partition_count)(const uint8_t *contexts, size_t count, uint8_t first, uint32_t *counts);
    void (*partition_scatter)(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *source, size_t count,
                              unsigned width);
    void (*partition_gather)(struct partition_rows *rows, const uint8_t *contexts, uint8_t *target, size_t count,
                             unsigned width);
    void (*partition_gather_delta)(struct partition_rows *rows, const uint8_t *contexts, const uint8_t *base,
                                   bool by_xor, uint8_t *target, size_t count, unsigned width);

    /* The fixed-point cast and its byte groups.  Each does the whole loop. */
    uint64_t (*fixed_largest)(const struct fixed_point *fixed, const uint8_t *source, size_t count, size_t *exceptions);
    struct fixed_result (*fixed_cast)(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                      union fixed_values values, uint8_t *restored);
    bool (*fixed_restore)(const struct fixed_point *fixed, union fixed_values values, size_t count, uint8_t *target);
    void (*fixed_split)(const struct fixed_shape *shape, union fixed_values values, size_t count,
                        uint8_t *const *groups, uint8_t *signs);
    bool (*fixed_merge)(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs,
                        size_t count, union fixed_values values);

    /* The cast and its groups in one pass, for whole vectors.  See x86/fixed_block_x86.h. */
    size_t (*fixed_encode_block)(const struct fixed_layout *layout, const uint8_t *source, size_t count,
                                 uint8_t *const *groups, uint8_t *signs, uint8_t *map, uint8_t *restored);
    bool (*fixed_decode_block)(const struct fixed_layout *layout, const uint8_t *const *groups, const uint8_t *signs,
                               size_t count, uint8_t *target);
};

/*
 * Returns the kernels for this machine.
 */
const struct transform_kernels *znn_transform_kernels(void);

#endif
