/*
 * options.c - options of the library from tuples, which the module _options.py makes
 */
#include "python/extension/options.h"

#include "python/extension/tuples.h"

/* Calls progress(original_bytes, compressed_bytes).  Returns 0 to go on, or 1 if it raised an exception. */
static int report_progress(PyObject *progress, struct ext_failures *failures, uint64_t original, uint64_t compressed)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *result =
        PyObject_CallFunction(progress, "KK", (unsigned long long)original, (unsigned long long)compressed);
    int stop = result == NULL;
    if (stop)
        ext_failures_keep_raised(failures);
    Py_XDECREF(result);
    PyGILState_Release(gil);
    return stop;
}

static int compressing_progress(void *context, uint64_t original_bytes, uint64_t compressed_bytes)
{
    struct ext_compressing *compressing = context;
    return report_progress(compressing->progress, compressing->failures, original_bytes, compressed_bytes);
}

static int decompressing_progress(void *context, uint64_t original_bytes, uint64_t compressed_bytes)
{
    struct ext_decompressing *decompressing = context;
    return report_progress(decompressing->progress, decompressing->failures, original_bytes, compressed_bytes);
}

/* The choice that a function made: None, False (keep) or True (round).  0 stands for an exception. */
static enum znn_choice choice_of(PyObject *result)
{
    if (!result)
        return (enum znn_choice)0;
    if (result == Py_None)
        return ZNN_CHOICE_DEFAULT;
    int is_true = PyObject_IsTrue(result);
    return is_true < 0 ? (enum znn_choice)0 : is_true ? ZNN_CHOICE_ROUND : ZNN_CHOICE_KEEP;
}

static enum znn_choice compressing_choose(void *context, const struct znn_tensor *tensor)
{
    struct ext_compressing *compressing = context;
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *tuple = ext_tensor_tuple(tensor);
    PyObject *result = tuple ? PyObject_CallFunction(compressing->choose, "(N)", tuple) : NULL;
    enum znn_choice choice = choice_of(result);
    if (!choice)
        ext_failures_keep_raised(compressing->failures);
    Py_XDECREF(result);
    PyGILState_Release(gil);
    return choice;
}

bool ext_compressing_from(struct ext_compressing *compressing, PyObject *tuple, struct ext_failures *failures)
{
    struct znn_compress_options *options = &compressing->options;
    *compressing = (struct ext_compressing){.options = ZNN_INIT(struct znn_compress_options), .failures = failures};
    unsigned long long memory_limit;
    unsigned mode, rounding, sign;
    PyObject *base;
    if (!PyArg_ParseTuple(tuple, "iIzziKzIIIpIOOO", &options->level, &options->threads, &options->extension,
                          &options->dtype, &options->dedup, &memory_limit, &options->base_name, &mode,
                          &options->lossy.bits, &rounding, &options->lossy.exact_zero, &sign, &base,
                          &compressing->progress, &compressing->choose) ||
        !ext_base_from(failures->state, base, &compressing->base))
        return false;
    options->memory_limit = memory_limit;
    options->lossy.mode = (enum znn_mode)mode;
    options->lossy.rounding = (enum znn_rounding)rounding;
    options->sign = (enum znn_sign)sign;
    options->base = ext_base_get(compressing->base);
    options->progress = compressing->progress == Py_None ? NULL : compressing_progress;
    options->progress_context = compressing;
    options->choose = compressing->choose == Py_None ? NULL : compressing_choose;
    options->choose_context = compressing;
    return true;
}

bool ext_decompressing_from(struct ext_decompressing *decompressing, PyObject *tuple, struct ext_failures *failures)
{
    struct znn_decompress_options *options = &decompressing->options;
    *decompressing =
        (struct ext_decompressing){.options = ZNN_INIT(struct znn_decompress_options), .failures = failures};
    unsigned long long max_output, memory_limit;
    PyObject *base;
    if (!PyArg_ParseTuple(tuple, "IKKOO", &options->threads, &max_output, &memory_limit, &base,
                          &decompressing->progress) ||
        !ext_base_from(failures->state, base, &decompressing->base))
        return false;
    options->max_output = max_output;
    options->memory_limit = memory_limit;
    options->base = ext_base_get(decompressing->base);
    options->progress = decompressing->progress == Py_None ? NULL : decompressing_progress;
    options->progress_context = decompressing;
    return true;
}
