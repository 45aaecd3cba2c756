/*
 * huffman_decode.c - reads zstd frames that hold only Huffman codes
 *
 * The reader parses the frame from front to back and checks every length.  It does not decode a block of four streams
 * at once.  The block waits until the next one is parsed, and both are decoded together (huffman_unpack.h).  There are
 * two tables: one may belong to the waiting block, the other to the last block.
 */
#include "codec/huffman_decode.h"

#include "codec/huffman_frame.h"
#include "codec/huffman_tree.h"
#include "common/bytes.h"

/* The format allows more, but libzstd rejects more by default.  znn's own frames stay below. */
#define WINDOW_EXPONENT_MAX 17

/* With fewer symbols, a wide table is not worth making. */
#define WORTH_WIDE 4096

struct frame {
    struct huffman_decoder *decoder;
    const struct frame_watcher *watcher; /* or NULL */
    const uint8_t *start;
    struct byte_reader in;
    uint8_t *out, *end;
    size_t block_max;
    struct huffman_lookup *last;    /* the table that the next treeless block uses, or NULL */
    struct huffman_lookup *waiting; /* the table of the waiting block, or NULL */
    struct huffman_stream streams[8];
};

/*
 * Reads a little-endian number of 1 to 8 bytes.
 */
static uint64_t read_number(struct byte_reader *in, unsigned width)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)read_u8(in) << 8 * i;
    return value;
}

/*
 * Checks the frame header against the expected size and computes the largest block size.
 */
static bool read_frame_header(struct frame *frame, size_t size)
{
    if (read_number(&frame->in, 4) != ZSTD_FRAME_MAGIC)
        return false;
    uint8_t descriptor = read_u8(&frame->in);
    if (descriptor & (ZSTD_FRAME_RESERVED | ZSTD_FRAME_CHECKSUM | ZSTD_FRAME_DICTIONARY))
        return false;
    bool single = descriptor & ZSTD_FRAME_SINGLE_SEGMENT;
    unsigned width = descriptor >> 6;
    uint64_t window = size;
    if (!single) {
        uint8_t byte = read_u8(&frame->in);
        if (byte >> 3 > WINDOW_EXPONENT_MAX || width == 0)
            return false;
        window = (uint64_t)(8 + (byte & 7)) << (7 + (byte >> 3));
    }
    uint64_t declared = read_number(&frame->in, 1U << width) + (width == 1 ? 256 : 0);
    frame->block_max = window < ZSTD_BLOCK_SIZE_MAX ? (size_t)window : ZSTD_BLOCK_SIZE_MAX;
    return !frame->in.bad && declared == size;
}

/*
 * Makes the wide table unless it is already made.
 */
static void widen(struct huffman_decoder *decoder, struct huffman_lookup *lookup)
{
    if (lookup->most == 0)
        znn_huffman_lookup_widen(lookup, &decoder->room);
}

/*
 * Decodes frame->streams[first .. first + count), which share one table, on their own.
 */
static bool unpack_alone(struct frame *frame, unsigned first, unsigned count, struct huffman_lookup *lookup)
{
    struct huffman_stream *streams = frame->streams + first;
    bool wide = lookup->most > 0;
    if (!wide && count * (streams->end - streams->out) >= WORTH_WIDE &&
        znn_huffman_lookup_prefers_wide(lookup, count)) {
        widen(frame->decoder, lookup);
        wide = true;
    }
    return znn_huffman_unpack(streams, count, lookup, NULL, wide, NULL);
}

/*
 * Decodes the waiting block, if any.
 */
static bool unpack_waiting(struct frame *frame)
{
    struct huffman_lookup *lookup = frame->waiting;
    frame->waiting = NULL;
    return !lookup || unpack_alone(frame, 0, 4, lookup);
}

/*
 * Decodes the waiting block together with the four streams after it, which use frame->last.
 */
