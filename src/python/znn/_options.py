"""Options of compressing and decompressing, as the tuples that options.c reads."""

from __future__ import annotations

import os
import re
from typing import Any, Callable, Optional, Union

from . import _znn
from ._bases import Base
from ._tuples import TensorInfo

Progress = Callable[[int, int], object]
Choose = Callable[[TensorInfo], Optional[bool]]

_LEVELS = range(1, 10)
_ROUNDINGS = {"nearest": 0, "floor": 1}
_SIGNS = {"auto": 0, "rotate": 1, "separate": 2}
_BITS_MAX = 61


def number(value: Optional[int], name: str, limit: int = 2**64 - 1) -> int:
    """A number for C: None is 0, the default."""
    if value is None:
        return 0
    value = value.__index__()
    if not 0 <= value <= limit:
        raise ValueError(f"{name} must be from 0 to {limit}, not {value}")
    return value


def threads_of(threads: int) -> int:
    return number(threads, "threads", 2**16)


def _choice(value: str, choices: "dict[str, int]", name: str) -> int:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return choices[value]


def _precision(
    bits: Optional[int], max_error: Union[str, float, None], rounding: int
) -> "tuple[int, int]":
    """The mode and the bits of struct znn_lossy."""
    if max_error is not None:
        if bits is not None:
            raise ValueError("give bits or max_error, not both")
        text = max_error if isinstance(max_error, str) else f"{max_error!r}"
        bits = _znn.bits_for_error(text, rounding)
        if not 0 <= bits <= _BITS_MAX:
            raise ValueError(f"max_error must be a number from 2**-61 up, such as 0.001, not {text}")
    return (0, 0) if bits is None else (1, number(bits, "bits", _BITS_MAX))


def _chooser(choose: Optional[Choose]) -> Any:
    if choose is None:
        return None
    return lambda fields: choose(TensorInfo(*fields))


def _hint(base_name: Optional[str], base: Optional[Base]) -> Optional[str]:
    """The name of the base's file to be stored.  A name that znn would not store is left out."""
    if base_name is not None or base is None or base.path is None:
        return base_name
    name = os.path.basename(base.path)
    return name if re.fullmatch(r"(?![.-])[!-~ ]{1,255}", name) and not re.search(r"[:\\]", name) else None


def compress_options(
    *,
    level: int = 5,
    threads: int = 0,
    extension: Optional[str] = None,
    dtype: Optional[str] = None,
    dedup: Optional[bool] = None,
    memory_limit: Optional[int] = None,
    base: Optional[Base] = None,
    base_name: Optional[str] = None,
    bits: Optional[int] = None,
    max_error: Union[str, float, None] = None,
    rounding: str = "nearest",
    exact_zero: bool = False,
    choose: Optional[Choose] = None,
    sign: str = "auto",
    progress: Optional[Progress] = None,
) -> "tuple[Any, ...]":
    if level not in _LEVELS:
        raise ValueError(f"level must be from 1 to 9, not {level!r}")
    round_number = _choice(rounding, _ROUNDINGS, "rounding")
    mode, bit_count = _precision(bits, max_error, round_number)
    return (
        level,
        threads_of(threads),
        extension,
        dtype,
        {None: 0, True: 1, False: -1}[dedup],
        number(memory_limit, "memory_limit"),
        _hint(base_name, base),
        mode,
        bit_count,
        round_number,
        exact_zero,
        _choice(sign, _SIGNS, "sign"),
        None if base is None else base.handle,
        progress,
        _chooser(choose),
    )


def decompress_options(
    *,
    threads: int = 0,
    max_output: Optional[int] = None,
    memory_limit: Optional[int] = None,
    base: Optional[Base] = None,
    progress: Optional[Progress] = None,
) -> "tuple[Any, ...]":
    return (
        threads_of(threads),
        number(max_output, "max_output"),
        number(memory_limit, "memory_limit"),
        None if base is None else base.handle,
        progress,
    )
