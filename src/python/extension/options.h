/*
 * options.h - options of the library from tuples, which the module _options.py makes
 */
#ifndef ZNN_PYTHON_OPTIONS_H
#define ZNN_PYTHON_OPTIONS_H

#include "python/extension/base.h"

/*
 * Callbacks of one call, and its options.  The struct must stay where it is.
 */
struct ext_compressing {
    struct znn_compress_options options;
    struct ext_failures *failures;
    struct ext_base *base; /* borrowed */
    PyObject *progress;    /* borrowed; None: no callback */
    PyObject *choose;
};

struct ext_decompressing {
    struct znn_decompress_options options;
    struct ext_failures *failures;
    struct ext_base *base;
    PyObject *progress;
};

/*
 * Fill the struct from a tuple, which must live as long as it.  They return false with an exception set.
 */
bool ext_compressing_from(struct ext_compressing *compressing, PyObject *tuple, struct ext_failures *failures);
bool ext_decompressing_from(struct ext_decompressing *decompressing, PyObject *tuple, struct ext_failures *failures);

#endif
