"""Predicts quantized blocks from their original values, for the second decoder: slowly, value by value, after znn(5).

Every operation is IEEE single precision: Python computes in double precision, and rounding its result to single
precision gives the same as computing in single precision, for sums, differences, products and quotients.
"""
import math
import struct

KINDS = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"]
SOURCES = {"F32": 4, "F16": 2, "BF16": 2}

# values and bytes of a block, where its codes are, the number of words, and of fields for each word
SHAPES = {
    "Q4_0": (32, 18, 2, 16, 1, 0), "Q4_1": (32, 20, 4, 16, 2, 0), "Q5_0": (32, 22, 2, 20, 1, 0),
    "Q5_1": (32, 24, 4, 20, 2, 0), "Q8_0": (32, 34, 2, 32, 1, 0), "Q2_K": (256, 84, 16, 64, 2, 16),
    "Q3_K": (256, 110, 0, 96, 1, 16), "Q4_K": (256, 144, 16, 128, 2, 8), "Q5_K": (256, 176, 16, 160, 2, 8),
    "Q6_K": (256, 210, 0, 192, 1, 16), "IQ4_NL": (32, 18, 2, 16, 1, 0), "IQ4_XS": (256, 136, 8, 128, 1, 8),
}

# the number of steps between the lowest and the highest code, for types with minimums; the lowest code, for the others
STEPS = {"Q4_1": 15, "Q5_1": 31, "Q2_K": 3, "Q4_K": 15, "Q5_K": 31}
LOWEST = {"Q4_0": -8, "Q5_0": -16, "Q3_K": -4, "Q6_K": -32, "IQ4_NL": -127, "IQ4_XS": -127}

# the range of the fields
FIELDS = {"Q2_K": (0, 15), "Q3_K": (-32, 31), "Q4_K": (0, 63), "Q5_K": (0, 63), "Q6_K": (-128, 127),
          "IQ4_XS": (-32, 31)}

LEVELS = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
FLOAT_MAX = struct.unpack("<f", bytes.fromhex("ffff7f7f"))[0]


def single(x):
    """The number of single precision nearest to x."""
    try:
        return struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


def divide(a, b):
    if b != 0:
        return single(a / b)
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1, b)


def to_half(x):
    """The bits of the F16 number nearest to x."""
    if math.isnan(x):
        return 0x7e00
    sign = 0x8000 if math.copysign(1, x) < 0 else 0
    try:
        return sign | struct.unpack("<H", struct.pack("<e", abs(x)))[0]
    except OverflowError:
        return sign | 0x7c00


def from_half(bits):
    return struct.unpack("<e", struct.pack("<H", bits))[0]


