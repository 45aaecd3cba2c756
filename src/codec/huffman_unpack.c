/*
 * huffman_unpack.c - turns bits into symbols
 *
 * Between two loads of a stream's window, the fast loops do four or five look-ups of at most 11 bits and check no
 * bounds.  The number of rounds that are safe for all streams is computed beforehand.  Most rounds take less than the
 * maximum, so this is repeated until no round is safe.  Then each stream is finished on its own, with bounds checks.
 *
 * Macros write out the loops for each stream (k), because only single variables are sure to stay in registers.
 */
#include "codec/huffman_unpack.h"

#include "common/endian.h"
#include "platform/bits.h"
#include "platform/compiler.h"

#define SHIFT_TO_INDEX (64 - HUFFMAN_BITS_MAX)

/* A round has at most this many look-ups for each stream, and takes at most this many of its bytes. */
#define LOOK_UPS 5
#define ROUND_SOURCE 7

bool znn_huffman_stream_open(struct huffman_stream *stream, const uint8_t *src, size_t size, uint8_t *out, size_t count)
{
    if (size == 0 || src[size - 1] == 0)
        return false;
    stream->start = src;
    stream->next = src + size - 8;
    stream->window = (load_word64(stream->next) | 1) << (8 - highest_bit(src[size - 1]));
    stream->out = out;
    stream->end = out + count;
    return true;
}

/*
 * Returns the number of rounds that are safe for all streams.  A look-up gives up to `most` symbols, and a store may
 * overwrite `overshoot` bytes after them.
 */
static size_t safe_rounds(const struct huffman_stream *streams, unsigned count, unsigned most, unsigned overshoot)
{
    ptrdiff_t rounds = PTRDIFF_MAX;
    for (unsigned k = 0; k < count; k++) {
        ptrdiff_t of_source = (streams[k].next - streams[k].start) / ROUND_SOURCE;
        ptrdiff_t of_output = (streams[k].end - streams[k].out - (ptrdiff_t)overshoot) / (ptrdiff_t)(LOOK_UPS * most);
        if (rounds > of_source)
            rounds = of_source;
        if (rounds > of_output)
            rounds = of_output;
    }
    return rounds > 0 ? (size_t)rounds : 0;
}

static ALWAYS_INLINE void load(const uint8_t **next, uint64_t *window)
{
    unsigned used = trailing_zeros(*window);
    *next -= used / 8;
    *window = (load_word64(*next) | 1) << used % 8;
}

/*
 * Writes the symbols that a window begins with and returns their length in bits.
 */
static ALWAYS_INLINE unsigned look_up_wide(const struct huffman_lookup *lookup, uint64_t window, uint8_t **out)
{
    uint64_t index = window >> SHIFT_TO_INDEX, entry = lookup->wide[index];
    store_word64(*out, entry);
    *out += entry >> 56;
    return lookup->wide_bits[index] & 63;
}

static ALWAYS_INLINE unsigned look_up_single(const struct huffman_lookup *lookup, uint64_t window, uint8_t **out)
{
    unsigned entry = lookup->single[window >> SHIFT_TO_INDEX];
    *(*out)++ = (uint8_t)(entry >> 8);
    return entry & 63;
}

/* Memory to fetch while streams are read.  The output of the first stream began at `origin`. */
struct fetch {
    struct huffman_ahead ahead;
    const uint8_t *origin;
};

/*
 * Fetches memory for at least about as many symbols as a round of eight streams gives.
 */
static ALWAYS_INLINE void fetch_ahead(const struct fetch *fetch, const uint8_t *out)
{
    const unsigned line = 64, lines = 3;
    for (unsigned i = 0; i < fetch->ahead.count; i++) {
        uintptr_t at = (uintptr_t)fetch->ahead.at[i] + 8 * (uintptr_t)(out - fetch->origin);
        for (unsigned k = 0; k < lines; k++)
            prefetch((const void *)(at + k * line));
    }
}

#define TAKE(k, lookup)                                                                                                \
    const uint8_t *next##k = streams[k].next;                                                                          \
    uint64_t window##k = streams[k].window;                                                                            \
    uint8_t *out##k = streams[k].out;

#define GIVE_BACK(k, lookup)                                                                                           \
    streams[k].next = next##k;                                                                                         \
    streams[k].window = window##k;                                                                                     \
    streams[k].out = out##k;

#define LOAD(k, lookup) load(&next##k, &window##k);
#define WIDE(k, lookup) window##k <<= look_up_wide(lookup, window##k, &out##k);
#define SINGLE(k, lookup) window##k <<= look_up_single(lookup, window##k, &out##k);

