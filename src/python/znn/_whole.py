"""Whole files: compress() and decompress(), in memory and from file to file."""

from __future__ import annotations

import os
import re
from typing import Any, List, Optional, Union

from . import _znn
from ._bases import HEADER_MAX, Base, as_base, find_base
from ._errors import Error, name_tensor
from ._options import Choose, Progress, compress_options, decompress_options
from ._sources import Source, check_buffer, is_path, reading, writing
from ._tuples import Report, TensorInfo


def compress(
    data: Any,
    *,
    level: int = 5,
    threads: int = 0,
    extension: Optional[str] = None,
    dtype: Optional[str] = None,
    dedup: Optional[bool] = None,
    memory_limit: Optional[int] = None,
    base: Any = None,
    base_name: Optional[str] = None,
    bits: Optional[int] = None,
    max_error: Union[str, float, None] = None,
    rounding: str = "nearest",
    exact_zero: bool = False,
    choose: Optional[Choose] = None,
    sign: str = "auto",
    progress: Optional[Progress] = None,
) -> bytes:
    """Compresses a model, or any bytes, and returns the .znn file.

    Without `bits` or `max_error`, decompressing gives the same bytes back.  The result does not depend on `threads`.

    Args:
        data: an object with the buffer protocol whose bytes are contiguous.  They must not change meanwhile.
        level: 1 (fastest) to 9 (smallest).
        threads: 0: one per available processor.
        extension: the original's extension without its dot, which the file stores.
        dtype: `data` is one array of this type, as safetensors spells it, such as "BF16"; None: find the tensors.
        dedup: False: do not look for repeated tensors.
        memory_limit: bytes of memory to use, as far as the need is known beforehand; about 40 MiB is the least that is
            useful.  None: no limit.
        base: a model that this one was trained from: a path, a file object or a Base.  Decompressing needs it again.
        base_name: the base's file name to store, or its path relative to the output, for finding it again; None:
            the name of `base`, if it is a path.
        bits: LOSSY: round floats to multiples of 2**-bits, from 0 to 61.
        max_error: LOSSY: the fewest bits that keep the error of each number within this, such as 0.001 or "2^-24".
        rounding: "nearest", or "floor": never up.
        exact_zero: keep negative zeros when rounding.
        choose: called with each TensorInfo when rounding: True rounds it, False keeps it, None takes the default
            (tensors with at least two dimensions and 4096 elements are rounded).
        sign: where sign bits go: "auto", "rotate" or "separate".
        progress: called now and then, from worker threads, with the bytes done of the original and of the .znn file.

    Raises:
        Error: MEMORY_LIMIT, or the base cannot be read (BASE).
        ValueError: an argument makes no sense.
        TypeError, BufferError: `data` has no contiguous bytes.
        Exceptions of `progress` and `choose` end the work, and come out unchanged.
    """
    options = compress_options(
        level=level,
        threads=threads,
        extension=extension,
        dtype=dtype,
        dedup=dedup,
        memory_limit=memory_limit,
        base=as_base(base),
        base_name=base_name,
        bits=bits,
        max_error=max_error,
        rounding=rounding,
        exact_zero=exact_zero,
        choose=choose,
        sign=sign,
        progress=progress,
    )
    return _znn.compress(check_buffer(data), options)


def _tensors_of(data: Any) -> List[TensorInfo]:
    """The tensors of a .znn file whose chunks may be damaged."""
    try:
        return [TensorInfo(*fields) for fields in _znn.open_reader(data, None, 0).tensors()]
    except Exception:  # the first error is the one to report
        return []


