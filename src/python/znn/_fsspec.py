"""The compression `znn` of fsspec: fsspec.open("model.znn", compression="infer") is the original.

This module does not import fsspec, so that znn.install() can use it before anybody does.
"""

from __future__ import annotations

from typing import Any

from . import _file
from ._options import compress_options
from ._writer import Writer

NAME = "znn"


def open_compressed(infile: Any, mode: str = "rb", **options: Any) -> Any:
    """For fsspec: the original of `infile`, to be read, or to be written with the options of znn.compress()."""
    if "r" in mode:
        return _file.open(infile)
    return Writer(infile, compress_options(**options))


def register(compression: Any) -> bool:
    """Registers with the module fsspec.compression.  Returns False if that was done before."""
    if NAME in compression.compr:
        return False
    compression.register_compression(NAME, open_compressed, NAME)
    return True


def unregister(compression: Any) -> None:
    compression.compr.pop(NAME, None)
    compression.fsspec.utils.compressions.pop(NAME, None)
