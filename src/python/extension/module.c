/*
 * module.c - the extension _znn, which the package znn is built on
 *
 * It is private: it takes what the modules of Python have checked.  They are the public interface, and have its
 * documentation.  The extension uses only the limited ABI, so that one binary serves Python 3.9 and later.
 */
#include "python/extension/base.h"
#include "python/extension/reader.h"
#include "python/extension/whole.h"

struct ext_state *ext_state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static PyObject *version(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyUnicode_FromString(znn_version());
}

static PyObject *platform(PyObject *module, PyObject *unused)
{
    struct znn_platform found = ZNN_INIT(struct znn_platform);
    (void)module;
    (void)unused;
    (void)znn_platform(&found);
    return Py_BuildValue("(sII)", found.cpu, found.zstd_version, found.xxhash_version);
}

static PyObject *status_name(PyObject *module, PyObject *args)
{
    int status;
    (void)module;
    if (!PyArg_ParseTuple(args, "i", &status))
        return NULL;
    return Py_BuildValue("(ss)", znn_status_name((enum znn_status)status), znn_strerror((enum znn_status)status));
}

static PyObject *bits_for_error(PyObject *module, PyObject *args)
{
    const char *text;
    int rounding;
    (void)module;
    if (!PyArg_ParseTuple(args, "si", &text, &rounding))
        return NULL;
    return PyLong_FromLong(znn_bits_for_error(text, (enum znn_rounding)rounding));
}

/* header(bytes) -> (format_version, extension, base_name) */
static PyObject *header(PyObject *module, PyObject *bytes)
{
    struct ext_failures failures = {.state = ext_state_of(module)};
    struct ext_call call;
    struct znn_header found = ZNN_INIT(struct znn_header);
    Py_buffer view;
    if (PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE) != 0)
        return NULL;
    ext_call_begin(&call, &failures, NULL);
    enum znn_status status = znn_read_header(view.buf, (size_t)view.len, &found, &call.error);
    PyBuffer_Release(&view);
    if (!ext_call_end(&call, status))
        return NULL;
    return Py_BuildValue("(Iss)", found.format_version, found.extension, found.base_name);
}

static PyMethodDef methods[] = {
    {"version", version, METH_NOARGS, "version() -> str"},
    {"platform", platform, METH_NOARGS, "platform() -> (cpu, zstd_version, xxhash_version)"},
    {"status_name", status_name, METH_VARARGS, "status_name(status) -> (name, sentence)"},
    {"bits_for_error", bits_for_error, METH_VARARGS, "bits_for_error(text, rounding) -> int"},
    {"header", header, METH_O, "header(bytes) -> (format_version, extension, base_name)"},
    {"open_base", ext_open_base, METH_VARARGS, "open_base(source, parent) -> Base"},
    {"open_reader", ext_open_reader, METH_VARARGS, "open_reader(source, base, memory_limit) -> Reader"},
    {"compress", ext_compress, METH_VARARGS, "compress(source, options) -> bytes"},
    {"compress_to", ext_compress_to, METH_VARARGS, "compress_to(source, target, options) -> report"},
    {"decompress", ext_decompress, METH_VARARGS, "decompress(source, options) -> bytes"},
    {"decompress_into", ext_decompress_into, METH_VARARGS, "decompress_into(source, buffer, options) -> int"},
    {"decompress_to", ext_decompress_to, METH_VARARGS, "decompress_to(source, target, is_fresh, options) -> report"},
    {"original_size", ext_original_size, METH_O, "original_size(source) -> int"},
    {NULL, NULL, 0, NULL},
};

static PyObject *add_type(PyObject *module, PyType_Spec *spec, const char *name)
{
    PyObject *type = PyType_FromSpec(spec);
    if (!type)
        return NULL;
    Py_INCREF(type);
    if (PyModule_AddObject(module, name, type) == 0)
        return type;
    Py_DECREF(type);
    Py_DECREF(type);
    return NULL;
}

static PyObject *find_make_error(void)
{
    PyObject *errors = PyImport_ImportModule("znn._errors");
    PyObject *function = errors ? PyObject_GetAttrString(errors, "make_error") : NULL;
    Py_XDECREF(errors);
    return function;
}

static int execute(PyObject *module)
{
    struct ext_state *state = ext_state_of(module);
    state->make_error = find_make_error();
    state->base_type = add_type(module, &ext_base_spec, "Base");
    state->reader_type = add_type(module, &ext_reader_spec, "Reader");
    return state->make_error && state->base_type && state->reader_type ? 0 : -1;
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    struct ext_state *state = ext_state_of(module);
    if (!state)
        return 0;
    Py_VISIT(state->make_error);
    Py_VISIT(state->base_type);
    Py_VISIT(state->reader_type);
    return 0;
}

static int clear(PyObject *module)
{
    struct ext_state *state = ext_state_of(module);
    if (!state)
        return 0;
    Py_CLEAR(state->make_error);
    Py_CLEAR(state->base_type);
    Py_CLEAR(state->reader_type);
    return 0;
}

static void destroy(void *module)
{
    (void)clear(module);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "znn._znn",
    .m_doc = "The private extension under the package znn.",
    .m_size = sizeof(struct ext_state),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = destroy,
};

PyMODINIT_FUNC PyInit__znn(void); /* the only symbol that the extension exports */

PyMODINIT_FUNC PyInit__znn(void)
{
    return PyModuleDef_Init(&definition);
}
