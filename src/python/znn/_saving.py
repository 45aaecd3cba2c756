"""Compresses what Python writes: tensors as a safetensors file, and files of other libraries."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Callable, Mapping, Optional

from . import _znn
from ._bases import as_base
from ._options import compress_options
from ._pieces import Pieces
from ._serialize import Item, serialize
from ._sources import is_path, writing
from ._tuples import Report


def save_written(write: Callable[[Any], object], filename: Any, options: "dict[str, Any]") -> Report:
    """Compresses the file that `write` writes to the binary file that it gets.

    That is a temporary file without a name, beside the result: a model is found in a file that has random access.
    """
    options["base"] = as_base(options.get("base"))
    choices = compress_options(**options)
    folder = os.path.dirname(os.path.abspath(os.fsdecode(filename))) if is_path(filename) else None
    with tempfile.TemporaryFile(dir=folder) as file:
        write(file)
        file.flush()
        with writing(filename) as (target, _):
            return Report(*_znn.compress_to(file.fileno(), target, choices))


def _prepare(items: Mapping[str, Item], metadata: Optional[Mapping[str, str]], options: "dict[str, Any]") -> Any:
    options.setdefault("extension", "safetensors")
    options["base"] = as_base(options.get("base"))
    return Pieces(serialize(items, metadata)).source(), compress_options(**options)


def save(items: Mapping[str, Item], metadata: Optional[Mapping[str, str]], options: "dict[str, Any]") -> bytes:
    source, choices = _prepare(items, metadata, options)
    return _znn.compress(source, choices)


def save_file(
    items: Mapping[str, Item], filename: Any, metadata: Optional[Mapping[str, str]], options: "dict[str, Any]"
) -> None:
    source, choices = _prepare(items, metadata, options)
    with writing(filename) as (target, _):
        _znn.compress_to(source, target, choices)