/* The look-up and the load do not wait for each other, but the new window then lacks up to 18 bits. */
#define WIDE_AND_LOAD(k, lookup)                                                                                       \
    {                                                                                                                  \
        uint64_t old = window##k;                                                                                      \
        load(&next##k, &window##k);                                                                                    \
        window##k <<= look_up_wide(lookup, old, &out##k);                                                              \
    }
#define SINGLE_AND_LOAD(k, lookup)                                                                                     \
    {                                                                                                                  \
        uint64_t old = window##k;                                                                                      \
        load(&next##k, &window##k);                                                                                    \
        window##k <<= look_up_single(lookup, old, &out##k);                                                            \
    }

#define ONE(DO) DO(0, a)
#define FOUR(DO) DO(0, a) DO(1, a) DO(2, a) DO(3, a)
#define EIGHT(DO) FOUR(DO) DO(4, b) DO(5, b) DO(6, b) DO(7, b)

/* Eight streams are limited by the number of instructions.  Four streams have time to spare, so they can use more
 * instructions to wait less. */
#define FOUR_LOOK_UPS(EACH, LOOK_UP) EACH(LOOK_UP) EACH(LOOK_UP) EACH(LOOK_UP) EACH(LOOK_UP##_AND_LOAD)
#define FIVE_LOOK_UPS(EACH, LOOK_UP) EACH(LOOK_UP) EACH(LOOK_UP) EACH(LOOK_UP) EACH(LOOK_UP) EACH(LOOK_UP) EACH(LOAD)

#define FETCH fetch_ahead(fetch, out0);

#define ROUNDS(EACH, ROUND)                                                                                            \
    EACH(TAKE)                                                                                                         \
    for (; rounds > 0; rounds--) {                                                                                     \
        ROUND                                                                                                          \
    }                                                                                                                  \
    EACH(LOAD)                                                                                                         \
    EACH(GIVE_BACK)

/* With 16 registers, clang does better with two streams at a time.  The processor looks ahead far enough. */
#if defined(__clang__) && defined(__x86_64__)
#    define FIRST(DO) DO(0, a) DO(1, a)
#    define SECOND(DO) DO(2, a) DO(3, a)
#    define THIRD(DO) DO(4, b) DO(5, b)
#    define FOURTH(DO) DO(6, b) DO(7, b)
#    define WIDE_FOUR FOUR_LOOK_UPS(FIRST, WIDE) FOUR_LOOK_UPS(SECOND, WIDE)
#    define WIDE_EIGHT WIDE_FOUR FOUR_LOOK_UPS(THIRD, WIDE) FOUR_LOOK_UPS(FOURTH, WIDE)
#else
#    define WIDE_FOUR FOUR_LOOK_UPS(FOUR, WIDE)
#    define WIDE_EIGHT FIVE_LOOK_UPS(EIGHT, WIDE)
#endif

static void wide_rounds(struct huffman_stream *streams, unsigned count, size_t rounds, const struct huffman_lookup *a,
                        const struct huffman_lookup *b, const struct fetch *fetch)
{
    if (count == 8) {
        ROUNDS(EIGHT, WIDE_EIGHT FETCH)
    } else if (count == 4) {
        ROUNDS(FOUR, WIDE_FOUR)
    } else {
        ROUNDS(ONE, FOUR_LOOK_UPS(ONE, WIDE))
    }
}

static void single_rounds(struct huffman_stream *streams, unsigned count, size_t rounds, const struct huffman_lookup *a,
                          const struct huffman_lookup *b, const struct fetch *fetch)
{
    if (count == 8) {
        ROUNDS(EIGHT, FIVE_LOOK_UPS(EIGHT, SINGLE) FETCH)
    } else if (count == 4) {
        ROUNDS(FOUR, FOUR_LOOK_UPS(FOUR, SINGLE))
    } else {
        ROUNDS(ONE, FOUR_LOOK_UPS(ONE, SINGLE))
    }
}

/*
 * Decodes all symbols that can be decoded without bounds checks.
 */
static void unpack_fast(struct huffman_stream *streams, unsigned count, const struct huffman_lookup *a,
                        const struct huffman_lookup *b, bool wide, const struct fetch *fetch)
{
    size_t rounds;
    if (wide) {
        unsigned most = b && b->most > a->most ? b->most : a->most;
        while ((rounds = safe_rounds(streams, count, most, 8 - most)) > 0)
            wide_rounds(streams, count, rounds, a, b, fetch);
    } else {
        while ((rounds = safe_rounds(streams, count, 1, 0)) > 0)
            single_rounds(streams, count, rounds, a, b, fetch);
    }
}

/*
 * Reloads the window, if necessary from before the start of the stream.  The extra bits are garbage, and the final
 * check notices if they were used as symbols.  Returns false if even the bytes before the start are used up.
 */
static bool load_with_care(struct huffman_stream *stream)
{
    unsigned used = trailing_zeros(stream->window);
    if (stream->next - stream->start < (ptrdiff_t)(used / 8) - HUFFMAN_UNPACK_BEFORE)
        return false;
    load(&stream->next, &stream->window);
    return true;
}

/*
 * Reads the rest of a stream.
 */
static bool finish(struct huffman_stream *stream, const struct huffman_lookup *lookup, bool wide)
{
    while (wide && stream->end - stream->out >= 8) {
        stream->window <<= look_up_wide(lookup, stream->window, &stream->out);
        if (!load_with_care(stream))
            return false;
    }
    while (stream->out < stream->end) {
        stream->window <<= look_up_single(lookup, stream->window, &stream->out);
        if (!load_with_care(stream))
            return false;
    }
    /* Does the stream end exactly at its start? */
    return 8 * (stream->next - stream->start + 8) == (ptrdiff_t)trailing_zeros(stream->window);
}

bool znn_huffman_unpack(struct huffman_stream *streams, unsigned count, const struct huffman_lookup *a,
                        const struct huffman_lookup *b, bool wide, const struct huffman_ahead *ahead)
{
    struct fetch fetch = {.origin = streams->out};
    if (ahead)
        fetch.ahead = *ahead;
    if (count > 1)
        unpack_fast(streams, count, a, b, wide, &fetch);
    bool exact = true;
    for (unsigned k = 0; k < count; k++) {
        const struct huffman_lookup *lookup = k < 4 ? a : b;
        unpack_fast(&streams[k], 1, lookup, NULL, wide, &fetch);
        exact = exact && finish(&streams[k], lookup, wide);
    }
    return exact;
}
