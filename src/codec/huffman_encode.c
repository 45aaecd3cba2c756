/*
 * huffman_encode.c - writes zstd frames that hold only Huffman codes
 *
 * The encoder makes a frame in parts of up to 8 blocks of 128 KiB.  For each part it counts the bytes, plans the codes
 * and packs the symbols.
 */
#include "codec/huffman_encode.h"

#include "codec/huffman_frame.h"
#include "common/bytes.h"

#define FRAME_HEADER_SIZE_MAX 14

/* Below this size, a second block costs more bytes than its speed is worth. */
#define WORTH_TWO_BLOCKS ((size_t)1 << 16)

void znn_huffman_encoder_init(struct huffman_encoder *encoder)
{
    memset(encoder, 0, sizeof *encoder);
}

/*
 * Writes the frame header.  A frame of one block is a single segment.  A longer frame asks for a window of one block,
 * because a reader does not need more.
 */
static uint8_t *put_frame_header(uint8_t *out, uint64_t size)
{
    unsigned width = size < 256 ? 0 : size < 65536 + 256 ? 1 : size <= UINT32_MAX ? 2 : 3;
    bool single = size <= ZSTD_BLOCK_SIZE_MAX;
    store_le32(out, ZSTD_FRAME_MAGIC);
    out[4] = (uint8_t)(width << 6 | (single ? ZSTD_FRAME_SINGLE_SEGMENT : 0));
    out += 5;
    if (!single)
        *out++ = ZSTD_WINDOW_128K;
    uint64_t stored = width == 1 ? size - 256 : size;
    for (unsigned i = 0; i < 1U << width; i++)
        *out++ = (uint8_t)(stored >> 8 * i);
    return out;
}

static void put_block_header(uint8_t *out, enum zstd_block kind, size_t size, bool last)
{
    uint32_t header = (uint32_t)(size << 3 | (size_t)kind << 1 | last);
    store_le16(out, (uint16_t)header);
    out[2] = (uint8_t)(header >> 16);
}

static void put_literals_header(uint8_t *out, enum zstd_literals kind, size_t size, size_t packed)
{
    size_t width = huffman_literals_header_size(size);
    unsigned format = size < HUFFMAN_ONE_STREAM_BELOW ? 0 : (unsigned)width - 2;
    unsigned bits = (unsigned)(4 * width - 2);
    uint64_t header = (uint64_t)packed << (4 + bits) | (uint64_t)size << 4 | (uint64_t)format << 2 | (uint64_t)kind;
    for (size_t i = 0; i < width; i++)
        out[i] = (uint8_t)(header >> 8 * i);
}

/*
 * Writes one stream, or the sizes of the first three streams and then four streams.
 */
static uint8_t *put_streams(const struct huffman_packer *packer, const uint8_t *src, size_t size, uint8_t *out)
{
    if (size < HUFFMAN_ONE_STREAM_BELOW)
        return znn_huffman_pack(packer, src, size, out);
    size_t quarter = (size + 3) / 4;
    uint8_t *jump = out;
    out += ZSTD_JUMP_TABLE_SIZE;
    for (size_t i = 0; i < 3; i++) {
        uint8_t *end = znn_huffman_pack(packer, src + i * quarter, quarter, out);
        store_le16(jump + 2 * i, (uint16_t)(end - out));
        out = end;
    }
    return znn_huffman_pack(packer, src + 3 * quarter, size - 3 * quarter, out);
}

/*
 * Writes a compressed block without its header.  With `tree`, the block includes the description of its table.
 */
static uint8_t *put_coded(const struct huffman_packer *packer, const struct huffman_table *table, bool tree,
                          const uint8_t *src, size_t size, uint8_t *out)
{
    uint8_t *header = out;
    out += huffman_literals_header_size(size);
    uint8_t *literals = out;
    if (tree) {
        memcpy(out, table->tree, table->tree_size);
        out += table->tree_size;
    }
    out = put_streams(packer, src, size, out);
    put_literals_header(header, tree ? ZSTD_LITERALS_HUFFMAN : ZSTD_LITERALS_TREELESS, size, (size_t)(out - literals));
    *out++ = 0; /* no sequences */
    return out;
}

/*
 * State while a frame is written.
 */
struct writer {
    uint8_t *out, *end;
    const uint8_t *src;
    unsigned table; /* index in plan->tables of the table that a reader has at this point; 0 at the start of a part */
};

/*
 * Writes a raw block or, if `repeated`, a block of one repeated byte.  Returns false if it does not fit.
 */
static bool put_plain(struct writer *writer, bool repeated, size_t size, bool last)
{
    size_t stored = repeated ? 1 : size;
    if ((size_t)(writer->end - writer->out) < ZSTD_BLOCK_HEADER_SIZE + stored)
        return false;
    put_block_header(writer->out, repeated ? ZSTD_BLOCK_RLE : ZSTD_BLOCK_RAW, size, last);
    memcpy(writer->out + ZSTD_BLOCK_HEADER_SIZE, writer->src, stored);
    writer->out += ZSTD_BLOCK_HEADER_SIZE + stored;
    return true;
}

