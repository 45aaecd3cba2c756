"""lossy.py - files with rounded numbers, and with signs apart: good, bad and too new ones"""
import struct

import znnformat as z
from vector import TEXT, bad, good, noise, unsupported
from writer import chunk, constant, fixed, header, part, prop, raw, signed, zstd

F16, BF16, F32, F64 = 14, 15, 18, 20
NAN = b"\x01\x00\xc0\x7f"


def head(precision=15, flags=0, mode=1):
    return header(prop(z.PROPERTY_LOSSY, bytes([mode, precision, flags])))


def spread(count, limit):
    """Integers from -limit to limit, of all sizes."""
    numbers = struct.unpack(f"<{count}Q", noise(8 * count))
    return [(n >> 8) % (2 * (limit >> n % 8) + 1) - (limit >> n % 8) for n in numbers]


# A chunk's payload is at most as long as what it decodes to: this gives room for signs and exceptions.
ROOM = part(bytes(100), code=constant)


def lossy(name, description, *parts, precision=15, flags=0):
    return good(f"lossy-{name}", description, chunk(*parts, ROOM), head=head(precision, flags))


def good_parts():
    values = spread(40, 2**13 - 1)
    yield lossy("signs", "fixed point with the signs apart", fixed(values, shift=3))
    yield lossy("shifted-out", "bits that are shifted out, and set",
                fixed(values, shift=3, code=[raw, lambda data: raw(bytes(byte | 5 for byte in data)), raw]))
    yield lossy("zigzag", "fixed point with zigzag", fixed(values, form=z.ZIGZAG, shift=2))
    yield lossy("packed", "fixed point with a packed tail", fixed(values, form=z.PACKED, shift=3))
    yield lossy("zigzag-packed", "fixed point with zigzag and a packed tail",
                fixed(values, form=z.ZIGZAG + z.PACKED, shift=2))
    yield lossy("streams", "fixed point with streams of all kinds",
                fixed([5] * 40, groups=1, shift=5, code=[constant, zstd]), fixed([-1] * 9, groups=1, code=[raw, zstd]))
    for shift in range(1, 8):
        yield lossy(f"tail-{8 - shift}", f"a packed tail of {8 - shift} bits",
                    fixed(spread(29, 2**(16 - shift) - 1), form=z.PACKED, shift=shift))
    for kind, name, precision, limit, groups in (
            (F16, "f16", 10, 2**11 - 1, 2), (BF16, "bf16", 12, 2**8 - 1, 1), (F32, "f32", 30, 2**24 - 1, 3),
            (F64, "f64", 61, 2**53 - 1, 7)):
        yield lossy(name, f"fixed point of type {kind}",
                    fixed(spread(17, limit), kind=kind, precision=precision, groups=groups), precision=precision)
    yield lossy("b-0", "whole numbers", fixed(spread(20, 1000), precision=0), precision=0)
    yield lossy("one", "a single number", fixed([-12345]))
    yield lossy("zero", "zeros, one of them with its sign set", fixed([0, 0, 7], signs=b"\2"))
    yield lossy("flags", "a file that was rounded down, with negative zeros kept", fixed(values), flags=3)


def good_edges():
    yield lossy("largest", "the largest integers, with four groups and no shift",
                fixed([2**31 - 128, -(2**31 - 128), 2**30, -1], groups=4))
    yield lossy("largest-zigzag", "the largest integers, with zigzag",
                fixed([2**31 - 128, -(2**31 - 128), 2**30, -1], groups=4, form=z.ZIGZAG))
    wide = [2**63 - 2**10, -(2**63 - 2**10), 2**62, -1]
    yield lossy("largest-f64", "the largest integers of F64", fixed(wide, kind=F64, groups=8, precision=61),
                precision=61)
    yield lossy("largest-f16", "the largest F16", fixed([65504, -65504, 2048], kind=F16, precision=0), precision=0)
    yield lossy("smallest-f16", "the smallest F16, which is subnormal",
                fixed([1, -1, 2, 1024, -1023], kind=F16, precision=24), precision=24)
    yield lossy("finer-f16", "a step that is finer than F16 is", fixed([64, -128, 0], kind=F16, precision=30),
                precision=30)
    ten = spread(24, 2**12)
    yield lossy("exceptions", "exceptions: NaN, negative zero and infinity",
                fixed(ten, exceptions={0: NAN, 7: b"\0\0\0\x80", 23: b"\0\0\x80\x7f"}))
    yield lossy("exceptions-zigzag", "exceptions beside zigzag and a packed tail",
                fixed(ten, form=z.ZIGZAG + z.PACKED, shift=2, exceptions={8: NAN, 15: NAN}, code=raw))
    segments = chunk(fixed(spread(30, 999)), part(noise(50)), segments=[(1, 7), (0, 33), (1, 43), (0, 87)])
    yield good("lossy-layout", "segments of a part of fixed point; they cut elements", segments, head=head())
    yield good("lossy-unused", "a file that says to be lossy, with nothing that is", chunk(part(TEXT)), head=head())


