"""deltas.py - files with a base: right ones and wrong ones

The base is base.safetensors, beside the vectors.  It has a few tensors of small numbers.  A recipe gives z (znn(5),
"Delta") for each number of a child, and the writer makes tokens, low bits and escapes of it.
"""
import json
import struct

import znnformat as z
from vector import TEXT, bad, good, noise, unsupported
from writer import Cast, bases, base_row, bucket, chunk, constant, delta, header, kind, part, prop, raw, zstd

F32 = struct.pack("<32f", *[(-1)**i * 2.0**(i % 4 - 3) * (1 + i / 64) for i in range(32)])
BF16 = b"".join(F32[i + 2:i + 4] for i in range(0, 128, 4))
TENSORS = {
    "f32": ("F32", [32], F32),
    "bf16": ("BF16", [32], BF16),
    "f64": ("F64", [16], struct.pack("<16d", *[2.0**(i % 3) + i / 16 for i in range(16)])),
    "u8": ("U8", [48], noise(48)),
    "twin": ("U8", [48], noise(48)),
    "f16": ("F16", [16], struct.pack("<16e", *[(-1)**i * (1 + i / 16) / 8 for i in range(16)])),
    # What has no integer under a cast with B = 15, and the last that have one; zeros; and what is next to nothing.
    "odd": ("F32", [16], struct.pack("<16I", 0x7fc00000, 0xff800001, 0x7f800000, 0xff800000, 0x47800000, 0xc7800000,
                                     0x477fffff, 0xc77fffff, 0x7f7fffff, 0x80000000, 0, 1, 0x80000001, 0x37800000,
                                     0xb7c00000, 0x3f800000)),
}
DTYPES = {"F32": 18, "BF16": 15, "F64": 20, "U8": 5, "F16": 14}


def base_file():
    """Returns base.safetensors."""
    entries, data = {}, b""
    for name, (dtype, shape, content) in TENSORS.items():
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(entries, separators=(",", ":"))
    text += " " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text.encode() + data


def row(tensor, name=None, dtype=None, **wrong):
    type_name, _, data = TENSORS[tensor]
    return base_row(tensor if name is None else name, DTYPES[type_name] if dtype is None else dtype, data, **wrong)


def content(name):
    return TENSORS[name][2]


F32_VALUES = [i * i * 3000 for i in range(32)]
BF16_VALUES = [i % 7 for i in range(32)]
ALL = bucket(255)  # a single bucket
ROOM = part(b"a" * 300, code=constant)  # for payloads that are longer than what they stand for


def f32(values=F32_VALUES, buckets=(bucket(124, shift=10), bucket(255, shift=13)), **more):
    return delta(content("f32"), values, 4, buckets, context_shift=23, **more)


def bf16(values=BF16_VALUES, buckets=(ALL,), **more):
    return delta(content("bf16"), values, 2, buckets, context_shift=7, **more)


def u8(values=None, buckets=(ALL,), **more):
    return delta(content("u8"), values or [0] * 48, 1, buckets, **more)


def with_base(make, name, description, *parts, rows=("f32",), head=None, record=None, room=True,
              no_segments=b"\0", **fields):
    """Returns a vector with one chunk of these parts and, unless `room` is false, of ROOM."""
    parts += (ROOM,) if room else ()
    listed = [row(one) if isinstance(one, str) else one for one in rows]
    return make(name, description, chunk(*parts, no_segments=no_segments), head=(header() if head is None else head) +
                (bases(listed) if record is None else record), **fields)


