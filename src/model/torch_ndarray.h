/*
 * torch_ndarray.h - NumPy arrays inside a pickle
 *
 * Python writes an array in one of two ways.  In both, the bytes of the array are part of the pickle:
 *
 *     numpy.core.multiarray._reconstruct(ndarray, (0,), b"b")   with a state of
 *         (version, shape, dtype, fortran order, bytes)
 *     numpy.core.numeric._frombuffer(bytes, dtype, shape, order)
 *
 * The dtype is numpy.dtype("f4", ...) with a state of (version, byte order, ...).  Under protocol 2, which torch.save
 * uses, Python 3 writes bytes as UTF-8 text.  znn does not recognise such arrays.
 */
#ifndef ZNN_MODEL_TORCH_NDARRAY_H
#define ZNN_MODEL_TORCH_NDARRAY_H

#include "model/torch_pickle.h"

/*
 * Sets *view to the bytes of the array; view->offset is relative to the start of the pickle.  `call` must be the call
 * of `object` and mean MEANS_NDARRAY or MEANS_FROM_BUFFER.  Returns false if the array is invalid, big-endian or not
 * numeric.
 */
bool znn_torch_ndarray(struct torch_pickle *torch, uint32_t object, const struct torch_call *call,
                       struct torch_view *view);

#endif
