/*
 * groups_x86.h - byte groups, many elements at a time
 *
 * Like znn_groups_split() and znn_groups_merge(), but only for widths of 2 and 4.  They process a multiple of their
 * step and return the number of elements done; the portable code does the rest.
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