def good_vectors():
    def one(name, description, *parts, **fields):
        return with_base(good, f"delta-{name}", description, *parts, **fields)

    yield one("f32", "differences of F32, with low bits and two buckets", f32())
    yield one("chunk-1572864", "a chunk with a difference that is as long as it may be", f32(),
              part(b"r" * (1572864 - 128), code=constant), room=False)
    yield one("hint", "the name of the base's file", f32(), head=header(prop(3, b"base.safetensors")))
    yield one("hint-path", "the path of the base's file", f32(), head=header(prop(3, b"../../a b/base.znn")))
    yield one("bf16", "differences of BF16 in one bucket", bf16(), rows=["bf16"])
    yield one("f64", "differences of F64, with as many low bits as there may be",
              delta(content("f64"), [i << 56 | i * 12345678901 for i in range(16)], 8, [bucket(255, shift=56)],
                    context_shift=52), rows=["f64"])
    yield one("negative", "differences that wrap around", bf16([2**16 - 1, 2**16 - 2] * 16), rows=["bf16"])
    yield one("escapes", "escapes, one of them of all bits", bf16([254, 255, 256, 2**16 - 1] * 8), rows=["bf16"])
    yield one("slope", "a bucket whose shift falls with the context, to none",
              f32([i * 5 for i in range(32)], [bucket(124), bucket(255, shift=2, slope=True)]))
    yield one("slope-first", "a slope that starts with context 0", f32(F32_VALUES, [bucket(255, shift=31, slope=True)]))
    for packing in 1, 2, 3:
        limit = 2**(8 >> packing) - 1
        yield one(f"packing-{packing}", f"{2**packing} tokens in a byte, some of them escapes",
                  u8([i % (limit + 2) for i in range(45)] + [0] * 3, [bucket(255, packing=packing)]), rows=["u8"])
    yield one("packing-rest", "a last byte that is not full of tokens",
              delta(content("u8")[:45], [1, 2, 0] * 15, 1, [bucket(255, packing=2)], ranges=[(0, 0, 45)]), rows=["u8"])
    yield one("equal", "a part that is the same, with constant tokens", u8(code=constant), rows=["u8"])
    yield one("xor", "exclusive-or", u8([i * 5 % 256 for i in range(48)], coding=z.XOR), rows=["u8"])
    yield one("xor-f32", "exclusive-or with low bits", f32(coding=z.XOR))
    yield one("zstd", "tokens, low bits and escapes as frames",
              f32([i << 14 for i in range(31)] + [2**32 - 1], [bucket(255, shift=8)], code=zstd))
    yield one("context-low", "contexts of the lowest bits",
              delta(content("bf16"), BF16_VALUES, 2, [bucket(127, shift=1), bucket(255)]), rows=["bf16"])
    many = [bucket(c) for c in sorted(set(content("u8")))[:31]] + [bucket(255)]
    yield one("buckets-32", "as many buckets as there may be", u8([i % 3 for i in range(48)], many), rows=["u8"])
    parts = [(1, 8, 8), (0, 4, 12), (1, 0, 4)]
    joined = content("u8")[8:16] + content("f32")[4:16] + content("u8")[:4]
    yield one("ranges", "ranges of two tensors, forwards and backwards",
              delta(joined, [1] * 24, 1, [ALL], ranges=parts), rows=["f32", "u8"])
    yield one("mixed", "parts with a base and without", part(TEXT), bf16(), part(noise(40), width=4, rotation=1),
              rows=["bf16"])
    yield one("unused", "a tensor of the base that no part refers to", bf16(), rows=["bf16", "f32"])
    yield one("renamed", "a tensor that the base has under another name", bf16(), rows=[row("bf16", name="gone")])
    yield one("nameless", "a tensor without a name", bf16(), rows=[row("bf16", name="")])
    yield one("table-zstd", "the list of tensors as a frame", f32(), record=bases([row("f32"), row("u8")], code=zstd))


NAN = b"\1\0\xc0\x7f"


def casts(tensor, values, kind=18, precision=15, rounding=0, exceptions=None, buckets=(ALL,), **more):
    width = z.FIXED_TYPES[kind][0]
    cast = Cast(kind, precision, rounding, exceptions or {})
    shift = {14: 7, 15: 7, 18: 23, 20: 52}[kind]
    return delta(content(tensor), values, width, buckets, coding=z.CASTS, context_shift=shift, cast=cast, **more)


def lossy_head(precision=15, flags=0):
    return header(prop(z.PROPERTY_LOSSY, bytes([1, precision, flags])))


SMALL = [i % 5 for i in range(32)]


