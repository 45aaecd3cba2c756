#!/usr/bin/env python3
"""decode.py - a second decoder of znn files, written from the page znn(5) alone

    decode.py FILE.znn                the original, to standard output
    decode.py --streams DIR FILE.znn  each Zstandard stream, as it stands in the file, to a file of its own in DIR
    decode.py --base BASE FILE.znn    with a base, which is a safetensors file

It shows that the page is complete, and finds where the program and the page disagree.  So it follows the page section
by section, makes all checks that the page demands of a reader, and cares little for speed.  It uses the Python standard
library and the `zstd` command.

A file is read from front to back:

    header | bases record, if there is one | chunk records ... | index record | footer

Each chunk record has a directory, which is a list of parts, and a payload, which is the bytes of their streams:

    directory   part 0: transform, widths, length, streams  part 1: ...             segments
                            |                                   |                       |
    payload     | layout | stream 0.0 | stream 0.1 | ... | stream 1.0 | ...             |
                            |                                   |                       |
    decoded     groups, fields or numbers, put together:    part 1's bytes ...          |
                part 0's bytes                                                          |
                            \\___________________________________\\_______________________/
    original    segment of part 0 | segment of part 1 | segment of part 0 | ...

With --streams, CHUNK-PART-GROUP.zst is a byte group or a field, CHUNK-layout.zst the layout of a chunk, and
index-chunks.zst and index-tensors.zst are the tables of the index.  For each file, its name and the decoded length from
the directory are printed, separated by a tab.  A stock `zstd -d` decodes each file.

The exit code is 0 if all is right.  Otherwise it is 1, and one line on standard error begins with the kind of error:
`not znn`, `too new`, `corrupt` or `wrong base`.
"""
import argparse
import json
import os
import re
import struct
import sys
from collections import namedtuple
from fractions import Fraction

from cursor import CORRUPT, NOT_ZNN, TOO_NEW, WRONG_BASE, Cursor, Refused, check
from xxh3 import xxh3_64, xxh3_128
import ggml_blocks
import scaled_codes
import znnformat as z
import zstdframe


# Header ---------------------------------------------------------------------------------------------------------------

def check_lossy(value):
    """Checks the value of the property of lossy files, and returns B."""
    if value and value[0] != z.LOSSY_FIXED_POINT:
        raise Refused(TOO_NEW, f"lossy mode {value[0]}")
    check(len(value) == 3 and value[1] <= z.LOSSY_B_MAX, "the property of lossy files is malformed")
    if value[2] & ~z.LOSSY_FLAGS:
        raise Refused(TOO_NEW, f"lossy flags {value[2]:#x}")
    return value[1]


# Its length and version, whether references may occur, B if the file is lossy, and whether it names a base.
Header = namedtuple("Header", "length version references lossy names_base")


# A component of the path of a base.
FILE_NAME = rb'(?![ .-])[^"*/:<>?\\|\x00-\x1f\x7f-\xff]+'


def read_header(file):
    """Checks the header and returns it."""
    if not file or not z.MAGIC.startswith(file[:len(z.MAGIC)]):
        raise Refused(NOT_ZNN, "the magic is missing")
    check(len(file) >= z.HEADER.size, "the header is cut short")
    _, checksum, version, length, must, _, zero = z.HEADER.unpack_from(file)
    check(z.HEADER.size <= length <= z.HEADER_MAX, "the length of the header is out of range")
    check(length <= len(file), "the header is cut short")
    check(xxh3_64(file[16:length]) == checksum, "the checksum of the header is wrong")
    check(version > 0, "there is no version 0")
    if version > z.VERSION:
        raise Refused(TOO_NEW, f"format version {version}")
    if must & ~z.REFERENCES != 0:
        raise Refused(TOO_NEW, f"features {must:#x}")
    check(zero == 0, "a zero field of the header is not zero")

    properties = Cursor(file[z.HEADER.size:length], "the header")
    last, lossy, names_base = -1, None, False
    while properties.at < len(properties.data):
        tag = properties.byte()
        value = properties.bytes(properties.byte())
        check(tag > last, "the properties of the header are not ascending")
        last = tag
        if tag == z.PROPERTY_EXTENSION:
            check(re.fullmatch(rb"[0-9A-Za-z]{1,16}", value), "the extension is no extension")
        elif tag == z.PROPERTY_LOSSY:
            lossy = check_lossy(value)
        elif tag == z.PROPERTY_BASE:
            check(len(value) <= 255 and re.fullmatch(rb"(\.\./)*NAME(/NAME)*".replace(b"NAME", FILE_NAME), value),
                  "the name of the base is none of a file")
            names_base = True
        elif tag < z.PROPERTY_IGNORABLE:
            raise Refused(TOO_NEW, f"property {tag}")
    return Header(length, version, must & z.REFERENCES != 0, lossy, names_base)


# Records --------------------------------------------------------------------------------------------------------------

Record = namedtuple("Record", "name number kind size offset directory payload digest length")


def read_record(file, at, number):
    """Reads the record at `at`.  Checks its checksum and the limits of its lengths, but not its digest."""
    name = f"record {number}"
    cursor = Cursor(file, name, at)
    marker, checksum, kind, zero, size, offset, directory_length, payload_length, digest = cursor.fixed(z.RECORD)
    check(marker == z.MARKER, f"the marker of {name} is wrong")
    check(1 <= directory_length <= z.DIRECTORY_MAX, f"the length of {name}'s directory is out of range")
    directory = cursor.bytes(directory_length)
    check(xxh3_64(file[at + 16:cursor.at]) == checksum, f"the checksum of {name} is wrong")
    if kind not in (z.CHUNK, z.INDEX, z.BASES):
        raise Refused(TOO_NEW, f"a record of kind {kind}")
    check(zero == bytes(3), f"a zero field of {name} is not zero")
    if kind == z.CHUNK:
        check(1 <= size <= z.CHUNK_MAX, f"the decoded length of {name} is out of range")
        check(payload_length <= size, f"the payload of {name} is longer than the decoded bytes")
    else:
        check(size == 0, f"the decoded length of {name} is not 0")
    if kind == z.BASES:
        check(payload_length <= z.BASES_TABLE_MAX, f"the payload of {name} is too long")
    payload = cursor.bytes(payload_length)
    return Record(name, number, kind, size, offset, directory, payload, digest, cursor.at - at)


# Streams --------------------------------------------------------------------------------------------------------------

