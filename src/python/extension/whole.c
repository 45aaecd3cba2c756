/*
 * whole.c - functions of the module over whole files
 *
 * Each takes a source, and lets go of the GIL while the library works.
 */
#include "python/extension/whole.h"

#include "python/extension/options.h"
#include "python/extension/tuples.h"

/* What each function here needs. */
struct work {
    struct ext_failures failures;
    struct ext_source source;
    struct ext_call call;
    struct znn_report report;
};

static bool open_work(struct work *work, PyObject *module, PyObject *source)
{
    *work = (struct work){.failures = {.state = ext_state_of(module)}, .report = ZNN_INIT(struct znn_report)};
    if (ext_source_open(&work->source, source, &work->failures))
        return true;
    ext_source_close(&work->source);
    return false;
}

static void close_work(struct work *work)
{
    ext_source_close(&work->source);
    ext_failures_clear(&work->failures);
}

/* Returns false with an exception set. */
static bool compress(struct work *work, struct ext_compressing *compressing, struct znn_output *output)
{
    enum znn_status status;
    ext_call_begin(&work->call, &work->failures, compressing->base);
    Py_BEGIN_ALLOW_THREADS
    status = znn_compress(&work->source.input, output, &compressing->options, &work->report, &work->call.error);
    Py_END_ALLOW_THREADS
    return ext_call_end(&work->call, status);
}

static bool decompress(struct work *work, struct ext_decompressing *decompressing, struct znn_output *output)
{
    enum znn_status status;
    ext_call_begin(&work->call, &work->failures, decompressing->base);
    Py_BEGIN_ALLOW_THREADS
    status = znn_decompress(&work->source.input, output, &decompressing->options, &work->report, &work->call.error);
    Py_END_ALLOW_THREADS
    return ext_call_end(&work->call, status);
}

PyObject *ext_compress(PyObject *module, PyObject *args)
{
    struct work work;
    struct ext_compressing compressing;
    struct znn_memory memory = {NULL, 0, 0};
    struct znn_output output = znn_output_memory(&memory);
    PyObject *source, *options, *result = NULL;
    if (!PyArg_ParseTuple(args, "OO!", &source, &PyTuple_Type, &options) || !open_work(&work, module, source))
        return NULL;
    if (ext_compressing_from(&compressing, options, &work.failures) && compress(&work, &compressing, &output))
        result = PyBytes_FromStringAndSize((const char *)memory.data, (Py_ssize_t)memory.size);
    znn_free(memory.data);
    close_work(&work);
    return result;
}

PyObject *ext_compress_to(PyObject *module, PyObject *args)
{
    struct work work;
    struct ext_compressing compressing;
    struct ext_target target;
    PyObject *source, *out, *options, *result = NULL;
    if (!PyArg_ParseTuple(args, "OOO!", &source, &out, &PyTuple_Type, &options) || !open_work(&work, module, source))
        return NULL;
    if (ext_compressing_from(&compressing, options, &work.failures) &&
        ext_target_open(&target, out, false, &work.failures) && compress(&work, &compressing, &target.output))
        result = ext_report_tuple(&work.report);
    close_work(&work);
    return result;
}

/* Asks for the size of the original.  Returns false with an exception set. */
static bool ask_size(struct work *work, uint64_t *size)
{
    enum znn_status status;
    ext_call_begin(&work->call, &work->failures, NULL);
    Py_BEGIN_ALLOW_THREADS
    status = znn_original_size(&work->source.input, size, &work->call.error);
    Py_END_ALLOW_THREADS
    return ext_call_end(&work->call, status);
}

/* The size that the file claims may be a lie, so nothing here touches memory that no byte was decoded for. */
static PyObject *new_bytes(uint64_t size)
{
    if (size > PY_SSIZE_T_MAX / 2)
        return PyErr_NoMemory();
    return PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
}

/* Decompresses into new bytes of the right size. */
static PyObject *decompress_bytes(struct work *work, struct ext_decompressing *decompressing)
{
    uint64_t size;
    if (!ask_size(work, &size))
        return NULL;
    /* The library refuses a file that is too large before it writes a byte; no memory is reserved for it. */
    uint64_t limit = decompressing->options.max_output;
    PyObject *bytes = new_bytes(limit > 0 && size > limit ? 0 : size);
    if (!bytes)
        return NULL;
    struct znn_output output = znn_output_fixed(PyBytes_AsString(bytes), (size_t)PyBytes_Size(bytes));
    if (!decompress(work, decompressing, &output))
        Py_CLEAR(bytes);
    return bytes;
}

PyObject *ext_decompress(PyObject *module, PyObject *args)
{
    struct work work;
    struct ext_decompressing decompressing;
    PyObject *source, *options, *result = NULL;
    if (!PyArg_ParseTuple(args, "OO!", &source, &PyTuple_Type, &options) || !open_work(&work, module, source))
        return NULL;
    if (ext_decompressing_from(&decompressing, options, &work.failures))
        result = decompress_bytes(&work, &decompressing);
    close_work(&work);
    return result;
}

/* Decompresses into the caller's memory.  Returns the number of bytes. */
static PyObject *decompress_view(struct work *work, struct ext_decompressing *decompressing, const Py_buffer *view)
{
    struct znn_output output = znn_output_fixed(view->buf, (size_t)view->len);
    uint64_t size;
    if (!ask_size(work, &size))
        return NULL;
    if (size > (uint64_t)view->len) {
        PyErr_Format(PyExc_ValueError, "the original has %llu bytes, and the buffer has room for %zd",
                     (unsigned long long)size, view->len);
        return NULL;
    }
    return decompress(work, decompressing, &output) ? PyLong_FromUnsignedLongLong(work->report.original_size) : NULL;
}

PyObject *ext_decompress_into(PyObject *module, PyObject *args)
{
    struct work work;
    struct ext_decompressing decompressing;
    Py_buffer view = {.obj = NULL};
    PyObject *source, *buffer, *options, *result = NULL;
    if (!PyArg_ParseTuple(args, "OOO!", &source, &buffer, &PyTuple_Type, &options) || !open_work(&work, module, source))
        return NULL;
    if (ext_decompressing_from(&decompressing, options, &work.failures) &&
        PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE) == 0)
        result = decompress_view(&work, &decompressing, &view);
    if (view.obj)
        PyBuffer_Release(&view);
    close_work(&work);
    return result;
}

PyObject *ext_decompress_to(PyObject *module, PyObject *args)
{
    struct work work;
    struct ext_decompressing decompressing;
    struct ext_target target;
    int is_fresh;
    PyObject *source, *out, *options, *result = NULL;
    if (!PyArg_ParseTuple(args, "OOpO!", &source, &out, &is_fresh, &PyTuple_Type, &options) ||
        !open_work(&work, module, source))
        return NULL;
    if (ext_decompressing_from(&decompressing, options, &work.failures) &&
        ext_target_open(&target, out, is_fresh, &work.failures) && decompress(&work, &decompressing, &target.output))
        result = ext_report_tuple(&work.report);
    close_work(&work);
    return result;
}

PyObject *ext_original_size(PyObject *module, PyObject *source)
{
    struct work work;
    uint64_t size;
    if (!open_work(&work, module, source))
        return NULL;
    bool good = ask_size(&work, &size);
    close_work(&work);
    return good ? PyLong_FromUnsignedLongLong(size) : NULL;
}
