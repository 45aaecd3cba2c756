/*
 * original_size.h - reads the size of the original from the end of a .znn file
 */
#ifndef ZNN_ENGINE_FILE_ORIGINAL_SIZE_H
#define ZNN_ENGINE_FILE_ORIGINAL_SIZE_H

#include "znn.h"

/*
 * Like znn_original_size(); `error` may be NULL.
 */
enum znn_status znn_original_size_read(struct znn_input *input, uint64_t *size, struct znn_error *error);

#endif
