/*
 * huffman_weights.c - an FSE coder for at most 255 numbers from 0 to 11
 *
 * The shares come first.  Together they fill a table of 2^log cells, and the width of each number depends on `left`,
 * the number of cells still to share out plus one.  Each share is stored plus one.  0 means a share of "less than one",
 * which owns one cell at the end of the table.  A number takes as many bits as `left`, or one bit fewer if it is so
 * small that the shorter form is unambiguous.  After a share of zero, two-bit numbers count further zeros; 3 means
 * "three, and continue".
 */
#include "codec/huffman_weights.h"

#include <stdbool.h>
#include <string.h>

#include "platform/bits.h"

#define KINDS 12 /* weights are 0 to 11 */
#define LOG_MIN 5
#define LOG_MAX 6
#define CELLS_MAX (1U << LOG_MAX)
#define LESS_THAN_ONE (-1)

/* From this many weights on, the larger table mostly gives the smaller result. */
#define WORTH_LARGER 48

/* The longest output before it is known to be too long: 4 bits, 7 for each share, 6 for each weight and state. */
#define ROOM 256

/*
 * The shares of a table: weight w owns share[w] of 2^log cells.
 */
struct shares {
    unsigned log;
    int share[KINDS];
};

/*
 * Returns the number of cells that weight w owns.
 */
static unsigned cells(const struct shares *shares, unsigned w)
{
    return shares->share[w] == LESS_THAN_ONE ? 1 : (unsigned)shares->share[w];
}

/*
 * Sets the owner of each cell.  Steps of 5/8 of the table, plus 3, visit every cell once.
 */
static void strew(const struct shares *shares, uint8_t owner[CELLS_MAX])
{
    unsigned size = 1U << shares->log, top = size;
    for (unsigned w = 0; w < KINDS; w++)
        if (shares->share[w] == LESS_THAN_ONE)
            owner[--top] = (uint8_t)w;
    unsigned cell = 0;
    for (unsigned w = 0; w < KINDS; w++) {
        for (int i = 0; i < shares->share[w]; i++) {
            owner[cell] = (uint8_t)w;
            do
                cell = (cell + (size >> 1) + (size >> 3) + 3) & (size - 1);
            while (cell >= top);
        }
    }
}

/* ---- writing ---- */

/*
 * Writes bits, lowest first.
 */
struct bit_writer {
    uint8_t *out;
    uint32_t held;
    unsigned count;
};

static void put(struct bit_writer *writer, unsigned value, unsigned bits)
{
    writer->held |= (uint32_t)value << writer->count;
    for (writer->count += bits; writer->count >= 8; writer->count -= 8) {
        *writer->out++ = (uint8_t)writer->held;
        writer->held >>= 8;
    }
}

static void put_end(struct bit_writer *writer)
{
    if (writer->count)
        *writer->out++ = (uint8_t)writer->held;
    writer->held = writer->count = 0;
}

/*
 * Divides 2^log cells in proportion to counts[w], at least one for each weight that occurs.  Rounding leaves too many
 * cells or too few.  Each extra cell goes to the weight that gains the most from it, and each missing cell comes from
 * the weight that loses the least.  A cell changes the size by count * log2((share + 1) / share), which is near count /
 * (share + 1/2).
 */
static void share_out(struct shares *shares, const unsigned counts[KINDS], unsigned total, unsigned log)
{
    int left = 1 << log;
    shares->log = log;
    for (unsigned w = 0; w < KINDS; w++) {
        unsigned share = (counts[w] << log) / total;
        shares->share[w] = counts[w] && !share ? 1 : (int)share;
        left -= shares->share[w];
    }
    while (left != 0) {
        int step = left > 0 ? 1 : -1;
        unsigned best = KINDS;
        for (unsigned w = 0; w < KINDS; w++) {
            if (!counts[w] || shares->share[w] + step < 1)
                continue;
            if (best == KINDS) {
                best = w;
                continue;
            }
            unsigned mine = counts[w] * (unsigned)(2 * shares->share[best] + step);
            unsigned its = counts[best] * (unsigned)(2 * shares->share[w] + step);
            if (step > 0 ? mine > its : mine < its)
                best = w;
        }
        shares->share[best] += step;
        left -= step;
    }
}