def good_signs():
    for width in z.WIDTHS:
        for rotation in (0, 1, 8 * width - 1):
            yield good(f"signs-{width}-{rotation}", f"width {width}, rotation {rotation}, signs apart",
                       chunk(signed(noise(9 * width, seed=rotation + 1), width, rotation), ROOM))
    yield good("signs-constant", "signs apart, all set",
               chunk(signed(bytes([1, 2, 3, 0xbf]) * 20, 4, 1, code=constant, signs=b"\xff" * 2 + b"\x0f"),
                     ROOM))
    both = signed(b"\x80" * 12, 1, 0, signs=b"\xff\x0f")
    yield good("signs-both", "signs apart, and set in the groups as well",
               chunk(both._replace(streams=[raw(b"\x80" * 12), raw(b"\xff\x0f")]), ROOM))


def one(name, description, *parts, precision=15, **others):
    return bad(f"lossy-{name}", description, chunk(*parts, *([ROOM] if parts else []), **others), head=head(precision))


def bad_parts():
    values = [1, -2, 300]
    ten = list(range(24))
    exception = {3: NAN}
    yield bad("lossy-unannounced", "fixed point in a file that does not say so", chunk(fixed(values), ROOM))
    yield one("other-b", "fixed point with another B than the header has", fixed(values), precision=16)
    yield one("b-31", "a B of 31, with F32", fixed(values)._replace(
        description=bytes([2, F32, 31, 0, 2, 0, 12, 0])), precision=31)
    yield one("b-62", "a B of 62, with F64", fixed(values, kind=F64)._replace(
        description=bytes([2, F64, 62, 0, 2, 0, 24, 0])))
    for groups in 0, 5:
        yield one(f"groups-{groups}", f"{groups} groups, with F32",
                  fixed(values, groups=max(groups, 1), code=constant, data=bytes(12))._replace(
                      description=bytes([2, F32, 15, 0, groups, 0, 12, 0])))
    yield one("groups-f16", "three groups, with F16", fixed(values, kind=F16, groups=3, code=constant))
    yield one("shift-8", "a shift of 8", fixed([256, 512], shift=7)._replace(
        description=bytes([2, F32, 15, 0, 2, 8, 8, 0])))
    yield one("packed-0", "a packed tail without a shift", fixed(values, form=z.PACKED))
    for length in 0, 11, 13:
        yield one(f"length-{length}", "a length that is none of F32s", fixed(values, length=z.leb(length)))
    yield one("length-max", "the highest length", fixed(values, length=z.leb(2**64 - 4)))
    yield one("too-large", "an integer of 2^31", fixed([2**31, 0], groups=4, precision=0), precision=0)
    yield one("too-large-zigzag", "an integer of -2^31", fixed([-2**31, 0], groups=4, precision=0, form=z.ZIGZAG),
              precision=0)
    yield one("too-large-f64", "an integer of 2^63", fixed([2**63, 0], kind=F64, groups=8, precision=0), precision=0)
    no_float = {"f32": (F32, 2**24 + 1, 4, 0), "bf16": (BF16, 257, 2, 0), "f16": (F16, 2049, 2, 0),
                "f16-large": (F16, 65536, 3, 0), "f16-fine": (F16, 63, 1, 30), "f64": (F64, 2**53 + 1, 7, 0)}
    for name, (kind, value, groups, precision) in no_float.items():
        width = z.FIXED_TYPES[kind][0]
        if groups > width:
            continue
        yield one(f"no-float-{name}", "an integer that no float stands for",
                  fixed([0, value], kind=kind, groups=groups, precision=precision, data=bytes(2 * width)),
                  precision=precision)
    yield one("no-float-f16-out", "an integer beyond the range of F16",
              fixed([0, 2**15], kind=F16, groups=2, form=0, precision=0, shift=0, data=bytes(4))._replace(
                  streams=[raw(b"\0\xff"), raw(b"\0\xff"), raw(b"\0")]), precision=0)
    yield one("spare-sign", "a spare bit of the signs is set", fixed(values, signs=b"\x0a"))
    yield one("spare-tail", "a spare bit of the packed tail is set",
              fixed(values, form=z.PACKED, shift=1, tail=b"\0\0\x80"))
    yield one("spare-map", "a spare bit of the map is set",
              fixed(list(range(13)), exceptions=exception, bitmap=b"\x08\x20"))
    yield one("exceptions-many", "more exceptions than an eighth",
              fixed(list(range(15)), exceptions={0: NAN, 1: NAN}, code=[constant, raw, raw, raw, raw]))
    yield one("exceptions-max", "the highest number of exceptions", fixed(ten, count=2**64 - 1))
    yield one("map-fewer", "a map with fewer exceptions than there are", fixed(ten, exceptions=exception, bitmap=bytes(3)))
    yield one("map-more", "a map with more exceptions than there are",
              fixed(ten, exceptions=exception, bitmap=b"\x08\0\1"))
    yield one("hidden", "an exception hides an integer that no float stands for",
              fixed([2**24 + 1] + ten[1:], groups=4, exceptions={0: NAN}, data=NAN + bytes(4 * 23)))
    yield one("cut", "the directory ends within the numbers of fixed point", data=b"a", count=1,
              no_segments=bytes([2, F32, 15]))
    yield one("digest", "a wrong digest of what was rounded", fixed(values), digest=0)
    signs = signed(noise(27), 1, 0, signs=b"\1\2\3\x10")
    yield bad("signs-spare", "a spare bit of signs is set", chunk(signs, ROOM))
    for width in z.WIDTHS[:3]:
        made = signed(bytes(8 * width), width, 1, code=constant)
        yield bad(f"signs-rotation-{width}", f"a rotation by {8 * width} of {width} bytes, signs apart",
                  chunk(made._replace(description=bytes([0, width, 128 + 8 * width, 8 * width])), ROOM))