def good_casts():
    def one(name, description, part, tensor="f32", precision=15, flags=0):
        return with_base(good, f"casts-{name}", description, part, rows=[tensor], head=lossy_head(precision, flags))

    yield one("f32", "the difference of casts of F32", casts("f32", [i * 40 for i in range(32)]))
    yield one("buckets", "two buckets with low bits and a slope",
              casts("f32", [i * 300 for i in range(32)], buckets=[bucket(125, shift=4), bucket(255, shift=7, slope=True)]))
    yield one("escapes", "escapes", casts("f32", [254, 255, 256, 100000] * 8))
    yield one("nearest", "a base that is rounded, ties to even", casts("f32", SMALL, precision=2), precision=2)
    yield one("floor", "a base that is rounded towards minus infinity", casts("f32", SMALL, precision=2, rounding=1),
              precision=2, flags=1)
    yield one("b-0", "whole numbers", casts("f32", SMALL, precision=0), precision=0)
    yield one("bf16", "casts of BF16", casts("bf16", [0] * 32, kind=15, precision=12), "bf16", 12)
    yield one("bf16-wraps", "casts of BF16 that no 16 bits hold in the base, and 16 bits in the part",
              casts("bf16", [z.zigzag(z.wrap(256 * (i - 16) - z.cast_base(b, 15, 20, False), 16)) for i, b in
                             enumerate(struct.unpack("<32H", content("bf16")))], kind=15, precision=20), "bf16", 20)
    yield one("f16", "casts of F16", casts("f16", [2, 1] * 8, kind=14, precision=11), "f16", 11)
    yield one("f64", "casts of F64", casts("f64", [i * i * 10**9 for i in range(16)], kind=20, precision=40), "f64", 40)
    yield one("odd", "a base of NaN, infinities, numbers out of range, and zeros",
              casts("odd", [0, 1, 2, 3, 4, 5, 0, 0, 6, 7, 8, 9, 10, 11, 12, 13]), "odd")
    yield one("wrap", "a difference that wraps around",
              casts("odd", [0] * 6 + [2**32 - 1 - 2 * 127, 2**32 - 2 - 2 * 127] + [0] * 8), "odd")
    yield one("exceptions", "exceptions: NaN, negative zero and infinity",
              casts("f32", SMALL, exceptions={0: NAN, 7: b"\0\0\0\x80", 31: b"\0\0\x80\x7f"}))
    yield one("exceptions-zstd", "exceptions, and all streams as frames",
              casts("f32", [300] * 32, exceptions={8: NAN, 15: NAN}, buckets=[bucket(255, shift=1)], code=zstd))
    yield one("equal", "casts that are the same, of numbers that are not", casts("f32", [0] * 32, precision=1, code=constant),
              precision=1)


def bad_casts():
    def one(name, description, part, tensor="f32", precision=15, **fields):
        return with_base(bad, f"casts-{name}", description, part, rows=[tensor], head=lossy_head(precision), **fields)

    def head(name, description, *stated):
        return one(name, description, casts("f32", SMALL, stated_cast=stated))

    yield with_base(bad, "casts-unannounced", "a difference of casts in a file that does not say to be lossy",
                    casts("f32", SMALL))
    yield one("other-b", "another B than the header has", casts("f32", SMALL, precision=14))
    yield one("b-31", "a B of 31, with F32", casts("f32", SMALL, stated_cast=(18, 31, 0)), precision=31)
    yield one("b-62", "a B of 62, with F64",
              casts("f64", [0] * 16, kind=20, precision=61, stated_cast=(20, 62, 0)), "f64", 61)
    yield head("width", "a type of another width", 20, 15, 0)
    yield one("least", "an integer of -2^31", casts("odd", [2**32 - 1] + [0] * 15), "odd")
    yield one("least-16", "an integer of -2^15",
              casts("bf16", [z.zigzag(z.wrap(-2**15 - z.cast_base(b, 15, 12, False), 16)) for b in
                             struct.unpack("<32H", content("bf16"))], kind=15, precision=12), "bf16", 12)
    yield one("no-float", "an integer that no float stands for", casts("odd", [2 * (2**24 + 1)] + [0] * 15), "odd")
    yield one("no-float-bf16", "an integer that no BF16 stands for", casts("bf16", [2] * 32, kind=15, precision=20),
              "bf16", 20)
    yield one("hidden", "an exception hides an integer that no float stands for",
              casts("odd", [2 * (2**24 + 1)] + [0] * 15, exceptions={0: NAN}), "odd")
    yield one("exceptions-many", "more exceptions than an eighth", casts("f32", SMALL, exceptions=dict.fromkeys(range(5), NAN)))
    yield one("exceptions-max", "the highest number of exceptions", casts("f32", SMALL, exception_count=2**64 - 1))
    yield one("exceptions-none", "the directory ends before the exceptions", casts("f32", SMALL, exception_count=b""),
              room=False, no_segments=b"")
    yield one("map-fewer", "a map with fewer exceptions than there are",
              casts("f32", SMALL, exceptions={3: NAN}, bitmap=bytes(4)))
    yield one("map-more", "a map with more exceptions than there are",
              casts("f32", SMALL, exceptions={3: NAN}, bitmap=b"\x08\0\1\0"))
    short = delta(content("f32")[:52], SMALL[:13], 4, [ALL], coding=z.CASTS, context_shift=23, ranges=[(0, 0, 52)],
                  cast=Cast(18, 15, 0, {3: NAN}), bitmap=b"\x08\x20")
    yield one("spare-map", "a spare bit of the map is set", short)
    yield one("digest", "a cast that leads to other bytes", casts("f32", SMALL)._replace(data=bytes(128)))
    yield one("cut", "a description that ends within the cast",
              casts("f32", SMALL)._replace(description=bytes([z.DELTA, 4, 2, 23, 18])), room=False, no_segments=b"")
    yield one("other-rounding", "a base that is to be rounded in the other way",
              casts("f32", SMALL, precision=2, stated_cast=(18, 2, 1)), precision=2)


