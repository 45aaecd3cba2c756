"""writer.py - writes znn files from Python, right ones and wrong ones

Each function makes one piece of the format of znn(5).  Without further arguments the piece is right.  A field that is
given by its name can be wrong:

    header(version=2)                       the version is 2, and the checksum is right for that
    header(checksum=0)                      only the checksum is wrong
    znn(chunk(part(b"abc"), digest=0))      a whole file; its chunk has a wrong digest, which the root digest includes

So a wrong file has only the fault that it is about, unless its recipe adds others.  A reader that overlooks this fault
finds no other one.

Streams are made by raw(), constant(), zstd() and frame().  Pass one of them to part() and fields() as `code` for all
streams, or a list with one for each stream.
"""
import struct
from collections import namedtuple
from fractions import Fraction

from xxh3 import xxh3_64, xxh3_128
import ggml_blocks
import scaled_codes
import znnformat as z
import zstdframe

# ---------------------------------------------------------------------------------------------------------------------
# Header
# ---------------------------------------------------------------------------------------------------------------------


def prop(tag, value, length=None):
    """A property of the header."""
    return bytes([tag, len(value) if length is None else length]) + value


def header(properties=b"", magic=z.MAGIC, checksum=None, version=z.VERSION, length=None, must=0, may=0, zero=0):
    length = z.HEADER.size + len(properties) if length is None else length
    rest = z.HEADER.pack(magic, 0, version, length, must, may, zero)[16:] + properties
    checksum = xxh3_64(rest[:max(0, length - 16)]) if checksum is None else checksum
    return magic + struct.pack("<Q", checksum) + rest


# ---------------------------------------------------------------------------------------------------------------------
# Streams: a description for the directory, and the bytes for the payload
# ---------------------------------------------------------------------------------------------------------------------

Stream = namedtuple("Stream", "description payload")


def raw(data):
    return Stream(bytes([z.RAW]), data)


def constant(data):
    return Stream(bytes([z.CONSTANT]) + data[:1], b"")


def zstd(data):
    """A frame with the data as one raw block."""
    return frame(zstdframe.frame(data, size_length=1 if len(data) < 256 else 4))(data)


def frame(payload, n=None):
    """Returns a code that makes this frame of any data, and states its length as `n`."""
    n = z.leb(len(payload)) if n is None else n
    return lambda data: Stream(bytes([z.ZSTD]) + n, payload)


def kind(number):
    """Returns a code that makes a stream of this kind of any data."""
    return lambda data: Stream(bytes([number]), data)


# ---------------------------------------------------------------------------------------------------------------------
# Chunks
# ---------------------------------------------------------------------------------------------------------------------

Part = namedtuple("Part", "data description streams")


def groups_of(data, width, rotation):
    """Returns the byte groups of a part."""
    groups = [bytearray() for _ in range(width)]
    for at in range(0, len(data), width):
        element = int.from_bytes(data[at:at + width], "little")
        element = (element << rotation | element >> 8 * width - rotation) & (1 << 8 * width) - 1
        for group, byte in zip(groups, element.to_bytes(width, "big")):
            group.append(byte)
    return [bytes(group) for group in groups]


def codes_for(code, count):
    return code if isinstance(code, list) else [code] * count


def part(data, width=1, rotation=0, code=raw, transform=z.GROUPS, stated_width=None, stated_rotation=None, length=None):
    """A part of byte groups.  `length` is LEB128."""
    streams = [c(group) for c, group in zip(codes_for(code, width), groups_of(data, width, rotation))]
    stated_width = width if stated_width is None else stated_width
    stated_rotation = rotation if stated_rotation is None else stated_rotation
    length = z.leb(len(data)) if length is None else length
    return Part(data, bytes([transform, stated_width, stated_rotation]) + length, streams)


def fields(data, widths, code=raw, count=None, length=None):
    """A part of fields.  `length` is LEB128."""
    rows, start, block = [], 0, max(1, sum(widths))
    for width in widths:
        rows.append(b"".join(data[at + start:at + start + width] for at in range(0, len(data), block)))
        start += width
    streams = [c(row) for c, row in zip(codes_for(code, len(widths)), rows)]
    count = len(widths) if count is None else count
    length = z.leb(len(data)) if length is None else length
    return Part(data, bytes([z.FIELDS, count, *widths]) + length, streams)


