"""scales.py - files with codes that are predicted from a base and scales: right ones and wrong ones

The tensor "odd" has infinities, NaNs, subnormal numbers and zeros as F32; it can be read as if it had another type.
"""
import struct

import znnformat as z
from deltas import ALL, content, with_base
from scaled_codes import Scaling, scale_count
from vector import bad, good, noise, unsupported
from writer import Scaled, bucket, changes, constant, delta, zstd

NAMES = {6: "i8", 7: "f8-e5m2", 8: "f8-e4m3", 14: "f16", 15: "bf16", 18: "f32"}
WIDTHS = {14: 2, 15: 2, 18: 4}
# The tensor is one tile.
WHOLE = Scaling(way=0, type=18, divisor=1, columns=8, height=4, width=8, start=0)


def numbers(kind, count):
    """Scales of this type that differ, little-endian."""
    floats = [2.0**-(i % 3) * (1 + i % 8 / 8) / 64 for i in range(count)]
    if kind == 14:
        return struct.pack(f"<{count}e", *floats)
    wide = struct.pack(f"<{count}f", *floats)
    return wide if kind == 18 else b"".join(wide[at + 2:at + 4] for at in range(0, len(wide), 4))


def scaled(tensor, source, target, scaling=WHOLE, truncates=0, values=None, scales=None, buckets=(ALL,), make=delta,
           ranges=None, **more):
    """A part against a tensor that is read as `source` and scaled to `target`."""
    count = len(content(tensor)) // WIDTHS[source]
    if scales is None:
        scales = numbers(scaling.type, scale_count(scaling, count))
    values = [i % 3 for i in range(count)] if values is None else values
    conversion = Scaled(source, target, truncates, scaling, scales)
    if make is changes:
        return changes(content(tensor), values, 1, ranges, conversion=conversion, **more)
    return delta(content(tensor), values, 1, buckets, ranges=ranges, conversion=conversion, **more)


def good_scales():
    def one(name, description, *parts, rows=("f32",), **fields):
        return with_base(good, f"scaled-{name}", description, *parts, rows=rows, **fields)

    for source in WIDTHS:
        for target in 6, 7, 8:
            names = f"{NAMES[source]}-{NAMES[target]}"
            yield one(names, f"{NAMES[target]} from {NAMES[source]}, of numbers of all kinds",
                      scaled("odd", source, target), scaled("odd", source, target, truncates=1),
                      scaled("u8", source, target, WHOLE._replace(height=9), ranges=[(1, 0, 48)]), rows=["odd", "u8"])
    for way in range(16):
        for source in WIDTHS:
            scaling = WHOLE._replace(way=way, divisor=127, height=1, columns=5, width=2, start=3)
            tensor = NAMES[source]
            yield one(f"way-{way}-{tensor}", f"way {way} to scale {tensor}", scaled(tensor, source, 8, scaling),
                      scaled(tensor, source, 6, scaling), rows=[tensor])
    for kind in WIDTHS:
        special = {14: "007c007e00fc00000080010000fe0084", 15: "807fc07f80ff0000008001008000017f",
                   18: "0000807f0000c07f000080ff00000000000000800100000000000001ffff7f7f"}[kind]
        scaling = WHOLE._replace(type=kind, height=1, width=4, columns=4)
        for way in 0, 1, 2, 3:
            yield one(f"special-{NAMES[kind]}-{way}", f"scales of {NAMES[kind]} that are no usual numbers, in way {way}",
                      scaled("f32", 18, 8, scaling._replace(way=way), scales=bytes.fromhex(special)),
                      scaled("odd", 18, 6, scaling._replace(way=way), scales=bytes.fromhex(special)[:4 * WIDTHS[kind]],
                             ranges=[(1, 0, 64)]), rows=["f32", "odd"])
    yield one("divisor-65535", "the greatest divisor", scaled("f32", 18, 8, WHOLE._replace(divisor=65535)))
    yield one("tiles", "tiles of two rows and three columns, and a part that starts in a second row",
              scaled("f32", 18, 8, WHOLE._replace(columns=7, height=2, width=3, start=9)))
    yield one("large", "the greatest tile, and a part at its end",
              scaled("f32", 18, 8, WHOLE._replace(columns=2**32 - 1, height=2**32 - 1, width=2**32 - 1,
                                                  start=(2**32 - 1)**2 - 5)))
    yield one("columns", "a scale for each column", scaled("f32", 18, 6, WHOLE._replace(width=1, height=9)))
    yield one("most", "as many scales as elements", scaled("f32", 18, 6, WHOLE._replace(columns=1, width=1, height=1)))
    yield one("equal", "a part that is as predicted", scaled("f32", 18, 8, values=[0] * 32, code=constant,
                                                             scales=b"\x3d" * 4))
    yield one("xor", "exclusive-or with a base that is scaled", scaled("f32", 18, 6, coding=z.XOR))
    yield one("buckets", "two buckets with low bits, and frames",
              scaled("f32", 18, 8, values=list(noise(32)), buckets=[bucket(124, shift=2), bucket(255, shift=3)], code=zstd))
    yield one("changes", "changes of a base that is scaled", scaled("f32", 18, 8, values={5: 1, 30: 2}, make=changes))
    yield one("ranges", "two ranges that end within an element of the base",
              scaled("f32", 18, 8, ranges=[(0, 0, 5), (0, 5, 123)]))


