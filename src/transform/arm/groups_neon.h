/*
 * groups_neon.h - byte groups, 16 elements at a time
 *
 * Like znn_groups_split() and znn_groups_merge(), but only for widths of 2 and 4.  They process a multiple of 16
 * elements and return their number; the portable code does the rest.
 */
#ifndef ZNN_TRANSFORM_GROUPS_NEON_H
#define ZNN_TRANSFORM_GROUPS_NEON_H

#include <stddef.h>
#include <stdint.h>

size_t znn_groups_split_neon(const uint8_t *source, size_t count, unsigned width, unsigned rotation,
                             uint8_t *const *groups);
size_t znn_groups_merge_neon(const uint8_t *const *groups, size_t count, unsigned width, unsigned rotation,
                             uint8_t *target);

#endif
