/*
 * reader.c - the type _znn.Reader: random access to an original
 *
 * Several threads may call the methods at once, close() included: the reader is closed when the last call is over.
 */
#include "python/extension/reader.h"

#include <stdlib.h>

#include "python/extension/base.h"
#include "python/extension/number.h"
#include "python/extension/object.h"
#include "python/extension/tuples.h"

/* Reads of this size and more are divided among threads: about four chunks. */
#define PARALLEL_SIZE ((size_t)4 << 20)

struct reader {
    PyObject ob_base;
    PyObject *module; /* which has the state */
    struct ext_failures failures;
    struct ext_source source;
    struct ext_base *base;     /* an owned reference, or NULL */
    struct znn_reader *reader; /* NULL once it is closed */
    bool is_closed;            /* no further calls may start */
};

/* Closes the reader if it is to be closed and no call is in progress. */
static void settle(struct reader *self)
{
    if (!self->is_closed || self->failures.calls > 0)
        return;
    znn_reader_close(self->reader);
    self->reader = NULL;
    ext_source_close(&self->source);
    Py_CLEAR(self->base);
}

static bool check_open(const struct reader *self)
{
    if (self->is_closed)
        PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
    return !self->is_closed;
}

static bool begin(struct reader *self, struct ext_call *call)
{
    if (!check_open(self))
        return false;
    ext_call_begin(call, &self->failures, self->base);
    return true;
}

static bool end(struct reader *self, struct ext_call *call, enum znn_status status)
{
    bool good = ext_call_end(call, status);
    if (self->is_closed) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* closing may run code of Python */
        settle(self);
        PyErr_Restore(type, value, traceback);
    }
    return good;
}

static enum znn_status open_source(struct reader *self, const struct znn_reader_options *options, struct ext_call *call)
{
    enum znn_status status;
    Py_BEGIN_ALLOW_THREADS
    status = znn_reader_open(&self->source.input, options, &self->reader, &call->error);
    Py_END_ALLOW_THREADS
    return status;
}

static bool open_reader(struct reader *self, PyObject *source, unsigned long long memory_limit)
{
    struct ext_call call;
    const struct znn_reader_options options = {
        .struct_size = sizeof options, .base = ext_base_get(self->base), .memory_limit = memory_limit};
    if (!ext_source_open(&self->source, source, &self->failures))
        return false;
    ext_call_begin(&call, &self->failures, self->base);
    return ext_call_end(&call, open_source(self, &options, &call));
}

PyObject *ext_open_reader(PyObject *module, PyObject *args)
{
    struct ext_state *state = ext_state_of(module);
    struct ext_base *base;
    PyObject *source, *base_object;
    unsigned long long memory_limit;
    if (!PyArg_ParseTuple(args, "OOK", &source, &base_object, &memory_limit) ||
        !ext_base_from(state, base_object, &base))
        return NULL;
    struct reader *self = (struct reader *)ext_object_new(state->reader_type);
    if (!self)
        return NULL;
    Py_INCREF(module);
    Py_XINCREF((PyObject *)base);
    self->module = module;
    self->base = base;
    self->source.fd = -1;
    self->failures.state = state;
    if (!open_reader(self, source, memory_limit))
        Py_CLEAR(self);
    return (PyObject *)self;
}

/* Returns how many of `size` bytes from `offset` there are. */
static size_t available(const struct reader *self, Py_ssize_t size, unsigned long long offset)
{
    uint64_t end_of_file = znn_reader_size(self->reader);
    uint64_t left = offset < end_of_file ? end_of_file - offset : 0;
    return left < (uint64_t)size ? (size_t)left : (size_t)size;
}

/* Reads `size` bytes, which are there. */
static bool read_bytes(struct reader *self, void *data, size_t size, uint64_t offset, unsigned threads)
{
    struct ext_call call;
    enum znn_status status;
    size_t got;
    const struct znn_range range = {offset, size, data};
    if (!begin(self, &call))
        return false;
    Py_BEGIN_ALLOW_THREADS
    if (threads == 1 || size < PARALLEL_SIZE)
        status = znn_reader_pread(self->reader, data, size, offset, &got, &call.error);
    else
        status = znn_reader_read_ranges(self->reader, &range, 1, threads, &call.error);
    Py_END_ALLOW_THREADS
    return end(self, &call, status);
}

