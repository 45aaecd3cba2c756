"""znn.install(): the loaders of other libraries take .znn files.

Each replacement looks for a .znn file first, and calls the original if there is none.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
from typing import Any, Callable

from . import _file, _fsspec, _lookup
from ._replace import Replacements, Wrap

_BUFFER_SIZE = 1 << 20


def _loader(parameter: str, load: Callable[..., Any]) -> Wrap:
    """The replacement of a loader, whose first parameter is a path: load(original, path, ...) takes .znn files."""

    def wrap(original: Any, is_active: Callable[[], bool]) -> Any:
        @functools.wraps(original, updated=())
        def replacement(*args: Any, **options: Any) -> Any:
            path = args[0] if args else options.get(parameter)
            found = _lookup.znn_file(path) if is_active() else None
            if found is None:
                return original(*args, **options)
            options.pop(parameter, None)
            return load(original, found, *args[1:], **options)

        return replacement

    return wrap


# -- Loaders --------------------------------------------------------------------------------------------------------


def _safe_open(_original: Any, path: str, framework: str, device: Any = "cpu", **_options: Any) -> Any:
    from .safetensors import safe_open

    return safe_open(path, framework, "cpu" if device is None else device)


def _load_torch_file(_original: Any, path: str, device: Any = "cpu", **_options: Any) -> Any:
    from .safetensors.torch import load_file

    return load_file(path, device)


def _load_numpy_file(_original: Any, path: str, **_options: Any) -> Any:
    from .safetensors.numpy import load_file

    return load_file(path)


def _torch_load(original: Any, path: str, *args: Any, **options: Any) -> Any:
    options.pop("mmap", None)  # the original is not on the disk
    with _file.open(path) as file:
        return original(file, *args, **options)


def _numpy_load(original: Any, path: str, mmap_mode: Any = None, *args: Any, **options: Any) -> Any:
    """Arrays of an .npz file are read when they are asked for, so that one keeps the file, and closes it."""
    if mmap_mode not in (None, "r", "c"):
        raise ValueError(f"{path!r} is compressed, so its array cannot be changed in place")
    file = _file.open(path)
    try:
        loaded = original(file, None, *args, **options)
    except BaseException:
        file.close()
        raise
    if hasattr(loaded, "zip"):
        loaded.fid = file
    else:
        file.close()
    return loaded


# -- Files ----------------------------------------------------------------------------------------------------------


def _is_file(original: Any, is_active: Callable[[], bool]) -> Any:
    """For os.path.isfile() and os.path.exists()."""

    @functools.wraps(original)
    def replacement(path: Any) -> bool:
        return original(path) or (is_active() and _lookup.instead_of(path) is not None)

    return replacement


def _open_original(path: str, mode: str, buffering: int, **text: Any) -> Any:
    file = _file.open(path)
    if buffering == 0:
        return file
    buffered = io.BufferedReader(file, _BUFFER_SIZE)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, **text)


def _open(original: Any, is_active: Callable[[], bool]) -> Any:
    """For open(): the original can be read as if it were there."""

    @functools.wraps(original)
    def replacement(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        try:
            return original(file, mode, buffering, encoding, errors, newline, closefd, opener)
        except FileNotFoundError:
            is_read = opener is None and not set(mode) - set("rbt")
            found = _lookup.instead_of(file) if is_active() and is_read else None
            if found is None:
                raise
        return _open_original(found, mode, buffering, encoding=encoding, errors=errors, newline=newline)

    return replacement


# -- All of them ----------------------------------------------------------------------------------------------------

_REPLACEMENTS = Replacements(
    {
        "safetensors": {"safe_open": _loader("filename", _safe_open)},
        "safetensors.torch": {"load_file": _loader("filename", _load_torch_file)},
        "safetensors.numpy": {"load_file": _loader("filename", _load_numpy_file)},
        "torch": {"load": _loader("f", _torch_load)},
        "numpy": {"load": _loader("file", _numpy_load)},
    },
    {
        builtins: {"open": _open},
        io: {},  # has the same function
        os.path: {"isfile": _is_file, "exists": _is_file},
    },
    {"fsspec.compression": (_fsspec.register, _fsspec.unregister)},
)


class _Installed:
    """What install() returns, for `with`."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: Any) -> None:
        uninstall()


def install() -> _Installed:
    """Makes other libraries load .znn files, until uninstall(), or to the end of `with znn.install():`.

    These take paths of .znn files:

        safetensors.safe_open(), safetensors.torch.load_file(), safetensors.numpy.load_file()
        torch.load(), numpy.load()

    If they are asked for a file that is not there, such as model.safetensors, they use model.safetensors.znn, or
    model.znn if its original is a safetensors file.  So do os.path.isfile(), os.path.exists(), and open() for reading.
    So from_pretrained() of transformers loads a folder that `znn compress -r --all` made.  Code that is not written in
    Python opens files without these functions, for instance that of the tokenizers: leave tokenizer.json as it is.

    With mmap=True or mmap_mode="r", a .znn file is decoded into memory instead.  fsspec gets the compression "znn".

    The libraries can be imported before or after.  The change is for all threads of the process.  Calls nest: each
    needs its own uninstall(), and the last one puts everything back.  install() and uninstall() may be called from any
    thread; what another thread has begun to load goes on.
    """
    _REPLACEMENTS.install()
    return _Installed()


def uninstall() -> None:
    """Takes back one install().

    Raises:
        RuntimeError: no install() is left to take back.
    """
    _REPLACEMENTS.uninstall()


install.__module__ = uninstall.__module__ = "znn"