def bad_scales():
    def one(name, description, part, rows=("f32",), **fields):
        return with_base(bad, f"scaled-{name}", description, part, rows=rows, **fields)

    def stated(name, description, part=None, **wrong):
        right = Scaled(18, 8, 0, WHOLE, numbers(18, 1))
        wrong = right._replace(scaling=WHOLE._replace(**wrong))
        return one(name, description, scaled("f32", 18, 8, stated_conversion=wrong))

    yield stated("divisor-0", "a divisor of 0", divisor=0)
    yield stated("divisor-65536", "a divisor of 65536", divisor=65536)
    yield stated("columns-0", "no columns", columns=0)
    yield stated("columns-max", "too many columns", columns=2**32)
    yield stated("height-0", "tiles without rows", height=0)
    yield stated("height-max", "tiles of too many rows", height=2**32)
    yield stated("width-0", "tiles without columns", width=0)
    yield stated("width-9", "tiles that are wider than the tensor", width=9)
    yield stated("start-32", "a start behind the first row of tiles", start=32)
    yield stated("start-max", "the greatest start", start=2**64 - 1)
    yield stated("overlong", "an overlong number", start=b"\x80\0")
    yield stated("scales-33", "more scales than elements", columns=33, width=1)
    yield stated("scales-far", "more scales than can be", columns=2**32 - 1, width=1, height=2**32 - 1)
    yield stated("scales-2", "tiles that call for one more scale", columns=8, height=3)
    yield stated("other-divisor", "another divisor", divisor=2)
    yield stated("other-way", "another way", way=3)
    yield stated("other-start", "tiles that start elsewhere", columns=32, height=1, width=32, start=0, way=1, divisor=7)
    yield one("width", "a part with elements of two bytes", scaled("f32", 18, 8, stated_width=2))
    yield one("context-shift", "a context shift", scaled("f32", 18, 8, stated_context_shift=1))
    yield one("ranges-short", "ranges of as many bytes as the part", scaled("f32", 18, 8, ranges=[(0, 0, 32)]))
    yield one("ranges-long", "ranges that are too long for the part", scaled("f32", 18, 8, ranges=[(0, 0, 128)] * 2))
    yield one("range-beyond", "a range that ends behind its tensor", scaled("f32", 18, 8, ranges=[(0, 4, 128)]))
    rows = WHOLE._replace(height=1)  # four scales
    yield one("group-short", "groups of scales that are too short",
              scaled("f32", 18, 8, rows, code=lambda row: zstd(row[:3] if len(row) == 4 else row)))
    yield one("group-long", "groups of scales that are too long",
              scaled("f32", 18, 8, rows, code=lambda row: zstd(row + row if len(row) == 4 else row)))
    yield one("cut", "a description that ends within the tiles",
              scaled("f32", 18, 8)._replace(description=bytes([z.DELTA, 1, 32, 0, 18, 8, 0, 0, 18, 1, 8]), streams=[]),
              room=False, no_segments=b"")
    yield one("cut-types", "a description that ends within the types",
              scaled("f32", 18, 8)._replace(description=bytes([z.DELTA, 1, 32, 0, 18, 8, 0]), streams=[]), room=False,
              no_segments=b"")
    yield one("count", "a bucket that has another number of elements",
              scaled("f32", 18, 8, buckets=[bucket(127), bucket(255)], stated_lasts=[220, 255]))
    long = scaled("f32", 18, 8, WHOLE._replace(height=2**20), length=393217, ranges=[(0, 0, 1572868)], counts=[393217],
                  code=constant, scales=b"\x3d" * 4, values=[0] * 32)
    yield one("base-1572868", "a part that needs more of the base than it may", long._replace(data=bytes(393217)), room=False)


def unsupported_scales():
    def one(name, description, part, **fields):
        return with_base(unsupported, f"scaled-{name}", description, part, rows=["f32"], **fields)

    def stated(name, description, source=18, target=8, rounding=0, **wrong):
        return one(name, description, scaled("f32", 18, 8, stated_conversion=Scaled(
            source, target, rounding, WHOLE._replace(**wrong), b"")))

    for coding in 34, 36, 50, 64:
        yield one(f"coding-{coding}", f"a difference of coding {coding}", scaled("f32", 18, 8, stated_coding=coding))
    for number in 0, 8, 20, 255:
        yield stated(f"from-{number}", f"scaling of type {number}", source=number)
        yield stated(f"scales-{number}", f"scales of type {number}", type=number)
    for number in 0, 5, 10, 15, 255:
        yield stated(f"to-{number}", f"scaling to type {number}", target=number)
    for rounding in 2, 255:
        yield stated(f"rounding-{rounding}", f"a rounding {rounding} of codes", rounding=rounding)
    for way in 16, 255:
        yield stated(f"way-{way}", f"a way {way} to scale", way=way)


def vectors():
    for family in good_scales, bad_scales, unsupported_scales:
        yield from family()