def bad_headers():
    def wrong(name, description, value):
        return bad(f"property-lossy-{name}", description, chunk(part(TEXT)), head=header(prop(2, value)))

    yield wrong("empty", "a property without a mode", b"")
    yield wrong("short", "a property that is too short", b"\1\x0f")
    yield wrong("long", "a property that is too long", b"\1\x0f\0\0")
    yield wrong("b-62", "a B of 62", b"\1\x3e\0")


def too_new():
    def one(name, description, *parts, **others):
        return unsupported(f"lossy-{name}", description, chunk(*parts), **others)

    for mode in 0, 2, 255:
        yield one(f"mode-{mode}", f"lossy mode {mode}", part(TEXT), head=head(mode=mode))
    yield one("mode-long", "a lossy mode with more to say", part(TEXT), head=header(prop(2, b"\2" + noise(20))))
    yield one("flags", "a flag of lossy files that is not known", part(TEXT), head=head(flags=4))
    for kind in 0, 19, 255:
        yield one(f"type-{kind}", f"fixed point of type {kind}",
                  fixed([1, 2])._replace(description=bytes([2, kind, 15, 0, 2, 0, 8, 0])), head=head())
    for form in 4, 255:
        yield one(f"form-{form}", f"fixed point of form {form}",
                  fixed([1, 2])._replace(description=bytes([2, F32, 15, form, 2, 0, 8, 0])), head=head())


def vectors():
    for family in good_parts, good_edges, good_signs, bad_parts, bad_headers, too_new:
        yield from family()
