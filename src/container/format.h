/*
 * format.h - the numbers of the .znn format
 *
 * znn(5) is the specification, and this file repeats its numbers.  The other files in src/container turn structures
 * into bytes and back: header.c the start of a file, record.c the common part of chunks and index, chunk.c the
 * directory of a chunk, index.c the index, footer.c the end.  None of them reads or writes files or compresses: they
 * only turn bytes into bytes.
 *
 *     | header | chunk | chunk | ... | index | footer |
 */
#ifndef ZNN_CONTAINER_FORMAT_H
#define ZNN_CONTAINER_FORMAT_H

#include "znn.h" /* has the numbers that callers of the library also need */

/* Header */
#define HEADER_FIXED 32 /* bytes before the properties */
#define HEADER_MAX ZNN_HEADER_MAX
#define FEATURE_REFERENCES 1u
#define PROPERTY_EXTENSION 1
#define PROPERTY_BASE 3
#define PROPERTY_LOSSY 2
#define LOSSY_SIZE 3
#define LOSSY_FIXED_POINT 1
#define LOSSY_FLOOR 1
#define LOSSY_EXACT_ZERO 2
#define PROPERTY_MAY_IGNORE 128 /* tags from here on may be skipped */

/* Records */
#define RECORD_PREFIX 48 /* bytes before the directory */
#define DIRECTORY_MAX (1u << 20)
#define CHUNK_MAX (16u << 20) /* decoded bytes */
#define PARTS_MAX 4096u
#define SEGMENTS_MAX 65536u
#define LAYOUT_MAX (512u << 10)
#define ROTATION_SIGNS 128             /* added to a rotation: the signs are a stream of their own */
#define REFERENCES_MAX 64u             /* of a chunk; each may need another chunk */
#define REFERENCES_REST_MAX (1u << 20) /* bytes outside of references, in a chunk that has some */
#define PALETTE_VALUES_MAX 65536u      /* of a palette for the whole part */
#define DELTA_CHUNK_MAX (3u << 19)     /* bytes of a chunk with differences, and of the base that it needs */
#define BASE_TENSORS_MAX 262144u
#define BASES_TABLE_MAX (16u << 20) /* bytes of the table, and of the payload */

/* Transforms.  Each has a row in container/part_formats.c, and one in engine/part/part_codings.c. */
enum transform {
    TRANSFORM_GROUPS = 0,
    TRANSFORM_FIELDS = 1,
    TRANSFORM_FIXED = 2,
    TRANSFORM_REFERENCE = 3,
    TRANSFORM_PALETTE = 4,
    TRANSFORM_DELTA = 5,
    TRANSFORM_SPARSE = 6,
    TRANSFORM_BLOCKS = 7,
    TRANSFORM_COUNT
};

/* Fixed point: element types (model/dtype.h), forms, limits of B, elements for each exception allowed */
#define FIXED_TYPE_F16 14
#define FIXED_TYPE_BF16 15
#define FIXED_TYPE_F32 18
#define FIXED_TYPE_F64 20
#define FIXED_FORM_ZIGZAG 1 /* else the signs are a stream of their own */
#define FIXED_FORM_PACKED 2 /* the last group is packed */
#define FIXED_FORM_COUNT 4
#define FIXED_PRECISION_MAX ZNN_BITS_MAX
#define FIXED_PRECISION_MAX_32 ZNN_BITS_MAX_32
#define FIXED_EXCEPTIONS_SHARE 8

/* Footer */
#define FOOTER_SIZE 40

#endif
