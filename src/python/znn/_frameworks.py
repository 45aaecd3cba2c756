"""Tensors of PyTorch and NumPy over memory that the library decodes into.

Each tensor has memory of its own.  Large tensors get it from mmap with huge pages where the system has them: the
threads that decode touch the memory first, and with small pages that would take longer than decoding.
"""

from __future__ import annotations

import contextlib
import mmap
from typing import Any, Optional, Tuple

from . import _arrays
from ._slices import Slice
from ._tuples import TensorInfo

_LARGE = 2 << 20

_TORCH_TYPES = {
    "BOOL": "bool",
    "F4": "float4_e2m1fn_x2",
    "U8": "uint8",
    "I8": "int8",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "I16": "int16",
    "U16": "uint16",
    "F16": "float16",
    "BF16": "bfloat16",
    "I32": "int32",
    "U32": "uint32",
    "F32": "float32",
    "C64": "complex64",
    "F64": "float64",
    "I64": "int64",
    "U64": "uint64",
}


def new_memory(size: int) -> Any:
    """Writable memory of at least one byte, as an object with the buffer protocol."""
    if size < _LARGE or not hasattr(mmap, "MAP_PRIVATE"):
        return bytearray(max(size, 1))
    try:
        memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError:
        return bytearray(size)  # a process may have only so many mappings
    if hasattr(memory, "madvise") and hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):
            memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


class NumPy:
    """Tensors as NumPy arrays."""

    def new(self, info: TensorInfo) -> Tuple[Any, Any]:
        """A tensor whose elements are not there yet, and the buffer that they go to."""
        memory = _arrays.new_memory(info)
        return _arrays.as_array(info, memory), memory

    def finish(self, tensor: Any) -> Any:
        return tensor

    def take(self, part: Slice, index: Any) -> Any:
        """A part of a tensor."""
        return part[index]


class Torch:
    """Tensors of PyTorch, on a device."""

    def __init__(self, device: Any) -> None:
        import torch

        self._torch = torch
        self._device = torch.device("cuda", device) if isinstance(device, int) else torch.device(device)

    def _dtype(self, info: TensorInfo) -> Any:
        dtype = getattr(self._torch, _TORCH_TYPES.get(info.dtype, ""), None)
        if dtype is None:
            raise TypeError(f"PyTorch {self._torch.__version__} has no type for {info.dtype}, which {info.name!r} has")
        return dtype

    def new(self, info: TensorInfo) -> Tuple[Any, Any]:
        """A tensor whose elements are not there yet, and the buffer that they go to."""
        dtype = self._dtype(info)
        shape = info.shape
        if info.dtype == "F4":
            shape = (*shape[:-1], shape[-1] // 2)  # two numbers in each element
        if info.size == 0:
            return self._torch.empty(shape, dtype=dtype), bytearray()
        memory = new_memory(info.size)
        numbers = self._torch.frombuffer(memory, dtype=self._torch.uint8, count=info.size).view(dtype)
        if info.strides is not None:
            return numbers.as_strided(shape, info.strides), memoryview(memory)[: info.size]
        return numbers.reshape(shape), memoryview(memory)[: info.size]

    def finish(self, tensor: Any) -> Any:
        return tensor if self._device.type == "cpu" else tensor.to(self._device)

    def take(self, part: Slice, index: Any) -> Any:
        """A part of a tensor, which NumPy cuts out of its bits."""
        import numpy

        dtype = self._dtype(part.info)
        bits = numpy.asarray(part.bits(index))
        signed = numpy.ascontiguousarray(bits).view(f"i{bits.dtype.itemsize}").reshape(bits.shape)
        return self.finish(self._torch.from_numpy(signed).view(dtype))


def framework_of(name: str, device: Any = "cpu") -> Any:
    """The framework that safetensors calls `name`."""
    if name in ("pt", "torch", "pytorch"):
        return Torch(device)
    if name in ("np", "numpy"):
        if device not in (None, "cpu"):
            raise ValueError(f"NumPy has no device {device!r}")
        return NumPy()
    raise ValueError(f"framework must be 'pt' or 'np', not {name!r}")


def load(file: Any, framework: Any, names: Optional[Any] = None) -> "dict[str, Any]":
    """Decodes tensors straight into the memory of the framework, with all threads of `file`, a znn.File."""
    infos = [file.info(name) for name in (file if names is None else names)]
    for info in infos:
        _arrays.check_whole(info)
    made = [framework.new(info) for info in infos]
    file.read_ranges((info.offset, memory) for info, (_, memory) in zip(infos, made))
    return {info.name: framework.finish(tensor) for info, (tensor, _) in zip(infos, made)}
