"""zstdframe.py - looks at Zstandard frames, decodes them, and makes simple ones

The layout of a frame (RFC 8878, section 3.1.1):

    +-------------+------------+--------+---------------+--------------+---------+-- ... --+----------+
    | 28 B5 2F FD | descriptor | window | dictionary id | content size | block 0 |         | checksum |
    +-------------+------------+--------+---------------+--------------+---------+-- ... --+----------+
      4             1            0, 1     0, 1, 2, 4      0, 1, 2, 4, 8  3 + ...             0, 4

The bits of the descriptor say which fields are there:

    7-6  the size of the content size: 0, 2, 4 or 8, but with bit 5 set, 0 means 1; a size of 2 adds 256 to the value
    5    single segment: no window, the content is decoded as one piece
    2    there is a checksum
    1-0  size of the dictionary id: 0, 1, 2 or 4

A block starts with 3 bytes: bit 0 marks the last block, bits 1-2 are its type, the others its length.  The types are
0 raw, 1 RLE (one byte in the file, which is repeated that many times) and 2 compressed.
"""
import subprocess
from collections import namedtuple

MAGIC = bytes.fromhex("28B52FFD")
SINGLE_SEGMENT = 1 << 5
CHECKSUM = 1 << 2
RAW_BLOCK, RLE_BLOCK = 0, 1

# `content_size` is None if the frame does not state it, `dictionary` is 0 if there is none, `length` that of the
# whole frame in bytes.
Frame = namedtuple("Frame", "content_size dictionary length")


def parse(data):
    """Reads the header and the block lengths of the frame at the start of `data`.  ValueError: there is none."""
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
    """Returns the contents of frames, one after the other, by the `zstd` command.  ValueError: it fails."""
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
    """Makes a frame of `data`, by default as one raw block, which needs no compressor.

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