def decompress(
    data: Any,
    *,
    out: Any = None,
    threads: int = 0,
    base: Any = None,
    base_dir: Any = None,
    max_output: Optional[int] = None,
    memory_limit: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Any:
    """Decompresses a .znn file, and checks all of it.  Returns the original.

    Args:
        data: a whole .znn file: an object with the buffer protocol.
        out: a writable buffer for the original, which may be larger.  The number of its bytes is returned.  After an
            error its contents are undefined.
        threads: 0: one per available processor.
        base: the base that the file was compressed against: a path, a file object or a Base.
        base_dir: without `base`, the directory to look for the base in, under the name that the file has for it.
        max_output: bytes; a larger original is refused.  Set it if you do not trust the file.  None: any size.
        memory_limit: bytes of memory to use besides the original; None: no limit.
        progress: as for compress().

    Raises:
        Error: NOT_ZNN, TOO_NEW, CORRUPT, BASE (missing, or a different one), TOO_LARGE or MEMORY_LIMIT.
        ValueError: `out` is too small.
        Exceptions of `progress` end the work, and come out unchanged.
    """
    check_buffer(data)
    opened = _find(data, base, base_dir)
    options = decompress_options(
        threads=threads, max_output=max_output, memory_limit=memory_limit, base=opened, progress=progress
    )
    try:
        return _znn.decompress(data, options) if out is None else _znn.decompress_into(data, out, options)
    except Error as error:
        name_tensor(error, lambda: _tensors_of(data))
        raise


def _find(file: Any, base: Any, base_dir: Any) -> Optional[Base]:
    """The base that decompressing `file` needs."""
    if base is not None or (base_dir is None and not is_path(file)):
        return as_base(base, base_dir)
    source = Source(file)
    try:
        return find_base(source, base_dir)
    finally:
        source.close()


def _extension_of(file: Any) -> Optional[str]:
    extension = os.path.splitext(os.fsdecode(file))[1][1:] if is_path(file) else ""
    return extension if re.fullmatch("[A-Za-z0-9]{1,16}", extension) else None


def compress_file(source: Any, target: Any, **options: Any) -> Report:
    """Compresses a file.  Memory does not depend on its size.

    Args:
        source: a path, a binary file object, which is read from its position, or an object with the buffer protocol.
        target: a path, or a binary file object to write to.  A path is replaced only if everything goes well.
        options: those of compress(); `extension` is that of `source` by default.

    Returns:
        Sizes and format, as a Report.

    Raises:
        OSError: a file cannot be read or written.
        Otherwise as compress().  Exceptions of read() and write() of the file objects come out unchanged; then the
        bytes that were written are not a valid .znn file.
    """
    options.setdefault("extension", _extension_of(source))
    options["base"] = as_base(options.get("base"))
    choices = compress_options(**options)
    with reading(source) as opened, writing(target) as (out, _):
        return Report(*_znn.compress_to(opened, out, choices))


def decompress_file(source: Any, target: Any, *, base: Any = None, base_dir: Any = None, **options: Any) -> Report:
    """Decompresses a .znn file to a file, and checks all of it.  Memory does not depend on its size.

    Args:
        source: a path, a binary file object, which is read from its position, or an object with the buffer protocol.
        target: a path, or a binary file object to write to.  A path is replaced only if everything goes well.
        base, base_dir: as for open().
        options: `threads`, `max_output`, `memory_limit` and `progress` of decompress().

    Returns:
        Sizes and format, as a Report.

    Raises:
        OSError: a file cannot be read or written.
        ValueError: the file stores repeated bytes once, and neither side can be read again: `source` and `target` are
            both file objects.
        Otherwise as decompress().  Exceptions of read() and write() of the file objects come out unchanged; then do
        not trust the bytes that were written.
    """
    opened_base = as_base(base, base_dir) if base is not None or not is_path(source) else _find(source, None, base_dir)
    choices = decompress_options(base=opened_base, **options)
    with reading(source) as opened, writing(target) as (out, is_fresh):
        return Report(*_znn.decompress_to(opened, out, is_fresh, choices))


def original_size(file: Any) -> int:
    """The bytes of the original of a .znn file, from its end; nothing is decoded.

    Args:
        file: a path, a seekable binary file object, or an object with the buffer protocol.

    Raises:
        Error: NOT_ZNN, TOO_NEW or CORRUPT.  A damaged file can also give a wrong size; decompressing detects that.
    """
    source = Source(file)
    try:
        return _znn.original_size(source.source)
    finally:
        source.close()


def is_znn(file: Any) -> bool:
    """Does the file start as a .znn file does?  Takes the same as original_size().  Nothing is verified."""
    source = Source(file)
    try:
        _znn.header(source.start(HEADER_MAX))
    except Error:
        return False
    finally:
        source.close()
    return True


for _function in (compress, decompress, compress_file, decompress_file, original_size, is_znn):
    _function.__module__ = "znn"