static PyObject *reader_read(PyObject *object, PyObject *args)
{
    struct reader *self = (struct reader *)object;
    Py_ssize_t size;
    unsigned long long offset;
    unsigned threads;
    if (!PyArg_ParseTuple(args, "nO&I", &size, ext_offset, &offset, &threads) || !check_open(self))
        return NULL;
    if (size < 0)
        size = PY_SSIZE_T_MAX;
    size_t there = available(self, size, offset);
    if (there > PY_SSIZE_T_MAX / 2)
        return PyErr_NoMemory();
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)there);
    if (bytes && !read_bytes(self, PyBytes_AsString(bytes), there, offset, threads))
        Py_CLEAR(bytes);
    return bytes;
}

static PyObject *reader_readinto(PyObject *object, PyObject *args)
{
    struct reader *self = (struct reader *)object;
    Py_buffer view;
    PyObject *buffer;
    unsigned long long offset;
    unsigned threads;
    if (!PyArg_ParseTuple(args, "OO&I", &buffer, ext_offset, &offset, &threads) ||
        PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE) != 0)
        return NULL;
    size_t there = 0;
    bool good = check_open(self);
    if (good) {
        there = available(self, view.len, offset);
        good = read_bytes(self, view.buf, there, offset, threads);
    }
    PyBuffer_Release(&view);
    return good ? PyLong_FromSize_t(there) : NULL;
}

/* Ranges of the original, and the views of the memory that they go to. */
struct ranges {
    struct znn_range *ranges;
    Py_buffer *views;
    size_t count;
    size_t capacity;
};

static void free_ranges(struct ranges *ranges)
{
    for (size_t i = 0; i < ranges->count; i++)
        PyBuffer_Release(&ranges->views[i]);
    free(ranges->ranges);
    free(ranges->views);
}

static bool reserve_ranges(struct ranges *ranges, Py_ssize_t capacity)
{
    ranges->capacity = (size_t)capacity;
    ranges->ranges = calloc(ranges->capacity, sizeof *ranges->ranges);
    ranges->views = calloc(ranges->capacity, sizeof *ranges->views);
    if (capacity == 0 || (ranges->ranges && ranges->views))
        return true;
    PyErr_NoMemory();
    return false;
}

/* Adds the pair (offset, buffer). */
static bool add_range(struct ranges *ranges, PyObject *pair)
{
    unsigned long long offset;
    PyObject *buffer;
    Py_buffer *view = &ranges->views[ranges->count];
    if (!PyTuple_Check(pair)) {
        PyErr_SetString(PyExc_TypeError, "a range is a tuple of an offset and a buffer");
        return false;
    }
    if (!PyArg_ParseTuple(pair, "O&O", ext_offset, &offset, &buffer) ||
        PyObject_GetBuffer(buffer, view, PyBUF_WRITABLE) != 0)
        return false;
    ranges->ranges[ranges->count++] = (struct znn_range){offset, (size_t)view->len, view->buf};
    return true;
}

static bool read_ranges(struct reader *self, const struct ranges *ranges, unsigned threads)
{
    struct ext_call call;
    enum znn_status status;
    if (!begin(self, &call))
        return false;
    Py_BEGIN_ALLOW_THREADS
    status = znn_reader_read_ranges(self->reader, ranges->ranges, ranges->count, threads, &call.error);
    Py_END_ALLOW_THREADS
    return end(self, &call, status);
}

static PyObject *reader_read_ranges(PyObject *object, PyObject *args)
{
    struct reader *self = (struct reader *)object;
    PyObject *list;
    unsigned threads;
    struct ranges ranges = {.count = 0};
    if (!PyArg_ParseTuple(args, "O!I", &PyList_Type, &list, &threads))
        return NULL;
    bool good = reserve_ranges(&ranges, PyList_Size(list));
    /* Getting a buffer may run code that changes the list. */
    for (size_t i = 0; good && i < ranges.capacity && i < (size_t)PyList_Size(list); i++) {
        PyObject *pair = PyList_GetItem(list, (Py_ssize_t)i);
        Py_XINCREF(pair);
        good = pair && add_range(&ranges, pair);
        Py_XDECREF(pair);
    }
    good = good && read_ranges(self, &ranges, threads);
    free_ranges(&ranges);
    if (!good)
        return NULL;
    Py_RETURN_NONE;
}

/* Many ranges, one after the other into one buffer.  The pairs of the table are (offset, size), 64 bits each. */
static bool add_piece(struct ranges *ranges, const uint64_t *pair, uint8_t *target, size_t *left)
{
    if (pair[1] > *left) {
        PyErr_SetString(PyExc_ValueError, "the pieces take more room than there is");
        return false;
    }
    ranges->ranges[ranges->count++] = (struct znn_range){pair[0], (size_t)pair[1], target};
    *left -= (size_t)pair[1];
    return true;
}

