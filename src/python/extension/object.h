/*
 * object.h - what the types of the extension have in common
 */
#ifndef ZNN_PYTHON_OBJECT_H
#define ZNN_PYTHON_OBJECT_H

#include <Python.h>

/*
 * A new object of a type, zeroed, or NULL with an exception set.
 */
PyObject *ext_object_new(PyObject *type);

/*
 * Frees the memory of an object, and its reference to its type.
 */
void ext_object_free(PyObject *object);

/*
 * The tp_new of types whose objects only functions of the module make.
 */
PyObject *ext_object_refuse(PyTypeObject *type, PyObject *args, PyObject *keywords);

#endif