static void put_shares(struct bit_writer *writer, const struct shares *shares)
{
    put(writer, shares->log - LOG_MIN, 4);
    unsigned left = (1U << shares->log) + 1;
    for (unsigned w = 0; left > 1; w++) {
        unsigned value = (unsigned)(shares->share[w] + 1);
        unsigned bits = highest_bit(left), half = 1U << bits; /* half <= left < 2 half */
        unsigned spare = 2 * half - 1 - left;
        if (value >= half)
            value += spare;
        put(writer, value, value < spare ? bits : bits + 1);
        left -= cells(shares, w);
        if (shares->share[w] != 0)
            continue;
        unsigned nothings = 0;
        while (shares->share[w + 1 + nothings] == 0)
            nothings++;
        for (w += nothings; nothings >= 3; nothings -= 3)
            put(writer, 3, 2);
        put(writer, nothings, 2);
    }
    put_end(writer);
}

/*
 * The encoder's table.  cell_of[first[w] + i] is the i-th cell of weight w.
 */
struct encoder {
    unsigned log;
    unsigned share[KINDS], first[KINDS], bits[KINDS]; /* bits: the most bits that a cell of the weight reads */
    uint8_t cell_of[CELLS_MAX];
};

static void encoder_make(struct encoder *encoder, const struct shares *shares)
{
    uint8_t owner[CELLS_MAX];
    unsigned next[KINDS], start = 0;
    strew(shares, owner);
    encoder->log = shares->log;
    for (unsigned w = 0; w < KINDS; w++) {
        encoder->share[w] = cells(shares, w);
        encoder->bits[w] = encoder->share[w] ? shares->log - highest_bit(encoder->share[w]) : 0;
        encoder->first[w] = next[w] = start;
        start += encoder->share[w];
    }
    for (unsigned cell = 0; cell < 1U << shares->log; cell++)
        encoder->cell_of[next[owner[cell]]++] = (uint8_t)cell;
}

/*
 * Takes one step backwards.  Given the next cell, writes the bits that lead there and returns the cell before it, which
 * belongs to `weight`.  Cells count from 2^log here, so their bits are enough: the i-th cell of w reads the bits of the
 * next cell's number below share[w] + i.
 */
static unsigned step_back(const struct encoder *encoder, struct bit_writer *writer, unsigned cell, unsigned weight)
{
    unsigned share = encoder->share[weight], bits = encoder->bits[weight];
    if (cell >> bits < share)
        bits--;
    put(writer, cell & ((1U << bits) - 1), bits);
    return (1U << encoder->log) + encoder->cell_of[encoder->first[weight] + (cell >> bits) - share];
}

static void put_weights(struct bit_writer *writer, const struct shares *shares, const uint8_t *weights, unsigned count)
{
    struct encoder encoder;
    encoder_make(&encoder, shares);
    unsigned size = 1U << shares->log, cell[2];
    for (unsigned i = count; i-- > 0;) {
        unsigned w = weights[i];
        if (i + 2 >= count) /* nothing follows; the first cell of a weight reads the fewest bits, and at least one */
            cell[i & 1] = size + encoder.cell_of[encoder.first[w]];
        else
            cell[i & 1] = step_back(&encoder, writer, cell[i & 1], w);
    }
    put(writer, cell[1] - size, shares->log);
    put(writer, cell[0] - size, shares->log);
    put(writer, 1, 1);
    put_end(writer);
}

/*
 * Turns shares of one cell into shares of "less than one", which own one cell as well.  Their numbers are shorter, but
 * their cells are elsewhere, so the result may be smaller or larger.  Returns false if there are no such shares.
 */
static bool make_ones_less(struct shares *shares)
{
    bool any = false;
    for (unsigned w = 0; w < KINDS; w++) {
        if (shares->share[w] == 1) {
            shares->share[w] = LESS_THAN_ONE;
            any = true;
        }
    }
    return any;
}

/*
 * Writes to `dst` if the result is smaller than `best` bytes.  Returns the smaller size.
 */
static size_t try_shares(const struct shares *shares, const uint8_t *weights, unsigned count, uint8_t *dst, size_t best)
{
    uint8_t trial[ROOM];
    struct bit_writer writer = {trial, 0, 0};
    put_shares(&writer, shares);
    put_weights(&writer, shares, weights, count);
    size_t size = (size_t)(writer.out - trial);
    if (size >= best)
        return best;
    memcpy(dst, trial, size);
    return size;
}