# `value` is the byte of a constant stream, `n` the number of bytes in the payload, which are `payload` when they are
# known, `length` the decoded length.
Stream = namedtuple("Stream", "name kind value n payload length")


def read_stream(cursor, name, length, constant=True):
    kind = cursor.byte()
    if kind == z.CONSTANT:
        check(constant, f"{name} is constant")
        return Stream(name, kind, cursor.byte(), 0, b"", length)
    if kind == z.RAW:
        return Stream(name, kind, None, length, b"", length)
    if kind == z.ZSTD:
        return Stream(name, kind, None, cursor.leb(), b"", length)
    raise Refused(TOO_NEW, f"a stream of kind {kind} in {name}")


def place_streams(record, streams):
    """Gives each stream its bytes of the payload.  Checks the streams that are frames."""
    payload = Cursor(record.payload, f"the payload of {record.name}")
    placed = [stream._replace(payload=payload.bytes(stream.n)) for stream in streams]
    payload.finish()
    for stream in placed:
        if stream.kind == z.ZSTD:
            check_frame(stream)
    return placed


def check_frame(stream):
    """Checks that the payload is exactly one frame without a dictionary, and states the decoded length."""
    try:
        frame = zstdframe.parse(stream.payload)
    except ValueError as error:
        raise Refused(CORRUPT, f"{stream.name}: {error}") from None
    check(frame.length == len(stream.payload), f"{stream.name} is not used up to its end")
    check(frame.dictionary == 0, f"{stream.name} has a dictionary")
    check(frame.content_size == stream.length, f"{stream.name} states no content size, or a wrong one")


def decode_streams(streams):
    """Returns the decoded bytes of each stream.  One zstd command decodes all frames, one after another."""
    frames = [stream for stream in streams if stream.kind == z.ZSTD]
    try:
        decoded = zstdframe.decode([frame.payload for frame in frames])
    except ValueError as error:
        raise Refused(CORRUPT, f"{frames[0].name} to {frames[-1].name}: {error}") from None
    check(len(decoded) == sum(frame.length for frame in frames), "frames decode to a wrong length")
    results, at = [], 0
    for stream in streams:
        if stream.kind == z.CONSTANT:
            results.append(bytes([stream.value]) * stream.length)
        elif stream.kind == z.RAW:
            results.append(stream.payload)
        else:
            results.append(decoded[at:at + stream.length])
            at += stream.length
    return results


# Bases ----------------------------------------------------------------------------------------------------------------

BaseTensor = namedtuple("BaseTensor", "name dtype data")


def read_base(file):
    """Returns the tensors of a base, which must be a safetensors file."""
    length = struct.unpack_from("<Q", file)[0]
    tensors = []
    for name, value in json.loads(file[8:8 + length]).items():
        if name != "__metadata__":
            start, end = value["data_offsets"]
            tensors.append(BaseTensor(name.encode(), z.DTYPE_NUMBERS.get(value["dtype"]),
                                      file[8 + length + start:8 + length + end]))
    return tensors


def read_bases(record, base):
    """Returns the table of bases, and the name and the data of each tensor that it lists; None for missing data."""
    cursor = Cursor(record.directory, "the directory of the bases")
    check(record.offset == 0, "the offset of the bases is not 0")
    cursor.leb()  # the size of the base
    count, length = cursor.leb(), cursor.leb()
    check(1 <= count <= z.BASE_TENSORS_MAX, "the number of the base's tensors is out of range")
    check(1 <= length <= z.BASES_TABLE_MAX, "the length of the table of bases is out of range")
    stream = read_stream(cursor, "bases", length, constant=False)
    cursor.finish()
    check(xxh3_64(record.payload) == record.digest, "the digest of the bases is wrong")
    table = Cursor(decode_streams(place_streams(record, [stream]))[0], "the table of bases")
    return table, [read_base_row(table, base) for _ in range(count)]


def read_base_row(table, base):
    name_length = table.leb()
    check(name_length <= z.BASE_NAME_MAX, "the name of a tensor of the base is too long")
    name, dtype, size, digest = table.bytes(name_length), table.leb(), table.leb(), table.bytes(16)
    check(size > 0, "a tensor of the base is empty")
    if base is None:
        return name, None
    alike = [tensor for tensor in base if tensor.dtype == dtype and len(tensor.data) == size]
    named = [tensor for tensor in alike if tensor.name == name]
    for tensor in named or alike:
        if struct.pack("<QQ", *xxh3_128(tensor.data)) == digest:
            return name, tensor.data
    return name, None


def check_bases(table, rows):
    """Checks that the whole table was read and that each tensor was found.  Returns their data."""
    table.finish()
    for name, data in rows:
        if data is None:
            raise Refused(WRONG_BASE, f"the base has no such tensor as {name}")
    return [data for _, data in rows]


# Chunks ---------------------------------------------------------------------------------------------------------------

# `widths` are those of the pieces of an element or block, one for each stream but that of the signs; `rotation` is for
# byte groups.  A `palette` has the widths and rotation of its values.  The `source` is that of a reference.  `signs` says
# that they are apart.
Part = namedtuple("Part", "transform widths rotation length palette source signs", defaults=[False])
Palette = namedtuple("Palette", "bits run values")

# A part that is coded as a difference; `buckets` are those of the description, `low` and `escapes` lengths in bytes.  The
# `cast` is that of the difference of casts, the `conversion` that of the base, and `scaling` has its scales, else None.
Delta = namedtuple("Delta", "transform width coding context_shift conversion length ranges buckets low escapes cast "
                   "exceptions scaling", defaults=[None])
Conversion = namedtuple("Conversion", "source target truncates")
Cast = namedtuple("Cast", "type precision floor")
Bucket = namedtuple("Bucket", "last shift slope packing count")

# A part of fixed point; `streams` is the number of its streams.
Fixed = namedtuple("Fixed", "transform type precision form groups shift length exceptions streams")

# A sparse part: its kept elements are a part of byte groups.
Sparse = namedtuple("Sparse", "transform length groups streams")

# A part of quantized blocks; `missed` and `gaps` are bytes, if there are few misses.
Blocks = namedtuple("Blocks", "transform kind source length ranges misses missed gaps streams")

# `streams` are in the order of the payload: that of the layout if there are segments, then those of the parts.
Directory = namedtuple("Directory", "parts segments streams")


