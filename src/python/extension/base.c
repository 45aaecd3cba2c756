/*
 * base.c - the type _znn.Base: a model that others were compressed against
 *
 * A Base has no methods.  It lives until nothing that was opened with it is left.
 */
#include "python/extension/base.h"

#include "python/extension/object.h"

bool ext_base_from(struct ext_state *state, PyObject *object, struct ext_base **base)
{
    *base = NULL;
    if (object == Py_None)
        return true;
    if ((PyObject *)Py_TYPE(object) != state->base_type) {
        PyErr_SetString(PyExc_TypeError, "a base must be a _znn.Base or None");
        return false;
    }
    *base = (struct ext_base *)object;
    return true;
}

static enum znn_status open_source(struct ext_base *self, struct ext_call *call)
{
    const struct znn_base_options options = {.struct_size = sizeof options, .parent = ext_base_get(self->parent)};
    enum znn_status status;
    Py_BEGIN_ALLOW_THREADS
    status = znn_base_open(&self->source.input, &options, &self->base, &call->error);
    Py_END_ALLOW_THREADS
    return status;
}

static bool open_base(struct ext_base *self, PyObject *source, struct ext_base *parent)
{
    struct ext_call call;
    Py_XINCREF((PyObject *)parent);
    self->parent = parent;
    if (!ext_source_open(&self->source, source, &self->failures))
        return false;
    ext_call_begin(&call, &self->failures, parent);
    return ext_call_end(&call, open_source(self, &call));
}

PyObject *ext_open_base(PyObject *module, PyObject *args)
{
    struct ext_state *state = ext_state_of(module);
    struct ext_base *parent;
    PyObject *source, *parent_object;
    if (!PyArg_ParseTuple(args, "OO", &source, &parent_object) || !ext_base_from(state, parent_object, &parent))
        return NULL;
    struct ext_base *self = (struct ext_base *)ext_object_new(state->base_type);
    if (!self)
        return NULL;
    Py_INCREF(module);
    self->module = module;
    self->source.fd = -1;
    self->failures.state = state;
    if (!open_base(self, source, parent))
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    struct ext_base *self = (struct ext_base *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->module);
    Py_VISIT((PyObject *)self->parent);
    Py_VISIT(self->source.function);
    return ext_failures_visit(&self->failures, visit, arg);
}

/* Breaks cycles.  The base stays open, because what was opened with it may be cleared later. */
static int clear(PyObject *object)
{
    struct ext_base *self = (struct ext_base *)object;
    Py_CLEAR(self->source.function);
    ext_failures_clear(&self->failures);
    return 0;
}

static void dealloc(PyObject *object)
{
    struct ext_base *self = (struct ext_base *)object;
    PyObject_GC_UnTrack(object);
    znn_base_close(self->base);
    ext_source_close(&self->source);
    ext_failures_clear(&self->failures);
    Py_CLEAR(self->parent);
    Py_CLEAR(self->module);
    ext_object_free(object);
}

static PyType_Slot slots[] = {
    {Py_tp_doc, (char[]){"A model that others were compressed against, and its own bases."}},
    {Py_tp_new, ext_object_refuse},
    {Py_tp_dealloc, dealloc},
    {Py_tp_traverse, traverse},
    {Py_tp_clear, clear},
    {0, NULL},
};

PyType_Spec ext_base_spec = {
    .name = "znn._znn.Base",
    .basicsize = sizeof(struct ext_base),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
