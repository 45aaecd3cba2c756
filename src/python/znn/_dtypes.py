"""Element types: names of safetensors, and what they are in NumPy.

NumPy has no BF16 and no 8-bit floats.  The package ml_dtypes has them; without it, their bits are unsigned integers.
Numbers that do not fill bytes, such as F4, and GGUF's blocks are always bytes.
"""

from __future__ import annotations

from typing import Any, Optional, Tuple

from ._tuples import TensorInfo

# All are little-endian, on any machine.
_PLAIN = {
    "BOOL": "?",
    "U8": "<u1",
    "I8": "<i1",
    "I16": "<i2",
    "U16": "<u2",
    "F16": "<f2",
    "I32": "<i4",
    "U32": "<u4",
    "F32": "<f4",
    "C64": "<c8",
    "F64": "<f8",
    "I64": "<i8",
    "U64": "<u8",
}

_EXTENDED = {
    "BF16": "bfloat16",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
}


def numpy_module() -> Any:
    try:
        import numpy
    except ImportError as error:
        raise ImportError("tensors as arrays need NumPy; get(name, out=...) works without it") from error
    return numpy


def _extended(dtype: str) -> Optional[Any]:
    """The type of ml_dtypes, or None."""
    try:
        import ml_dtypes
    except ImportError:
        return None
    return getattr(ml_dtypes, _EXTENDED[dtype], None)


def numpy_dtype(dtype: str) -> Optional[Any]:
    """The NumPy type of a type of safetensors, or None if one element is not a whole number of bytes."""
    numpy = numpy_module()
    if dtype in _PLAIN:
        return numpy.dtype(_PLAIN[dtype])
    if dtype not in _EXTENDED:
        return None
    extended = _extended(dtype)
    if extended is not None:
        return numpy.dtype(extended)
    return numpy.dtype("<u2" if dtype == "BF16" else "u1")


def array_form(info: TensorInfo) -> "Tuple[Any, Tuple[int, ...]]":
    """The NumPy type and the shape of the array that a tensor becomes.

    The rows of a tensor in blocks become rows of bytes.  If a row ends within a byte, the tensor is one row.
    """
    numpy = numpy_module()
    dtype = numpy_dtype(info.dtype)
    if dtype is not None:
        return dtype, info.shape
    row_bits = info.shape[-1] * info.bits if info.shape else 0
    if row_bits == 0 or row_bits % (8 * info.block):
        return numpy.dtype("u1"), (info.size,)
    return numpy.dtype("u1"), (*info.shape[:-1], row_bits // (8 * info.block))
