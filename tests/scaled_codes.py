"""Predicts the codes of quantized tensors from numbers and scales, for the second decoder: one by one, after znn(5)."""
import math
import struct
from collections import namedtuple

import ggml_blocks
import znnformat as z

TYPES = {14: "F16", 15: "BF16", 18: "F32"}  # of numbers and scales
LIMITS = {6: (-128, 127), 7: (-57344, 57344), 8: (-448, 448)}  # of codes, by their types
ROUNDS, ROUNDS_FACTOR = 4, 8  # bits of the way
WAYS = 16

Scaling = namedtuple("Scaling", "way type divisor columns height width start")


def scale_width(scaling):
    return ggml_blocks.SOURCES[TYPES[scaling.type]]


def scale_count(scaling, count):
    """Returns the number of scales of `count` elements."""
    row = (scaling.start + count - 1) // scaling.columns
    return (row // scaling.height + 1) * -(-scaling.columns // scaling.width)


def round_to(number, x):
    """Rounds a number of single precision to type `number`."""
    if number == 18 or math.isnan(x):
        return x
    bits = z.convert(struct.unpack("<I", struct.pack("<f", x))[0], 18, number, False)
    return struct.unpack("<f", struct.pack("<I", z.convert(bits, number, 18, False)))[0]


def divide(scaling, source, x, a):
    """Divides x by the scale that is stored as a."""
    s = ggml_blocks.divide(a, float(scaling.divisor))
    if s == 0:
        return x
    way, factor = scaling.way & 3, s
    if way == 1:
        factor = ggml_blocks.divide(1.0, s)
    if way == 2:
        factor = ggml_blocks.divide(float(scaling.divisor), a)
    if way in (1, 2) and scaling.way & ROUNDS_FACTOR:
        factor = round_to(source, factor)
    y = ggml_blocks.divide(x, s) if way == 0 else ggml_blocks.single(x * factor)
    return round_to(source, y) if scaling.way & ROUNDS else y


def code_of(target, truncates, y):
    """Returns the code of a quotient."""
    if math.isnan(y):
        return 0 if target == 6 else 127
    low, high = LIMITS[target]
    y = min(max(y, low), high)
    if target == 6:
        return (math.trunc(y) if truncates else round(y)) % 256
    return z.convert(struct.unpack("<I", struct.pack("<f", y))[0], 18, target, truncates)


def predict(scaling, conversion, streams, base):
    """Returns the codes of the numbers in `base`.  The streams are the byte groups of the scales."""
    numerators = ggml_blocks.widen(TYPES[scaling.type], b"".join(bytes(group) for group in zip(*streams[::-1])))
    codes, tiles = [], -(-scaling.columns // scaling.width)
    for i, x in enumerate(ggml_blocks.widen(TYPES[conversion.source], base)):
        row, column = divmod(scaling.start + i, scaling.columns)
        a = numerators[row // scaling.height * tiles + column // scaling.width]
        codes.append(code_of(conversion.target, conversion.truncates, divide(scaling, conversion.source, x, a)))
    return bytes(codes)
