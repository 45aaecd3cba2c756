/*
 * part_delta.h - the description of a part that is coded as a difference
 *
 *     delta     5 | W coding C | conversion | cast | size | ranges | buckets | low bits | escapes | exceptions |
 *
 *     conversion  type of the base, type of the part, rounding        only if the types differ; float_convert.h
 *     cast        type, B, rounding                                   only differences of casts have this
 *     range       tensor of the base, offset, size                    the place of the numbers in the base
 *                 tensor, offset, 0 | row, head, columns, size        the same, but rows have another order;
 * row_order.h bucket      last context, shift, packing, count, stream exceptions  count, map, values only differences
 * of casts have this
 *
 * If the codes of a quantized tensor are predicted from numbers and scales, the scales are in the part (part_scales.h):
 *
 *     delta     5 | W coding C | scales' shape | size | ranges | scales | buckets | low bits | escapes |
 *
 * If few elements differ, only these are described (transform/changes.h):
 *
 *     delta     5 | W coding 0 | conversion | size | ranges | changes | size of the gaps | gaps | W groups |
 *
 * transform/delta.h explains how numbers are split.  The number of elements in each bucket follows from the base.  But
 * a program that only inspects a file does not have the base, so the description stores the number, and a decoder
 * compares it with the base.
 */
#ifndef ZNN_CONTAINER_PART_DELTA_H
#define ZNN_CONTAINER_PART_DELTA_H

#include "codec/stream.h"
#include "common/buffer.h"
#include "container/part_format.h"
#include "container/row_order.h"
#include "transform/delta.h"
#include "transform/float_convert.h"
#include "transform/partition.h"
#include "transform/scaled.h"

extern const struct part_format znn_delta_format;

/* Added to the coding if the numbers of the base are converted first. */
#define DELTA_CONVERTED 16u

/* Added to the coding if the numbers of the base are divided by scales first. */
#define DELTA_SCALED 32u

/* The bytes of the longest part.  A reader needs several times as much memory. */
#define DELTA_PART_MAX (3u << 19)

#define DELTA_RANGES_MAX 65536u
#define DELTA_PACKING_MAX 3
#define DELTA_BUCKETS_MAX 32

/* Bytes of the base, in the order of the part. */
struct delta_range {
    uint32_t tensor; /* its number in the table of the bases */
    uint32_t size;
    uint64_t offset;        /* in the tensor, or if its rows are in another order, in the bytes in that order */
    struct row_order order; /* of the rows */
};

/* Elements of neighbouring contexts. */
struct delta_bucket {
    uint8_t last;    /* the last context; the first one follows the last one of the bucket before */
    uint8_t shift;   /* low bits of an element in the first context */
    uint8_t packing; /* log2 of the tokens in a byte */
    bool slope;      /* each context has one low bit less than the one before, down to 0 */
    uint32_t count;  /* elements */
    struct stream stream;
};

/* How the numbers of the base become numbers of the part's type. */
struct delta_conversion {
    uint8_t from; /* an enum float_type; FLOAT_NONE: the base has the part's type, and nothing is converted */
    uint8_t to;
    uint8_t rounding; /* an enum float_rounding */
};

/* The scales of a base that is scaled.  conversion->to may be SCALED_I8 then. */
struct delta_scales {
    struct scaling scaling; /* zeroed if nothing is scaled */
    uint32_t count;
    struct stream groups[4]; /* one for each byte of a scale */
};

/* How base and part are cast to fixed point, if the part is coded as the difference of the casts. */
struct delta_cast {
    uint8_t type; /* one of FIXED_TYPE_... */
    uint8_t precision;
    bool floor;
    uint32_t exceptions;
    struct stream map;
    struct stream values;
};

/* The elements that differ, for DELTA_CHANGES. */
struct delta_changes {
    uint32_t count;
    uint32_t gap_size; /* bytes of the gaps */
    struct stream gaps;
    struct stream groups[8]; /* one for each byte of an element */
};

