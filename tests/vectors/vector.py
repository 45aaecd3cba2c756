"""vector.py - the result of a recipe, and data that recipes share"""
import pathlib
import sys
from collections import namedtuple

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent)]  # where znnformat.py and its like are

import zstdframe  # noqa: E402
from writer import znn  # noqa: E402

# `file` is None for a file that the program makes; `original` is None if nothing is decoded.
Vector = namedtuple("Vector", "name status file original extension tensors description")


def good(name, description, *chunks, extension="-", **fields):
    """A file of these chunks that can be decoded.  `fields` are those of znn()."""
    tensors = len(fields.get("index_fields", {}).get("tensors", ()))
    original = b"".join(chunk.data for chunk in chunks)
    return Vector(f"good-{name}", "ZNN_OK", znn(*chunks, **fields), original, extension, tensors, description)


def bad(name, description, *chunks, file=None, status="ZNN_ERROR_CORRUPT", **fields):
    """A file that must be refused: made of these chunks, or given as `file`."""
    file = znn(*chunks, **fields) if file is None else file
    return Vector(f"bad-{name}", status, file, None, "-", 0, description)


def unsupported(name, description, *chunks, **fields):
    """A file that is too new."""
    return Vector(f"unsupported-{name}", "ZNN_ERROR_TOO_NEW", znn(*chunks, **fields), None, "-", 0, description)


def noise(n, seed=1):
    """Bytes without a pattern, always the same (xorshift)."""
    out, x = bytearray(), 0x9E3779B97F4A7C15 * seed & 2**64 - 1
    while len(out) < n:
        x ^= x << 13 & 2**64 - 1
        x ^= x >> 7
        x ^= x << 17 & 2**64 - 1
        out += x.to_bytes(8, "little")
    return bytes(out[:n])


TEXT = (b"A znn file holds one original file of any kind, byte for byte. It is made for files that hold tensors: "
        b"a chunk of numbers is split into byte groups, all most significant bytes first, and each group is coded "
        b"on its own.\n")

# TEXT as a compressed block, with Huffman-coded literals and sequences, made once by zstd 1.5.4 at level 19.
TEXT_BLOCK = bytes.fromhex(
    "850400d24a1d16a0ab312422626025dd56c4eeed8f02e7e56ff4db6b0580804fae7b63ae96ca63bd9323ad15ae36c7d6"
    "c5741c3b444e5fcde5d6d281324e36482ede7b8dd1f5d666198b83b35c4127394e0fdaa4e2da3725bbaab4acf7160b4d"
    "b2d742c681c2538630cdb2253ce49a7c61aeaa65f26ac7468c260209085082fb56d10043519cb650a200a65a38cf2cdf"
    "b6cd3c")
TEXT_CHECKSUM = bytes.fromhex("ef8a0fca")
TEXT_FRAME = zstdframe.frame(TEXT, TEXT_BLOCK)

# The bytes 0, 1, 0, 1 ... as a compressed block: 131072 of them, the last block of a frame or not.
PAIRS_BLOCK = bytes.fromhex("5500001000010100fbffe50e0b")
PAIRS_BLOCK_BUT_LAST = bytes.fromhex("5400001000010100fbffe50e0b")
