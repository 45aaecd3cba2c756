"""znn.open(): the original in a .znn file, as a file and as a mapping of tensors."""

from __future__ import annotations

import contextlib
import io
import json
import os
import threading
from collections.abc import Mapping
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple, Union

from . import _arrays, _znn
from ._bases import as_base, find_base
from ._errors import Error, name_tensor
from ._options import number, threads_of
from ._slices import Slice
from ._sources import Source
from ._tuples import Report, TensorInfo

_LINE_STEP = 4096


class File(io.RawIOBase, Mapping):  # type: ignore[type-arg]
    """The original in a .znn file, made by znn.open(): a file, and a mapping from names to tensors.

    As a file it is binary, read-only and seekable: read(), readinto(), seek(), tell(), pread().  Offsets and sizes are
    in bytes.  Pass it to torch.load(), numpy.load(), zipfile.ZipFile() or io.BufferedReader().

    As a mapping it gives each tensor as a NumPy array of its own: file["name"], keys(), items(), len(), in.  Iterating
    gives names, in the order of the original; use readline() for lines.

    Several threads may use it at once.  They share the position of read(), readinto() and seek(); pread() and the
    tensors have none.  Reading raises Error if a chunk is damaged (then other ranges can still be read) or its base is
    missing, OSError if the .znn file cannot be read, and ValueError once the file is closed.  If reading from a file
    object of the caller raises, that exception comes out.
    """

    def __init__(
        self,
        file: Any,
        base: Any = None,
        base_dir: Any = None,
        threads: int = 0,
        memory_limit: Optional[int] = None,
    ) -> None:
        super().__init__()
        self._reader: Optional[_znn.Reader] = None
        self._source: Optional[Source] = None
        self._threads = threads_of(threads)
        self._position = 0
        self._lock = threading.Lock()
        self._infos: Optional[Dict[str, TensorInfo]] = None
        source = Source(file)
        try:
            opened = find_base(source, base_dir) if base is None else as_base(base, base_dir)
            handle = None if opened is None else opened.handle
            self._reader = _znn.open_reader(source.source, handle, number(memory_limit, "memory_limit"))
        except BaseException:
            source.close()
            raise
        source.release()
        self._source = source
        self._report = Report(*self._reader.report())

    # -- A file ---------------------------------------------------------------------------------------------------

    @property
    def name(self) -> Optional[str]:
        """The path of the .znn file, or None if it was opened from an object."""
        return None if self._source is None else self._source.path

    @property
    def mode(self) -> str:
        return "rb"

    @property
    def size(self) -> int:
        """Bytes of the original."""
        return self._report.original_size

    def __repr__(self) -> str:
        return f"<znn.File {self.name!r}: {self._report.format}, {self.size} bytes>"

    def __bool__(self) -> bool:
        return True  # even without tensors

    def readable(self) -> bool:
        self._open_reader()
        return True

    def seekable(self) -> bool:
        self._open_reader()
        return True

    def write(self, data: Any, /) -> int:
        raise io.UnsupportedOperation("not writable")

    def tell(self) -> int:
        self._open_reader()
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Moves the position, which may be beyond the end.  Returns it, in bytes from the start."""
        self._open_reader()
        with self._lock:
            start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}.get(whence)
            if start is None:
                raise ValueError(f"invalid whence: {whence!r}")
            if start + offset < 0:
                raise ValueError(f"negative seek position {start + offset}")
            self._position = start + offset
            return self._position

    @contextlib.contextmanager
    def _advance(self, size: int) -> Iterator[int]:
        """Moves the position over at most `size` bytes; negative: to the end.  Gives where it was.

        If reading there fails, the position goes back, unless another thread has moved it since.
        """
        with self._lock:
            start = self._position
            left = max(0, self.size - start)
            end = self._position = start + (left if size < 0 else min(size, left))
        try:
            yield start
        except BaseException:
            with self._lock:
                if self._position == end:
                    self._position = start
            raise

    def read(self, size: Optional[int] = -1, /) -> bytes:
        """Reads `size` bytes from the position, fewer only at the end; -1 or None: all up to the end."""
        self._open_reader()
        wanted = -1 if size is None else size
        with self._advance(wanted) as offset:
            return self.pread(wanted, offset)

    def readall(self) -> bytes:
        return self.read(-1)

    def readinto(self, buffer: Any, /) -> int:
        """Reads from the position into a writable buffer.  Returns the number of bytes, less only at the end."""
        self._open_reader()
        with self._advance(memoryview(buffer).nbytes) as offset:
            return int(self._guard("readinto", buffer, offset, self._threads))

    def pread(self, size: int, offset: int) -> bytes:
        """Reads `size` bytes from `offset`, fewer only at the end, without the position; -1: all up to the end."""
        if offset < 0:
            raise ValueError(f"negative offset {offset}")
        data: bytes = self._guard("read", size, offset, self._threads)
        return data

    def readline(self, size: Optional[int] = -1, /) -> bytes:
        """Reads up to and with the next newline, at most `size` bytes."""
        self._open_reader()
        limit = self.size if size is None or size < 0 else size
        line = b""
        with self._lock:
            while len(line) < limit and not line.endswith(b"\n"):
                piece = self.pread(min(_LINE_STEP, limit - len(line)), self._position)
                piece = piece[: piece.find(b"\n") + 1 or len(piece)]
                self._position += len(piece)
                line += piece
                if not piece:
                    break
        return line

    def readlines(self, hint: Optional[int] = -1, /) -> List[bytes]:
        lines: List[bytes] = []
        total = 0
        for line in iter(self.readline, b""):
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def close(self) -> None:
        """Closes the file.  Calls in other threads finish first.  A file object of the caller stays open."""
        if not self.closed:
            super().close()
            if self._reader is not None:
                self._reader.close()
            if self._source is not None:
                self._source.close()

    def _open_reader(self) -> _znn.Reader:
        if self.closed or self._reader is None:
            raise ValueError("I/O operation on closed file.")
        return self._reader

    def _guard(self, method: str, *args: Any) -> Any:
        """Calls a method of the reader, and adds the name of the tensor to its error."""
        try:
            return getattr(self._open_reader(), method)(*args)
        except Error as error:
            name_tensor(error, self._tensors().values)
            raise

    # -- A mapping of tensors -------------------------------------------------------------------------------------

    def _tensors(self) -> Dict[str, TensorInfo]:
        if self._infos is None:
            infos: Dict[str, TensorInfo] = {}
            for fields in self._open_reader().tensors():
                infos.setdefault(fields[0], TensorInfo(*fields))
            self._infos = infos
        return self._infos

    def __len__(self) -> int:
        return len(self._tensors())

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self._tensors())

    def __next__(self) -> bytes:
        raise TypeError("iterating over a znn.File gives names of tensors; use readline() for lines")

    def __contains__(self, name: object) -> bool:
        return name in self._tensors()

    def __getitem__(self, name: str) -> Any:
        """The tensor as a NumPy array, decoded into memory of its own.

        BF16 and 8-bit floats have the types of ml_dtypes if that is installed, otherwise their bits are uint16 and
        uint8.  Types that NumPy cannot hold (F4, GGUF's blocks) are rows of bytes.  A tensor whose elements are not in
        row-major order, such as a transposed view in a PyTorch file, keeps its strides.

        Raises:
            KeyError: there is no such tensor.
            ImportError: there is no NumPy.
            ValueError: the original ends within the tensor.
            Error: see File.
        """
        return self.load([name])[name]

    __eq__ = object.__eq__  # not that of Mapping, which would decode all
    __hash__ = object.__hash__

    def get(self, name: str, default: Any = None, *, out: Any = None) -> Any:
        """The tensor as a NumPy array, or `default` if there is no such tensor.

        With `out`, a writable buffer of exactly the tensor's bytes, the elements go there in row-major order, and
        `out` is returned.  That needs no NumPy, except for a tensor that is not in row-major order.
        """
        info = self._tensors().get(name)
        if info is None:
            return default
        if out is None:
            return self[name]
        _arrays.check_whole(info)
        if info.strides is not None:
            return _arrays.fill(out, self[name])
        room = memoryview(out).nbytes
        if room != info.size:
            raise ValueError(f"the buffer has {room} bytes, and the tensor {name!r} has {info.size}")
        self._guard("readinto", out, info.offset, self._threads)
        return out

    def load(self, names: Optional[Iterable[str]] = None) -> Dict[str, Any]:
        """Decodes several tensors at once, with all threads; None: all tensors.  Returns NumPy arrays by name.

        Each array is decoded straight into its memory.  Raises the same exceptions as file[name].
        """
        infos = [self.info(name) for name in (self._tensors() if names is None else names)]
        for info in infos:
            _arrays.check_whole(info)
        memories = [_arrays.new_memory(info) for info in infos]
        self.read_ranges((info.offset, memory) for info, memory in zip(infos, memories))
        return {info.name: _arrays.as_array(info, memory) for info, memory in zip(infos, memories)}

    def info(self, name: str) -> TensorInfo:
        """The type, shape and place of a tensor; KeyError if there is no such tensor.  Nothing is decoded."""
        return self._tensors()[name]

    def get_slice(self, name: str) -> Slice:
        """A tensor whose parts are read on demand: file.get_slice(name)[1:3, ::2] decodes only the chunks it needs."""
        info = self.info(name)
        _arrays.check_whole(info)
        return Slice(self, info)

    def read_ranges(self, ranges: Iterable[Tuple[int, Any]]) -> None:
        """Reads many ranges of the original at once, with all threads; each chunk is decoded once.

        `ranges` are pairs of an offset and a writable buffer, which is filled.  Ranges may overlap, buffers must not.

        Raises:
            ValueError: a range leads beyond the end of the original; then nothing was read.
            Error: see File; then the contents of all buffers are undefined.
        """
        self._guard("read_ranges", list(ranges), self._threads)

    def _read_pieces(self, buffer: Any, table: Any) -> None:
        """Reads many ranges, one after the other into one buffer.

        `table` has two numbers of 64 bits for each range: its offset and its size, in bytes.
        """
        self._guard("read_pieces", buffer, table, self._threads)

    def report(self) -> Report:
        """Sizes and format of the file, as in the index."""
        return self._report

    def metadata(self) -> Dict[str, str]:
        """The texts that a safetensors file has under __metadata__; empty for other formats, or if there are none."""
        if self._report.format != "safetensors":
            return {}
        size = int.from_bytes(self.pread(8, 0), "little")
        header = json.loads(self.pread(size, 8))
        found: Union[Dict[str, str], None] = header.get("__metadata__")
        return {} if found is None else found


def open(
    file: Any, base: Any = None, base_dir: Any = None, threads: int = 0, *, memory_limit: Optional[int] = None
) -> File:
    """Opens a .znn file.  Returns a File: its original as a binary file, and as a mapping of tensors.

    Only the index is read now; chunks are read and decoded when they are needed, and all their checksums verified.

    Args:
        file: a path; a seekable binary file object, such as one of fsspec, which must stay open; or a .znn file in
            memory, as an object with the buffer protocol.
        base: the base that the file was compressed against: a path, a file object or a Base.  None: look for it under
            the name that the file has for it, beside the file and in `base_dir`.  If it is not found, only the chunks
            that need it cannot be read.
        base_dir: another directory to look for bases in.
        threads: threads for a read of 4 MiB or more, and for several tensors; 0: one per available processor.
        memory_limit: the most bytes of memory that the index may take; None: 256 MiB plus 64 bytes for each byte of
            the file.

    Raises:
        Error: the file is not a .znn file, or is damaged, or needs a newer version.
        OSError: the file cannot be read.
        TypeError: `file` is none of these.
    """
    return File(file, base, base_dir, threads, memory_limit)


File.__module__ = open.__module__ = "znn"
