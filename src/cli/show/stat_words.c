/*
 * stat_words.c - words for the output of 'znn stat'
 */
#include "cli/show/stat_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A shape that is too long for its column loses its middle. */
struct shape_word znn_shape_word(const struct znn_tensor *tensor)
{
    struct shape_word word = {"scalar"};
    char all[SHAPE_COLUMNS * 2 * 21];
    size_t size = 0, tail = 0;
    for (size_t i = 0; i < tensor->rank; i++) {
        bool is_far = i >= SHAPE_COLUMNS && i + SHAPE_COLUMNS < tensor->rank;
        if (is_far)
            continue; /* certainly in the middle */
        int added = snprintf(all + size, sizeof all - size, "%s%" PRIu64, i > 0 ? "x" : "", tensor->shape[i]);
        size += added > 0 ? (size_t)added : 0;
    }
    if (size == 0)
        return word;
    if (size > SHAPE_COLUMNS)
        tail = SHAPE_COLUMNS / 2 - 1;
    snprintf(word.text, sizeof word.text, "%.*s%s%s", (int)(tail > 0 ? tail : size), all, tail > 0 ? ".." : "",
             tail > 0 ? all + size - tail : "");
    return word;
}

/* The common names of the types in class descriptions. */
static const char *float_word(const char *dtype)
{
    static const struct {
        const char *dtype, *word;
    } words[] = {{"F16", "fp16"}, {"F32", "fp32"}, {"F64", "fp64"}, {"C64", "complex64"}};
    for (size_t i = 0; dtype && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].dtype, dtype) == 0)
            return words[i].word;
    return "floats";
}

struct class_words znn_class_words(const struct survey *survey)
{
    struct class_words words = {""};
    const struct znn_report *report = &survey->report;
    bool is_dense = report->compressed_size >= report->original_size - report->original_size / 50;
    switch (survey->class) {
    case CLASS_CLEAN:
        snprintf(words.text, sizeof words.text, "clean %s: the mantissas compress, too",
                 float_word(survey->class_dtype));
        break;
    case CLASS_DELTA:
        snprintf(words.text, sizeof words.text, "delta %s: stored as differences from the base",
                 float_word(survey->class_dtype));
        break;
    case CLASS_EXPONENT:
        snprintf(words.text, sizeof words.text, "exponent-only %s", float_word(survey->class_dtype));
        break;
    case CLASS_QUANTIZED:
    case CLASS_INTEGER:
        snprintf(words.text, sizeof words.text, "%s%s", znn_class_word(survey->class),
                 is_dense ? ", already dense" : "");
        break;
    case CLASS_OPAQUE:
        snprintf(words.text, sizeof words.text, "%s",
                 report->original_size == 0 ? "empty"
                 : is_dense                 ? "already compressed, or random"
                                            : "plain bytes, no tensors");
        break;
    default:
        snprintf(words.text, sizeof words.text, "%s", znn_class_word(survey->class));
    }
    return words;
}
