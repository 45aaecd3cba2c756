"""znnformat.py - the numbers and layouts of znn(5), for decode.py and vectors/make.py

This file has only the constants, the fixed fields and the LEB128 numbers of the page, because both a program that reads
and a program that writes need them.  It makes no decisions.
"""
import math
import struct
from fractions import Fraction

MAGIC = bytes.fromhex("89 5A 4E 4E 0D 0A 1A 0A")
MARKER = bytes.fromhex("AB 5A 4E 4E 52 45 43 0A")
END_MAGIC = bytes.fromhex("8A 5A 4E 4E 45 4E 44 0A")

VERSION = 2

# Header: magic, checksum, version, length, must, may, zero; the checksum is that of bytes 16 to the length.
HEADER = struct.Struct("<8sQHHIII")
HEADER_MAX = 4096
REFERENCES = 1  # the features that a reader must understand
PROPERTY_EXTENSION = 1
PROPERTY_LOSSY = 2
LOSSY_FIXED_POINT, LOSSY_FLAGS, LOSSY_B_MAX = 1, 3, 61
PROPERTY_BASE = 3
PROPERTY_IGNORABLE = 128  # this one and those above

# Record: marker, checksum, kind, zero, size, offset, directory length, payload length, digest; the checksum is that of
# byte 16 to the end of the directory.
RECORD = struct.Struct("<8sQB3sIQIIQ")
DIRECTORY_MAX = 1 << 20
CHUNK, INDEX, BASES = 1, 2, 3
CHUNK_MAX = 1 << 24
BASE_TENSORS_MAX = 262144
BASES_TABLE_MAX = 1 << 24
BASE_NAME_MAX = 65535

# Footer: index offset, root digest, checksum of bytes 0 to 24, end magic.
FOOTER = struct.Struct("<Q16sQ8s")

PARTS_MAX = 4096
GROUPS, FIELDS, FIXED, REFERENCE, PALETTE, DELTA, SPARSE, BLOCKS = 0, 1, 2, 3, 4, 5, 6, 7
SIGNS_APART = 128  # added to a rotation
WIDTHS = 1, 2, 4, 8
FIELDS_MAX = 16
REFERENCES_MAX = 64
REFERENCES_REST_MAX = 1048576  # bytes of a chunk with references that are none
PALETTE_WIDTHS = 2, 4, 8
INDEX_BITS = 1, 2, 4, 8, 16
VALUES_MAX = 65536
SEGMENTS_MIN, SEGMENTS_MAX = 2, 65536
LAYOUT_MAX = 524288

# Parts that are differences.
DELTA_MAX = 1572864
RANGES_MAX = 65536
ROW_MIN, HEAD_MAX = 16, 1024  # of ranges of moved rows
BUCKETS_MAX = 32
SHIFT_MAX = 56
PACKING_MAX = 3
DIFFERENCE, XOR, CASTS, CHANGES = 0, 1, 2, 3
GAP_SKIP = 255
CONVERTED, SCALED = 16, 32  # added to the coding

# Floats: by the number of the element type its width, mantissa bits, exponent bits, and whether it has infinities.
FLOAT_TYPES = {7: (1, 2, 5, True), 8: (1, 3, 4, False), 14: (2, 10, 5, True), 15: (2, 7, 8, True), 18: (4, 23, 8, True),
               20: (8, 52, 11, True)}

# Parts of quantized blocks: element types by their numbers, and how the misses are stored.
BLOCK_TYPES = {23: "Q4_0", 24: "Q4_1", 25: "Q5_0", 26: "Q5_1", 27: "Q8_0", 29: "Q2_K", 30: "Q3_K", 31: "Q4_K",
               32: "Q5_K", 33: "Q6_K", 39: "IQ4_NL", 42: "IQ4_XS"}
BLOCK_SOURCES = {14: "F16", 15: "BF16", 18: "F32"}
MISSES_NONE, MISSES_ALL, MISSES_FEW = 0, 1, 2
FEW_SHARE = 8  # bytes of codes for each miss, if there are few

CONSTANT, RAW, ZSTD = 0, 1, 2

# Fixed point: by the number of the element type its width, mantissa bits, exponent bits and the highest B.
FIXED_TYPES = {14: (2, 10, 5, 30), 15: (2, 7, 8, 30), 18: (4, 23, 8, 30), 20: (8, 52, 11, 61)}
ZIGZAG, PACKED = 1, 2  # bits of the form

