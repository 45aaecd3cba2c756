"""Compresses tensors as a safetensors file, without a copy of all of them."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from . import _znn
from ._bases import as_base
from ._options import compress_options
from ._pieces import Pieces
from ._serialize import Item, serialize
from ._sources import writing


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
