/*
 * survey.c - sums up an analysis and finds the class of a model
 */
#include "cli/show/survey.h"

#include "cli/flags/tensor_name.h"

#include <stdlib.h>
#include <string.h>

/*
 * Returns the number of elements in the counted bytes.  Types with blocks are not in the table of types; for them, only
 * the shape gives the number of elements.
 */
static uint64_t count_parameters(const struct znn_tensor *tensor, const struct znn_cost *cost)
{
    if (tensor->bits > 0 && znn_dtype_find(tensor->dtype)->order > 0)
        return cost->size / tensor->bits * 8 + cost->size % tensor->bits * 8 / tensor->bits;
    uint64_t product = cost->size > 0 ? 1 : 0;
    for (size_t i = 0; i < tensor->rank && product > 0; i++)
        product = tensor->shape[i] > UINT64_MAX / product ? 0 : product * tensor->shape[i];
    return product;
}

void znn_tally_add(struct tally *tally, const struct znn_tensor *tensor, const struct znn_cost *cost)
{
    tally->tensors++;
    tally->parameters += count_parameters(tensor, cost);
    tally->size += cost->size;
    tally->compressed += cost->compressed_size;
    tally->groups = cost->groups > tally->groups ? cost->groups : tally->groups;
    for (unsigned i = 0; i < cost->groups; i++) {
        tally->group_size[i] += cost->group_size[i];
        tally->group_compressed[i] += cost->group_compressed[i];
    }
}

const char *znn_class_word(enum model_class class)
{
    static const char *const words[CLASS_COUNT] = {
        [CLASS_CLEAN] = "clean",         [CLASS_EXPONENT] = "exponent", [CLASS_BF16] = "bf16",
        [CLASS_QUANTIZED] = "quantized", [CLASS_INTEGER] = "integer",   [CLASS_MIXED] = "mixed",
        [CLASS_OPAQUE] = "opaque",       [CLASS_DELTA] = "delta",
    };
    return words[class];
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The class                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_clean(const struct tally *tally)
{
    uint64_t size = 0, compressed = 0;
    for (unsigned i = 1; i < tally->groups; i++) {
        size += tally->group_size[i];
        compressed += tally->group_compressed[i];
    }
    return (double)compressed < (double)size * CLEAN_PERCENT / 100;
}

/* Floats that are stored as differences from a base say nothing about their own class. */
static enum model_class float_class(const struct dtype_tally *dtype)
{
    if (dtype->own.size == 0 && dtype->tally.size > 0)
        return CLASS_DELTA;
    return is_clean(&dtype->own) ? CLASS_CLEAN : CLASS_EXPONENT;
}

/* Adds the bytes of a type to the classes. */
static void classify(const struct dtype_tally *dtype, uint64_t bytes[CLASS_COUNT])
{
    const struct tally *tally = &dtype->tally;
    switch (znn_dtype_find(dtype->dtype)->kind) {
    case KIND_FLOAT:
        bytes[float_class(dtype)] += tally->size;
        break;
    case KIND_BF16:
        bytes[CLASS_BF16] += tally->size;
        break;
    case KIND_QUANTIZED:
        bytes[CLASS_QUANTIZED] += tally->size;
        break;
    case KIND_INTEGER:
        bytes[CLASS_QUANTIZED] += dtype->quantized;
        bytes[CLASS_INTEGER] += tally->size - dtype->quantized;
        break;
    case KIND_OPAQUE:
        bytes[CLASS_OPAQUE] += tally->size;
        break;
    }
}

static void find_class(struct survey *survey)
{
    uint64_t sums[CLASS_COUNT] = {0};
    for (size_t i = 0; i < survey->dtype_count; i++)
        classify(&survey->dtypes[i], sums);
    survey->class = survey->all.size > 0 ? CLASS_MIXED : CLASS_OPAQUE;
    for (int class = 0; class < CLASS_COUNT; class ++)
        if (sums[class] > survey->all.size / 2)
            survey->class = (enum model_class) class;
    for (size_t i = survey->dtype_count; i-- > 0;) {
        uint64_t own[CLASS_COUNT] = {0};
        classify(&survey->dtypes[i], own);
        if (own[survey->class] > 0)
            survey->class_dtype = survey->dtypes[i].dtype;
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The sums                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct dtype_tally *find_dtype(struct survey *survey, const char *name)
{
    size_t i = 0;
    while (i < survey->dtype_count && strcmp(survey->dtypes[i].dtype, name) != 0)
        i++;
    if (i == DTYPES_MAX)
        return &survey->dtypes[DTYPES_MAX - 1];
    if (i == survey->dtype_count)
        survey->dtypes[survey->dtype_count++].dtype = name;
    return &survey->dtypes[i];
}

static int compare(const void *a, const void *b)
{
    const struct dtype_tally *x = a;
    const struct dtype_tally *y = b;
    if (x->tally.size != y->tally.size)
        return x->tally.size > y->tally.size ? -1 : 1;
    return strcmp(x->dtype, y->dtype);
}

void znn_survey_make(struct survey *survey, const struct znn_analysis *analysis)
{
    *survey = (struct survey){.report = ZNN_INIT(struct znn_report)};
    znn_analysis_report(analysis, &survey->report);
    znn_analysis_rest(analysis, &survey->opaque_size, &survey->opaque_compressed, &survey->container);
    size_t count = znn_analysis_tensor_count(analysis);
    for (size_t i = 0; i < count; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(analysis, i, &tensor, &cost);
        struct dtype_tally *dtype = find_dtype(survey, tensor.dtype);
        znn_tally_add(&dtype->tally, &tensor, &cost);
        if (cost.delta_size == 0 && cost.compressed_size > 0)
            znn_tally_add(&dtype->own, &tensor, &cost);
        znn_tally_add(&survey->all, &tensor, &cost);
        if (znn_name_is_quantized(tensor.name, tensor.name_size))
            dtype->quantized += cost.size;
    }
    qsort(survey->dtypes, survey->dtype_count, sizeof *survey->dtypes, compare);
    find_class(survey);
}
