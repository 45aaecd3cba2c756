/*
 * reader_ranges.h - reads many ranges of the original at once, with several threads
 */
#ifndef ZNN_ENGINE_FILE_READER_RANGES_H
#define ZNN_ENGINE_FILE_READER_RANGES_H

#include "znn.h"

/*
 * Like znn_reader_read_ranges(); `error` may be NULL.
 */
enum znn_status znn_ranges_read(struct znn_reader *reader, const struct znn_range *ranges, size_t count,
                                unsigned threads, struct znn_error *error);

#endif
