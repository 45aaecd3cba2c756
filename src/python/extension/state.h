/*
 * state.h - the module's own objects
 *
 * Nothing in the extension is global: each interpreter that imports it has a state of its own.
 */
#ifndef ZNN_PYTHON_STATE_H
#define ZNN_PYTHON_STATE_H

#include "python/extension/buffer_abi.h"

struct ext_state {
    PyObject *make_error; /* the function of errors.py that turns a struct znn_error into an exception */
    PyObject *reader_type;
    PyObject *base_type;
    int ticket; /* of the last exception that a callback raised, see failures.h */
};

/*
 * The state of the module.  Never NULL while the module lives.
 */
struct ext_state *ext_state_of(PyObject *module);

#endif