def read_widths(cursor, name):
    """Reads the start of a part's description, up to the length: returns transform, widths and rotation."""
    transform = cursor.byte()
    if transform in (z.REFERENCE, z.FIXED):
        return transform, [], 0
    if transform == z.FIELDS:
        count = cursor.byte()
        check(1 <= count <= z.FIELDS_MAX, f"the number of fields in {name} is out of range")
        widths = list(cursor.bytes(count))
        check(0 not in widths, f"the width of a field in {name} is 0")
        return transform, widths, 0
    if transform not in (z.GROUPS, z.PALETTE, z.SPARSE):
        raise Refused(TOO_NEW, f"transform {transform} in {name}")
    width, rotation = cursor.byte(), cursor.byte()
    if width not in (z.PALETTE_WIDTHS if transform == z.PALETTE else z.WIDTHS):
        raise Refused(TOO_NEW, f"width {width} in {name}")
    signs = z.SIGNS_APART if transform != z.PALETTE and rotation >= z.SIGNS_APART else 0
    check(rotation - signs < 8 * width, f"the rotation in {name} is out of range")
    return transform, [1] * width, rotation


def read_bits(cursor, name):
    bits = cursor.byte()
    if bits not in z.INDEX_BITS:
        raise Refused(TOO_NEW, f"indexes of {bits} bits in {name}")
    return bits


