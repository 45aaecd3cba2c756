"""A codec for numcodecs and Zarr: Zarr stores each chunk of an array as a .znn file.

    import zarr
    from znn.numcodecs import Znn

    zarr.array(weights, chunks=(1024, 1024), compressor=Znn(level=5))

numcodecs finds the codec "znn" by itself where this package is installed, so arrays can be read without importing it.
"""

from __future__ import annotations

from typing import Any, Optional

from numcodecs.abc import Codec
from numcodecs.compat import ensure_contiguous_ndarray

from . import _whole

# The types of safetensors by kind and bytes of NumPy's.  Others are compressed as bytes.
_CODES = {
    "b1": "BOOL",
    "i1": "I8",
    "i2": "I16",
    "i4": "I32",
    "i8": "I64",
    "u1": "U8",
    "u2": "U16",
    "u4": "U32",
    "u8": "U64",
    "f2": "F16",
    "f4": "F32",
    "f8": "F64",
    "c8": "C64",
}


def _code(dtype: Any) -> Optional[str]:
    if dtype.name == "bfloat16":
        return "BF16"
    return None if dtype.byteorder == ">" else _CODES.get(f"{dtype.kind}{dtype.itemsize}")


class Znn(Codec):  # type: ignore[misc]
    """Compresses chunks of arrays without loss.

    Args:
        level: 1 (fastest) to 9 (smallest).
        threads: for each chunk.  Zarr and Dask handle several chunks at once, so the default is 1.
        dtype: the type of the numbers, as safetensors spells it, such as "BF16" for bits that are stored as uint16.
            None: that of the array.
    """

    codec_id = "znn"

    def __init__(self, level: int = 5, threads: int = 1, dtype: Optional[str] = None) -> None:
        self.level = level
        self.threads = threads
        self.dtype = dtype

    def encode(self, buf: Any) -> bytes:
        """Returns a .znn file of the numbers in `buf`, an array or another buffer.

        Raises ValueError for a level or type that does not exist.
        """
        array = ensure_contiguous_ndarray(buf)
        dtype = self.dtype or _code(array.dtype)
        return _whole.compress(array, level=self.level, threads=self.threads, dtype=dtype)

    def decode(self, buf: Any, out: Any = None) -> Any:
        """Returns the bytes that were encoded, or copies them into `out`.

        Raises znn.Error if `buf` is damaged, and ValueError if `out` has another size.
        """
        data = ensure_contiguous_ndarray(buf)
        if out is None:
            return _whole.decompress(data, threads=self.threads)
        target = ensure_contiguous_ndarray(out)
        if _whole.original_size(data) != target.nbytes:
            raise ValueError(f"out has {target.nbytes} bytes, and the chunk has {_whole.original_size(data)}")
        _whole.decompress(data, out=target, threads=self.threads)
        return out
