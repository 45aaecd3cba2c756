"""Writes safetensors files, byte for byte as the safetensors library does.

    8 bytes    size of the header, little-endian
    header     JSON without spaces, then spaces up to a multiple of 8 bytes
    data       the tensors without gaps, in the order of the header

Tensors come in descending order of their types in the table below, so that each is aligned, and then by name.  The
metadata comes first.  Its entries keep the order of the caller; that of the safetensors library changes from run to
run.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

# In ascending order, and the name that PyTorch or NumPy has for each.
_TYPES = {
    "bool": "BOOL",
    "float4_e2m1fn_x2": "F4",
    "uint8": "U8",
    "int8": "I8",
    "float8_e5m2": "F8_E5M2",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e8m0fnu": "F8_E8M0",
    "float8_e4m3fnuz": "F8_E4M3FNUZ",
    "float8_e5m2fnuz": "F8_E5M2FNUZ",
    "int16": "I16",
    "uint16": "U16",
    "float16": "F16",
    "bfloat16": "BF16",
    "int32": "I32",
    "uint32": "U32",
    "float32": "F32",
    "complex64": "C64",
    "float64": "F64",
    "int64": "I64",
    "uint64": "U64",
}
_RANKS = {code: rank for rank, code in enumerate(_TYPES.values())}


class Item(NamedTuple):
    """A tensor to be written."""

    dtype: str
    shape: Tuple[int, ...]
    data: memoryview


def make_item(name: str, dtype: str, shape: Tuple[int, ...], data: Any) -> Item:
    """An item from the type's name in PyTorch or NumPy, and a buffer with the elements in row-major order."""
    code = _TYPES.get(dtype)
    if code is None:
        raise ValueError(f"safetensors has no type for {dtype}, which {name!r} has")
    if code == "F4":
        shape = (*shape[:-1], shape[-1] * 2)
    return Item(code, shape, memoryview(data).cast("B"))


def serialize(items: Mapping[str, Item], metadata: Optional[Mapping[str, str]]) -> List[memoryview]:
    """The file as a list of buffers, which one after the other are its bytes."""
    header: Dict[str, Any] = {}
    if metadata is not None:
        header["__metadata__"] = dict(metadata)
        _check_metadata(header["__metadata__"])
    offset = 0
    order = sorted(items, key=lambda name: (-_RANKS[items[name].dtype], name))
    for name in order:
        item = items[name]
        end = offset + len(item.data)
        header[name] = {"dtype": item.dtype, "shape": list(item.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return [memoryview(len(text).to_bytes(8, "little") + text), *(items[name].data for name in order)]


def _check_metadata(metadata: Dict[Any, Any]) -> None:
    for key, value in metadata.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"metadata must be texts by text, not {value!r} by {key!r}")
