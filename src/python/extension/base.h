/*
 * base.h - the type _znn.Base: a model that others were compressed against
 */
#ifndef ZNN_PYTHON_BASE_H
#define ZNN_PYTHON_BASE_H

#include "python/extension/source.h"

struct ext_base {
    PyObject ob_base;
    PyObject *module; /* which has the state */
    struct ext_failures failures;
    struct ext_source source;
    struct znn_base *base;
    struct ext_base *parent; /* an owned reference, or NULL */
};

extern PyType_Spec ext_base_spec;

/*
 * open_base(source, parent) -> Base
 */
PyObject *ext_open_base(PyObject *module, PyObject *args);

/*
 * Sets *base to a Base, or to NULL for None.  The reference is borrowed.  Returns false with a TypeError set.
 */
bool ext_base_from(struct ext_state *state, PyObject *object, struct ext_base **base);

static inline struct znn_base *ext_base_get(const struct ext_base *base)
{
    return base ? base->base : NULL;
}

#endif
