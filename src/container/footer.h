/*
 * footer.h - the end of a .znn file
 */
#ifndef ZNN_CONTAINER_FOOTER_H
#define ZNN_CONTAINER_FOOTER_H

#include <stdint.h>

#include "common/error.h"
#include "container/format.h"

struct footer {
    uint64_t index_offset; /* of the index record in the .znn file */
    uint64_t root[2];      /* low and high half of the root digest */
};

void znn_footer_write(const struct footer *footer, uint8_t bytes[FOOTER_SIZE]);

/*
 * Verifies and reads the footer, which starts at `place` in the file.
 */
enum znn_status znn_footer_parse(const uint8_t bytes[FOOTER_SIZE], uint64_t place, struct footer *footer,
                                 struct znn_error *error);

#endif
