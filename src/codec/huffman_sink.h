/*
 * huffman_sink.h - where codes go: bits in, bytes out
 *
 * Bits fill bytes from the lowest upwards.  All whole bytes are stored; the fewer than 8 bits that are left are held.
 * A sink is passed by value, so that it can stay in registers.
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
 * Puts on the lowest `bits` of `value`, which has none above; `bits` + sink.count is below 64.
 */
static ALWAYS_INLINE struct sink put_bits(struct sink sink, uint64_t value, unsigned bits)
{
    uint64_t joined = value << sink.count | sink.held;
    unsigned count = sink.count + bits;
    store_word64(sink.out, joined);
    return (struct sink){sink.out + count / 8, joined >> (count & 56), count & 7};
}

/*
 * Puts on the `bits`, at least one, that stand at the top of `collected`, whatever stands below.
 */
static ALWAYS_INLINE struct sink put_top(struct sink sink, uint64_t collected, unsigned bits)
{
    return put_bits(sink, collected >> ((0U - bits) & 63), bits);
}

/*
 * Puts on symbols, the last one first, each as its entry in single[] says: the code at the top, its length in the
 * lowest byte.
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
 * Puts on the mark that ends a stream.  Returns the end.
 */
static inline uint8_t *put_mark(struct sink sink)
{
    *sink.out = (uint8_t)(sink.held | 1U << sink.count);
    return sink.out + 1;
}

#endif