static bool read_pieces(struct reader *self, const Py_buffer *view, const Py_buffer *table, unsigned threads)
{
    struct ranges ranges = {.count = 0};
    const uint64_t *pairs = table->buf;
    size_t left = (size_t)view->len;
    bool good = reserve_ranges(&ranges, table->len / 16);
    for (size_t i = 0; good && i < ranges.capacity; i++)
        good = add_piece(&ranges, pairs + 2 * i, (uint8_t *)view->buf + ((size_t)view->len - left), &left);
    good = good && read_ranges(self, &ranges, threads);
    free(ranges.ranges);
    free(ranges.views);
    return good;
}

static PyObject *reader_read_pieces(PyObject *object, PyObject *args)
{
    Py_buffer view = {.obj = NULL}, table = {.obj = NULL};
    PyObject *buffer, *pairs;
    unsigned threads;
    if (!PyArg_ParseTuple(args, "OOI", &buffer, &pairs, &threads))
        return NULL;
    bool good = PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE) == 0 &&
                PyObject_GetBuffer(pairs, &table, PyBUF_SIMPLE) == 0 &&
                read_pieces((struct reader *)object, &view, &table, threads);
    if (view.obj)
        PyBuffer_Release(&view);
    if (table.obj)
        PyBuffer_Release(&table);
    if (!good)
        return NULL;
    Py_RETURN_NONE;
}

/* The list is finished before the next code of Python runs, so the reader stays open meanwhile. */
static PyObject *reader_tensors(PyObject *object, PyObject *unused)
{
    struct reader *self = (struct reader *)object;
    (void)unused;
    if (!check_open(self))
        return NULL;
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && !self->is_closed && i < znn_reader_tensor_count(self->reader); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        (void)znn_reader_tensor(self->reader, i, &tensor);
        PyObject *tuple = ext_tensor_tuple(&tensor);
        if (!tuple || PyList_Append(list, tuple) != 0)
            Py_CLEAR(list);
        Py_XDECREF(tuple);
    }
    return list;
}

static PyObject *reader_report(PyObject *object, PyObject *unused)
{
    struct reader *self = (struct reader *)object;
    struct znn_report report = ZNN_INIT(struct znn_report);
    (void)unused;
    if (!check_open(self))
        return NULL;
    (void)znn_reader_report(self->reader, &report);
    return ext_report_tuple(&report);
}

static PyObject *reader_close(PyObject *object, PyObject *unused)
{
    struct reader *self = (struct reader *)object;
    (void)unused;
    self->is_closed = true;
    settle(self);
    Py_RETURN_NONE;
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    struct reader *self = (struct reader *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->module);
    Py_VISIT((PyObject *)self->base);
    Py_VISIT(self->source.function);
    return ext_failures_visit(&self->failures, visit, arg);
}

/* The collector takes only objects that nobody calls. */
static int clear(PyObject *object)
{
    (void)reader_close(object, NULL);
    ext_failures_clear(&((struct reader *)object)->failures);
    return 0;
}

static void dealloc(PyObject *object)
{
    PyObject *module = ((struct reader *)object)->module;
    PyObject_GC_UnTrack(object);
    clear(object);
    ext_object_free(object);
    Py_XDECREF(module);
}

static PyMethodDef methods[] = {
    {"read", reader_read, METH_VARARGS, "read(size, offset, threads) -> bytes"},
    {"readinto", reader_readinto, METH_VARARGS, "readinto(buffer, offset, threads) -> int"},
    {"read_ranges", reader_read_ranges, METH_VARARGS, "read_ranges([(offset, buffer), ...], threads)"},
    {"read_pieces", reader_read_pieces, METH_VARARGS, "read_pieces(buffer, offsets and sizes as uint64, threads)"},
    {"tensors", reader_tensors, METH_NOARGS, "tensors() -> list of tuples"},
    {"report", reader_report, METH_NOARGS, "report() -> tuple"},
    {"close", reader_close, METH_NOARGS, "close()"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (char[]){"Random access to the original in a .znn file."}},
    {Py_tp_new, ext_object_refuse},
    {Py_tp_dealloc, dealloc},
    {Py_tp_traverse, traverse},
    {Py_tp_clear, clear},
    {Py_tp_methods, methods},
    {0, NULL},
};

PyType_Spec ext_reader_spec = {
    .name = "znn._znn.Reader",
    .basicsize = sizeof(struct reader),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
