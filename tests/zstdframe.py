"""zstdframe.py - Zstandard frames: how to look at them, decode them, and make simple ones

A frame, as section 3.1.1 of RFC 8878 lays it out:

    +-------------+------------+--------+---------------+--------------+---------+-- ... --+----------+
    | 28 B5 2F FD | descriptor | window | dictionary id | content size | block 0 |         | checksum |
    +-------------+------------+--------+---------------+--------------+---------+-- ... --+----------+
      4             1            0, 1     0, 1, 2, 4      0, 1, 2, 4, 8  3 + ...             0, 4

The descriptor tells which of the fields are there.  Its bits are:

    7-6  size of the content size: 0, 2, 4 or 8, but for 0 it is 1 if bit 5 is set; one of 2 has 256 added to it
    5    single segment: no window, the content is decoded as one piece
    2    there is a checksum
    1-0  size of the dictionary id: 0, 1, 2 or 4

A block starts with 3 bytes: bit 0 marks the last one, bits 1-2 are its type, the others its length.  The types are
0 raw, 1 RLE (one byte in the file, to be repeated so many times) and 2 compressed.
"""
import subprocess
from collections import namedtuple

MAGIC = bytes.fromhex("28B52FFD")
SINGLE_SEGMENT = 1 << 5
CHECKSUM = 1 << 2
RAW_BLOCK, RLE_BLOCK = 0, 1

# `content_size` is None where the frame does not state it, `dictionary` 0 where there is none, `length` that of the
# whole frame in bytes.
Frame = namedtuple("Frame", "content_size dictionary length")


def parse(data):
    """The frame at the start of `data`, by its header and the lengths of its blocks.  ValueError: there is none."""
    at = 0

    def take(n):
        nonlocal at
        at += n
        if at > len(data):
            raise ValueError("the frame is cut short")
        return int.from_bytes(data[at - n:at], "little")

    if data[:4] != MAGIC:
        raise ValueError("this is no Zstandard frame")
    take(4)
    descriptor = take(1)
    single_segment = descriptor & SINGLE_SEGMENT
    take(0 if single_segment else 1)
    dictionary = take((0, 1, 2, 4)[descriptor & 3])
    size_length = (1 if single_segment else 0, 2, 4, 8)[descriptor >> 6]
    content_size = take(size_length) + (256 if size_length == 2 else 0)
    last = False
    while not last:
        block = take(3)
        last, block_type, length = block & 1, block >> 1 & 3, block >> 3
        take(1 if block_type == RLE_BLOCK else length)
    take(4 if descriptor & CHECKSUM else 0)
    return Frame(content_size if size_length else None, dictionary, at)


def decode(frames):
    """The contents of frames, one after the other, by the `zstd` command.  ValueError: it does not decode them."""
    if not frames:
        return b""
    run = subprocess.run(["zstd", "-dcq"], input=b"".join(frames), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=False)
    if run.returncode != 0:
        raise ValueError("a frame does not decode")
    return run.stdout


def block(kind, length, data, last=True):
    return (last | kind << 1 | length << 3).to_bytes(3, "little") + data


def frame(data, blocks=None, content_size=None, size_length=1, window=b"", dictionary=b"", checksum=b"", flags=0):
    """A frame of `data`, by default as one raw block: no compressor is needed for that.

    `content_size` is stated in `size_length` bytes: 0, 1, 2, 4 or 8.  Without a window it is a single segment.
    `flags` has further bits of the descriptor.
    """
    size = len(data) if content_size is None else content_size
    size -= 256 if size_length == 2 else 0
    descriptor = flags | {0: 0, 1: 0, 2: 1, 4: 2, 8: 3}[size_length] << 6 | {0: 0, 1: 1, 2: 2, 4: 3}[len(dictionary)]
    descriptor |= (0 if window else SINGLE_SEGMENT) | (CHECKSUM if checksum else 0)
    stated = size.to_bytes(size_length, "little") if size_length else b""
    blocks = block(RAW_BLOCK, len(data), data) if blocks is None else blocks
    return MAGIC + bytes([descriptor]) + window + dictionary + stated + blocks + checksum
