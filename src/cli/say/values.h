/*
 * values.h - parses the arguments of flags
 */
#ifndef ZNN_CLI_SAY_VALUES_H
#define ZNN_CLI_SAY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "znn.h"

/* --sort: the largest first, the least compressible first, or by name with numbers in numeric order. */
enum order { ORDER_NONE, ORDER_SIZE, ORDER_RATIO, ORDER_NAME };

/* --format: how extract writes tensors. */
enum form { FORM_ANY, FORM_RAW, FORM_NPY, FORM_SAFETENSORS };

/* --range: bytes of an original from `start` up to, but not including, `end`. */
struct range {
    bool is_given;
    uint64_t start;
    uint64_t end; /* UINT64_MAX: the end of the original */
};

/*
 * Read a default from the environment: ZNN_CLEVEL and ZNN_NBTHREADS, named as in zstd.  An invalid value is ignored
 * with a warning.  Return true if there is a value.
 */
bool znn_value_default_level(int *level);
bool znn_value_default_threads(unsigned *threads);

/*
 * Parse the argument `text`.  Return false if it is invalid, which is reported.
 */
bool znn_value_threads(const char *text, unsigned *threads);
bool znn_value_order(const char *text, enum order *order);
bool znn_value_form(const char *text, enum form *form);
bool znn_value_range(const char *text, struct range *range);
bool znn_value_size(const char *flag, const char *text, uint64_t *size);  /* the message names `flag` */
bool znn_value_limit(const char *flag, const char *text, uint64_t *size); /* a size that is not 0 */
bool znn_value_bits(const char *text, unsigned *bits);

/*
 * Reads the argument of --depth, from 1 to ZNN_BASE_DEPTH_MAX.
 */
bool znn_value_depth(const char *text, unsigned *depth);
bool znn_value_rounding(const char *text, enum znn_rounding *rounding);
bool znn_value_sign(const char *text, enum znn_sign *sign);

/*
 * Parses an element type in any common spelling.  *dtype is the library's name.
 */
bool znn_value_dtype(const char *text, const char **dtype);

/*
 * Return the words that --sort, --rounding, --sign, --format and --dtype take, in the usual spelling: word number `i`,
 * or NULL if there are no more.  Static.
 */
const char *znn_value_order_word(size_t i);
const char *znn_value_rounding_word(size_t i);
const char *znn_value_sign_word(size_t i);
const char *znn_value_form_word(size_t i);
const char *znn_value_dtype_word(size_t i);

#endif