def read_palette(cursor, name, bits, n):
    """Reads the description of a palette for n elements, after the length of the part."""
    run, values = cursor.leb(), cursor.leb()
    check(1 <= run <= n, f"the run of {name} is out of range")
    check(run == n or bits < 16, f"{name} has wide indexes in runs")
    check(1 <= values <= (n + 1) // 2, f"the number of values in {name} is out of range")
    check(run < n or values <= z.VALUES_MAX, f"{name} has too many values")
    return Palette(bits, run, values)


def palette_sizes(palette, n, width):
    """Returns the lengths of the streams: counts, values, indexes."""
    counts = [-(-n // palette.run)] if palette.run < n else []
    indexes = [n, n] if palette.bits == 16 else [-(-n * palette.bits // 8)]
    return counts + [palette.values] * width + indexes


def moved_rows(tensor, offset, size, row, head, columns, name):
    """Returns the ranges that a range of moved rows stands for, and one of no bytes that ends where it would end."""
    check(z.ROW_MIN <= row <= z.DELTA_MAX and 1 <= head <= z.HEAD_MAX and columns >= 1 and head % columns == 0,
          f"the order of rows in {name} is out of range")
    check(size <= z.DELTA_MAX, f"the ranges of {name} do not add up")
    ranges, end = [(tensor, offset + size, 0)], offset + size
    while offset < end:
        number, start = divmod(offset, row)
        place, length = number % head, min(row - start, end - offset)
        number += place % columns * (head // columns) + place // columns - place
        ranges.append((tensor, number * row + start, length))
        offset += length
    return ranges


def read_ranges(cursor, name, length):
    count, tensor, ranges = cursor.leb(), 0, []
    check(1 <= count <= z.RANGES_MAX, f"the number of ranges in {name} is out of range")
    for _ in range(count):
        tensor += z.unzigzag(cursor.leb())
        offset, size, order = cursor.leb(), cursor.leb(), None
        if size == 0:
            order, size = (cursor.leb(), cursor.leb(), cursor.leb()), cursor.leb()
        check(tensor >= 0 and size > 0, f"a range in {name} is out of range")
        ranges += [(tensor, offset, size)] if order is None else moved_rows(tensor, offset, size, *order, name)
    check(sum(size for *_, size in ranges) == length, f"the ranges of {name} do not add up")
    return ranges


def read_buckets(cursor, name, width, elements):
    """Reads the buckets of a part, and the streams of their tokens."""
    count, buckets, streams, last = cursor.leb(), [], [], -1
    check(1 <= count <= z.BUCKETS_MAX, f"the number of buckets in {name} is out of range")
    for i in range(count):
        bucket_last, shift, packing, members = cursor.byte(), cursor.byte(), cursor.byte(), cursor.leb()
        check(bucket_last > last, f"the buckets of {name} are not ascending")
        check(shift < 128 and shift & 63 < 8 * width and shift & 63 <= z.SHIFT_MAX, f"a shift in {name} is out of range")
        check(packing <= z.PACKING_MAX and members > 0, f"a bucket in {name} is out of range")
        buckets.append(Bucket(bucket_last, shift & 63, shift >> 6, packing, members))
        streams.append(read_stream(cursor, f"{name}-{i}", -(-members // 2**packing)))
        last = bucket_last
    check(last == 255 and sum(bucket.count for bucket in buckets) == elements, f"the buckets of {name} do not add up")
    return buckets, streams


def read_cast(cursor, name, width):
    number, precision, rounding = cursor.bytes(3)
    if number not in z.FIXED_TYPES:
        raise Refused(TOO_NEW, f"fixed point of type {number} in {name}")
    if rounding > 1:
        raise Refused(TOO_NEW, f"rounding {rounding} in {name}")
    check(z.FIXED_TYPES[number][0] == width, f"{name} has a type of another width")
    check(precision <= z.FIXED_TYPES[number][3], f"the precision of {name} is out of range")
    return Cast(number, precision, rounding == 1)


def read_conversion(cursor, name, width):
    source, target, rounding = cursor.bytes(3)
    for number in source, target:
        if number not in z.FLOAT_TYPES:
            raise Refused(TOO_NEW, f"conversion of type {number} in {name}")
    if rounding > 1:
        raise Refused(TOO_NEW, f"rounding {rounding} of a conversion in {name}")
    check(source != target and z.FLOAT_TYPES[target][0] == width, f"{name} has a wrong conversion")
    return Conversion(source, target, rounding == 1)


def read_scaling(cursor, name, width):
    """Reads how a base is scaled."""
    source, target, rounding, way, number = cursor.bytes(5)
    for one, known in (source, scaled_codes.TYPES), (target, scaled_codes.LIMITS), (number, scaled_codes.TYPES):
        if one not in known:
            raise Refused(TOO_NEW, f"scaling of type {one} in {name}")
    if rounding > 1:
        raise Refused(TOO_NEW, f"rounding {rounding} of a conversion in {name}")
    if way >= scaled_codes.WAYS:
        raise Refused(TOO_NEW, f"way of scaling {way} in {name}")
    check(width == 1, f"{name} has a wrong conversion")
    divisor, columns, height, tile, start = (cursor.leb() for _ in range(5))
    check(1 <= divisor < 2**16, f"the divisor of {name} is out of range")
    check(1 <= columns < 2**32 and 1 <= height < 2**32 and 1 <= tile <= columns and start < columns * height,
          f"the tiles of {name} are out of range")
    return (Conversion(source, target, rounding == 1),
            scaled_codes.Scaling(way, number, divisor, columns, height, tile, start))


def read_scales(cursor, name, scaling, elements):
    count = scaled_codes.scale_count(scaling, elements)
    check(count <= elements, f"{name} has too many scales")
    return [read_stream(cursor, f"{name}-scale-{i}", count) for i in range(scaled_codes.scale_width(scaling))]


def base_length(part):
    """Returns the length of the base of a part."""
    if isinstance(part, Blocks):
        return sum(size for *_, size in part.ranges)
    if not isinstance(part, Delta):
        return 0
    return part.length if part.conversion is None else part.length // part.width * z.FLOAT_TYPES[part.conversion.source][0]


def read_exceptions(cursor, name, count, width):
    """Reads the number of exceptions to a cast, and their streams."""
    exceptions = cursor.leb()
    check(exceptions <= count // 8, f"{name} has too many exceptions")
    sizes = [bits_size(count, 1), exceptions * width] if exceptions else []
    return exceptions, [read_stream(cursor, f"{name}-exceptions-{i}", size) for i, size in enumerate(sizes)]


def read_changes(cursor, name, elements, width):
    """Reads the gaps and the groups of the changes."""
    changes, gaps = cursor.leb(), cursor.leb()
    check(1 <= changes <= elements, f"the number of changes in {name} is out of range")
    check(changes <= gaps <= changes + elements // z.GAP_SKIP, f"the gaps of {name} have a wrong length")
    return [read_stream(cursor, f"{name}-gaps", gaps)] + [
        read_stream(cursor, f"{name}-change-{i}", changes) for i in range(width)]


def read_delta(cursor, name, chunk_size):
    width, coding, context_shift = cursor.byte(), cursor.byte(), cursor.byte()
    if width not in z.WIDTHS:
        raise Refused(TOO_NEW, f"width {width} in {name}")
    own = coding & ~(z.CONVERTED | z.SCALED)
    if own not in (z.DIFFERENCE, z.XOR, z.CASTS, z.CHANGES) or coding & z.SCALED and (
            coding & z.CONVERTED or own == z.CASTS):
        raise Refused(TOO_NEW, f"coding {coding} in {name}")
    check(context_shift <= (0 if own == z.CHANGES else 8 * width - 8), f"the context shift of {name} is out of range")
    conversion, scaling = read_conversion(cursor, name, width) if coding & z.CONVERTED else None, None
    if coding & z.SCALED:
        conversion, scaling = read_scaling(cursor, name, width)
    coding = own
    cast = read_cast(cursor, name, width) if coding == z.CASTS else None
    length = cursor.leb()
    check(1 <= length <= min(chunk_size, z.DELTA_MAX) and length % width == 0, f"the length of {name} is wrong")
    ranges = read_ranges(cursor, name, length if conversion is None else
                         length // width * z.FLOAT_TYPES[conversion.source][0])
    scales = read_scales(cursor, name, scaling, length) if scaling else []
    if coding == z.CHANGES:
        return (Delta(z.DELTA, width, coding, 0, conversion, length, ranges, [], 0, 0, None, 0, scaling),
                scales + read_changes(cursor, name, length // width, width))
    buckets, streams = read_buckets(cursor, name, width, length // width)
    low = cursor.leb()
    check(low <= length, f"the low bits of {name} are too many")
    if low:
        streams.append(read_stream(cursor, f"{name}-low", low))
    escapes = cursor.leb() * width
    check(escapes <= length, f"the escapes of {name} are too many")
    if escapes:
        streams.append(read_stream(cursor, f"{name}-escapes", escapes))
    exceptions, more = read_exceptions(cursor, name, length // width, width) if cast else (0, [])
    streams += more
    return Delta(z.DELTA, width, coding, context_shift, conversion, length, ranges, buckets, low, escapes, cast,
                 exceptions, scaling), scales + streams


def read_blocks(cursor, name, chunk_size):
    number, source = cursor.byte(), cursor.byte()
    if number not in z.BLOCK_TYPES:
        raise Refused(TOO_NEW, f"blocks of type {number} in {name}")
    if source not in z.BLOCK_SOURCES:
        raise Refused(TOO_NEW, f"blocks from type {source} in {name}")
    kind, source = z.BLOCK_TYPES[number], z.BLOCK_SOURCES[source]
    values, size, _, code_bytes, words, fields = ggml_blocks.SHAPES[kind]
    length = cursor.leb()
    check(1 <= length <= chunk_size and length % size == 0, f"the length of {name} is wrong")
    count = length // size
    base = count * values * ggml_blocks.SOURCES[source]
    check(base <= z.DELTA_MAX, f"{name} needs too much of the base")
    ranges, misses, missed, gaps = read_ranges(cursor, name, base), cursor.byte(), 0, 0
    if misses > z.MISSES_FEW:
        raise Refused(TOO_NEW, f"misses stored in way {misses} in {name}")
    sizes = [count] * (2 * words) + [count * fields] * (words if fields else 0)
    if misses == z.MISSES_ALL:
        sizes.append(count * code_bytes)
    if misses == z.MISSES_FEW:
        missed, gaps = cursor.leb(), cursor.leb()
        check(1 <= missed <= count * code_bytes // z.FEW_SHARE, f"the number of misses in {name} is out of range")
        check(missed <= gaps <= missed + count * code_bytes // 255, f"the gaps of {name} are too many or too few")
        sizes += [gaps, missed]
    streams = [read_stream(cursor, f"{name}-{i}", size) for i, size in enumerate(sizes)]
    return Blocks(z.BLOCKS, kind, source, length, ranges, misses, missed, gaps, len(sizes)), streams


def read_part(cursor, name, chunk_size, offset):
    """Reads a part of a chunk, and its streams.  The chunk begins at `offset` of the original."""
    if cursor.data[cursor.at:cursor.at + 1] == bytes([z.BLOCKS]):
        cursor.byte()
        return read_blocks(cursor, name, chunk_size)
    if cursor.data[cursor.at:cursor.at + 1] == bytes([z.DELTA]):
        cursor.byte()
        return read_delta(cursor, name, chunk_size)
    transform, widths, rotation = read_widths(cursor, name)
    if transform == z.REFERENCE:
        length, source = cursor.leb(), cursor.leb()
        check(1 <= length <= chunk_size, f"the length of {name} is wrong")
        check(source + length <= offset, f"{name} refers to what does not lie before its chunk")
        return Part(transform, widths, rotation, length, None, source), []
    if transform == z.FIXED:
        return read_fixed(cursor, name, chunk_size)
    if transform == z.SPARSE:
        return read_sparse(cursor, name, chunk_size, len(widths), rotation)
    rotation, signs = rotation % z.SIGNS_APART, transform == z.GROUPS and rotation >= z.SIGNS_APART
    bits = read_bits(cursor, name) if transform == z.PALETTE else None
    length, block = cursor.leb(), sum(widths)
    check(1 <= length <= chunk_size and length % block == 0, f"the length of {name} is wrong")
    if transform == z.PALETTE:
        palette = read_palette(cursor, name, bits, length // block)
        streams = [read_stream(cursor, f"{name}-{i}", size)
                   for i, size in enumerate(palette_sizes(palette, length // block, block))]
        return Part(transform, widths, rotation, length, palette, None), streams
    streams = [read_stream(cursor, f"{name}-{i}", length // block * width) for i, width in enumerate(widths)]
    if signs:
        streams.append(read_stream(cursor, f"{name}-signs", bits_size(length // block, 1)))
    return Part(transform, widths, rotation, length, None, None, signs), streams


def read_sparse(cursor, name, chunk_size, width, rotation):
    """Reads a sparse part and its streams: the map, and the byte groups of the kept elements."""
    length, kept = cursor.leb(), cursor.leb()
    check(1 <= length <= chunk_size and length % width == 0, f"the length of {name} is wrong")
    check(1 <= kept <= length // width, f"the number of kept elements of {name} is out of range")
    signs = rotation >= z.SIGNS_APART
    groups = Part(z.GROUPS, [1] * width, rotation % z.SIGNS_APART, kept * width, None, None, signs)
    sizes = [bits_size(length // width, 1)] + [kept] * width + ([bits_size(kept, 1)] if signs else [])
    streams = [read_stream(cursor, f"{name}-{i}", size) for i, size in enumerate(sizes)]
    return Sparse(z.SPARSE, length, groups, len(streams)), streams


def bits_size(count, bits):
    """Returns the number of bytes that so many numbers of so many bits take."""
    return (count * bits + 7) // 8


def read_fixed(cursor, name, chunk_size):
    """Reads a part of fixed point and its streams."""
    number, precision, form, groups, shift = cursor.bytes(5)
    if number not in z.FIXED_TYPES:
        raise Refused(TOO_NEW, f"fixed point of type {number} in {name}")
    if form > z.ZIGZAG + z.PACKED:
        raise Refused(TOO_NEW, f"fixed point of form {form} in {name}")
    width, _, _, highest = z.FIXED_TYPES[number]
    check(precision <= highest, f"the precision of {name} is out of range")
    check(1 <= groups <= width, f"the number of groups of {name} is out of range")
    check(shift <= 7 and not (form & z.PACKED and shift == 0), f"the shift of {name} is out of range")
    length = cursor.leb()
    check(1 <= length <= chunk_size and length % width == 0, f"the length of {name} is wrong")
    count, exceptions = length // width, cursor.leb()
    check(exceptions <= count // 8, f"{name} has too many exceptions")
    sizes = [count] * groups
    if form & z.PACKED:
        sizes[-1] = bits_size(count, 8 - shift)
    sizes += [] if form & z.ZIGZAG else [bits_size(count, 1)]
    sizes += [bits_size(count, 1), exceptions * width] if exceptions else []
    streams = [read_stream(cursor, f"{name}-{i}", size) for i, size in enumerate(sizes)]
    return Fixed(z.FIXED, number, precision, form, groups, shift, length, exceptions, len(streams)), streams


def read_directory(record):
    cursor = Cursor(record.directory, f"the directory of {record.name}")
    count, parts, streams = cursor.leb(), [], []
    check(1 <= count <= z.PARTS_MAX, f"the number of parts of {record.name} is out of range")
    for i in range(count):
        part, its_streams = read_part(cursor, f"{record.number}-{i}", record.size, record.offset)
        parts.append(part)
        streams += its_streams
    references = sum(part.transform == z.REFERENCE for part in parts)
    check(references <= z.REFERENCES_MAX, f"{record.name} has too many references")
    differences = any(part.transform in (z.DELTA, z.BLOCKS) for part in parts)
    rest = sum(part.length for part in parts if part.transform != z.REFERENCE)
    check(references == 0 or rest <= z.REFERENCES_REST_MAX, f"{record.name} has too much beside its references")
    check(not differences or (references == 0 and record.size <= z.DELTA_MAX and
                              sum(map(base_length, parts)) <= z.DELTA_MAX),
          f"{record.name} has differences and too much else")
    check(sum(part.length for part in parts) == record.size, f"the parts of {record.name} do not add up")
    segments = cursor.leb()
    if segments != 0:
        check(z.SEGMENTS_MIN <= segments <= z.SEGMENTS_MAX, f"the number of segments of {record.name} is out of range")
        length = cursor.leb()
        check(length <= z.LAYOUT_MAX, f"the layout of {record.name} is too long")
        check(length >= 2 * segments, f"the layout of {record.name} is too short for its segments")
        streams.insert(0, read_stream(cursor, f"{record.number}-layout", length, constant=False))
    cursor.finish()
    return Directory(parts, segments, place_streams(record, streams))


def interleave(widths, rows):
    """Builds blocks.  Each block takes from each row the number of bytes that `widths` has for it."""
    block = sum(widths)
    blocks = bytearray(len(rows[0]) // widths[0] * block)
    start = 0
    for width, row in zip(widths, rows):
        for i in range(width):
            blocks[start + i::block] = row[i::width]
        start += width
    return bytes(blocks)


def join_elements(width, rotation, streams):
    """Builds elements from their byte groups, and rotates them right."""
    rotated = interleave([1] * width, streams[::-1])  # group 0 is the most significant byte, which comes last
    if rotation == 0:
        return rotated
    bits = 8 * width
    elements = struct.Struct(f"<{len(rotated) // width}{'_BH_I___Q'[width]}")
    return elements.pack(*[x >> rotation | x << bits - rotation & (1 << bits) - 1 for x in elements.unpack(rotated)])


def join_palette(part, streams):
    """Builds elements: each index names one of the values."""
    width, palette = len(part.widths), part.palette
    n = part.length // width
    counts = [count + 1 for count in streams.pop(0)] if palette.run < n else [palette.values]
    check(sum(counts) == palette.values, "the counts of a palette do not add up")
    values = join_elements(width, part.rotation, streams[:width])
    indexes = unpack_indexes(palette.bits, n, streams[width:])
    elements, first = [], 0
    for i, count in enumerate(counts):
        for index in indexes[i * palette.run:(i + 1) * palette.run]:
            check(index < count, "an index of a palette is too high")
            elements.append(values[(first + index) * width:(first + index + 1) * width])
        first += count
    return b"".join(elements)


def unpack_indexes(bits, n, streams):
    if bits == 16:
        return [high << 8 | low for high, low in zip(*streams)]
    mask = (1 << bits) - 1
    indexes = [byte >> at & mask for byte in streams[0] for at in range(0, 8, bits)]
    check(not any(indexes[n:]), "the last byte of packed indexes is not zero behind them")
    return indexes[:n]


def unpack(data, count, bits, name):
    """Unpacks so many numbers of so many bits."""
    number = int.from_bytes(data, "little")
    check(number >> count * bits == 0, f"a spare bit of {name} is set")
    return [number >> i * bits & (1 << bits) - 1 for i in range(count)]


def integer(part, u, sign):
    if part.form & z.ZIGZAG:
        return u // 2 if u % 2 == 0 else -(u + 1) // 2
    return -u if sign else u


def join_fixed(part, streams, name):
    """Returns the bytes of a part of fixed point."""
    width, mantissa, exponent, _ = z.FIXED_TYPES[part.type]
    count, rest = part.length // width, list(streams[part.groups:])
    groups = [list(group) for group in streams[:part.groups]]
    if part.form & z.PACKED:
        tail = unpack(streams[part.groups - 1], count, 8 - part.shift, name)
        groups[-1] = [number << part.shift for number in tail]
    signs = [0] * count if part.form & z.ZIGZAG else unpack(rest.pop(0), count, 1, name)
    elements = []
    for i in range(count):
        u = int.from_bytes(bytes(group[i] for group in groups), "big") >> part.shift
        v = integer(part, u, signs[i])
        check(abs(v) < 2**(63 if width == 8 else 31), f"an integer of {name} is too large")
        element = z.float_bits(Fraction(v, 2**part.precision), mantissa, exponent)
        check(element is not None, f"an integer of {name} stands for no float")
        elements.append(element.to_bytes(width, "little"))
    put_exceptions(elements, part.exceptions, rest, width, name)
    return b"".join(elements)


def put_exceptions(elements, exceptions, streams, width, name):
    """Puts the exceptions in their places.  Their streams are the map and the values."""
    if exceptions:
        places = [i for i, bit in enumerate(unpack(streams[0], len(elements), 1, name)) if bit]
        check(len(places) == exceptions, f"the map of {name} has a wrong number of exceptions")
        for k, i in enumerate(places):
            elements[i] = streams[1][width * k:width * (k + 1)]


def join_part(part, streams, name):
    """Returns the bytes of a part: joins its streams to elements or blocks."""
    if part.transform == z.FIXED:
        return join_fixed(part, streams, name)
    if part.transform == z.SPARSE:
        return join_sparse(part, streams, name)
    if part.signs:
        count, width = part.length // len(part.widths), len(part.widths)
        signs = unpack(streams[-1], count, 1, name)
        plain = bytearray(join_part(part._replace(signs=False), streams[:-1], name))
        for i, sign in enumerate(signs):
            plain[width * i + width - 1] |= sign << 7
        return bytes(plain)
    if part.transform == z.FIELDS:
        return interleave(part.widths, streams)
    if part.transform == z.PALETTE:
        return join_palette(part, streams)
    return join_elements(len(part.widths), part.rotation, streams)


def join_sparse(part, streams, name):
    """Returns the bytes of a sparse part."""
    width = len(part.groups.widths)
    bitmap = unpack(streams[0], part.length // width, 1, name)
    kept = join_part(part.groups, streams[1:], name)
    check(sum(bitmap) == len(kept) // width, f"the map of {name} has a wrong number of elements")
    places = iter(range(0, len(kept), width))
    return b"".join(kept[at:at + width] if bit else bytes(width) for bit in bitmap for at in [next(places) if bit else 0])


def base_of(part, bases):
    """Returns the bytes of the base from which a part differs."""
    base = b""
    for tensor, offset, size in part.ranges:
        check(tensor < len(bases) and offset + size <= len(bases[tensor]), "a range is not within its tensor")
        base += bases[tensor][offset:offset + size]
    return base


def join_changes(part, base, streams):
    """Returns the elements of a part of which few differ from the base."""
    elements, place, changes = list(base), 0, iter(zip(*streams[1:]))
    for gap in streams[0]:
        place += gap
        if gap == z.GAP_SKIP:
            continue
        change = next(changes, None)
        check(change is not None and place < len(elements), "the gaps do not fit")
        elements[place] += z.unzigzag(int.from_bytes(bytes(change), "big"))
        place += 1
    check(next(changes, None) is None and place <= len(elements), "the gaps do not fit")
    return [element % 2**(8 * part.width) for element in elements]


def convert_base(part, base, scales):
    if part.scaling:
        return scaled_codes.predict(part.scaling, part.conversion, scales, base)
    if part.conversion is None:
        return base
    width = z.FLOAT_TYPES[part.conversion.source][0]
    return b"".join(z.convert(int.from_bytes(base[at:at + width], "little"), *part.conversion)
                    .to_bytes(part.width, "little") for at in range(0, len(base), width))


def code_differences(part, streams, size):
    """Returns the differences of all bytes of codes."""
    if part.misses == z.MISSES_ALL:
        return streams[-1]
    differences, place, done = bytearray(size), 0, 0
    if part.misses == z.MISSES_FEW:
        for gap in streams[-2]:
            place += gap
            if gap < 255:
                check(place < size and done < part.missed, "a gap leads beyond the codes or has no difference")
                differences[place] = streams[-1][done]
                place, done = place + 1, done + 1
        check(done == part.missed and gap < 255, "there are more misses than gaps")
    return differences


def join_blocks(part, streams, bases):
    """Returns the bytes of a part of quantized blocks."""
    base = base_of(part, bases)
    values, size, _, code_bytes, words, fields = ggml_blocks.SHAPES[part.kind]
    count = part.length // size
    codes = code_differences(part, streams, count * code_bytes)
    step, blocks = len(base) // count, []
    for i in range(count):
        folded = [streams[2 * k][i] + 256 * streams[2 * k + 1][i] for k in range(words)]
        own = b"".join(streams[2 * words + k][i * fields:(i + 1) * fields] for k in range(words if fields else 0))
        blocks.append(ggml_blocks.merge_block(part.kind, ggml_blocks.widen(part.source, base[i * step:(i + 1) * step]),
                                              (folded, own, codes[i * code_bytes:(i + 1) * code_bytes])))
    return b"".join(blocks)


def unpack_tokens(bucket, stream):
    bits = 8 >> bucket.packing
    tokens = [byte >> shift & (1 << bits) - 1 for byte in stream for shift in range(0, 8, bits)]
    check(not any(tokens[bucket.count:]), "there are tokens beyond the count")
    return tokens[:bucket.count]


def join_delta(part, streams, bases):
    """Returns the bytes of a part that is coded as a difference."""
    bits = 8 * part.width
    layout = struct.Struct(f"<{part.length // part.width}{'_BH_I___Q'[part.width]}")
    scales = scaled_codes.scale_width(part.scaling) if part.scaling else 0
    base = layout.unpack(convert_base(part, base_of(part, bases), streams[:scales]))
    streams = streams[scales:]
    if part.coding == z.CHANGES:
        return layout.pack(*join_changes(part, base, streams))
    places = {}  # by context
    for place, b in enumerate(base):
        places.setdefault(b >> part.context_shift & 255, []).append(place)

    low = int.from_bytes(streams[len(part.buckets)], "little") if part.low else 0
    escapes = Cursor(streams[len(part.buckets) + (part.low > 0)] if part.escapes else b"", "the escapes")
    values, used, first = [0] * len(base), 0, 0
    for bucket, stream in zip(part.buckets, streams):
        tokens, limit = iter(unpack_tokens(bucket, stream)), (1 << (8 >> bucket.packing)) - 1
        contexts = [c for c in range(first, bucket.last + 1) if c in places]
        check(sum(len(places[c]) for c in contexts) == bucket.count, "a bucket has another number of elements")
        for c in contexts:
            shift = max(0, bucket.shift - (c - first)) if bucket.slope else bucket.shift
            for place in places[c]:
                q = next(tokens)
                if q == limit:
                    q = int.from_bytes(escapes.bytes(part.width), "little")
                    check(q >= limit and q << shift < 1 << bits, "an escape is out of range")
                values[place] = q << shift | low >> used & (1 << shift) - 1
                used += shift
        first = bucket.last + 1
    check(part.low == (used + 7) // 8 and low >> used == 0, "the low bits have a wrong length")
    escapes.finish()
    if part.coding == z.XOR:
        return layout.pack(*[b ^ v for b, v in zip(base, values)])
    if part.coding == z.CASTS:
        return join_casts(part, base, values, streams[-2:])
    return layout.pack(*[(b + z.unzigzag(v)) % (1 << bits) for b, v in zip(base, values)])


def join_casts(part, base, values, exceptions):
    """Returns the bytes of a part whose casts differ by these values from the casts of the base."""
    _, mantissa, exponent, _ = z.FIXED_TYPES[part.cast.type]
    bits, elements = 8 * part.width, []
    for b, value in zip(base, values):
        x = z.wrap(z.cast_base(b, part.cast.type, part.cast.precision, part.cast.floor) + z.unzigzag(value), bits)
        element = z.float_bits(Fraction(x, 2**part.cast.precision), mantissa, exponent)
        check(x != -2**(bits - 1) and element is not None, "an integer stands for no float")
        elements.append(element.to_bytes(part.width, "little"))
    put_exceptions(elements, part.exceptions, exceptions, part.width, "a difference")
    return b"".join(elements)


def join_segments(record, parts, segments, layout):
    """Returns the decoded bytes of a chunk.  Its layout says how many bytes of which part come next."""
    cursor = Cursor(layout, f"the layout of {record.name}")
    used, pieces = [0] * len(parts), []
    for _ in range(segments):
        number, length = cursor.leb(), cursor.leb()
        check(number < len(parts), f"{cursor.name} names a part that is not there")
        check(1 <= length <= len(parts[number]) - used[number], f"{cursor.name} has a segment of a wrong length")
        pieces.append(parts[number][used[number]:used[number] + length])
        used[number] += length
    cursor.finish()
    check(used == [len(part) for part in parts], f"{cursor.name} does not use all of the parts")
    return b"".join(pieces)


def stream_count(part):
    scales = scaled_codes.scale_width(part.scaling) if isinstance(part, Delta) and part.scaling else 0
    if isinstance(part, Delta) and part.coding == z.CHANGES:
        return scales + 1 + part.width
    if isinstance(part, Delta):
        return scales + len(part.buckets) + (part.low > 0) + (part.escapes > 0) + 2 * (part.exceptions > 0)
    if part.transform in (z.FIXED, z.SPARSE, z.BLOCKS):
        return part.streams
    width = len(part.widths) + part.signs
    return width if part.palette is None else len(palette_sizes(part.palette, part.length // width, width))


class Decoder:
    """Decodes chunks.  Keeps the bytes of the chunks before, if references may occur, and the tensors of the base."""

    def __init__(self):
        self.references, self.lossy, self.bases = False, None, []
        self.original, self.ranges = bytearray(), []

    def refer(self, part, name):
        """Returns the bytes that a part refers to."""
        start, end = part.source, part.source + part.length
        check(self.references, f"{name} has a reference, which its header does not announce")
        for a, b in self.ranges:
            check(end <= a or b <= start, f"{name} has a reference to a chunk with references")
        return bytes(self.original[start:end])

    def chunk(self, record):
        directory = read_directory(record)
        for part in directory.parts:
            cast = part.cast if isinstance(part, Delta) else part if part.transform == z.FIXED else None
            check(cast is None or cast.precision == self.lossy, f"{record.name} is lossy, but not as the header is")
        data = self.join(record, directory)
        if any(part.transform == z.REFERENCE for part in directory.parts):
            self.ranges.append((record.offset, record.offset + record.size))
        if self.references:
            self.original += data
        return data

    def part(self, part, decoded, record, name):
        if part.transform == z.REFERENCE:
            return self.refer(part, record.name)
        streams = [next(decoded) for _ in range(stream_count(part))]
        if isinstance(part, Blocks):
            return join_blocks(part, streams, self.bases)
        return join_delta(part, streams, self.bases) if isinstance(part, Delta) else join_part(part, streams, name)

    def join(self, record, directory):
        decoded = iter(decode_streams(directory.streams))
        layout = next(decoded) if directory.segments else None
        parts = [self.part(part, decoded, record, f"{record.number}-{i}") for i, part in enumerate(directory.parts)]
        data = join_segments(record, parts, directory.segments, layout) if directory.segments else b"".join(parts)
        check(xxh3_64(data) == record.digest, f"the digest of {record.name} is wrong")
        return data


# Index and footer -----------------------------------------------------------------------------------------------------

Index = namedtuple("Index", "chunks chunk_table is_new tensors tensor_table")


def read_table(cursor, name):
    """Reads the number of rows of a table, and its stream."""
    rows, length = cursor.leb(), cursor.leb()
    check(length >= 2 * rows, f"{name} is too short for its rows")
    return rows, read_stream(cursor, name, length, constant=False)


def read_index(record, version):
    cursor = Cursor(record.directory, "the directory of the index")
    cursor.bytes(2)  # the format and the verdict: any number is right
    chunks, chunk_table = read_table(cursor, "index-chunks")
    tensors, tensor_table = read_table(cursor, "index-tensors")
    cursor.finish()
    check(xxh3_64(record.payload) == record.digest, "the digest of the index is wrong")
    chunk_table, tensor_table = place_streams(record, [chunk_table, tensor_table])
    return Index(chunks, chunk_table, version >= 2, tensors, tensor_table)


def check_tensor_table(table, tensors, original_size, has_strides):
    cursor = Cursor(table, "the tensor table")
    end = last = 0
    for _ in range(tensors):
        name_length = cursor.leb()
        check(name_length < 2**32, "the name of a tensor is too long")
        cursor.bytes(name_length)
        dtype, strided = divmod(cursor.leb(), 2)  # strided: elements are not in row-major order
        bits, elements = z.DTYPES.get(dtype, (0, 1))
        rank = cursor.leb()
        check(rank < 2**32, "the rank of a tensor is too high")
        for _ in range(rank):
            bits *= cursor.leb()
        for _ in range(rank if strided and has_strides else 0):
            cursor.leb()
        offset = (end + z.unzigzag(cursor.leb())) % 2**64
        size = ((bits // (8 * elements) if bits < 2**64 else 0) + z.unzigzag(cursor.leb())) % 2**64
        check(offset >= last, "the tensors are not sorted")
        last, end = offset, offset + size
        check(end <= original_size, "a tensor reaches beyond the original")
    cursor.finish()


def check_index(index, chunks, original_size):
    """Checks the tables of the index against `chunks`, the records that were read."""
    chunk_table, tensor_table = decode_streams([index.chunk_table, index.tensor_table])
    check(index.chunks == len(chunks), "the index has a wrong number of chunks")
    cursor = Cursor(chunk_table, "the chunk table")
    for chunk in chunks:
        right = (cursor.leb(), cursor.leb()) == (chunk.size, chunk.length)
        if index.is_new:
            right = int.from_bytes(cursor.bytes(8), "little") == chunk.digest and right
        check(right, f"the chunk table is wrong on {chunk.name}")
    cursor.finish()
    check_tensor_table(tensor_table, index.tensors, original_size, index.is_new)


def check_footer(file, at, chunks, index_offset):
    cursor = Cursor(file, "the file", at)
    offset, root, checksum, end_magic = cursor.fixed(z.FOOTER)
    check(end_magic == z.END_MAGIC, "the end magic is wrong")
    check(xxh3_64(file[at:at + 24]) == checksum, "the checksum of the footer is wrong")
    check(offset == index_offset, "the footer has a wrong index offset")
    hashed = b"".join(struct.pack("<QI", chunk.digest, chunk.size) for chunk in chunks)
    check(root == struct.pack("<QQ", *xxh3_128(hashed)), "the root digest is wrong")
    cursor.finish()


# Files ----------------------------------------------------------------------------------------------------------------

def read_file(file, use_bases, use_chunk, use_index):
    """Reads a whole file.  Calls `use_bases` for the record of the bases, if there is one, `use_chunk` for each chunk
    and `use_index` for the index, in the order of the file."""
    header, chunks, original_size = read_header(file), [], 0
    at, first = header.length, True
    while True:
        record = read_record(file, at, len(chunks))
        if first:
            check(record.kind == z.BASES or not header.names_base, "there is no record of the bases")
        if first and record.kind == z.BASES:
            use_bases(record)
            at += record.length
            first = False
            continue
        first = False
        check(record.kind != z.BASES, f"{record.name} is out of place")
        check(record.offset == original_size, f"the offset of {record.name} is wrong")
        if record.kind == z.INDEX:
            break
        use_chunk(record)
        chunks.append(record)
        original_size += record.size
        at += record.length
    use_index(read_index(record, header.version), chunks, original_size)
    check_footer(file, at + record.length, chunks, at)


def write_streams(directory, file):
    """The mode --streams.  It does not decode the frames, so it cannot check the digests of the chunks."""
    def write(streams):
        for stream in streams:
            if stream.kind == z.ZSTD:
                with open(os.path.join(directory, stream.name + ".zst"), "wb") as out:
                    out.write(stream.payload)
                print(stream.name + ".zst", stream.length, sep="\t")

    read_file(file, lambda record: read_bases(record, None), lambda record: write(read_directory(record).streams),
              lambda index, *_: write([index.chunk_table, index.tensor_table]))


def decode_file(file, base_name):
    base = None
    if base_name:
        with open(base_name, "rb") as opened:
            base = read_base(opened.read())
    decoder = Decoder()
    header = read_header(file)
    decoder.references, decoder.lossy = header.references, header.lossy
    read_file(file, lambda record: decoder.bases.extend(check_bases(*read_bases(record, base))),
              lambda record: sys.stdout.buffer.write(decoder.chunk(record)), check_index)


def main():
    parser = argparse.ArgumentParser(description="Decodes a znn file to standard output, and checks all of it.")
    parser.add_argument("--streams", metavar="DIR", help="write each Zstandard stream to a file in DIR instead")
    parser.add_argument("--base", metavar="BASE", help="a safetensors file with the tensors that the file needs")
    parser.add_argument("file", metavar="FILE.znn")
    arguments = parser.parse_args()
    with open(arguments.file, "rb") as opened:
        file = opened.read()
    try:
        if arguments.streams:
            write_streams(arguments.streams, file)
        else:
            decode_file(file, arguments.base)
    except Refused as refused:
        sys.stdout.flush()
        sys.exit(": ".join(refused.args))


if __name__ == "__main__":
    main()