def unsupported_casts():
    def one(name, description, *stated):
        return with_base(unsupported, f"casts-{name}", description, casts("f32", SMALL, stated_cast=stated),
                         head=lossy_head())

    for number in 0, 19, 255:
        yield one(f"type-{number}", f"casts of type {number}", number, 15, 0)
    for rounding in 2, 255:
        yield one(f"rounding-{rounding}", f"a rounding {rounding} of the base", 18, 15, rounding)


def bad_bases():
    def one(name, description, record, status="ZNN_ERROR_CORRUPT", **fields):
        return with_base(bad, f"bases-{name}", description, f32(), record=record, status=status, **fields)

    rows = [row("f32")]
    yield one("none", "a part that refers to a base, and no list of its tensors", b"")
    yield one("hint-alone", "the name of a base, and no list of its tensors", b"", head=header(prop(3, b"a")))
    for name, hint in {"empty": b"", "slash": b"a/", "slashes": b"a//b", "root": b"/a", "up": b"../",
                       "up-late": b"a/../b", "hidden": b"../.a", "backslash": b"a\\b", "colon": b"c:a", "dot": b".a",
                       "parent": b"..", "dash": b"-a", "nul": b"a\0", "utf8": b"\xc3\xa4", "del": b"\x7f"}.items():
        yield one(f"hint-{name}", "a name that is none of a file", bases(rows), head=header(prop(3, hint)))
    yield one("count-0", "no tensors", bases([], count=0))
    yield one("count-more", "more tensors than the table has", bases(rows, count=2))
    yield one("count-fewer", "fewer tensors than the table has", bases(rows * 2, count=1))
    yield one("count-262145", "more tensors than there may be", bases(rows, count=262145))
    yield one("table-0", "an empty table", bases(rows, table_length=0))
    yield one("table-long", "a table that says to be longer", bases(rows, table_length=1000))
    yield one("table-16777217", "a table that is longer than it may be", bases(rows, table_length=2**24 + 1))
    yield one("table-constant", "a constant table", bases(rows, code=constant))
    yield one("tail", "the directory goes on", bases(rows, directory_tail=b"\0"))
    yield one("payload-tail", "the payload goes on", bases(rows, payload_tail=b"\0"))
    yield one("digest", "the digest of the payload is wrong", bases(rows, digest=0))
    yield one("checksum", "the checksum of the record is wrong", bases(rows, checksum=0))
    yield one("size", "a decoded length", bases(rows, size=1))
    yield one("offset", "an offset", bases(rows, offset=1))
    yield one("zero", "a zero field is not zero", bases(rows, zero=b"\0\1\0"))
    yield one("empty-tensor", "a tensor of no bytes", bases([base_row("f32", 18, b"")]))
    yield one("name-65536", "a name that is longer than it may be",
              bases([base_row(b"", 18, content("f32"), name_length=z.leb(65536))]))
    yield one("overlong", "an overlong LEB", bases([base_row("f32", 18, content("f32"), name_length=z.leb(3, 2))]))
    yield one("twice", "two lists", bases(rows) * 2)
    wrong = "ZNN_ERROR_BASE"
    yield one("hash", "the base has another hash", bases([row("f32", digest=bytes(16))]), wrong)
    for half, name in enumerate(("low", "high")):
        digest = bytearray(row("f32")[-16:])
        digest[8 * half] ^= 1
        yield one(f"hash-{name}", f"the base has another {name} half of a hash", bases([row("f32", digest=bytes(digest))]),
                  wrong)
    yield one("hash-unused", "a tensor that is not used has another hash",
              bases([row("f32"), row("u8", digest=bytes(16))]), wrong)
    yield one("dtype", "the base has the tensor in another type", bases([row("f32", dtype=16)]), wrong)
    yield one("dtype-unknown", "a type that no reader knows", bases([row("f32", dtype=2**40)]), wrong)
    yield one("length", "the base has a shorter tensor", bases([row("f32", length=129)]), wrong)
    yield one("missing", "the base has no such tensor", bases([base_row("gone", 18, noise(128))]), wrong)
    late = chunk(f32())
    yield bad("bases-late", "the list of tensors stands behind the chunks", late,
              head=header() + bases(rows), before_index=bases(rows))
    yield bad("bases-for-index", "a list of tensors in place of the index", chunk(part(TEXT)),
              index_fields={"kind": z.BASES})


