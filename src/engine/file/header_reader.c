/*
 * header_reader.c - reads the start of a .znn file
 *
 * The fixed part of the header holds its length.  So a stream is never read past the header.
 */
#include "engine/file/header_reader.h"

enum znn_status znn_header_read(struct source *source, struct znn_header *header, size_t *length,
                                struct znn_error *error)
{
    uint8_t bytes[HEADER_MAX];
    size_t got = 0;
    enum znn_status status = znn_source_read(source, 0, bytes, HEADER_FIXED, &got, error);
    if (!status)
        status = znn_header_length(bytes, got, length, error);
    if (!status)
        status = znn_source_read_exactly(source, HEADER_FIXED, bytes + HEADER_FIXED, *length - HEADER_FIXED, error);
    return status ? status : znn_header_parse(bytes, *length, header, error);
}
