/*
 * source.h - inputs and outputs of the library over objects of Python
 *
 *     int                an open file descriptor
 *     (function, size)   random access: function(size, offset) returns bytes, as many as it likes, none at the end
 *     function           a stream: function(size) returns bytes; as an output, function(bytes) takes them all
 *     anything else      memory: an object with the buffer protocol
 */
#ifndef ZNN_PYTHON_SOURCE_H
#define ZNN_PYTHON_SOURCE_H

#include "python/extension/failures.h"

/*
 * An input.  The struct must stay where it is, because the library gets its address.
 */
struct ext_source {
    struct znn_input input;
    struct ext_failures *failures; /* of the object or call that reads the source */
    PyObject *function;            /* or NULL */
    Py_buffer view;                /* view.obj is NULL unless the source is memory */
    int fd;                        /* a descriptor of its own, or -1 */
};

/*
 * Fills *source.  The descriptor is duplicated, and a reference to the object is kept.  Returns false with an exception
 * set.  Either way, call ext_source_close().
 */
bool ext_source_open(struct ext_source *source, PyObject *object, struct ext_failures *failures);
void ext_source_close(struct ext_source *source);

/*
 * An output, for one call.  Nothing needs to be closed.
 */
struct ext_target {
    struct znn_output output;
    struct ext_failures *failures;
    PyObject *function; /* borrowed */
};

/*
 * Fills *target with a descriptor or a function.  A file that `is_fresh` is empty, seekable, and open for reading and
 * writing; several threads write it at once.
 */
bool ext_target_open(struct ext_target *target, PyObject *object, bool is_fresh, struct ext_failures *failures);

#endif
