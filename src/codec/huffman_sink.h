/*
 * huffman_sink.h - collects bits and writes bytes
 *
 * Bits fill bytes from the lowest bit upwards.  The sink stores all whole bytes and holds the remaining bits, fewer
 * than 8.  It is passed by value so that it can stay in registers.
 */
#ifndef ZNN_CODEC_HUFFMAN_SINK_H
#define ZNN_CODEC_HUFFMAN_SINK_H

#include "common/endian.h"
#include "platform/compiler.h"

#include <stddef.h>

struct sink {
    uint8_t *out;
    uint64_t held;
    unsigned count;
};

/*
 * Appends the lowest `bits` of `value`.  All higher bits of `value` must be zero, and `bits` + sink.count below 64.
 */
static ALWAYS_INLINE struct sink put_bits(struct sink sink, uint64_t value, unsigned bits)
{
    uint64_t joined = value << sink.count | sink.held;
    unsigned count = sink.count + bits;
    store_word64(sink.out, joined);
    return (struct sink){sink.out + count / 8, joined >> (count & 56), count & 7};
}

/*
 * Appends the top `bits`, at least one, of `collected`, and ignores the bits below.
 */
static ALWAYS_INLINE struct sink put_top(struct sink sink, uint64_t collected, unsigned bits)
{
    return put_bits(sink, collected >> ((0U - bits) & 63), bits);
}

/*
 * Appends symbols, the last one first.  An entry of single[] has the code at the top and its length in the lowest byte.
 */
static inline struct sink put_symbols(struct sink sink, const uint64_t single[256], const uint8_t *src, size_t size)
{
    while (size > 0) {
        uint64_t entry = single[src[--size]];
        sink = put_top(sink, entry, entry & 0xff);
    }
    return sink;
}

/*
 * Appends the mark that ends a stream.  Returns the end.
 */
static inline uint8_t *put_mark(struct sink sink)
{
    *sink.out = (uint8_t)(sink.held | 1U << sink.count);
    return sink.out + 1;
}

#endif
