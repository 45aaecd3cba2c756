/*
 * footer.c - how a .znn file ends
 *
 *      0        8              16       24            40     48         56          64
 *     +--------+--------------+--------+-------------+------+----------+-----------+
 *     | size   | index offset | chunks | root digest | zero | checksum | end magic |
 *     +--------+--------------+--------+-------------+------+----------+-----------+
 *
 * Of fixed size and at the very end, so that a reader that can seek finds the index from here.
 */
#include "container/footer.h"

#include <string.h>
#include <xxhash.h>

#include "base/bytes.h"

static const uint8_t end_magic[8] = {0x8A, 'Z', 'N', 'N', 'E', 'N', 'D', 0x0A};

void znn_footer_write(const struct footer *footer, uint8_t bytes[FOOTER_SIZE])
{
    memset(bytes, 0, FOOTER_SIZE);
    store_le64(bytes, footer->original_size);
    store_le64(bytes + 8, footer->index_offset);
    store_le64(bytes + 16, footer->chunks);
    store_le64(bytes + 24, footer->root[0]);
    store_le64(bytes + 32, footer->root[1]);
    store_le64(bytes + 48, XXH3_64bits(bytes, 48));
    memcpy(bytes + 56, end_magic, sizeof end_magic);
}

enum znn_status znn_footer_parse(const uint8_t bytes[FOOTER_SIZE], uint64_t place, struct footer *footer,
                                 struct znn_error *error)
{
    if (memcmp(bytes + 56, end_magic, sizeof end_magic) != 0)
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the file does not end as it should");
    if (load_le64(bytes + 48) != XXH3_64bits(bytes, 48))
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the footer's checksum does not match");
    if (load_le64(bytes + 40) != 0)
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "a reserved field of the footer is not zero");
    *footer = (struct footer){
        .original_size = load_le64(bytes),
        .index_offset = load_le64(bytes + 8),
        .chunks = load_le64(bytes + 16),
        .root = {load_le64(bytes + 24), load_le64(bytes + 32)},
    };
    return ZNN_OK;
}
