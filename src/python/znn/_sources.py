"""Inputs and outputs: what callers pass, as what the extension takes.

A path or a plain file becomes a file descriptor, which the library reads without Python.  An object with the buffer
protocol stays as it is.  Any other binary file becomes a function; calls of it are serialized by a lock, because a file
has only one position.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import threading
from typing import Any, Iterator, Optional, Tuple


class _Positioned:
    """Random access to a seekable file object, from several threads."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._lock = threading.Lock()

    def size(self) -> int:
        with self._lock:
            self._file.seek(0, os.SEEK_END)
            return int(self._file.tell())

    def read_at(self, size: int, offset: int) -> Any:
        with self._lock:
            self._file.seek(offset)
            return _check_read(self._file.read(size))


def _check_read(data: Any) -> Any:
    if data is None:
        raise BlockingIOError("the file is in non-blocking mode and has no bytes ready")
    return data


def _reading_stream(file: Any) -> Any:
    return lambda size: _check_read(file.read(size))


def _writing_stream(file: Any) -> Any:
    def write(data: bytes) -> None:
        """Writes all bytes; raw files may take fewer at a time."""
        left = memoryview(data)
        while len(left) > 0:
            done = file.write(left)
            if done is None and isinstance(file, io.RawIOBase):
                raise BlockingIOError("the file is in non-blocking mode and takes no bytes now")
            if not isinstance(done, int) or not 0 < done <= len(left):
                return  # this file does not count what it takes
            left = left[done:]

    return write


def is_path(file: Any) -> bool:
    return isinstance(file, (str, os.PathLike)) and not _is_open_file(file)


def _is_open_file(file: Any) -> bool:
    """Is this an fsspec.OpenFile?  It is a path as well, but that leads nowhere for a remote file."""
    return hasattr(file, "open") and hasattr(file, "fs") and hasattr(file, "path") and not hasattr(file, "read")


def _has_buffer(file: Any) -> bool:
    """An mmap is memory, although it can be read like a file."""
    try:
        memoryview(file).release()
    except TypeError:
        return False
    return True


def _descriptor(file: Any) -> Optional[int]:
    """The descriptor of a plain file object, or None.  Others, such as gzip's, have one whose bytes are not theirs."""
    raw = file.raw if type(file) is io.BufferedReader else file
    if type(raw) is not io.FileIO:
        return None
    number = raw.fileno()
    return number if stat.S_ISREG(os.fstat(number).st_mode) else None


def _open_regular(path: Any) -> int:
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return number
    os.close(number)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise io.UnsupportedOperation(f"{os.fsdecode(path)!r} is not a regular file, so its parts cannot be read at will")


class Source:
    """A seekable input, opened: `source` is for the extension, `path` is None if it has none.

    Call release() when the extension has it, and close() when it is no longer read.
    """

    def __init__(self, file: Any) -> None:
        self.path: Optional[str] = None
        self._opened: Optional[contextlib.AbstractContextManager[Any]] = None
        self._descriptor: Optional[int] = None
        self.source: Any = None
        if _is_open_file(file):
            file = file.open()
            self._opened = file
        try:
            self.source = self._find(file)
        except BaseException:
            self.close()
            raise

    def _find(self, file: Any) -> Any:
        """What the extension reads."""
        if is_path(file):
            self.path = os.fsdecode(file)
            self._descriptor = _open_regular(file)
            return self._descriptor
        if _has_buffer(file):
            return memoryview(file)
        if hasattr(file, "read") and hasattr(file, "seek"):
            return self._of_file(file)
        raise TypeError(f"a path, a seekable binary file or a buffer is required, not {type(file).__name__!r}")

    @staticmethod
    def _of_file(file: Any) -> Any:
        number = _descriptor(file)
        if number is not None:
            return number
        positioned = _Positioned(file)
        return positioned.read_at, positioned.size()

    def start(self, size: int) -> bytes:
        """The first bytes, at most `size`."""
        if isinstance(self.source, int):
            return os.pread(self.source, size, 0)
        if not isinstance(self.source, tuple):
            return bytes(self.source.cast("B")[:size])
        data = b""
        while len(data) < size:
            more = bytes(self.source[0](size - len(data), len(data)))
            if not more:
                break
            data += more
        return data

    def release(self) -> None:
        """Closes the descriptor, which the extension has a duplicate of."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def close(self) -> None:
        self.release()
        if self._opened is not None:
            self._opened.__exit__(None, None, None)
            self._opened = None
        self.source = None


def check_buffer(data: Any) -> Any:
    """The extension would take a number for a file descriptor, and a function for a stream."""
    if isinstance(data, (int, tuple, str, os.PathLike)) or callable(data):
        raise TypeError(f"a bytes-like object is required, not {type(data).__name__!r}")
    return data


@contextlib.contextmanager
def reading(file: Any) -> Iterator[Any]:
    """A source to be read once, from front to back: a path, or a binary file from its position."""
    if is_path(file):
        number = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            yield number
        finally:
            os.close(number)
    elif _has_buffer(file) or not hasattr(file, "read"):
        yield check_buffer(file)
    else:
        yield _reading_stream(file)


@contextlib.contextmanager
def writing(file: Any) -> Iterator[Tuple[Any, bool]]:
    """A target, and whether it is a new file.

    A path gets its file only if everything goes well: until then the file has another name beside it.
    """
    if not is_path(file):
        yield _writing_stream(file), False
        return
    path = os.path.realpath(os.fsdecode(file))
    number, temporary = _create_beside(path)
    try:
        yield number, True
        _keep_mode(number, path)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    finally:
        os.close(number)


def _create_beside(path: str) -> Tuple[int, str]:
    directory, name = os.path.split(path)
    for attempt in range(100):
        temporary = os.path.join(directory, f".{name[:200]}.{os.getpid()}-{threading.get_ident()}-{attempt}.tmp")
        try:
            return os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), temporary
        except FileExistsError:
            pass
    raise FileExistsError(f"temporary files of {path!r} are in the way")


def _keep_mode(number: int, path: str) -> None:
    """Gives a new file the mode of the file that it replaces, if there is one."""
    with contextlib.suppress(FileNotFoundError):
        os.chmod(number, stat.S_IMODE(os.stat(path).st_mode))
