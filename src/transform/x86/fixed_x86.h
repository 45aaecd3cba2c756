/*
 * fixed_x86.h - the fixed-point cast and its byte groups, for machines with AVX2 and with AVX-512
 *
 * Like the functions of fixed_point.h and fixed_groups.h without a suffix.
 */
#ifndef ZNN_TRANSFORM_X86_FIXED_X86_H
#define ZNN_TRANSFORM_X86_FIXED_X86_H

#include "transform/fixed_groups.h"

uint64_t znn_fixed_largest_avx2(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                size_t *exceptions);
struct fixed_result znn_fixed_cast_avx2(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                        union fixed_values values, uint8_t *restored);
bool znn_fixed_restore_avx2(const struct fixed_point *fixed, union fixed_values values, size_t count, uint8_t *target);
void znn_fixed_split_avx2(const struct fixed_shape *shape, union fixed_values values, size_t count,
                          uint8_t *const *groups, uint8_t *signs);
bool znn_fixed_merge_avx2(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs,
                          size_t count, union fixed_values values);

uint64_t znn_fixed_largest_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                  size_t *exceptions);
struct fixed_result znn_fixed_cast_avx512(const struct fixed_point *fixed, const uint8_t *source, size_t count,
                                          union fixed_values values, uint8_t *restored);
bool znn_fixed_restore_avx512(const struct fixed_point *fixed, union fixed_values values, size_t count,
                              uint8_t *target);
void znn_fixed_split_avx512(const struct fixed_shape *shape, union fixed_values values, size_t count,
                            uint8_t *const *groups, uint8_t *signs);
bool znn_fixed_merge_avx512(const struct fixed_shape *shape, const uint8_t *const *groups, const uint8_t *signs,
                            size_t count, union fixed_values values);

#endif
