/*
 * huffman_encode.c - writes zstd frames that are all Huffman codes
 *
 * A frame is made in parts of up to 8 blocks of 128 KiB: their bytes are counted, codes are planned, symbols are
 * packed.
 */
#include "codec/huffman_encode.h"

#include "base/bytes.h"
#include "codec/huffman_frame.h"

#define FRAME_HEADER_SIZE_MAX 14

void znn_huffman_encoder_init(struct huffman_encoder *encoder)
{
    memset(encoder, 0, sizeof(*encoder));
}

size_t znn_huffman_frame_bound(size_t size)
{
    size_t blocks = size / ZSTD_BLOCK_SIZE_MAX + 1;
    return FRAME_HEADER_SIZE_MAX + size + ZSTD_BLOCK_HEADER_SIZE * blocks + HUFFMAN_PACK_SLACK;
}

/*
 * A frame of one block is a single segment; a longer one asks for a window of one block, which is all that a reader
 * has to hold of it.
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
 * One stream, or the sizes of the first three and then four.
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
 * A compressed block without its header; `tree` where it brings its table's description.
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
 * Writes a block by the plan.  *current is the table that a reader has at this point; it is 0 at the start of a part.
 * A code that suits its blocks together need not suit each of them: a block that it makes longer is raw after all.
 */
static uint8_t *put_block(struct huffman_encoder *encoder, unsigned index, unsigned *current, const uint8_t *src,
                          uint8_t *out, bool last)
{
    const struct huffman_plan *plan = &encoder->plan;
    const struct huffman_block_plan *block = &plan->block[index];
    size_t size = plan->size[index];
    uint8_t *body = out + ZSTD_BLOCK_HEADER_SIZE;
    if (block->choice == HUFFMAN_BLOCK_CONSTANT) {
        put_block_header(out, ZSTD_BLOCK_RLE, size, last);
        *body = src[0];
        return body + 1;
    }
    if (block->choice == HUFFMAN_BLOCK_CODED) {
        const struct huffman_table *table = &plan->tables[block->table];
        bool tree = block->table != *current;
        uint64_t expected = znn_huffman_plan_block_size(table, plan->counts[index], size);
        if (huffman_plan_pays(expected + (tree ? table->tree_size : 0), size)) {
            if (tree)
                znn_huffman_packer_make(&encoder->packer, &table->code, table->counts);
            *current = block->table;
            uint8_t *end = put_coded(&encoder->packer, table, tree, src, size, body);
            put_block_header(out, ZSTD_BLOCK_COMPRESSED, (size_t)(end - body), last);
            return end;
        }
    }
    put_block_header(out, ZSTD_BLOCK_RAW, size, last);
    memcpy(body, src, size);
    return body + size;
}

/*
 * Counts the bytes of the next part, of `left` bytes at the most.
 */
static void count_part(struct huffman_encoder *encoder, const uint8_t *src, size_t left)
{
    struct huffman_plan *plan = &encoder->plan;
    for (plan->blocks = 0; plan->blocks < HUFFMAN_PLAN_BLOCKS && left > 0; plan->blocks++) {
        size_t size = left < ZSTD_BLOCK_SIZE_MAX ? left : ZSTD_BLOCK_SIZE_MAX;
        znn_histogram(&encoder->room, src, size, plan->counts[plan->blocks]);
        plan->size[plan->blocks] = size;
        src += size;
        left -= size;
    }
}

size_t znn_huffman_frame_encode(struct huffman_encoder *encoder, const uint8_t *src, size_t size, uint8_t *dst,
                                size_t capacity)
{
    if (size == 0 || capacity < znn_huffman_frame_bound(size))
        return 0;
    struct huffman_plan *plan = &encoder->plan;
    uint8_t *out = put_frame_header(dst, size);
    size_t left = size;
    plan->tables[0].tree_size = 0;
    while (left > 0) {
        unsigned current = 0;
        count_part(encoder, src, left);
        znn_huffman_plan_make(plan);
        for (unsigned b = 0; b < plan->blocks; b++) {
            out = put_block(encoder, b, &current, src, out, plan->size[b] == left);
            src += plan->size[b];
            left -= plan->size[b];
        }
        if (current != 0)
            plan->tables[0] = plan->tables[current];
    }
    size_t written = (size_t)(out - dst);
    return written < size ? written : 0;
}