def pack(indexes, bits):
    """Returns the streams of indexes."""
    if bits == 16:
        return [bytes(index >> 8 for index in indexes), bytes(index & 255 for index in indexes)]
    in_byte = 8 // bits
    rows = [indexes[at:at + in_byte] for at in range(0, len(indexes), in_byte)]
    return [bytes(sum(index << i * bits for i, index in enumerate(row)) & 255 for row in rows)]


def palette(runs, width=4, rotation=1, bits=8, code=raw, run=None, values=None, length=None, counts=None, packed=None,
            stated_width=None, stated_bits=None, data=None):
    """A part with few different values.  `runs` has the values and the indexes of each run; the values are numbers.
    `run`, `values` and `length` are LEB128.  `counts` are the bytes of the counts, `packed` the streams of the indexes.
    """
    if data is None:
        data = b"".join(values[i].to_bytes(width, "little") for values, indexes in runs for i in indexes)
    all_values = b"".join(value.to_bytes(width, "little") for values, _ in runs for value in values)
    rows = groups_of(all_values, width, rotation) + (pack([i for _, row in runs for i in row], bits)
                                                     if packed is None else packed)
    if len(runs) > 1 or counts is not None:
        rows.insert(0, bytes(len(values) - 1 for values, _ in runs) if counts is None else counts)
    streams = [c(row) for c, row in zip(codes_for(code, len(rows)), rows)]
    shape = bytes([z.PALETTE, width if stated_width is None else stated_width, rotation,
                   bits if stated_bits is None else stated_bits])
    sizes = [z.leb(len(data)) if length is None else length, z.leb(len(runs[0][1])) if run is None else run,
             z.leb(len(all_values) // width) if values is None else values]
    return Part(data, shape + b"".join(sizes), streams)


def reference(data, source, length=None):
    """A part that refers to `data` at `source`.  `source` and `length` can be numbers or LEB128."""
    return Part(data, bytes([z.REFERENCE]) + number(len(data) if length is None else length) + number(source), [])


# Of a bucket: its last context, and how its elements are coded.
Bucket = namedtuple("Bucket", "last shift slope packing")


def bucket(last, shift=0, slope=False, packing=0):
    return Bucket(last, shift, slope, packing)


def shift_of(one, first, context):
    return max(0, one.shift - (context - first)) if one.slope else one.shift


def take_apart(base, values, width, buckets, context_shift):
    """Returns the tokens of each bucket, the low bits as a list of values and widths, and the escapes."""
    numbers = [int.from_bytes(base[at:at + width], "little") for at in range(0, len(base), width)]
    tokens, low, escapes, first = [], [], [], 0
    for one in buckets:
        limit, row = 2**(8 >> one.packing) - 1, []
        for context in range(first, one.last + 1):
            shift = shift_of(one, first, context)
            for b, value in zip(numbers, values):
                if b >> context_shift & 255 == context:
                    row.append(min(value >> shift, limit))
                    low.append((value & (1 << shift) - 1, shift))
                    escapes += [value >> shift] if value >> shift >= limit else []
        tokens.append(row)
        first = one.last + 1
    return tokens, low, escapes


def pack_tokens(row, packing, tail=0):
    bits = 8 >> packing
    packed = bytearray(-(-len(row) // 2**packing))
    for i, token in enumerate(row):
        packed[i >> packing] |= token << i % 2**packing * bits
    if tail:
        packed[-1] |= tail
    return bytes(packed)


def pack_low(low, fill=0):
    number, used = 0, 0
    for value, width in low:
        number |= value << used
        used += width
    packed = bytearray(number.to_bytes((used + 7) // 8, "little"))
    if fill:
        packed[-1] |= fill
    return bytes(packed)


# How a part and its base are rounded, for z.CASTS; `exceptions` are the bytes of elements by their number.
Cast = namedtuple("Cast", "kind precision rounding exceptions", defaults=[18, 15, 0, {}])


def apply_casts(base, values, width, cast):
    """Returns the elements, with zeros for those that no float represents."""
    _, mantissa, exponent, _ = z.FIXED_TYPES[cast.kind]
    elements = []
    for at, value in zip(range(0, len(base), width), values):
        b = z.cast_base(int.from_bytes(base[at:at + width], "little"), cast.kind, cast.precision, cast.rounding)
        x = z.wrap(b + z.unzigzag(value), 8 * width)
        element = z.float_bits(Fraction(x, 2**cast.precision), mantissa, exponent) or 0
        elements.append(cast.exceptions.get(len(elements), element.to_bytes(width, "little")))
    return b"".join(elements)


# How a base is converted; `source` and `target` are numbers of types.
Conversion = namedtuple("Conversion", "source target truncates", defaults=[0])


# The same for a base that is scaled; `scaling` is a scaled_codes.Scaling, and `scales` its little-endian numbers.
Scaled = namedtuple("Scaled", "source target truncates scaling scales")


def scale_groups(conversion):
    """Returns the byte groups of the scales."""
    if not isinstance(conversion, Scaled):
        return []
    width = scaled_codes.scale_width(conversion.scaling)
    return [conversion.scales[width - 1 - g::width] for g in range(width)]


def conversion_flag(conversion):
    return z.SCALED if isinstance(conversion, Scaled) else 0 if conversion is None else z.CONVERTED


def describe_conversion(conversion):
    if conversion is None:
        return b""
    if not isinstance(conversion, Scaled):
        return bytes(conversion)
    way, kind, *lengths = conversion.scaling
    return bytes(conversion[:3] + (way, kind)) + b"".join(number(length) for length in lengths)


def apply_conversion(base, conversion):
    """Returns the base in the type that it is converted to."""
    if conversion is None:
        return base
    if isinstance(conversion, Scaled):
        return scaled_codes.predict(conversion.scaling, conversion, scale_groups(conversion), base)
    width, target = (z.FLOAT_TYPES[number][0] for number in conversion[:2])
    return b"".join(z.convert(int.from_bytes(base[at:at + width], "little"), *conversion).to_bytes(target, "little")
                    for at in range(0, len(base), width))


def apply_values(base, values, width, coding, cast):
    data = b""
    if coding == z.CASTS:
        return apply_casts(base, values, width, cast)
    for at, value in zip(range(0, len(base), width), values):
        b = int.from_bytes(base[at:at + width], "little")
        x = b ^ value if coding == z.XOR else b + z.unzigzag(value)
        data += (x % 2**(8 * width)).to_bytes(width, "little")
    return data


def delta(base, values, width, buckets, coding=z.DIFFERENCE, context_shift=0, ranges=None, code=raw, length=None,
          stated_width=None, stated_coding=None, stated_context_shift=None, range_count=None, bucket_count=None,
          stated_lasts=None, stated_shifts=None, stated_packing=None, counts=None, token_tail=0, low_change=0,
          low_fill=0, escape_count=None, escape_values=None, cast=None, stated_cast=None, bitmap=None,
          exception_count=None, conversion=None, stated_conversion=None):
    """A part whose numbers differ by `values` from those of `base`, which are these `ranges` of tensors.

    If there is a `conversion`, the numbers of the base are converted first.  Its description includes the descriptions of its streams."""
    ranges = [(0, 0, len(base))] if ranges is None else ranges
    base = apply_conversion(base, conversion)
    coding_byte = coding | conversion_flag(conversion)
    tokens, low, escapes = take_apart(base, values, width, buckets, context_shift)
    description = bytes([z.DELTA, width if stated_width is None else stated_width,
                         coding_byte if stated_coding is None else stated_coding,
                         context_shift if stated_context_shift is None else stated_context_shift])
    description += describe_conversion(conversion if stated_conversion is None else stated_conversion)
    if coding == z.CASTS:
        description += bytes(cast[:3] if stated_cast is None else stated_cast)
    description += number(len(base) if length is None else length)
    description += number(len(ranges) if range_count is None else range_count)
    description += list_ranges(ranges)
    streams = []
    for stream in map(code, scale_groups(conversion)):
        description += stream.description
        streams.append(stream._replace(description=b""))
    description += number(len(buckets) if bucket_count is None else bucket_count)
    for i, (one, row) in enumerate(zip(buckets, tokens)):
        shift = one.shift | one.slope << 6 if stated_shifts is None else stated_shifts[i]
        description += bytes([one.last if stated_lasts is None else stated_lasts[i], shift,
                              one.packing if stated_packing is None else stated_packing])
        stream = code(pack_tokens(row, one.packing, token_tail))
        description += number(len(row) if counts is None else counts[i]) + stream.description
        streams.append(stream._replace(description=b""))
    low = pack_low(low, low_fill)
    low = (low + bytes(max(0, low_change)))[:max(0, len(low) + low_change)]
    escapes = escapes if escape_values is None else escape_values
    count = len(escapes) if escape_count is None else escape_count
    escapes = b"".join(value.to_bytes(width, "little") for value in (escapes + [300] * count)[:count])
    rest = [(len(low), [low]), (count, [escapes])]
    if coding == z.CASTS:
        places = [i in cast.exceptions for i in range(len(base) // width)]
        rest.append((len(cast.exceptions) if exception_count is None else exception_count,
                     [pack_bits(places, 1) if bitmap is None else bitmap,
                      b"".join(cast.exceptions[i] for i in sorted(cast.exceptions))]))
    for size, rows in rest:
        description += number(size)
        for stream in map(code, rows if size else []):
            description += stream.description
            streams.append(stream._replace(description=b""))
    return Part(apply_values(base, values, width, coding, cast), description, streams)


def changes(base, values, width, ranges=None, code=raw, conversion=None, gaps=None, gap_length=None, count=None,
            context_shift=0):
    """A part that differs from its base by these values, which are z by the number of the element."""
    ranges = [(0, 0, len(base))] if ranges is None else ranges
    base = apply_conversion(base, conversion)
    rows = [values.get(i, 0) for i in range(len(base) // width)]
    places = sorted(values)
    if gaps is None:
        gaps = b"".join(b"\xff" * ((place - last - 1) // 255) + bytes([(place - last - 1) % 255])
                        for last, place in zip([-1] + places, places))
    description = bytes([z.DELTA, width, z.CHANGES | conversion_flag(conversion), context_shift])
    description += describe_conversion(conversion)
    description += number(len(base)) + number(len(ranges))
    description += list_ranges(ranges)
    streams = []
    for stream in map(code, scale_groups(conversion)):
        description += stream.description
        streams.append(stream._replace(description=b""))
    description += number(len(places) if count is None else count)
    description += number(len(gaps) if gap_length is None else gap_length)
    for row in [gaps] + [bytes(values[place] >> 8 * (width - 1 - g) & 255 for place in places) for g in range(width)]:
        stream = code(row)
        description += stream.description
        streams.append(stream._replace(description=b""))
    return Part(apply_values(base, rows, width, z.DIFFERENCE, None), description, streams)


def blocks(kind, source, base, words, fields=b"", codes=None, misses=None, ranges=None, code=raw, length=None,
           stated_kind=None, stated_source=None, stated_misses=None, missed=None, gap_length=None, gaps=None):
    """A part of quantized blocks that are predicted from `base`, which is these `ranges` of tensors.

    `words` are the streams of the words' differences, low and high, `fields` those of all fields.  `codes` are the
    differences of all bytes of codes, and `misses` says how they are stored."""
    values, size, _, code_bytes, word_count, field_count = ggml_blocks.SHAPES[kind]
    step = values * ggml_blocks.SOURCES[source]
    count = len(base) // step
    misses = z.MISSES_NONE if misses is None else misses
    differences = bytes(count * code_bytes) if codes is None else codes
    rows = list(words)
    per_word = count * field_count
    rows += [fields[k * per_word:(k + 1) * per_word] for k in range(word_count)] if field_count else []
    data = b""
    for i in range(count):
        folded = [words[2 * k][i] | words[2 * k + 1][i] << 8 for k in range(word_count)]
        own = b"".join(fields[k * per_word + i * field_count:][:field_count] for k in range(word_count))
        data += ggml_blocks.merge_block(kind, ggml_blocks.widen(source, base[i * step:(i + 1) * step]),
                                        (folded, own, differences[i * code_bytes:(i + 1) * code_bytes]))
    numbers = {name: number for number, name in [*z.BLOCK_TYPES.items(), *z.BLOCK_SOURCES.items()]}
    description = bytes([z.BLOCKS, numbers[kind] if stated_kind is None else stated_kind,
                         numbers[source] if stated_source is None else stated_source])
    description += number(len(data) if length is None else length) + describe_ranges(ranges or [(0, 0, len(base))])
    description += bytes([misses if stated_misses is None else stated_misses])
    if misses == z.MISSES_ALL:
        rows.append(differences)
    if misses == z.MISSES_FEW:
        wrong = bytes(difference for difference in differences if difference)
        gaps = list_gaps(differences) if gaps is None else gaps
        description += number(len(wrong) if missed is None else missed)
        description += number(len(gaps) if gap_length is None else gap_length)
        rows += [gaps, wrong]
    return Part(data, description, [one(row) for one, row in zip(codes_for(code, len(rows)), rows)])


def list_ranges(ranges):
    """Ranges of a tensor, from an offset on, of a size; and if rows are moved, the order: row, head and columns."""
    described, last = b"", 0
    for tensor_number, offset, size, *order in ranges:
        described += z.leb(z.zigzag(tensor_number - last)) + z.leb(offset)
        described += b"".join(z.leb(value) for value in [0, *order]) if order else b""
        described += z.leb(size)
        last = tensor_number
    return described


def describe_ranges(ranges):
    return z.leb(len(ranges)) + list_ranges(ranges)


def list_gaps(differences):
    gaps, gap = b"", 0
    for difference in differences:
        if difference:
            gaps += b"\xff" * (gap // 255) + bytes([gap % 255])
            gap = -1
        gap += 1
    return gaps


def base_row(name, dtype, data, length=None, digest=None, name_length=None):
    """A row of the table of bases."""
    name = name.encode() if isinstance(name, str) else name
    digest = struct.pack("<QQ", *xxh3_128(data)) if digest is None else digest
    return b"".join([z.leb(len(name)) if name_length is None else name_length, name, z.leb(dtype),
                     z.leb(len(data) if length is None else length), digest])


def bases(rows, base_size=1000, count=None, table_length=None, code=raw, directory_tail=b"", payload_tail=b"",
          digest=None, size=0, offset=0, **wrong):
    """The record of the bases."""
    table = b"".join(rows)
    stream = code(table)
    directory = b"".join([z.leb(base_size), number(len(rows) if count is None else count),
                          number(len(table) if table_length is None else table_length), stream.description,
                          directory_tail])
    payload = stream.payload + payload_tail
    return record(z.BASES, size, offset, directory, payload, xxh3_64(payload) if digest is None else digest, **wrong)
def signed(data, width, rotation, code=raw, signs=None, signs_code=raw):
    """A part of byte groups with the signs apart."""
    tops = data[width - 1::width]
    unsigned = bytearray(data)
    unsigned[width - 1::width] = bytes(top & 127 for top in tops)
    made = part(bytes(unsigned), width, rotation, code, stated_rotation=z.SIGNS_APART + rotation)
    signs = pack_bits([top >> 7 for top in tops], 1) if signs is None else signs
    return made._replace(data=data, streams=made.streams + [signs_code(signs)])


def pack_bits(numbers, bits):
    """Packs numbers of so many bits, without gaps."""
    packed = sum(number << i * bits for i, number in enumerate(numbers))
    return packed.to_bytes((len(numbers) * bits + 7) // 8, "little")


def fixed(values, kind=18, precision=15, form=0, groups=2, shift=0, exceptions=None, code=raw, tail=None, signs=None,
          bitmap=None, data=None, length=None, count=None, **stated):
    """A part of fixed point, from integers, and from the bytes of exceptions by the number of the element.

    `tail`, `signs` and `bitmap` replace the bytes of these streams, and `count` the number of exceptions.  `stated`
    has numbers of the directory that are wrong.
    """
    width, mantissa, exponent, _ = z.FIXED_TYPES[kind]
    exceptions = exceptions or {}
    numbers = [z.zigzag(v) if form & z.ZIGZAG else abs(v) for v in values]
    rows = [bytes((u << shift) >> 8 * (groups - 1 - g) & 255 for u in numbers) for g in range(groups)]
    if form & z.PACKED:
        rows[-1] = pack_bits([byte >> shift for byte in rows[-1]], 8 - shift) if tail is None else tail
    if not form & z.ZIGZAG:
        rows.append(pack_bits([v < 0 for v in values], 1) if signs is None else signs)
    if exceptions:
        rows.append(pack_bits([i in exceptions for i in range(len(values))], 1) if bitmap is None else bitmap)
        rows.append(b"".join(exceptions[i] for i in sorted(exceptions)))
    if data is None:
        elements = [z.float_bits(Fraction(v, 2**precision), mantissa, exponent).to_bytes(width, "little")
                    for v in values]
        data = b"".join(exceptions.get(i, element) for i, element in enumerate(elements))
    stated = {"kind": kind, "precision": precision, "form": form, "groups": groups, "shift": shift, **stated}
    description = bytes([z.FIXED] + [stated[key] for key in ("kind", "precision", "form", "groups", "shift")])
    description += z.leb(len(data)) if length is None else length
    description += number(len(exceptions) if count is None else count)
    return Part(data, description, [c(row) for c, row in zip(codes_for(code, len(rows)), rows)])


def sparse(data, width, rotation=1, code=raw, length=None, kept=None, bitmap=None, signs=False, stated_width=None):
    """A part that does not store the elements that are zero."""
    elements = [data[at:at + width] for at in range(0, len(data), width)]
    dense = b"".join(element for element in elements if any(element))
    made = signed(dense, width, rotation, code) if signs else part(dense, width, rotation, code)
    bits = pack_bits([any(element) for element in elements], 1) if bitmap is None else bitmap
    description = bytes([z.SPARSE, width if stated_width is None else stated_width,
                         rotation + (z.SIGNS_APART if signs else 0)])
    description += number(len(data) if length is None else length)
    description += number(len(dense) // width if kept is None else kept)
    return Part(data, description, [codes_for(code, 1)[0](bits)] + made.streams)


def layout(*segments):
    """The layout of segments, each given by the number of its part and its length, which can also be LEB128."""
    return b"".join(z.leb(number) + (length if isinstance(length, bytes) else z.leb(length))
                    for number, length in segments)


def record(kind, size, offset, directory, payload, digest, marker=z.MARKER, checksum=None, zero=bytes(3),
           directory_length=None, payload_length=None):
    directory_length = len(directory) if directory_length is None else directory_length
    payload_length = len(payload) if payload_length is None else payload_length
    rest = z.RECORD.pack(marker, 0, kind, zero, size, offset, directory_length, payload_length, digest)[16:] + directory
    checksum = xxh3_64(rest) if checksum is None else checksum
    return marker + struct.pack("<Q", checksum) + rest + payload


# `wrong` has the fields of the record that are not as they should be.
Chunk = namedtuple("Chunk", "data directory payload wrong")


def chunk(*parts, segments=None, layout_bytes=None, layout_code=raw, layout_length=None, count=None,
          no_segments=b"\0", directory_tail=b"", payload_tail=b"", data=None, **wrong):
    """A chunk of parts, one after the other, or as the layout says.

    `segments` is the list of segments, as layout() takes them.  If the layout is given as `layout_bytes`, which may be
    wrong, it is the number of segments.  `data` are the decoded bytes of the chunk if the parts do not give them.
    `count`, `segments` as a number, `no_segments` and `layout_length` can be numbers or LEB128.
    """
    if data is None:
        data = join_segments([part.data for part in parts], segments)
    streams = [stream for part in parts for stream in part.streams]
    directory = number(len(parts) if count is None else count)
    directory += b"".join(part.description + b"".join(stream.description for stream in part.streams) for part in parts)
    if segments is None:
        directory += number(no_segments)
    else:
        layout_bytes = layout(*segments) if layout_bytes is None else layout_bytes
        stream = layout_code(layout_bytes)
        directory += number(segments if isinstance(segments, (int, bytes)) else len(segments))
        directory += number(len(layout_bytes) if layout_length is None else layout_length) + stream.description
        streams = [stream] + streams
    payload = b"".join(stream.payload for stream in streams)
    return Chunk(data, directory + directory_tail, payload + payload_tail, wrong)


def number(value):
    return value if isinstance(value, bytes) else z.leb(value)


def join_segments(parts, segments):
    if not isinstance(segments, list):
        return b"".join(parts)
    data, used = b"", [0] * len(parts)
    for part, length in segments:
        data += parts[part][used[part]:used[part] + length]
        used[part] += length
    return data


# ---------------------------------------------------------------------------------------------------------------------
# Index, footer, file
# ---------------------------------------------------------------------------------------------------------------------


def tensor(name, dtype, shape, gap, surplus=0, rank=None, strides=None):
    """A row of the tensor table.  `strides` are those of an odd type; [] in version 1, which has none."""
    name = name.encode() if isinstance(name, str) else name
    return b"".join([z.leb(len(name)), name, z.leb(2 * dtype + (strides is not None)), number(len(shape) if rank is None else rank),
                     *map(z.leb, shape), *map(z.leb, strides or []), z.leb(z.zigzag(gap)), z.leb(z.zigzag(surplus))])


def chunk_rows(rows, version=z.VERSION):
    """The chunk table."""
    return b"".join(z.leb(size) + z.leb(length) + (struct.pack("<Q", digest) if version > 1 else b"")
                    for size, length, digest in rows)


def index(rows, original_size, tensors=(), source_format=0, verdict=0, chunks=None, chunk_table=None, chunk_code=raw,
          chunk_table_length=None, count=None, tensor_code=raw, tensor_table_length=None, directory_tail=b"",
          payload_tail=b"", kind=z.INDEX, size=0, offset=None, digest=None, version=z.VERSION, **wrong):
    """The index record.  `rows` has the decoded length, the length of the record and the digest of each chunk."""
    if chunk_table is None:
        chunk_table = chunk_rows(rows, version)
    tensor_table = b"".join(tensors)
    chunk_stream, tensor_stream = chunk_code(chunk_table), tensor_code(tensor_table)
    directory = b"".join([
        bytes([source_format, verdict]), number(len(rows) if chunks is None else chunks),
        number(len(chunk_table) if chunk_table_length is None else chunk_table_length), chunk_stream.description,
        number(len(tensors) if count is None else count),
        number(len(tensor_table) if tensor_table_length is None else tensor_table_length), tensor_stream.description,
        directory_tail])
    payload = chunk_stream.payload + tensor_stream.payload + payload_tail
    return record(kind, size, original_size if offset is None else offset, directory, payload,
                  xxh3_64(payload) if digest is None else digest, **wrong)


def footer(index_offset, chunks, root=None, checksum=None, end_magic=z.END_MAGIC):
    """The footer.  `chunks` has the digest and the decoded length of each chunk."""
    if root is None:
        root = struct.pack("<QQ", *xxh3_128(b"".join(struct.pack("<QI", *chunk) for chunk in chunks)))
    fields = struct.pack("<Q16s", index_offset, root)
    return fields + struct.pack("<Q8s", xxh3_64(fields) if checksum is None else checksum, end_magic)


def chunk_record(chunk, offset):
    fields = {"kind": z.CHUNK, "size": len(chunk.data), "offset": offset, "digest": xxh3_64(chunk.data), **chunk.wrong}
    return record(directory=chunk.directory, payload=chunk.payload, **fields), (fields["digest"], fields["size"])


def znn(*chunks, head=None, index_fields=None, footer_fields=None, before_index=b"", with_index=True, with_footer=True,
        tail=b""):
    """A whole file.  `head` replaces the usual header; the fields are those of index() and footer()."""
    file, offset, rows, digests = header() if head is None else head, 0, [], []
    for one in chunks:
        made, digest = chunk_record(one, offset)
        file += made
        rows.append((digest[1], len(made), digest[0]))
        digests.append(digest)
        offset += len(one.data)
    file += before_index
    index_offset = len(file)
    if with_index:
        file += index(rows, offset, **(index_fields or {}))
    if with_footer:
        file += footer(**{"index_offset": index_offset, "chunks": digests, **(footer_fields or {})})
    return file + tail
