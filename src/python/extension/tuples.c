/*
 * tuples.c - structs of znn.h as tuples, which the modules of Python give names to
 */
#include "python/extension/tuples.h"

/* A tuple of `count` numbers. */
static PyObject *number_tuple(const uint64_t *numbers, size_t count)
{
    PyObject *tuple = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; tuple && i < count; i++) {
        PyObject *number = PyLong_FromUnsignedLongLong(numbers[i]);
        if (!number)
            Py_CLEAR(tuple);
        else
            (void)PyTuple_SetItem(tuple, (Py_ssize_t)i, number);
    }
    return tuple;
}

static PyObject *stride_tuple(const struct znn_tensor *tensor)
{
    if (!tensor->strides)
        Py_RETURN_NONE;
    return number_tuple(tensor->strides, tensor->rank);
}

PyObject *ext_tensor_tuple(const struct znn_tensor *tensor)
{
    PyObject *name = PyUnicode_DecodeUTF8(tensor->name, (Py_ssize_t)tensor->name_size, "surrogateescape");
    PyObject *shape = number_tuple(tensor->shape, tensor->rank);
    PyObject *strides = stride_tuple(tensor);
    if (name && shape && strides)
        return Py_BuildValue("(NsIINKKNK)", name, tensor->dtype, tensor->bits, tensor->block, shape,
                             (unsigned long long)tensor->offset, (unsigned long long)tensor->size, strides,
                             (unsigned long long)znn_tensor_missing(tensor));
    Py_XDECREF(name);
    Py_XDECREF(shape);
    Py_XDECREF(strides);
    return NULL;
}

PyObject *ext_report_tuple(const struct znn_report *report)
{
    PyObject *bits;
    if (report->lossy.mode == ZNN_LOSSLESS) {
        bits = Py_None;
        Py_INCREF(bits);
    } else {
        bits = PyLong_FromUnsignedLong(report->lossy.bits);
    }
    if (!bits)
        return NULL;
    return Py_BuildValue("(KKKszKN)", (unsigned long long)report->original_size,
                         (unsigned long long)report->compressed_size, (unsigned long long)report->tensors,
                         report->format, report->header_error, (unsigned long long)report->base_tensors, bits);
}
