"""Parts of tensors: only the bytes that a slice needs are read.

A slice of a tensor is a set of runs of bytes in the original.  The leading dimensions are walked index by index; the
others are read as one run each:

    tensor of shape (4, 5)     [1:3, 1:4]                  [1:3, ::2]
    . . . . .                  . . . . .                   . . . . .
    . . . . .                  . # # # .   2 runs of 3,    # # # # #   2 runs of 5, then NumPy takes
    . . . . .                  . # # # .   read in place   # # # # #   every second column
    . . . . .                  . . . . .                   . . . . .

A run goes from the first to the last element that is needed.  Runs shorter than RUN_MIN are joined, because reading
some bytes in between is cheaper than many short reads.
"""

from __future__ import annotations

import math
from typing import Any, List, NamedTuple, Tuple

from ._dtypes import array_form, numpy_module
from ._tuples import TensorInfo

RUN_MIN = 4096


class _Axis(NamedTuple):
    """The indices that are wanted of one dimension."""

    start: int
    step: int
    length: int
    is_kept: bool  # False: a single index, and the dimension goes

    def low(self) -> int:
        return min(self.start, self.start + self.step * (self.length - 1))

    def span(self) -> int:
        """Indices from the first to the last."""
        return abs(self.step) * (self.length - 1) + 1

    def local(self) -> Any:
        """What takes the wanted indices out of the span."""
        if not self.is_kept:
            return 0
        return slice(None, None, self.step)


def _axis(index: Any, size: int, position: int) -> _Axis:
    if isinstance(index, slice):
        start, stop, step = index.indices(size)
        return _Axis(start, step, len(range(start, stop, step)), True)
    number = index.__index__()
    if not -size <= number < size:
        raise IndexError(f"index {number} is out of bounds for dimension {position} with size {size}")
    return _Axis(number % size, 1, 1, False)


def _expand(index: Any, rank: int) -> List[Any]:
    """An index for each dimension: the ellipsis, and what is missing, are full slices."""
    parts = list(index) if isinstance(index, tuple) else [index]
    for part in parts:
        if part is not Ellipsis and not isinstance(part, slice) and not hasattr(part, "__index__"):
            raise TypeError(f"a tensor is sliced by integers, slices and an ellipsis, not {type(part).__name__}")
    ellipses = [i for i, part in enumerate(parts) if part is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    if len(parts) - len(ellipses) > rank:
        raise IndexError(f"too many indices: the tensor has {rank} dimensions")
    place = ellipses[0] if ellipses else len(parts)
    missing = rank - (len(parts) - len(ellipses))
    return [*parts[:place], *[slice(None)] * missing, *parts[place + 1 :]]


def _split(axes: List[_Axis], shape: Tuple[int, ...], item: int) -> int:
    """The number of leading dimensions to walk index by index.

    A dimension joins the run if that reads nothing in vain, or if the run is short.
    """
    run = item
    depth = len(axes)
    while depth > 0:
        whole = item * math.prod(shape[depth:])
        if run >= RUN_MIN and (run < whole or abs(axes[depth - 1].step) > 1):
            break
        depth -= 1
        run = axes[depth].span() * whole
    return depth


class Slice:
    """A tensor whose parts are read on demand: `file.get_slice(name)[1:3, ::2]` is a NumPy array.

    Integers, slices with any step and an ellipsis work as in NumPy.  Only the chunks that hold the wanted bytes are
    decoded.
    """

    def __init__(self, file: Any, info: TensorInfo) -> None:
        self._file = file
        self.info = info

    def __repr__(self) -> str:
        return f"<znn.Slice {self.info.name!r} {self.info.dtype} {list(self.info.shape)}>"

    @property
    def shape(self) -> Tuple[int, ...]:
        return self.info.shape

    def get_shape(self) -> List[int]:
        """The shape of the whole tensor, in elements."""
        return list(self.info.shape)

    def get_dtype(self) -> str:
        """The type of the elements, as safetensors spells it, such as "BF16"."""
        return self.info.dtype

    def __getitem__(self, index: Any) -> Any:
        return self._cut(index, array_form(self.info)[0])

    def bits(self, index: Any) -> Any:
        """The same, but each element as an unsigned integer of its bits."""
        return self._cut(index, numpy_module().dtype(f"u{array_form(self.info)[0].itemsize}"))

    def _cut(self, index: Any, dtype: Any) -> Any:
        shape = array_form(self.info)[1]
        if self.info.strides is not None:
            _expand(index, len(shape))
            part = self._file[self.info.name][index].copy()
            return part.view(dtype)
        axes = [_axis(part, size, i) for i, (part, size) in enumerate(zip(_expand(index, len(shape)), shape))]
        if any(axis.length == 0 for axis in axes):
            return numpy_module().empty([axis.length for axis in axes if axis.is_kept], dtype)
        return self._read(axes, dtype, shape)

    def _read(self, axes: List[_Axis], dtype: Any, shape: Tuple[int, ...]) -> Any:
        """Reads the runs, and takes what is wanted out of them."""
        numpy = numpy_module()
        depth = _split(axes, shape, dtype.itemsize)
        starts, run = _runs(axes, shape, depth, dtype.itemsize)
        counts = [axis.length for axis in axes[:depth]]
        memory = numpy.empty(len(starts) * run, "u1")
        table = numpy.empty((len(starts), 2), "=u8")
        table[:, 0] = starts + self.info.offset
        table[:, 1] = run
        self._file._read_pieces(memory, table)
        spans = [*([axes[depth].span()] if depth < len(axes) else []), *shape[depth + 1 :]]
        box = memory.view(dtype).reshape([*counts, *spans])
        return _take(box, axes, depth)


Slice.__module__ = "znn"


def _runs(axes: List[_Axis], shape: Tuple[int, ...], depth: int, item: int) -> "Tuple[Any, int]":
    """The offsets of the runs within the tensor, in bytes, and the bytes of each."""
    numpy = numpy_module()
    starts = numpy.zeros(1, "=u8")
    for i, axis in enumerate(axes[:depth]):
        stride = item * math.prod(shape[i + 1 :])
        indices = (numpy.arange(axis.length) * axis.step + axis.start).astype("=u8") * stride
        starts = (starts[:, None] + indices[None, :]).reshape(-1)
    if depth == len(axes):
        return starts, item
    stride = item * math.prod(shape[depth + 1 :])
    return starts + axes[depth].low() * stride, axes[depth].span() * stride


def _take(box: Any, axes: List[_Axis], depth: int) -> Any:
    """Takes the wanted elements out of the box that was read."""
    index: List[Any] = [slice(None) if axis.is_kept else 0 for axis in axes[:depth]]
    if depth < len(axes):
        index.append(axes[depth].local())
    for axis in axes[depth + 1 :]:
        if axis.is_kept:
            stop = axis.start + axis.step * axis.length
            index.append(slice(axis.start, None if stop < 0 else stop, axis.step))
        else:
            index.append(axis.start)
    part = box[tuple(index)]
    return part if part.flags.c_contiguous and part.nbytes == box.nbytes else part.copy()
