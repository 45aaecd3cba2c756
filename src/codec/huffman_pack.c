/*
 * huffman_pack.c - symbols to bits
 *
 * Symbols are taken in groups.  A group is collected on its own, from nothing, and only then joined to what the groups
 * before left over (fewer than 8 bits), so that a machine can work on several groups at once.  The more symbols in a
 * group, the fewer stores; but a group's bits must fit into 64 with those left over, and must not reach down to where
 * the last entry's length stands.  Four symbols always do.  Larger groups nearly always do where codes are short, and
 * where one does not, its symbols are put on one by one.
 */
#include "codec/huffman_pack.h"

#include "base/endian.h"
#include "codec/bits.h"

/* A group's bits and those left over stay below this: lengths are below 32, five bits. */
#define ROOM 60

/*
 * The bits so far: all whole bytes are stored, `count` (below 8) bits are not.
 */
struct sink {
    uint8_t *out;
    uint64_t held;
    unsigned count;
};

/*
 * Puts on the `bits` that stand at the top of `collected`; `bits` + sink.count is below ROOM.  (A sink is passed by
 * value, so that it can stay in registers.)
 */
static ALWAYS_INLINE struct sink put(struct sink sink, uint64_t collected, unsigned bits)
{
    uint64_t value = collected >> ((0U - bits) & 63) << sink.count | sink.held;
    unsigned count = sink.count + bits;
    store_word64(sink.out, value);
    return (struct sink){sink.out + count / 8, value >> (count & 56), count & 7};
}

static struct sink put_one_by_one(const struct huffman_packer *packer, struct sink sink, const uint8_t *src,
                                  size_t size)
{
    while (size > 0) {
        uint64_t entry = packer->single[src[--size]];
        sink = put(sink, entry, entry & 0xff);
    }
    return sink;
}

/*
 * Two neighbouring bytes as the machine loads them, in whatever order that is: the table is made to match.
 */
static ALWAYS_INLINE size_t pair_at(const uint8_t *p)
{
    uint16_t pair;
    memcpy(&pair, p, sizeof pair);
    return pair;
}

static ALWAYS_INLINE void collect(uint64_t *collected, uint64_t *lengths, uint64_t entry)
{
    *collected = *collected >> (entry & 63) | entry;
    *lengths += entry;
}

/*
 * One stream, with `group` and `with_pairs` known to the compiler.
 */
static ALWAYS_INLINE uint8_t *pack(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst,
                                   const unsigned group, const bool with_pairs)
{
    struct sink sink = {dst, 0, 0};
    size_t odd = size % group;
    const uint8_t *p = src + (size - odd);
    sink = put_one_by_one(packer, sink, p, odd);
    while (p != src) {
        uint64_t collected = 0, lengths = 0;
        p -= group;
        if (with_pairs)
            for (unsigned i = group; i > 0; i -= 2)
                collect(&collected, &lengths, packer->pairs[pair_at(p + i - 2)]);
        else
            for (unsigned i = group; i > 0; i--)
                collect(&collected, &lengths, packer->single[p[i - 1]]);
        unsigned bits = lengths & 0xff;
        if (bits + sink.count < ROOM)
            sink = put(sink, collected, bits);
        else
            sink = put_one_by_one(packer, sink, p, group);
    }
    *sink.out = (uint8_t)(sink.held | 1U << sink.count); /* the mark */
    return sink.out + 1;
}

uint8_t *znn_huffman_pack(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst)
{
    switch (packer->group | (unsigned)packer->with_pairs << 8) {
    case 16 | 1 << 8:
        return pack(packer, src, size, dst, 16, true);
    case 12 | 1 << 8:
        return pack(packer, src, size, dst, 12, true);
    case 10 | 1 << 8:
        return pack(packer, src, size, dst, 10, true);
    case 8 | 1 << 8:
        return pack(packer, src, size, dst, 8, true);
    case 6 | 1 << 8:
        return pack(packer, src, size, dst, 6, true);
    case 4 | 1 << 8:
        return pack(packer, src, size, dst, 4, true);
    case 8:
        return pack(packer, src, size, dst, 8, false);
    case 6:
        return pack(packer, src, size, dst, 6, false);
    default:
        return pack(packer, src, size, dst, 4, false);
    }
}

/*
 * Whether a group of that many symbols nearly always fits: its mean length and 2 standard deviations stay below the
 * bits that are free for certain.  `size` symbols, `bits` the sum of their lengths, `squares` that of the squares.
 */
static bool group_fits(uint64_t group, uint64_t size, uint64_t bits, uint64_t squares)
{
    uint64_t mean = group * bits, room = (ROOM - 7) * size;
    return mean < room && (room - mean) * (room - mean) >= 4 * group * (squares * size - bits * bits);
}

static unsigned best_group(const uint8_t length[256], const uint32_t counts[256], bool with_pairs)
{
    static const unsigned groups[] = {16, 12, 10, 8, 6};
    uint64_t size = 0, bits = 0, squares = 0;
    for (size_t s = 0; s < 256; s++) {
        size += counts[s];
        bits += (uint64_t)counts[s] * length[s];
        squares += (uint64_t)counts[s] * length[s] * length[s];
    }
    for (size_t i = with_pairs ? 0 : 3; i < sizeof groups / sizeof groups[0]; i++)
        if (group_fits(groups[i], size, bits, squares))
            return groups[i];
    return 4;
}

static void make_pairs(struct huffman_packer *packer, const struct huffman_code *code)
{
    uint8_t symbols[256];
    unsigned count = 0;
    for (unsigned s = 0; s < 256; s++)
        if (code->length[s])
            symbols[count++] = (uint8_t)s;
    for (unsigned j = 0; j < count; j++) {
        uint64_t *row = packer->pairs + pair_at((const uint8_t[2]){0, symbols[j]});
        uint64_t second = packer->single[symbols[j]], second_length = second & 0xff;
        second -= second_length;
        for (unsigned i = 0; i < count; i++) {
            uint64_t first = packer->single[symbols[i]];
            row[pair_at((const uint8_t[2]){symbols[i], 0})] = (second >> (first & 63) | first) + second_length;
        }
    }
}

void znn_huffman_packer_make(struct huffman_packer *packer, const struct huffman_code *code, const uint32_t counts[256])
{
    uint16_t strings[256];
    uint64_t size = 0;
    znn_huffman_code_strings(code, strings);
    for (size_t s = 0; s < 256; s++) {
        unsigned length = code->length[s];
        packer->single[s] = length ? (uint64_t)strings[s] << (64 - length) | length : 0;
        size += counts[s];
    }
    /* An entry of the pair table costs about as much as pairs save on some 16 symbols. */
    packer->with_pairs = 16 * (uint64_t)code->symbols * code->symbols < size;
    packer->group = best_group(code->length, counts, packer->with_pairs);
    if (packer->with_pairs)
        make_pairs(packer, code);
}
