"""Finds the .znn file to read when a program asks for the original.

`znn compress` makes model.znn of model.safetensors, which remembers the extension; with -r it makes
model.safetensors.znn.  If a program asks for model.safetensors and there is no such file, either is used.
"""

from __future__ import annotations

import os
import stat
from typing import Any, Iterator, Optional

from . import _znn
from ._bases import EXTENSIONS, HEADER_MAX
from ._errors import Error

SUFFIX = ".znn"


def _extension(path: str) -> Optional[str]:
    """The extension of the original that a .znn file remembers, or None if the file is no .znn file."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None  # opening a pipe would disturb its writer
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # not open(), which may be the one that asks
    except OSError:
        return None
    try:
        return _znn.header(os.pread(number, HEADER_MAX, 0))[1]
    except (Error, OSError):
        return None
    finally:
        os.close(number)


def _candidates(path: str) -> Iterator[str]:
    yield path + SUFFIX
    stem, extension = os.path.splitext(path)
    if extension[1:] in EXTENSIONS:
        yield stem + SUFFIX


def _holds(candidate: str, path: str) -> bool:
    """Is the original of the .znn file `candidate` called `path`?"""
    extension = _extension(candidate)
    if extension is None:
        return False
    stem = candidate[: -len(SUFFIX)]
    if extension and not stem.endswith(f".{extension}"):
        stem = f"{stem}.{extension}"
    return path == stem


def instead_of(path: Any) -> Optional[str]:
    """The .znn file whose original is called `path`, or None if there is none, or if `path` itself is there."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return None
    name = os.fsdecode(path)
    try:
        if not os.path.basename(name) or "\0" in name or os.stat(name):
            return None
    except OSError:
        pass
    return next((candidate for candidate in _candidates(name) if _holds(candidate, name)), None)


def znn_file(path: Any) -> Optional[str]:
    """`path` if it is a .znn file, otherwise instead_of(path)."""
    if isinstance(path, (str, bytes, os.PathLike)):
        name = os.fsdecode(path)
        if "\0" not in name and _extension(name) is not None:
            return name
    return instead_of(path)
