/*
 * footer.c - the end of a .znn file
 *
 *      0              8             24         32          40
 *     +--------------+-------------+----------+-----------+
 *     | index offset | root digest | checksum | end magic |
 *     +--------------+-------------+----------+-----------+
 *
 * The footer has a fixed size and ends the file, so a reader that can seek finds the index from here.
 */
#include "container/footer.h"

#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"

static const uint8_t end_magic[8] = {0x8A, 'Z', 'N', 'N', 'E', 'N', 'D', 0x0A};

void znn_footer_write(const struct footer *footer, uint8_t bytes[FOOTER_SIZE])
{
    store_le64(bytes, footer->index_offset);
    store_le64(bytes + 8, footer->root[0]);
    store_le64(bytes + 16, footer->root[1]);
    store_le64(bytes + 24, XXH3_64bits(bytes, 24));
    memcpy(bytes + 32, end_magic, sizeof end_magic);
}

enum znn_status znn_footer_parse(const uint8_t bytes[FOOTER_SIZE], uint64_t place, struct footer *footer,
                                 struct znn_error *error)
{
    if (memcmp(bytes + 32, end_magic, sizeof end_magic) != 0)
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the file does not end as it should");
    if (load_le64(bytes + 24) != XXH3_64bits(bytes, 24))
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the footer's checksum does not match");
    *footer = (struct footer){
        .index_offset = load_le64(bytes),
        .root = {load_le64(bytes + 8), load_le64(bytes + 16)},
    };
    return ZNN_OK;
}