/*
 * Writes a compressed block of at most `expected` bytes, without counting the block header.  If space is short, makes
 * the block in `scratch` first.  Returns false if it does not fit.
 */
static bool put_compressed(struct huffman_encoder *encoder, struct writer *writer, unsigned index, size_t expected,
                           bool last)
{
    const struct huffman_plan *plan = &encoder->plan;
    unsigned chosen = plan->block[index].table;
    const struct huffman_table *table = &plan->tables[chosen];
    bool tree = chosen != writer->table;
    size_t room = (size_t)(writer->end - writer->out);
    bool tight = room < ZSTD_BLOCK_HEADER_SIZE + expected + HUFFMAN_PACK_SLACK;
    uint8_t *body = tight ? encoder->scratch : writer->out + ZSTD_BLOCK_HEADER_SIZE;
    if (tree)
        znn_huffman_packer_make(&encoder->packer, &table->code, table->counts);
    uint8_t *end = put_coded(&encoder->packer, table, tree, writer->src, plan->size[index], body);
    size_t size = (size_t)(end - body);
    if (tight) {
        if (room < ZSTD_BLOCK_HEADER_SIZE + size)
            return false;
        memcpy(writer->out + ZSTD_BLOCK_HEADER_SIZE, body, size);
    }
    put_block_header(writer->out, ZSTD_BLOCK_COMPRESSED, size, last);
    writer->out += ZSTD_BLOCK_HEADER_SIZE + size;
    writer->table = chosen;
    return true;
}

/*
 * Writes a block according to the plan.  A code can suit its blocks together but not each of them: if the code makes a
 * block longer, writes the block raw.
 */
static bool put_block(struct huffman_encoder *encoder, struct writer *writer, unsigned index, bool last)
{
    const struct huffman_plan *plan = &encoder->plan;
    const struct huffman_block_plan *block = &plan->block[index];
    size_t size = plan->size[index];
    if (block->choice == HUFFMAN_BLOCK_CODED) {
        const struct huffman_table *table = &plan->tables[block->table];
        uint64_t expected = znn_huffman_plan_block_size(table, plan->counts[index], size);
        if (block->table != writer->table)
            expected += table->tree_size;
        if (huffman_plan_pays(expected, size))
            return put_compressed(encoder, writer, index, (size_t)expected, last);
    }
    return put_plain(writer, block->choice == HUFFMAN_BLOCK_CONSTANT, size, last);
}

size_t znn_huffman_block_size(size_t size)
{
    const size_t line = 64, quarter_max = ZSTD_BLOCK_SIZE_MAX / 4 - line;
    if (size < WORTH_TWO_BLOCKS)
        return size;
    size_t quarters = (size + 8 * quarter_max - 1) / (8 * quarter_max) * 8;
    size_t lines = (size + quarters * line - 1) / (quarters * line);
    return 4 * line * (lines | 1);
}

/*
 * Counts the bytes of the next part, which has at most `left` bytes.
 */
static void count_part(struct huffman_encoder *encoder, const uint8_t *src, size_t left, size_t block_size)
{
    struct huffman_plan *plan = &encoder->plan;
    for (plan->blocks = 0; plan->blocks < HUFFMAN_PLAN_BLOCKS && left > 0; plan->blocks++) {
        size_t size = left < block_size ? left : block_size;
        znn_histogram(&encoder->room, src, size, plan->counts[plan->blocks]);
        plan->size[plan->blocks] = size;
        src += size;
        left -= size;
    }
}

size_t znn_huffman_frame_encode(struct huffman_encoder *encoder, const uint8_t *src, size_t size, uint8_t *dst,
                                size_t capacity)
{
    struct huffman_plan *plan = &encoder->plan;
    uint8_t header[FRAME_HEADER_SIZE_MAX];
    size_t block_size = znn_huffman_block_size(size);
    size_t header_size = (size_t)(put_frame_header(header, size) - header);
    if (capacity > size)
        capacity = size;
    if (capacity <= header_size)
        return 0;
    memcpy(dst, header, header_size);

    struct writer writer = {dst + header_size, dst + capacity, src, 0};
    plan->tables[0].tree_size = 0;
    for (size_t left = size; left > 0;) {
        count_part(encoder, writer.src, left, block_size);
        znn_huffman_plan_make(plan);
        writer.table = 0;
        for (unsigned b = 0; b < plan->blocks; b++) {
            if (!put_block(encoder, &writer, b, plan->size[b] == left))
                return 0;
            writer.src += plan->size[b];
            left -= plan->size[b];
        }
        if (writer.table != 0)
            plan->tables[0] = plan->tables[writer.table];
    }
    size_t written = (size_t)(writer.out - dst);
    return written < size ? written : 0;
}
