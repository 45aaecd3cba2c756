"""A binary file to be written, whose content arrives compressed at its target."""

from __future__ import annotations

import io
import tempfile
from typing import Any, cast

from . import _znn
from ._sources import writing


class Writer(io.BufferedRandom):
    """Takes the original, in a temporary file without a name; close() compresses it to the target.

    Args:
        target: a path or a binary file object, which stays open.
        options: made by compress_options().
    """

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