static bool unpack_both(struct frame *frame)
{
    struct huffman_lookup *a = frame->waiting, *b = frame->last;
    bool wide = znn_huffman_lookup_prefers_wide(a, 8);
    if (wide != znn_huffman_lookup_prefers_wide(b, 8))
        return unpack_waiting(frame) && unpack_alone(frame, 4, 4, b);
    frame->waiting = NULL;
    if (wide) {
        widen(frame->decoder, a);
        widen(frame->decoder, b);
    }
    return znn_huffman_unpack(frame->streams, 8, a, b, wide, frame->watcher ? frame->watcher->ahead : NULL);
}

/*
 * Reads a tree into the table that the waiting block does not use.  Returns the size of the tree, or 0 if it is
 * invalid.
 */
static size_t read_tree(struct frame *frame, const uint8_t *src, size_t size)
{
    struct huffman_lookup *lookups = frame->decoder->lookups;
    struct huffman_lookup *lookup = frame->waiting == &lookups[0] ? &lookups[1] : &lookups[0];
    size_t used = znn_huffman_tree_read(&lookup->code, src, size);
    frame->last = lookup;
    if (used)
        znn_huffman_lookup_make(lookup);
    return used;
}

/*
 * Opens four streams.  src[0..size) holds the sizes of the first three, then the streams.
 */
static bool open_four(struct huffman_stream *streams, const uint8_t *src, size_t size, uint8_t *out, size_t count)
{
    size_t quarter = (count + 3) / 4;
    if (size < ZSTD_JUMP_TABLE_SIZE || 3 * quarter >= count)
        return false;
    struct byte_reader in = byte_reader(src + ZSTD_JUMP_TABLE_SIZE, size - ZSTD_JUMP_TABLE_SIZE);
    for (size_t k = 0; k < 4; k++) {
        size_t length = k < 3 ? load_le16(src + 2 * k) : bytes_left(&in);
        const uint8_t *stream = read_bytes(&in, length);
        size_t symbols = k < 3 ? quarter : count - 3 * quarter;
        if (!stream || !znn_huffman_stream_open(&streams[k], stream, length, out + k * quarter, symbols))
            return false;
    }
    return true;
}

/*
 * Reads Huffman-coded literals from src[0..size), which expand to `count` bytes.  Decodes them, or opens the streams
 * and lets the block wait.
 */
static bool read_coded(struct frame *frame, bool tree, bool four, const uint8_t *src, size_t size, size_t count)
{
    if (tree) {
        size_t used = read_tree(frame, src, size);
        if (used == 0)
            return false;
        src += used;
        size -= used;
    }
    if (!frame->last || src - frame->start < HUFFMAN_UNPACK_BEFORE)
        return false;
    if (!four)
        return unpack_waiting(frame) && znn_huffman_stream_open(frame->streams, src, size, frame->out, count) &&
               unpack_alone(frame, 0, 1, frame->last);
    if (!open_four(frame->streams + (frame->waiting ? 4 : 0), src, size, frame->out, count))
        return false;
    if (frame->waiting)
        return unpack_both(frame);
    frame->waiting = frame->last;
    return true;
}

/*
 * Copies the next `count` bytes from `block`, or repeats one byte `count` times.
 */
static bool read_plain(struct frame *frame, bool repeated, struct byte_reader *block, size_t count)
{
    const uint8_t *src = read_bytes(block, repeated ? 1 : count);
    if (!src || count > (size_t)(frame->end - frame->out))
        return false;
    if (count > 0 && repeated)
        memset(frame->out, *src, count);
    else if (count > 0)
        memcpy(frame->out, src, count);
    frame->out += count;
    return true;
}

/*
 * Returns true if only a zero is left of a block, which means that no sequences follow.  The callers check this first,
 * so rejecting a frame of another kind costs little.
 */
static bool ends_block(struct byte_reader block)
{
    return bytes_left(&block) == 1 && *block.next == 0;
}

/*
 * Reads a compressed block with raw or RLE literals.
 */
static bool read_plain_literals(struct frame *frame, bool repeated, unsigned format, struct byte_reader block)
{
    unsigned width = format == 1 ? 2 : format == 3 ? 3 : 1;
    size_t count = (size_t)read_number(&block, width) >> (width == 1 ? 3 : 4);
    struct byte_reader rest = block;
    read_bytes(&rest, repeated ? 1 : count);
    return count <= frame->block_max && ends_block(rest) && read_plain(frame, repeated, &block, count);
}

