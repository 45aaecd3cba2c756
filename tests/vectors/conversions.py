"""conversions.py - files whose base has another float type: right ones and wrong ones

The numbers of the base are converted before anything else (znn(5), "Delta").  A tensor of the base can be read as if it
had another type.  So the tensor "odd", which has infinities, NaNs, subnormal numbers and zeros as F32, also has such
numbers of other types.
"""
import znnformat as z
from deltas import ALL, content, lossy_head, with_base
from vector import bad, good, unsupported
from writer import Cast, Conversion, bucket, constant, delta, zstd

NAMES = {7: "f8-e5m2", 8: "f8-e4m3", 14: "f16", 15: "bf16", 18: "f32", 20: "f64"}
SHIFTS = {7: 0, 8: 0, 14: 7, 15: 7, 18: 23, 20: 52}  # lowest bits of contexts, as znn chooses them


def converted(tensor, source, target, truncates=0, values=None, buckets=(ALL,), **more):
    """A part against a tensor that is read as `source` and converted to `target`."""
    width, target_width = (z.FLOAT_TYPES[number][0] for number in (source, target))
    count = len(content(tensor)) // width
    return delta(content(tensor), values or [i % 3 for i in range(count)], target_width, buckets,
                 context_shift=SHIFTS[target], conversion=Conversion(source, target, truncates), **more)


def good_conversions():
    def one(name, description, *parts, rows=("odd",), **fields):
        return with_base(good, f"converted-{name}", description, *parts, rows=rows, **fields)

    for source in z.FLOAT_TYPES:
        for target in z.FLOAT_TYPES:
            if source != target:
                names = NAMES[source], NAMES[target]
                yield one("-".join(names), f"a base of {names[0]}, converted to {names[1]}, of numbers of all kinds",
                          converted("odd", source, target), converted("u8", source, target, ranges=[(1, 0, 48)]),
                          rows=["odd", "u8"])
                if z.FLOAT_TYPES[target][0] <= z.FLOAT_TYPES[source][0]:
                    yield one("-".join(names) + "-truncated", f"{names[0]}, truncated to {names[1]}",
                              converted("odd", source, target, 1), converted("u8", source, target, 1, ranges=[(1, 0, 48)]),
                              rows=["odd", "u8"])
    zeros = [0] * 32
    yield one("equal", "a part that is its base, converted", converted("f32", 18, 15, values=zeros, code=constant),
              rows=["f32"])
    yield one("buckets", "two buckets with low bits",
              converted("bf16", 15, 18, values=[i * 3000 for i in range(32)],
                        buckets=[bucket(124, shift=10), bucket(255, shift=13)], code=zstd), rows=["bf16"])
    yield one("xor", "exclusive-or with a base that is converted", converted("f32", 18, 14, coding=z.XOR), rows=["f32"])
    yield one("ranges", "a range that ends within an element of the base",
              delta(content("f32")[:32], [1] * 8, 2, [ALL], context_shift=7, ranges=[(0, 0, 5), (0, 5, 27)],
                    conversion=Conversion(18, 15)), rows=["f32"])
    yield one("casts", "the difference of casts, with a base that is converted",
              converted("bf16", 15, 18, values=[i % 5 for i in range(32)], coding=z.CASTS, cast=Cast(18, 15, 0, {})),
              rows=["bf16"], head=lossy_head())
    yield one("casts-f16", "the difference of casts of F16, with a base of F32",
              converted("f32", 18, 14, values=[2, 1] * 16, coding=z.CASTS, cast=Cast(14, 10, 0, {})), rows=["f32"],
              head=lossy_head(10))


def bad_conversions():
    def one(name, description, part, rows=("f32",), **fields):
        return with_base(bad, f"converted-{name}", description, part, rows=rows, **fields)

    def stated(name, description, *conversion):
        return one(name, description, converted("f32", 18, 15, stated_conversion=conversion))

    yield stated("same", "a conversion to the same type", 15, 15, 0)
    yield stated("width", "a conversion to a type of another width", 15, 18, 0)
    yield one("ranges-short", "ranges of as many bytes as the part", converted("f32", 18, 15, ranges=[(0, 0, 64)]))
    yield one("ranges-long", "ranges that are too long for the part", converted("f32", 18, 15, ranges=[(0, 0, 128)] * 2))
    yield one("range-beyond", "a range that ends behind its tensor", converted("f32", 18, 15, ranges=[(0, 4, 128)]))
    yield one("cut", "a description that ends within the conversion",
              converted("f32", 18, 15)._replace(description=bytes([z.DELTA, 2, 16, 7, 18])), room=False, no_segments=b"")
    yield one("other-rounding", "a base that is to be rounded in the other way",
              converted("odd", 18, 15, stated_conversion=(18, 15, 1)), ["odd"])
    yield one("other-type", "a base that is to be converted to another type",
              converted("odd", 18, 15, stated_conversion=(18, 14, 0)), ["odd"])
    many = delta(bytes(8), [0], 1, [ALL], length=196609, ranges=[(0, 0, 1572872)], conversion=Conversion(20, 7),
                 counts=[196609], code=constant)
    yield one("base-1572872", "a part that needs more of the base than it may",
              many._replace(data=bytes(196609)), room=False)
    half = delta(bytes(8), [0], 1, [ALL], length=98305, ranges=[(0, 0, 786440)], conversion=Conversion(20, 7),
                 counts=[98305], code=constant)._replace(data=bytes(98305))
    yield with_base(bad, "converted-bases-1572880", "parts that need more of the base than they may", half, half,
                    room=False)


def unsupported_conversions():
    def one(name, description, part, **fields):
        return with_base(unsupported, f"converted-{name}", description, part, rows=["f32"], **fields)

    for coding in 20, 48:
        yield one(f"coding-{coding}", f"a difference of coding {coding}", converted("f32", 18, 15, stated_coding=coding))
    for number in 0, 9, 19, 255:
        yield one(f"from-{number}", f"a conversion from type {number}",
                  converted("f32", 18, 15, stated_conversion=(number, 15, 0)))
        yield one(f"to-{number}", f"a conversion to type {number}",
                  converted("f32", 18, 15, stated_conversion=(18, number, 0)))
    for rounding in 2, 255:
        yield one(f"rounding-{rounding}", f"a rounding {rounding} of the base",
                  converted("f32", 18, 15, stated_conversion=(18, 15, rounding)))


def vectors():
    for family in good_conversions, bad_conversions, unsupported_conversions:
        yield from family()
