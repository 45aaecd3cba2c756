/*
 * values.h - what flags take as arguments
 */
#ifndef ZNN_CLI_SAY_VALUES_H
#define ZNN_CLI_SAY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "znn.h"

/* --sort: the largest first, what compresses least first, or by name as people count. */
enum order { ORDER_NONE, ORDER_SIZE, ORDER_RATIO, ORDER_NAME };

/* --format, how extract writes tensors. */
enum form { FORM_ANY, FORM_RAW, FORM_NPY, FORM_SAFETENSORS };

/* --range: bytes of an original from `start` up to `end`, which is left out. */
struct range {
    bool is_given;
    uint64_t start;
    uint64_t end; /* UINT64_MAX: the end of the original */
};

/*
 * What the environment has as the default: ZNN_CLEVEL and ZNN_NBTHREADS, in the manner of zstd.  A value that makes no
 * sense is ignored with a warning.  Returns whether there is one.
 */
bool znn_value_default_level(int *level);
bool znn_value_default_threads(unsigned *threads);

/*
 * Each reads the argument `text`.  Returns false, having said what is wrong with it, if it makes no sense.
 */
bool znn_value_threads(const char *text, unsigned *threads);
bool znn_value_order(const char *text, enum order *order);
bool znn_value_form(const char *text, enum form *form);
bool znn_value_range(const char *text, struct range *range);
bool znn_value_size(const char *flag, const char *text, uint64_t *size);  /* `flag` is named in the message */
bool znn_value_limit(const char *flag, const char *text, uint64_t *size); /* a size that is not 0 */
bool znn_value_bits(const char *text, unsigned *bits);
bool znn_value_rounding(const char *text, enum znn_rounding *rounding);
bool znn_value_sign(const char *text, enum znn_sign *sign);

/*
 * The same for an element type, in any of the spellings that people use; *dtype is the library's.
 */
bool znn_value_dtype(const char *text, const char **dtype);

/*
 * The words that --sort, --format and --dtype take, in the usual spelling: that with number `i`, or NULL where there
 * are no more.  Static.
 */
const char *znn_value_order_word(size_t i);
const char *znn_value_rounding_word(size_t i);
const char *znn_value_sign_word(size_t i);
const char *znn_value_form_word(size_t i);
const char *znn_value_dtype_word(size_t i);

#endif
