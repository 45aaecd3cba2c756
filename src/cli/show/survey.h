/*
 * survey.h - sums up an analysis and finds the class of a model
 *
 * Hershcovitch et al. found that models fall into a few classes, by the parts of their numbers that can be compressed:
 *
 *     exponent   only the exponents: F16, F32 or F64 as training leaves them
 *     clean      the mantissas, too: the numbers were rounded, or converted from a shorter type
 *     bf16       only the exponents, which are half of BF16
 *     quantized  little: F8, F6, F4, and integers that are named weights
 *     integer    the other integers
 *     mixed      none of these has more than half of the bytes
 *     opaque     no tensors
 *
 * A float type is clean if its mantissas (all byte groups but the first) take less than CLEAN_PERCENT of their size.
 */
#ifndef ZNN_CLI_SHOW_SURVEY_H
#define ZNN_CLI_SHOW_SURVEY_H

#include "cli/flags/dtypes.h"
#include "znn.h"

#include <stddef.h>

#define CLEAN_PERCENT 85

/* The sums over a group of tensors.  Bytes that several tensors view count once. */
struct tally {
    uint64_t tensors;
    uint64_t parameters;
    uint64_t size; /* in bytes */
    uint64_t compressed;
    unsigned groups;
    uint64_t group_size[ZNN_GROUPS_MAX];
    uint64_t group_compressed[ZNN_GROUPS_MAX];
};

void znn_tally_add(struct tally *tally, const struct znn_tensor *tensor, const struct znn_cost *cost);

enum model_class {
    CLASS_CLEAN,
    CLASS_EXPONENT,
    CLASS_BF16,
    CLASS_QUANTIZED,
    CLASS_INTEGER,
    CLASS_DELTA,
    CLASS_MIXED,
    CLASS_OPAQUE,
    CLASS_COUNT
};

/*
 * Static: "exponent".
 */
const char *znn_class_word(enum model_class class);

struct dtype_tally {
    const char *dtype;
    struct tally tally;
    struct tally own;   /* only tensors with their own stored bytes: no deltas, no repeats */
    uint64_t quantized; /* bytes of tensors whose names say that they are quantized */
};

/* There are fewer types. */
#define DTYPES_MAX 64

struct survey {
    struct znn_report report;
    uint64_t opaque_size; /* of the original, outside of tensors */
    uint64_t opaque_compressed;
    uint64_t container; /* bytes of the .znn file itself */
    struct tally all;
    struct dtype_tally dtypes[DTYPES_MAX]; /* the largest first */
    size_t dtype_count;
    enum model_class class;
    const char *class_dtype; /* of all types of this class, the one with the most bytes, or NULL */
};

void znn_survey_make(struct survey *survey, const struct znn_analysis *analysis);

#endif
