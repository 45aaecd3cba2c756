"""Several buffers, one after the other, as one input with random access: nothing is copied but what is read."""

from __future__ import annotations

import bisect
import itertools
from typing import Any, List, Sequence


class Pieces:
    def __init__(self, pieces: Sequence[memoryview]) -> None:
        self._pieces: List[memoryview] = [piece for piece in pieces if len(piece) > 0]
        self._starts = [0, *itertools.accumulate(len(piece) for piece in self._pieces)]

    def read_at(self, size: int, offset: int) -> memoryview:
        """Up to `size` bytes from `offset`: at most to the end of a piece."""
        i = bisect.bisect_right(self._starts, offset) - 1
        if i >= len(self._pieces):
            return memoryview(b"")
        start = offset - self._starts[i]
        return self._pieces[i][start : start + size]

    def source(self) -> Any:
        """For the extension, see source.h."""
        return self.read_at, self._starts[-1]