/*
 * Reads a compressed block with Huffman-coded literals.
 */
static bool read_coded_literals(struct frame *frame, bool tree, unsigned format, struct byte_reader block)
{
    unsigned width = format < 2 ? 3 : format + 2, bits = 4 * width - 2;
    uint64_t header = read_number(&block, width) >> 4;
    size_t count = (size_t)(header & ((UINT64_C(1) << bits) - 1)), size = (size_t)(header >> bits);
    const uint8_t *src = read_bytes(&block, size);
    if (!src || size >= count || count > frame->block_max || count > (size_t)(frame->end - frame->out))
        return false;
    if (!ends_block(block) || !read_coded(frame, tree, format != 0, src, size, count))
        return false;
    frame->out += count;
    return true;
}

/*
 * Reads a compressed block.  (A block of fewer than three bytes is legal, but some versions of libzstd reject it.)
 */
static bool read_literals(struct frame *frame, struct byte_reader block)
{
    if (bytes_left(&block) < 3)
        return false;
    unsigned format = *block.next >> 2 & 3;
    switch ((enum zstd_literals)(*block.next & 3)) {
    case ZSTD_LITERALS_RAW:
        return read_plain_literals(frame, false, format, block);
    case ZSTD_LITERALS_RLE:
        return read_plain_literals(frame, true, format, block);
    case ZSTD_LITERALS_HUFFMAN:
        return read_coded_literals(frame, true, format, block);
    case ZSTD_LITERALS_TREELESS:
        return read_coded_literals(frame, false, format, block);
    }
    return false;
}

/*
 * Reads a block and sets *last.
 */
static bool read_block(struct frame *frame, bool *last)
{
    uint64_t header = read_number(&frame->in, ZSTD_BLOCK_HEADER_SIZE);
    size_t size = (size_t)(header >> 3);
    *last = header & 1;
    if (frame->in.bad || size > frame->block_max)
        return false;
    switch ((enum zstd_block)(header >> 1 & 3)) {
    case ZSTD_BLOCK_RAW:
        return read_plain(frame, false, &frame->in, size);
    case ZSTD_BLOCK_RLE:
        return read_plain(frame, true, &frame->in, size);
    case ZSTD_BLOCK_COMPRESSED: {
        const uint8_t *src = read_bytes(&frame->in, size);
        return src && read_literals(frame, byte_reader(src, size));
    }
    case ZSTD_BLOCK_RESERVED:
        break;
    }
    return false;
}

/*
 * Offers the decoded bytes to the watcher and moves the bytes that it does not take to the front.
 */
static void present(struct frame *frame, uint8_t *dst)
{
    size_t ready = (size_t)(frame->out - dst), taken = frame->watcher->take(frame->watcher->context, dst, ready);
    memmove(dst, dst + taken, ready - taken);
    frame->out -= taken;
    frame->end -= taken;
}

enum huffman_verdict znn_huffman_frame_decode(struct huffman_decoder *decoder, const uint8_t *frame_start,
                                              size_t frame_size, uint8_t *dst, size_t size,
                                              const struct frame_watcher *watcher)
{
    struct frame frame = {.decoder = decoder, .watcher = watcher, .start = frame_start};
    frame.in = byte_reader(frame_start, frame_size);
    frame.out = dst;
    frame.end = dst + size;
    if (!read_frame_header(&frame, size))
        return HUFFMAN_FOREIGN;
    for (bool last = false; !last;) {
        if (!read_block(&frame, &last))
            return HUFFMAN_FOREIGN;
        if (watcher && !frame.waiting && !last)
            present(&frame, dst);
    }
    if (!unpack_waiting(&frame) || frame.out != frame.end || bytes_left(&frame.in) != 0)
        return HUFFMAN_FOREIGN;
    if (watcher)
        present(&frame, dst);
    return HUFFMAN_DECODED;
}
