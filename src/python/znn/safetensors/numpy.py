"""NumPy arrays in .znn files of safetensors: load_file(), load(), save_file() and save()."""

from __future__ import annotations

import sys
from typing import Any, Dict, Mapping, Optional

from .. import _file, _saving
from .._frameworks import framework_of
from .._frameworks import load as load_tensors
from .._serialize import Item, make_item


def _item(name: str, array: Any) -> Item:
    import numpy

    dtype = array.dtype
    data = numpy.ascontiguousarray(array)
    if dtype.byteorder == ">" or (dtype.byteorder == "=" and sys.byteorder == "big"):
        data = data.byteswap()
    return make_item(name, dtype.name, array.shape, data.reshape(-1).view("u1"))


def _items(tensors: Mapping[str, Any]) -> Dict[str, Item]:
    return {name: _item(name, array) for name, array in tensors.items()}


def load_file(filename: Any, *, base: Any = None, base_dir: Any = None, threads: int = 0) -> Dict[str, Any]:
    """Loads all tensors of a .znn file, as NumPy arrays by name.

    Each is decoded straight into its memory, by all threads.

    Args:
        filename: a path, or what else znn.open() takes.
        base, base_dir, threads: as for znn.open().

    Raises:
        znn.Error, OSError: as for znn.open().
    """
    with _file.open(filename, base, base_dir, threads) as file:
        return load_tensors(file, framework_of("np"))


def load(data: Any, **options: Any) -> Dict[str, Any]:
    """The same for a .znn file in memory.  The options are those of load_file()."""
    return load_file(memoryview(data), **options)


def save_file(
    tensor_dict: Mapping[str, Any], filename: Any, metadata: Optional[Mapping[str, str]] = None, **options: Any
) -> None:
    """Writes arrays to a .znn file, whose original is the file that safetensors.numpy.save_file() writes.

    Args:
        tensor_dict: NumPy arrays by name.
        filename: a path, which is replaced only if everything goes well, or a binary file object.
        metadata: texts by text, which come first in the original.
        options: those of znn.compress().

    Raises:
        ValueError: safetensors has no such type.
        OSError: the file cannot be written.
    """
    _saving.save_file(_items(tensor_dict), filename, metadata, options)


def save(tensor_dict: Mapping[str, Any], metadata: Optional[Mapping[str, str]] = None, **options: Any) -> bytes:
    """The same, but returns the .znn file."""
    return _saving.save(_items(tensor_dict), metadata, options)
