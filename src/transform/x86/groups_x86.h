/*
 * groups_x86.h - byte groups, many elements at a time
 *
 * As znn_groups_split() and znn_groups_merge(), for widths of 2 and 4 only.  They do as many elements as are a multiple
 * of their step and return how many; the rest is left to the portable code.
 */
#ifndef ZNN_TRANSFORM_GROUPS_X86_H
#define ZNN_TRANSFORM_GROUPS_X86_H

#include <stddef.h>
#include <stdint.h>

size_t znn_groups_split_avx2(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                             uint8_t *const *groups);
size_t znn_groups_merge_avx2(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                             uint8_t *target);

size_t znn_groups_split_avx512(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                               uint8_t *const *groups);
size_t znn_groups_merge_avx512(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                               uint8_t *target);

#endif
