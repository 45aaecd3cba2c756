"""Tensors as NumPy arrays, decoded straight into their memory."""

from __future__ import annotations

from typing import Any

from ._dtypes import array_form, numpy_module
from ._tuples import TensorInfo


def check_whole(info: TensorInfo) -> None:
    if info.missing > 0:
        raise ValueError(f"the tensor {info.name!r} is cut: the original ends {info.missing} bytes before its end")


def new_memory(info: TensorInfo) -> Any:
    """An array of bytes for a tensor."""
    return numpy_module().empty(info.size, dtype="u1")


def as_array(info: TensorInfo, memory: Any) -> Any:
    """The array of a tensor over its bytes."""
    dtype, shape = array_form(info)
    numbers = memory.view(dtype)
    if info.strides is None:
        return numbers.reshape(shape)
    strides = tuple(stride * dtype.itemsize for stride in info.strides)
    return numpy_module().lib.stride_tricks.as_strided(numbers, shape, strides)


def fill(target: Any, array: Any) -> Any:
    """Copies an array into a buffer of the same number of bytes, row by row."""
    numpy = numpy_module()
    view = numpy.frombuffer(target, dtype="u1")
    if view.size != array.nbytes:
        raise ValueError(f"the buffer has {view.size} bytes, and the tensor has {array.nbytes}")
    view.view(array.dtype).reshape(array.shape)[...] = array
    return target
