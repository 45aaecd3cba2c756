/*
 * huffman_pack.c - turns symbols into bits
 *
 * The packer takes symbols in groups.  It first collects a group on its own, then joins it to the bits left over from
 * the groups before (fewer than 8 bits).  So a processor can work on several groups at once.  Larger groups need fewer
 * stores.  But the bits of a group must fit into 64 together with those left over, and must not reach the byte that
 * holds the last entry's length.  Four symbols always fit.  If codes are short, larger groups nearly always fit.  If a
 * group does not fit, its symbols are added one by one.
 */
#include "codec/huffman_pack.h"

#include "codec/huffman_sink.h"
#include "codec/kernels.h"

/* An entry of the pair table costs about as much to make as pairs save on this many symbols. */
#define WORTH_PAIRS 16

/* A group's bits plus those left over stay below this.  A length is below 32 and takes five bits. */
#define ROOM 60

/*
 * Loads two neighbouring bytes in the machine's own byte order.  The table matches that order.
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
 * Packs one stream.  The compiler knows `group` and `with_pairs`.
 */
static ALWAYS_INLINE uint8_t *pack(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst,
                                   const unsigned group, const bool with_pairs)
{
    size_t odd = size % group;
    const uint8_t *p = src + (size - odd);
    struct sink sink = put_symbols((struct sink){dst, 0, 0}, packer->single, p, odd);
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
            sink = put_top(sink, collected, bits);
        else
            sink = put_symbols(sink, packer->single, p, group);
    }
    return put_mark(sink);
}

static uint8_t *pack_pairs(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst)
{
    switch (packer->group) {
    case 16:
        return pack(packer, src, size, dst, 16, true);
    case 12:
        return pack(packer, src, size, dst, 12, true);
    case 10:
        return pack(packer, src, size, dst, 10, true);
    case 8:
        return pack(packer, src, size, dst, 8, true);
    case 6:
        return pack(packer, src, size, dst, 6, true);
    default:
        return pack(packer, src, size, dst, 4, true);
    }
}

static uint8_t *pack_single(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst)
{
    switch (packer->group) {
    case 8:
        return pack(packer, src, size, dst, 8, false);
    case 6:
        return pack(packer, src, size, dst, 6, false);
    default:
        return pack(packer, src, size, dst, 4, false);
    }
}

uint8_t *znn_huffman_pack(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *dst)
{
    if (packer->packing == HUFFMAN_PACK_VECTORS)
        return packer->kernel(&packer->bytes, packer->single, packer->group, src, size, dst);
    if (packer->packing == HUFFMAN_PACK_PAIRS)
        return pack_pairs(packer, src, size, dst);
    return pack_single(packer, src, size, dst);
}

/*
 * Sums over all symbols of the data: their number, their lengths, and the squares of the lengths.
 */
struct sums {
    uint64_t size, bits, squares;
};

/*
 * Returns true if a group of this many symbols nearly always fits into `room` bits: if its mean length plus this many
 * standard deviations fits.
 */
static bool group_fits(const struct sums *sums, uint64_t group, uint64_t room, uint64_t deviations)
{
    uint64_t mean = group * sums->bits, most = room * sums->size;
    uint64_t variance = group * (sums->squares * sums->size - sums->bits * sums->bits);
    return mean < most && (most - mean) * (most - mean) >= deviations * deviations * variance;
}

static unsigned best_group(const struct sums *sums, enum huffman_packing packing)
{
    static const unsigned groups[] = {16, 12, 10, 8, 6};
    if (packing == HUFFMAN_PACK_VECTORS)
        return group_fits(sums, 16, HUFFMAN_AVX512_GROUP_BITS, 2)  ? 16
               : group_fits(sums, 8, HUFFMAN_AVX512_GROUP_BITS, 2) ? 8
                                                                   : 4;
    for (size_t i = packing == HUFFMAN_PACK_PAIRS ? 0 : 3; i < sizeof groups / sizeof groups[0]; i++)
        if (group_fits(sums, groups[i], ROOM - 7, 2))
            return groups[i];
    return 4;
}

static void make_bytes(struct huffman_bytes *bytes, const struct huffman_code *code, const uint16_t strings[256])
{
    for (size_t s = 0; s < 256; s++) {
        bytes->low[s] = (uint8_t)strings[s];
        bytes->high[s] = (uint8_t)(strings[s] >> 8);
        bytes->length[s] = code->length[s];
    }
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
    struct sums sums = {0, 0, 0};
    znn_huffman_code_strings(code, strings);
    for (size_t s = 0; s < 256; s++) {
        uint64_t count = counts[s];
        unsigned length = code->length[s];
        packer->single[s] = length ? (uint64_t)strings[s] << (64 - length) | length : 0;
        sums.size += count;
        sums.bits += count * length;
        sums.squares += count * length * length;
    }
    packer->kernel = znn_codec_kernels()->huffman_pack;
    if (packer->kernel) {
        packer->packing = HUFFMAN_PACK_VECTORS;
        make_bytes(&packer->bytes, code, strings);
    } else if (WORTH_PAIRS * (uint64_t)code->symbols * code->symbols < sums.size) {
        packer->packing = HUFFMAN_PACK_PAIRS;
        make_pairs(packer, code);
    } else {
        packer->packing = HUFFMAN_PACK_SINGLE;
    }
    packer->group = best_group(&sums, packer->packing);
}
