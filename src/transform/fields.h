/*
 * fields.h - the fields of quantized blocks
 *
 * Quantized formats store numbers in blocks of a few dozen bytes: a scale, followed by small packed integers.  Each
 * field of a block has its own statistics, so znn groups the same field of all blocks:
 *
 *     blocks    s1 qqqqqqqq | s2 rrrrrrrr | s3 tttttttt
 *     fields    s1 s2 s3    | qqqqqqqq rrrrrrrr tttttttt
 */
#ifndef ZNN_TRANSFORM_FIELDS_H
#define ZNN_TRANSFORM_FIELDS_H

#include <stddef.h>
#include <stdint.h>

/* The most fields of a block. */
#define FIELDS_MAX 16

/*
 * Takes `blocks` blocks at `source`, each made of `count` fields of widths[i] bytes, and writes field i of all blocks,
 * blocks * widths[i] bytes, to fields[i].
 */
void znn_fields_split(const uint8_t *source, size_t blocks, const uint8_t *widths, unsigned count,
                      uint8_t *const *fields);

/*
 * The reverse of znn_fields_split().
 */
void znn_fields_merge(const uint8_t *const *fields, size_t blocks, const uint8_t *widths, unsigned count,
                      uint8_t *target);

#endif
