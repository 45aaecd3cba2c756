"""Bases: models that others were compressed against, and the search for them.

A .znn file remembers its base: the name of a file beside it, or a path such as ../first/base.znn.  The base is looked
for as the program does: at that path, beside the .znn file, and in `base_dir`; there under that name, with .znn
appended, and with .znn in place of the extension.  A base called base.znn may also have been decompressed, to base or
base.safetensors and so on.
"""

from __future__ import annotations

import os
from typing import Any, Iterator, Optional, Tuple

from . import _znn
from ._errors import Error
from ._sources import Source

HEADER_MAX = 4096
DEPTH_MAX = 8

# Those of model_extensions in src/cli/flags/names.c, which a test compares.
EXTENSIONS = ("safetensors", "bin", "pt", "pth", "ckpt", "gguf", "npy", "onnx", "h5", "th", "tar")


class Base:
    """A model that others were compressed against, opened by open_base().

    Pass it as `base` to as many calls as you like, from any thread.  It is closed when nothing uses it any more.
    """

    def __init__(self, handle: _znn.Base, path: Optional[str], source: Source) -> None:
        self.handle = handle
        self.path = path
        self._source = source  # an open file of fsspec lives as long as the base

    def __repr__(self) -> str:
        return f"<znn.Base {self.path!r}>"


Base.__module__ = "znn"


def hint(start: bytes) -> str:
    """The name of the base's file, from the first bytes of a .znn file; "" if there is none."""
    try:
        name = _znn.header(start)[2]
    except Error:
        return ""
    return name if _is_relative(name) else ""


def _is_relative(name: str) -> bool:
    """Whether a path stays a relative one that leads up only at its start, and to nothing hidden."""
    parts = name.split("/")
    while len(parts) > 1 and parts[0] == "..":
        del parts[0]
    return all(part and not part.startswith(".") for part in parts)


def _names(name: str) -> Iterator[str]:
    stem, extension = os.path.splitext(name)
    yield name
    yield name + ".znn"
    if extension[1:] in EXTENSIONS:
        yield stem + ".znn"
    if extension == ".znn":
        yield stem
        for other in EXTENSIONS:
            yield f"{stem}.{other}"


def _same(path: str, other: Optional[str]) -> bool:
    return other is not None and os.path.exists(other) and os.path.samefile(path, other)


def _places(name: str, child: Optional[str], base_dir: Any) -> Iterator[Tuple[str, str]]:
    """The directories to look in, each with the name to look for."""
    last = name.rpartition("/")[2]
    for file in () if child is None else (child, os.path.realpath(child)):
        directory = os.path.dirname(file) or os.curdir
        yield directory, name
        yield directory, last
    if base_dir is not None:
        yield os.fsdecode(base_dir), last


def _find(name: str, child: Optional[str], base_dir: Any) -> Optional[str]:
    for directory, known in _places(name, child, base_dir):
        for candidate in _names(known):
            path = os.path.join(directory, candidate)
            if os.path.isfile(path) and not _same(path, child):
                return path
    return None


def find_base(source: Source, base_dir: Any, depth: int = 0) -> Optional[Base]:
    """The base that a file names, opened, or None if it names none or the base is not found."""
    name = hint(source.start(HEADER_MAX))
    path = _find(name, source.path, base_dir) if name else None
    return None if path is None or depth >= DEPTH_MAX else _open(path, None, base_dir, depth + 1)


def _open(file: Any, base: Any, base_dir: Any, depth: int) -> Base:
    source = Source(file)
    try:
        parent = find_base(source, base_dir, depth) if base is None else as_base(base, base_dir)
        handle = _znn.open_base(source.source, None if parent is None else parent.handle)
    except BaseException:
        source.close()
        raise
    source.release()
    return Base(handle, source.path, source)


def open_base(file: Any, base: Any = None, base_dir: Any = None) -> Base:
    """Opens a model that others were, or will be, compressed against.

    Args:
        file: a path, a seekable binary file object, or an object with the buffer protocol: a model of any format that
            znn knows, or a .znn file.
        base: the base of `file`, if `file` is a .znn file that has one; None: look for it.
        base_dir: another directory to look for bases in.

    Raises:
        Error: a .znn file is damaged, or its own base is missing.
        OSError: the file cannot be read.
    """
    return _open(file, base, base_dir, 1)


def as_base(base: Any, base_dir: Any = None) -> Optional[Base]:
    """The argument `base` of a public function: a Base, or a file to be opened as one, or None."""
    return base if base is None or isinstance(base, Base) else open_base(base, base_dir=base_dir)
