"""Names for the tuples of the extension."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple


class TensorInfo(NamedTuple):
    """A tensor of an original."""

    name: str
    """Unique within a file, except in malformed ones; bytes that are not UTF-8 are surrogates."""
    dtype: str
    """The type as safetensors spells it, such as "BF16"; GGUF's own types as llama.cpp does, such as "Q4_K"."""
    bits: int
    """Bits of one block."""
    block: int
    """Elements of one block: 1 except for GGUF's types."""
    shape: Tuple[int, ...]
    """Sizes of the dimensions, in elements."""
    offset: int
    """Offset of the first byte in the original."""
    size: int
    """Bytes from the first to the last element, or to the end of the original if that comes first."""
    strides: Optional[Tuple[int, ...]]
    """Elements from one index to the next, for each dimension; None if the elements are in row-major order."""
    missing: int
    """Bytes that the tensor lacks because the original was cut; 0 for a whole tensor."""


class Report(NamedTuple):
    """What a call did, or what a .znn file holds."""

    original_size: int
    """Bytes of the original."""
    compressed_size: int
    """Bytes of the .znn file."""
    tensors: int
    """Number of tensors in the index."""
    format: str
    """Format of the original: "safetensors", "torch", "gguf", "npy", "bytes" and so on."""
    header_error: Optional[str]
    """Why the header of the original was not accepted, or None."""
    base_tensors: int
    """Number of tensors of a base that the file needs; 0: it has no base."""
    bits: Optional[int]
    """Numbers were rounded to multiples of 2**-bits; None: every bit is kept."""


Report.__module__ = TensorInfo.__module__ = "znn"
