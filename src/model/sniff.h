/*
 * sniff.h - does a file start like a model?
 *
 * The scanners find out for certain, but they read the whole header.  The first bytes are enough for a guess.
 */
#ifndef ZNN_MODEL_SNIFF_H
#define ZNN_MODEL_SNIFF_H

#include <stddef.h>
#include <stdint.h>

/* Enough for the long name of a zip's first member. */
#define SNIFF_SIZE 512

/*
 * The name of the format that a file of `file_size` bytes (ZNN_SIZE_UNKNOWN: any number) seems to have by its first
 * `size` bytes: as znn_format_name() gives it, or "ggml" or "tflite", which no scanner reads.  NULL if it seems to be
 * no model.  Static.
 */
const char *znn_model_sniff(const void *data, size_t size, uint64_t file_size);

#endif
