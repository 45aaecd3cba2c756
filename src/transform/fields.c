/*
 * fields.c - the fields of quantized blocks
 */
#include "transform/fields.h"

#include <string.h>

static size_t block_size(const uint8_t *widths, unsigned count)
{
    size_t size = 0;
    for (unsigned i = 0; i < count; i++)
        size += widths[i];
    return size;
}

void znn_fields_split(const uint8_t *source, size_t blocks, const uint8_t *widths, unsigned count,
                      uint8_t *const *fields)
{
    size_t step = block_size(widths, count);
    for (unsigned i = 0; i < count; i++) {
        size_t width = widths[i];
        for (size_t b = 0; b < blocks; b++)
            memcpy(fields[i] + b * width, source + b * step, width);
        source += width;
    }
}

void znn_fields_merge(const uint8_t *const *fields, size_t blocks, const uint8_t *widths, unsigned count,
                      uint8_t *target)
{
    size_t step = block_size(widths, count);
    for (unsigned i = 0; i < count; i++) {
        size_t width = widths[i];
        for (size_t b = 0; b < blocks; b++)
            memcpy(target + b * step, fields[i] + b * width, width);
        target += width;
    }
}