def bad_deltas():
    def one(name, description, *parts, **fields):
        return with_base(bad, f"delta-{name}", description, *parts, **fields)

    def range_of(name, description, *ranges, count=None):
        return one(name, description, f32(ranges=ranges, range_count=count))

    yield range_of("tensor-beyond", "a range of a tensor that is not listed", (1, 0, 128))
    yield range_of("tensor-before", "a range of a tensor before the first one", (-1, 0, 128))
    yield range_of("offset-beyond", "a range that starts behind its tensor", (0, 129, 128))
    yield range_of("range-beyond", "a range that ends behind its tensor", (0, 1, 128))
    follows = content("f32")[4:] + content("bf16")[:4]
    yield one("range-follows", "a range that ends behind its tensor, of bytes that the base has there",
              delta(follows, SMALL, 4, [ALL], ranges=[(0, 4, 128)]))
    yield range_of("offset-max", "a range whose end is more than 64 bits can say", (0, 2**64 - 1, 128))
    yield range_of("range-0", "a range of no bytes", (0, 0, 128), (0, 0, 0))
    yield range_of("ranges-0", "no ranges")
    yield range_of("ranges-short", "ranges that are shorter than the part", (0, 0, 124))
    yield range_of("ranges-long", "ranges that are longer than the part", (0, 0, 128), (0, 0, 4))
    yield range_of("ranges-65537", "more ranges than there may be", (0, 0, 128), count=65537)
    yield one("context-shift", "contexts that start behind the last byte", f32(stated_context_shift=25))
    yield one("length-0", "a part of no bytes", f32(length=0))
    yield one("length-odd", "a part that ends within an element", f32(length=126))
    yield one("length-beyond", "a part that is longer than the chunk", f32(length=500))
    long = delta(bytes(4), [0], 4, [bucket(255)], length=1572868, ranges=[(0, 0, 1572868)])
    yield one("length-1572868", "a part that is longer than it may be", long)
    yield one("chunk-1572865", "a chunk with a difference that is longer than it may be", f32(),
              part(bytes(1572865 - 128), code=constant), room=False)
    yield one("buckets-0", "no buckets", f32(bucket_count=0))
    yield one("buckets-33", "more buckets than there may be",
              u8([0] * 48, [bucket(c) for c in sorted(set(content("u8")))[:32]] + [bucket(255)]), rows=["u8"])
    yield one("buckets-254", "the last bucket ends early", f32(F32_VALUES, [bucket(254, shift=13)]))
    yield one("buckets-order", "buckets that descend", f32(stated_lasts=[255, 124]))
    yield one("buckets-twice", "buckets of the same context", f32(stated_lasts=[255, 255]))
    yield one("count-0", "a bucket of no elements", bf16(BF16_VALUES, [bucket(0), ALL]), rows=["bf16"])
    yield one("counts-short", "counts that do not add up", bf16(counts=[31]), rows=["bf16"])
    yield one("counts-long", "counts that are too many", bf16(counts=[33]), rows=["bf16"])
    yield one("counts-other", "counts that the base does not have", f32(counts=[17, 15]))
    yield one("shift-32", "a shift of all bits", f32(stated_shifts=[10, 32]))
    yield one("shift-57", "a shift that is larger than it may be",
              delta(content("f64"), [0] * 16, 8, [bucket(255, shift=56)], context_shift=52, stated_shifts=[57]),
              rows=["f64"])
    yield one("shift-bit-7", "a zero bit of a shift is not zero", f32(stated_shifts=[10, 128 + 13]))
    yield one("packing-4", "a packing that does not exist", u8(stated_packing=4), rows=["u8"])
    yield one("tokens-tail", "tokens behind the last one",
              delta(content("u8")[:45], [0] * 45, 1, [bucket(255, packing=1)], ranges=[(0, 0, 45)], token_tail=0x10),
              rows=["u8"])
    yield one("low-short", "low bits that are too few", f32(low_change=-1))
    yield one("low-long", "low bits that are too many", f32(low_change=1))
    yield one("low-none", "low bits that are not there", f32(low_change=-1000))
    yield one("low-equal", "low bits that are not there, in a part that is its base",
              u8(buckets=[bucket(255, shift=1)], code=constant, low_change=-1000), rows=["u8"])
    yield one("low-more-than-part", "low bits that are longer than the part", f32(low_change=100))
    yield one("low-fill", "the last byte of low bits is not filled up with zeros",
              delta(content("u8"), [1] * 48, 1, [bucket(0x7f), bucket(255, shift=1)], low_fill=0x80), rows=["u8"])
    values = [300] * 32
    yield one("escapes-few", "an escape that is not there", bf16(values, escape_count=31), rows=["bf16"])
    yield one("escapes-many", "an escape that no token calls for", bf16(values[1:] + [0], escape_count=32), rows=["bf16"])
    yield one("escapes-none", "tokens that call for escapes, and none", bf16(values, escape_count=0), rows=["bf16"])
    yield one("escapes-33", "more escapes than elements", bf16(values, escape_count=33), rows=["bf16"])
    yield one("escape-small", "an escape that a token could tell", bf16(values, escape_values=[254] * 32), rows=["bf16"])
    yield one("escape-large", "an escape of a number of too many bits",
              bf16([0x7fff] * 32, [bucket(255, shift=4)], escape_values=[0x1000] * 32), rows=["bf16"])
    yield one("stream-beyond", "tokens that reach beyond the payload",
              bf16(code=lambda data: zstd(data)._replace(payload=b"")), rows=["bf16"], room=False)
    yield one("frame-length", "tokens of a wrong length",
              bf16(code=lambda data: zstd(data + b"\0")), rows=["bf16"])
    yield one("digest", "a difference that leads to other bytes", bf16()._replace(data=bytes(64)), rows=["bf16"])
    yield one("cut", "a description that is cut short", bf16()._replace(description=bytes([z.DELTA, 2, 0])),
              rows=["bf16"], room=False)


def unsupported_vectors():
    def one(name, description, *parts, **fields):
        return with_base(unsupported, name, description, *parts, rows=["bf16"], **fields)

    for width in 0, 3, 16:
        yield one(f"delta-width-{width}", f"a difference of width {width}", bf16(stated_width=width))
    for coding in 4, 255:
        yield one(f"delta-coding-{coding}", f"a difference of coding {coding}", bf16(stated_coding=coding))
    yield one("delta-stream", "tokens of a stream of kind 3", bf16(code=kind(3)))
    yield one("bases-stream", "a list of tensors of a stream of kind 3", bf16(),
              record=bases([row("bf16")], code=kind(3)))


def vectors():
    for family in (good_vectors, bad_bases, bad_deltas, unsupported_vectors, good_casts, bad_casts, unsupported_casts):
        yield from family()
