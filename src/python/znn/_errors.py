"""Errors of the library as exceptions.

The status decides the class: memory that the system does not give is a MemoryError, an argument that makes no sense a
ValueError, a read or write that fails an OSError.  All else is a znn.Error.
"""

from __future__ import annotations

import enum
from typing import Any, Callable, Iterable, Optional

NO_OFFSET = 2**64 - 1


class Status(enum.IntEnum):
    """The reason for an Error; the numbers are those of enum znn_status in znn.h."""

    MEMORY = 1
    MEMORY_LIMIT = 2
    NOT_ZNN = 3
    TOO_NEW = 4
    CORRUPT = 5
    BASE = 6
    ARGUMENT = 7
    IO = 8
    TOO_LARGE = 9
    CANCELLED = 10


class Error(Exception):
    """A .znn file cannot be read, or cannot be made.

    Attributes:
        status: the reason, a Status: CORRUPT (the file is damaged or cut short), BASE (its base is missing or a
            different one), NOT_ZNN, TOO_NEW, TOO_LARGE, MEMORY_LIMIT, or CANCELLED.
        offset: the place in the file at fault, in bytes, or None.
        base: the number of the file at fault: 0 is the .znn file, 1 its base, 2 the base of that, and so on.
        original_offset, original_size: the bytes of the original that the damaged chunk holds, or None and 0.
        tensor: the name of the first tensor that has bytes in the damaged chunk, or None if that is not known.
        detail: one line about the cause.
    """

    status: Optional[Status] = None
    offset: Optional[int] = None
    base: int = 0
    original_offset: Optional[int] = None
    original_size: int = 0
    tensor: Optional[str] = None
    detail: str = ""

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text}, in the tensor {self.tensor!r}" if self.tensor is not None else text


Error.__module__ = Status.__module__ = "znn"  # the names that users see


def _message(status: int, offset: int, base: int, detail: str) -> str:
    from . import _znn  # imports this module first

    text = f"{_znn.status_name(status)[1]}: {detail}"
    if base > 0:
        text += f", in base number {base}"
    return text if offset == NO_OFFSET else f"{text}, at byte {offset}"


def make_error(
    status: int, system_error: int, offset: int, original_offset: int, original_size: int, base: int, detail: str
) -> Exception:
    """Returns the exception for a struct znn_error.  The extension raises it."""
    message = _message(status, offset, base, detail)
    if status == Status.MEMORY:
        return MemoryError(message)
    if status == Status.ARGUMENT:
        return ValueError(detail)
    if status == Status.IO:
        return OSError(system_error, message) if system_error else OSError(message)
    error = Error(message)
    error.status = Status(status)
    error.offset = None if offset == NO_OFFSET else offset
    error.base = base
    error.original_offset = None if original_offset == NO_OFFSET else original_offset
    error.original_size = original_size
    error.detail = detail
    return error


def name_tensor(error: Error, list_tensors: Callable[[], Iterable[Any]]) -> None:
    """Sets error.tensor, if the damaged chunk is known.  `list_tensors` returns TensorInfo objects."""
    start = error.original_offset
    if error.tensor is not None or start is None or error.base != 0:
        return
    for info in list_tensors():
        if info.offset < start + error.original_size and start < info.offset + info.size:
            error.tensor = info.name
            return