size_t znn_huffman_weights_write(const uint8_t *weights, unsigned count, bool thorough,
                                 uint8_t dst[HUFFMAN_WEIGHTS_SIZE_MAX])
{
    unsigned counts[KINDS] = {0}, total = count;
    if (count < 2)
        return 0;
    for (unsigned i = 0; i < count; i++)
        counts[weights[i]]++;
    /* A weight that owned the whole table would take no bits, and a reader would never find the end. */
    if (counts[weights[0]] == count) {
        counts[weights[0] ? 0 : 1]++;
        total++;
    }
    size_t best = HUFFMAN_WEIGHTS_SIZE_MAX + 1;
    for (unsigned log = thorough || count < WORTH_LARGER ? LOG_MIN : LOG_MAX; log <= LOG_MAX; log++) {
        struct shares shares;
        share_out(&shares, counts, total, log);
        best = try_shares(&shares, weights, count, dst, best);
        if (thorough && make_ones_less(&shares))
            best = try_shares(&shares, weights, count, dst, best);
    }
    return best <= HUFFMAN_WEIGHTS_SIZE_MAX ? best : 0;
}

/* ---- reading ---- */

/*
 * Returns `bits` (0 to 8) bits at position `at`, counted from the lowest bit of src[0].  Bits after the end are zero.
 */
static unsigned bits_at(const uint8_t *src, size_t size, size_t at, unsigned bits)
{
    size_t byte = at / 8;
    unsigned value = byte < size ? src[byte] : 0;
    if (byte + 1 < size)
        value |= (unsigned)src[byte + 1] << 8;
    return value >> at % 8 & ((1U << bits) - 1);
}

/*
 * Reads the shares.  Returns the number of bytes they take, or 0 if they are invalid.
 */
static size_t get_shares(struct shares *shares, const uint8_t *src, size_t size)
{
    memset(shares, 0, sizeof *shares);
    shares->log = bits_at(src, size, 0, 4) + LOG_MIN;
    if (shares->log > LOG_MAX)
        return 0;
    size_t at = 4;
    int left = (1 << shares->log) + 1;
    for (unsigned w = 0; left > 1; w++) {
        if (w >= KINDS)
            return 0;
        unsigned bits = highest_bit((uint32_t)left), half = 1U << bits;
        unsigned spare = 2 * half - 1 - (unsigned)left;
        unsigned value = bits_at(src, size, at, bits);
        if (value < spare) {
            at += bits;
        } else {
            value = bits_at(src, size, at, bits + 1);
            if (value >= half)
                value -= spare;
            at += bits + 1;
        }
        shares->share[w] = (int)value - 1;
        left -= value ? shares->share[w] : 1;
        if (shares->share[w] != 0)
            continue;
        unsigned nothings;
        do {
            nothings = bits_at(src, size, at, 2);
            at += 2;
            w += nothings;
        } while (nothings == 3 && w < KINDS);
    }
    size_t used = (at + 7) / 8;
    return left == 1 && used <= size ? used : 0;
}

struct decoder {
    uint8_t weight[CELLS_MAX], bits[CELLS_MAX], base[CELLS_MAX];
};

static void decoder_make(struct decoder *decoder, const struct shares *shares)
{
    unsigned next[KINDS];
    strew(shares, decoder->weight);
    for (unsigned w = 0; w < KINDS; w++)
        next[w] = cells(shares, w);
    for (unsigned cell = 0; cell < 1U << shares->log; cell++) {
        unsigned rank = next[decoder->weight[cell]]++;
        unsigned bits = shares->log - highest_bit(rank);
        decoder->bits[cell] = (uint8_t)bits;
        decoder->base[cell] = (uint8_t)((rank << bits) - (1U << shares->log));
    }
}

unsigned znn_huffman_weights_read(const uint8_t *src, size_t size, uint8_t weights[HUFFMAN_WEIGHTS_MAX])
{
    struct shares shares;
    struct decoder decoder;
    size_t used = get_shares(&shares, src, size);
    if (!used || used == size || src[size - 1] == 0)
        return 0;
    decoder_make(&decoder, &shares);
    src += used;
    size -= used;

    size_t left = 8 * (size - 1) + highest_bit(src[size - 1]); /* bits below the mark */
    if (left < 2 * shares.log)
        return 0;
    unsigned cell[2];
    cell[0] = bits_at(src, size, left - shares.log, shares.log);
    cell[1] = bits_at(src, size, left - 2 * shares.log, shares.log);
    left -= 2 * shares.log;

    for (unsigned count = 0; count + 2 <= HUFFMAN_WEIGHTS_MAX; count++) {
        unsigned *mine = &cell[count & 1];
        unsigned bits = decoder.bits[*mine];
        weights[count] = decoder.weight[*mine];
        if (bits > left) {
            weights[count + 1] = decoder.weight[cell[~count & 1]];
            return count + 2;
        }
        left -= bits;
        *mine = decoder.base[*mine] + bits_at(src, size, left, bits);
    }
    return 0;
}
