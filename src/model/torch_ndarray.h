/*
 * torch_ndarray.h - NumPy arrays inside a pickle
 *
 * Python writes an array in one of two ways, its bytes being part of the pickle in both:
 *
 *     numpy.core.multiarray._reconstruct(ndarray, (0,), b"b")   with a state of
 *         (version, shape, dtype, fortran order, bytes)
 *     numpy.core.numeric._frombuffer(bytes, dtype, shape, order)
 *
 * where the dtype is numpy.dtype("f4", ...) with a state of (version, byte order, ...).  Under protocol 2, which
 * torch.save uses, Python 3 spells bytes as the UTF-8 of text; such arrays are not recognised.
 */
#ifndef ZNN_MODEL_TORCH_NDARRAY_H
#define ZNN_MODEL_TORCH_NDARRAY_H

#include "model/torch_pickle.h"

/*
 * What the array covers of the pickle; view->offset counts from its start.  `call` must be that of `object`, and mean
 * MEANS_NDARRAY or MEANS_FROM_BUFFER.  False where the array is not in order, big-endian, or of a type that is no
 * number.
 */
bool znn_torch_ndarray(struct torch_pickle *torch, uint32_t object, const struct torch_call *call,
                       struct torch_view *view);

#endif