struct delta {
    uint8_t width;
    uint8_t coding;
    uint8_t context_shift;
    uint8_t bucket_count;
    struct delta_conversion conversion;
    struct delta_scales scales;
    struct delta_bucket *buckets;
    size_t bucket_capacity;
    struct delta_range *ranges;
    size_t range_count;
    size_t range_capacity;
    uint32_t low_size; /* bytes of low bits */
    uint32_t escapes;
    struct stream low_stream;
    struct stream escape_stream;
    struct delta_cast cast; /* only for DELTA_CASTS, else zeroed */
    struct delta_changes changes;
};

/*
 * A pool of descriptions, which is reused for many chunks.  A zeroed struct is an empty pool.
 */
struct delta_pool {
    struct delta **deltas;
    size_t used;
    size_t count;
    size_t capacity;
};

/*
 * Returns an empty description, which lasts until the pool is cleared.  Returns NULL if memory runs out.
 */
struct delta *znn_delta_pool_take(struct delta_pool *pool);

void znn_delta_pool_clear(struct delta_pool *pool);

void znn_delta_pool_free(struct delta_pool *pool);

/*
 * Appends a range or extends the last one.  `order` is the order of the rows; NULL: they are in order.  Returns false
 * if memory runs out.
 */
bool znn_delta_add_range(struct delta *delta, uint32_t tensor, uint64_t offset, uint32_t size,
                         const struct row_order *order);

/*
 * Appends the ranges to a directory; reads them back, `size` bytes in all.  Other transforms have ranges, too.
 */
bool znn_delta_write_ranges(const struct delta *delta, struct buffer *out);
enum znn_status znn_delta_parse_ranges(struct part_parser *parser, uint32_t size, struct delta *delta);

/*
 * Returns true if only changes are described, or if the part equals its base: all tokens are zero, and there are no low
 * bits.
 */
bool znn_delta_is_sparse(const struct delta *delta);

/*
 * Appends a zeroed bucket and returns it.  There must be fewer than DELTA_BUCKETS_MAX buckets before.  Returns NULL if
 * memory runs out.
 */
struct delta_bucket *znn_delta_add_bucket(struct delta *delta);

/*
 * Returns true if numbers of both types, which are dtypes, are floats that can be converted to each other.
 */
static inline bool delta_converts(unsigned from, unsigned to)
{
    return znn_float_width(from) > 0 && znn_float_width(to) > 0;
}

/*
 * Returns true if the numbers of the base are divided by scales.
 */
static inline bool delta_is_scaled(const struct delta *delta)
{
    return delta->scales.scaling.type != FLOAT_NONE;
}

/*
 * Returns the bytes of the base that a part of `size` bytes needs, which are those of its ranges.
 */
static inline uint32_t delta_base_size(const struct delta *delta, uint32_t size)
{
    const struct delta_conversion *conversion = &delta->conversion;
    const unsigned to = znn_scaled_to(conversion->to) ? 1 : znn_float_width(conversion->to);
    return conversion->from == FLOAT_NONE ? size : size / to * znn_float_width(conversion->from);
}

/*
 * Returns the bytes that the tokens of a bucket take before compression.
 */
static inline uint32_t delta_token_size(const struct delta_bucket *bucket)
{
    return (uint32_t)(((uint64_t)bucket->count + (1u << bucket->packing) - 1) >> bucket->packing);
}

/*
 * Returns the token that announces an escape in a bucket.
 */
static inline uint8_t delta_limit(const struct delta_bucket *bucket)
{
    return (uint8_t)((1u << (8u >> bucket->packing)) - 1);
}

/*
 * Returns the bytes of the map of exceptions.
 */
static inline uint32_t delta_map_size(const struct delta *delta, uint32_t part_size)
{
    return (part_size / delta->width + 7) / 8;
}

/*
 * Returns the number of low bits in `context` of a bucket whose first context is `first`.
 */
static inline unsigned delta_shift(const struct delta_bucket *bucket, unsigned first, unsigned context)
{
    unsigned fall = bucket->slope ? context - first : 0;
    return bucket->shift > fall ? bucket->shift - fall : 0;
}

#endif