def widen(source, data):
    """The values of bytes of type `source`."""
    if source == "F32":
        return list(struct.unpack("<%df" % (len(data) // 4), data))
    if source == "F16":
        return list(struct.unpack("<%de" % (len(data) // 2), data))
    wide = b"".join(b"\0\0" + data[i:i + 2] for i in range(0, len(data), 2))
    return list(struct.unpack("<%df" % (len(data) // 2), wide))


def limit(x, low, high):
    x = x if x > low else low
    return x if x < high else high


def nearest(x, low, high):
    return round(limit(x, low, high))


def farthest(values):
    """The value of the greatest magnitude, the first one of several."""
    found = 0.0
    for value in values:
        if abs(value) > abs(found):
            found = value
    return found


def least(values, start):
    for value in values:
        if value < start:
            start = value
    return start


def greatest(values, start):
    for value in values:
        if value > start:
            start = value
    return start


def find_ideal(kind, values):
    """The scale and the minimum of each part before rounding."""
    parts = SHAPES[kind][5] or 1
    size = len(values) // parts
    scales, minimums = [], []
    for start in range(0, len(values), size):
        part = values[start:start + size]
        minimum = 0.0
        if kind == "Q8_0":
            scale = divide(abs(farthest(part)), 127)
        elif kind in LOWEST:
            scale = divide(farthest(part), LOWEST[kind])
        else:
            plain = parts == 1
            low = least(part, FLOAT_MAX if plain else 0.0)
            high = greatest(part, -FLOAT_MAX if plain else 0.0)
            scale = divide(single(high - low), STEPS[kind])
            minimum = low if plain else -low
        scales.append(scale)
        minimums.append(minimum)
    return scales, minimums


def predict_words(kind, scales, minimums):
    if SHAPES[kind][5] == 0:
        return [to_half(scales[0]), to_half(minimums[0])]
    low, high = FIELDS[kind]
    if low < 0:
        return [to_half(divide(farthest(scales), low))]
    return [to_half(divide(greatest(list_, 0.0), high)) for list_ in (scales, minimums)]


def predict_fields(kind, ideal, word):
    scale = from_half(word)
    if scale == 0:
        scale = 1.0
    return [nearest(divide(x, scale), *FIELDS[kind]) for x in ideal]


def plain_codes(kind, values, ideal, words):
    """Codes of a block without fields."""
    scale, minimum = ideal[0][0], ideal[1][0]
    predicted = predict_words(kind, *ideal)
    searched = predicted[:SHAPES[kind][4]] != words
    if searched:
        scale = from_half(words[0])
        minimum = from_half(words[1]) if len(words) > 1 else 0.0
    if searched and scale == 0 and kind not in STEPS:
        reciprocal = math.nan
    else:
        reciprocal = 0.0 if scale == 0 else divide(1.0, scale)
    codes = []
    for value in values:
        if kind == "Q8_0":
            scaled = limit(single(value * reciprocal), -127, 127)
            code = math.trunc(scaled)
            if abs(scaled - code) >= 0.5:
                code += 1 if scaled > 0 else -1
        elif kind in STEPS:
            scaled = single(single(value - minimum) * reciprocal)
            code = math.trunc(limit(single(scaled + 0.5), 0, STEPS[kind]))
        else:
            middle = -LOWEST[kind]
            scaled = single(value * reciprocal)
            code = math.trunc(limit(single(scaled + (middle + 0.5)), 0, 2 * middle - 1))
        codes.append(code)
    return codes


def level_codes(kind, values, ideal, words, fields):
    """Codes of IQ4_NL and IQ4_XS."""
    codes = []
    for i, value in enumerate(values):
        part = i // 32
        scale = single(from_half(words[0]) * (fields[part] if fields else 1))
        if from_half(words[0]) == 0:
            scale = ideal[0][part]
        reciprocal = 0.0 if scale == 0 else divide(1.0, scale)
        scaled = single(value * reciprocal)
        codes.append(sum(scaled >= (a + b) / 2 for a, b in zip(LEVELS, LEVELS[1:])))
    return codes


def part_codes(kind, values, ideal, words, fields):
    """Codes of a block with fields."""
    parts = SHAPES[kind][5]
    size = len(values) // parts
    codes = []
    for i, value in enumerate(values):
        part = i // size
        scale = single(from_half(words[0]) * fields[part])
        minimum = single(from_half(words[1]) * fields[parts + part]) if kind in STEPS else 0.0
        if scale == 0:
            scale = ideal[0][part] or math.nan
            minimum = ideal[1][part]
        if kind in STEPS:
            codes.append(nearest(divide(single(value + minimum), scale), 0, STEPS[kind]))
        else:
            lowest = LOWEST[kind]
            codes.append(nearest(divide(value, scale), lowest, -lowest - 1) - lowest)
    return codes


def nibbles(codes):
    return bytes(codes[i] & 15 | (codes[i + 16] & 15) << 4 for i in range(16))


def top_bits(codes):
    return sum((code >> 4 & 1) << i for i, code in enumerate(codes)).to_bytes(4, "little")


def twos(codes):
    """Four codes of two bits in each byte."""
    return bytes(sum((codes[start + i + 32 * k] & 3) << 2 * k for k in range(4))
                 for start in (0, 128) for i in range(32))


def ones(codes):
    """Eight codes of one bit in each byte."""
    return bytes(sum((codes[i + 32 * k] & 1) << k for k in range(8)) for i in range(32))


def fours(codes, distance):
    """Two codes of four bits in each byte, from places `distance` apart."""
    return bytes(codes[start + i] & 15 | (codes[start + i + distance] & 15) << 4
                 for start in range(0, 256, 2 * distance) for i in range(distance))


def pack_codes(kind, codes):
    if kind == "Q8_0":
        return bytes(code & 255 for code in codes)
    if kind in ("Q4_0", "Q4_1", "IQ4_NL"):
        return nibbles(codes)
    if kind in ("Q5_0", "Q5_1"):
        return top_bits(codes) + nibbles(codes)
    if kind == "IQ4_XS":
        return b"".join(nibbles(codes[start:start + 32]) for start in range(0, 256, 32))
    if kind == "Q2_K":
        return twos(codes)
    if kind == "Q3_K":
        return ones([code >> 2 for code in codes]) + twos(codes)
    if kind == "Q4_K":
        return fours(codes, 32)
    if kind == "Q5_K":
        return ones([code >> 4 for code in codes]) + fours(codes, 32)
    return fours(codes, 64) + twos([code >> 4 for code in codes])


def pack_scales(kind, words, fields):
    """The bytes of a block before its codes, and those after them."""
    first = b"".join(word.to_bytes(2, "little") for word in words)
    if not fields:
        return first, b""
    if kind == "Q2_K":
        return bytes(fields[i] | fields[16 + i] << 4 for i in range(16)), first
    if kind == "Q6_K":
        return b"", bytes(field & 255 for field in fields) + first
    if kind in ("Q4_K", "Q5_K"):
        scales, minimums = fields[:8], fields[8:]
        low = [x[i] | x[4 + i] >> 4 << 6 for x in (scales, minimums) for i in range(4)]
        return first + bytes(low) + bytes(scales[4 + i] & 15 | (minimums[4 + i] & 15) << 4 for i in range(4)), b""
    fields = [field + 32 for field in fields]
    if kind == "Q3_K":
        low = bytes(fields[i] & 15 | (fields[8 + i] & 15) << 4 for i in range(8))
        high = bytes(sum(fields[i + 4 * k] >> 4 << 2 * k for k in range(4)) for i in range(4))
        return b"", low + high + first
    high = sum(fields[i] >> 4 << 2 * i for i in range(8)).to_bytes(2, "little")
    return first + high + bytes(fields[i] & 15 | (fields[i + 1] & 15) << 4 for i in (0, 2, 4, 6)), b""


def wrap_field(kind, field):
    """A field from a difference that may lead out of its range."""
    low, high = FIELDS[kind]
    return (field - low) % (high - low + 1) + low


def merge_block(kind, values, differences):
    """A block from its values and (folded words, field differences, code differences)."""
    folded, field_differences, code_differences = differences
    per_word = SHAPES[kind][5]
    ideal = find_ideal(kind, values)
    words = []
    for predicted, number in zip(predict_words(kind, *ideal), folded):
        words.append((predicted + (-(number + 1) // 2 if number & 1 else number // 2)) % 65536)
    fields = []
    for i in range(len(words) if per_word else 0):
        for k, predicted in enumerate(predict_fields(kind, ideal[i], words[i])):
            difference = field_differences[i * per_word + k]
            fields.append(wrap_field(kind, predicted - difference if predicted < 0 else predicted + difference))
    if kind.startswith("IQ4"):
        codes = level_codes(kind, values, ideal, words, fields)
    elif per_word:
        codes = part_codes(kind, values, ideal, words, fields)
    else:
        codes = plain_codes(kind, values, ideal, words)
    packed = bytes((a + b) % 256 for a, b in zip(pack_codes(kind, codes), code_differences))
    head, tail = pack_scales(kind, words, fields)
    return head + packed + tail
