/*
 * object.c - what the types of the extension have in common
 */
#include "python/extension/object.h"

PyObject *ext_object_new(PyObject *type)
{
    return PyType_GenericAlloc((PyTypeObject *)type, 0);
}

void ext_object_free(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_Del(object);
    Py_DECREF(type);
}

PyObject *ext_object_refuse(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    (void)type;
    (void)args;
    (void)keywords;
    PyErr_SetString(PyExc_TypeError, "use znn.open() and its like");
    return NULL;
}
