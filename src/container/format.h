/*
 * format.h - the numbers of the .znn format
 *
 * znn(5) is the specification; this is its shadow in code.  The rest of this room turns the structures into bytes and
 * back: header.c the start of a file, record.c what chunks and the index have in common, chunk.c a chunk's directory,
 * index.c the index, footer.c the end.  Nothing here reads or writes files, and nothing compresses: bytes in, bytes
 * out.
 *
 *     | header | chunk | chunk | ... | index | footer |
 */
#ifndef ZNN_CONTAINER_FORMAT_H
#define ZNN_CONTAINER_FORMAT_H

#include "znn.h" /* has those numbers that callers of the library need, too */

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
#define ROTATION_SIGNS 128             /* added to a rotation: the signs are apart */
#define REFERENCES_MAX 64u             /* of a chunk: each may call for another chunk */
#define REFERENCES_REST_MAX (1u << 20) /* bytes of a chunk with references that are none */
#define PALETTE_VALUES_MAX 65536u      /* of one run that is the whole part */
#define DELTA_CHUNK_MAX (3u << 19)     /* of a chunk with differences, as of one such part */
#define BASE_TENSORS_MAX 262144u
#define BASES_TABLE_MAX (16u << 20) /* decoded, and its payload */

/* Transforms.  Each has a row in container/part_formats.c, and one in engine/part/part_codings.c. */
enum transform {
    TRANSFORM_GROUPS = 0,
    TRANSFORM_FIELDS = 1,
    TRANSFORM_FIXED = 2,
    TRANSFORM_REFERENCE = 3,
    TRANSFORM_PALETTE = 4,
    TRANSFORM_DELTA = 5,
    TRANSFORM_SPARSE = 6,
    TRANSFORM_COUNT
};

/* Fixed point: the element types (see model/dtype.h), the forms, the limits of B, one exception in so many elements */
#define FIXED_TYPE_F16 14
#define FIXED_TYPE_BF16 15
#define FIXED_TYPE_F32 18
#define FIXED_TYPE_F64 20
#define FIXED_FORM_ZIGZAG 1 /* else the signs are apart */
#define FIXED_FORM_PACKED 2 /* the last group is packed */
#define FIXED_FORM_COUNT 4
#define FIXED_PRECISION_MAX ZNN_BITS_MAX
#define FIXED_PRECISION_MAX_32 ZNN_BITS_MAX_32
#define FIXED_EXCEPTIONS_SHARE 8

/* Footer */
#define FOOTER_SIZE 40

#endif