# The bits of a block and the elements of a block, by the number of the type.  For the first 23 it is one element.
DTYPES = dict(enumerate(
    [(bits, 1) for bits in (8, 8, 4, 6, 6, 8, 8, 8, 8, 8, 8, 8, 16, 16, 16, 16, 32, 32, 32, 64, 64, 64, 64)] +
    [(bits, 32) for bits in (144, 160, 176, 192, 272, 288)] +
    [(bits, 256) for bits in (672, 880, 1152, 1408, 1680, 2336, 528, 592, 784, 400)] +
    [(144, 32), (880, 256), (656, 256), (1088, 256), (448, 256), (432, 256), (528, 256)] +
    [(136, 32), (288, 64), (144, 128), (144, 64)]))

# The numbers of the types that a safetensors header knows.
DTYPE_NUMBERS = {name: number for number, name in enumerate(
    "BOOL F4 F6_E2M3 F6_E3M2 U8 I8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ I16 U16 F16 BF16 I32 U32 F32 C64 F64 "
    "I64 U64".split(), 1)}


def leb(number, length=1):
    """Returns a number as LEB128, in at least `length` bytes.  More than needed makes a wrong file."""
    out = bytearray()
    while number >= 128 or len(out) < length - 1:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(d):
    return 2 * d if d >= 0 else -2 * d - 1


def float_bits(value, mantissa, exponent):
    """Returns the bits of the float that equals this Fraction, or None if there is no such float."""
    if value == 0:
        return 0
    sign, value, field = value < 0, abs(value), 2**(exponent - 1) - 1
    bias = field
    while value >= 2 and field < 2**exponent:
        value, field = value / 2, field + 1
    while value < 1 and field > 1:
        value, field = value * 2, field - 1
    significand = value * 2**mantissa
    if significand.denominator != 1 or field > 2 * bias:
        return None
    if significand < 2**mantissa:
        field = 0
    return sign << mantissa + exponent | field << mantissa | int(significand) % 2**mantissa


def float_value(bits, mantissa, exponent):
    """Returns the float of these bits as a Fraction, or None if it is infinite or NaN."""
    field, significand = bits >> mantissa & (1 << exponent) - 1, bits & (1 << mantissa) - 1
    if field == 2**exponent - 1:
        return None
    if field > 0:
        significand += 1 << mantissa
    value = significand * Fraction(2) ** (max(field, 1) - (2**(exponent - 1) - 1) - mantissa)
    return -value if bits >> mantissa + exponent else value


def cast_base(bits, kind, precision, floor):
    """Returns the integer of an element of a base."""
    width, mantissa, exponent, _ = FIXED_TYPES[kind]
    value = float_value(bits, mantissa, exponent)
    if value is None or abs(value * 2**precision) >= 2**(63 if width == 8 else 31):
        return 0
    return math.floor(value * 2**precision) if floor else round(value * 2**precision)


def round_float(value, mantissa, exponent, truncates):
    """Returns the bits of the float next to a Fraction that is not negative, with any number of exponents."""
    least = 2 - 2**(exponent - 1)  # exponent of the least normal number
    power = least
    while value >= Fraction(2) ** (power + 1):
        power += 1
    steps = value / Fraction(2) ** (power - mantissa)
    steps = math.floor(steps) if truncates else round(steps)
    return steps + (power - least << mantissa)


def convert_step(bits, source, target, truncates):
    """Converts the bits of a float between F32 and another of the FLOAT_TYPES."""
    (from_width, from_mantissa, from_exponent, _), (width, mantissa, exponent, infinite) = (
        FLOAT_TYPES[source], FLOAT_TYPES[target])
    sign, size = bits >> 8 * from_width - 1, bits % 2**(8 * from_width - 1)
    special = (2**exponent - 1 << mantissa) if infinite else 2**(8 * width - 1) - 1
    value = float_value(size, from_mantissa, from_exponent)
    if source == 8 and size != 127:  # F8_E4M3 has numbers where other types have infinity and NaN
        value = float_value(size, from_mantissa, from_exponent + 1) * 2**(2**from_exponent - 2**(from_exponent - 1))
    if value is not None:
        size = min(round_float(value, mantissa, exponent, truncates), special - truncates)
    elif size % 2**from_mantissa == 0:
        size = special
    elif width == 1:
        size = 127
    else:
        payload = size % 2**from_mantissa << 64 >> 64 + from_mantissa - mantissa
        size = special | payload | (2**(mantissa - 1) if mantissa < from_mantissa else 0)
    return sign << 8 * width - 1 | size


def convert(bits, source, target, truncates):
    """Converts the bits of a float from one of the FLOAT_TYPES to another, through F32."""
    if source != 18:
        bits = convert_step(bits, source, 18, truncates)
    return bits if target == 18 else convert_step(bits, 18, target, truncates)


def wrap(number, bits):
    """Returns a number modulo 2^bits, as a signed number."""
    return (number + 2**(bits - 1)) % 2**bits - 2**(bits - 1)


def unzigzag(z):
    return z >> 1 if z & 1 == 0 else -(z >> 1) - 1
