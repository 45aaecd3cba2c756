"""The compression `znn` of fsspec: fsspec.open("model.znn", compression="infer") is the original.

This module does not import fsspec, so that znn.install() can use it before anybody does.
"""

from __future__ import annotations

import io
import tempfile
from typing import Any, cast

from . import _file, _znn
from ._options import compress_options
from ._sources import writing

NAME = "znn"


class _Writer(io.BufferedRandom):
    """Takes the original, in a temporary file without a name; close() compresses it to the target."""

    def __init__(self, target: Any, options: Any) -> None:
        super().__init__(cast(io.FileIO, tempfile.TemporaryFile(buffering=0)))
        self._target = target
        self._options = options

    def close(self) -> None:
        if self.closed:
            return
        try:
            self.flush()
            with writing(self._target) as (target, _):
                _znn.compress_to(self.fileno(), target, self._options)
        finally:
            super().close()


def open_compressed(infile: Any, mode: str = "rb", **options: Any) -> Any:
    """For fsspec: the original of `infile`, to be read, or to be written with the options of znn.compress()."""
    if "r" in mode:
        return _file.open(infile)
    return _Writer(infile, compress_options(**options))


def register(compression: Any) -> bool:
    """Registers with the module fsspec.compression.  Returns False if that was done before."""
    if NAME in compression.compr:
        return False
    compression.register_compression(NAME, open_compressed, NAME)
    return True


def unregister(compression: Any) -> None:
    compression.compr.pop(NAME, None)
    compression.fsspec.utils.compressions.pop(NAME, None)
