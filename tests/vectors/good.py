"""good.py - files that can be decoded"""
import struct

import zstdframe
import znnformat as z
from vector import PAIRS_BLOCK, TEXT, TEXT_BLOCK, TEXT_CHECKSUM, TEXT_FRAME, Vector, good, noise
from writer import (chunk, chunk_record, constant, fields, frame, header, layout, palette, part, prop, raw, reference,
                    tensor, znn, zstd)

ROTATIONS = {1: [0, 1, 7], 2: [0, 1, 8, 15], 4: [0, 1, 8, 31], 8: [0, 1, 12, 63]}


def headers():
    one = chunk(part(TEXT))
    for text, description in ("a", "an extension of one character"), ("A0z9" * 4, "an extension of 16 characters"):
        yield good(f"extension-{len(text)}", description, one, extension=text, head=header(prop(1, text.encode())))
    yield good("extension-and-unknown", "a known property, then those that a reader ignores", one, extension="pt",
               head=header(prop(1, b"pt") + prop(128, b"") + prop(200, noise(255)) + prop(255, b"\0")))
    yield good("property-ignorable", "a property that a reader ignores, and no extension", one,
               head=header(prop(128, b"anything")))
    yield good("version-1", "format version 1, of which version 2 is an extension", one, head=header(version=1),
               index_fields={"version": 1})
    yield good("version-1-strided", "a tensor in version 1, where strides are not told", one, head=header(version=1),
               index_fields={"version": 1, "tensors": [tensor("a", 5, [2, 3], 0, strides=[])]})
    yield good("feature-may", "features that a reader may ignore", one, head=header(may=0x80000001))


def sizes():
    yield good("empty", "an empty original, without chunks")
    yield good("empty-extension", "an empty original with an extension", head=header(prop(1, b"bin")), extension="bin")
    yield good("one-byte", "an original of one byte", chunk(part(b"\xa5")))
    yield good("chunks", "five chunks of several lengths",
               *[chunk(part(noise(n, seed=n))) for n in (1, 100, 7, 64, 3)])
    yield good("chunk-16mib", "the longest chunk", chunk(part(bytes(z.CHUNK_MAX), code=constant)))
    yield good("payload-full", "a payload as long as the decoded bytes", chunk(part(TEXT)))


def groups():
    for width, rotations in ROTATIONS.items():
        yield good(f"width-{width}", f"width {width}, rotations {', '.join(map(str, rotations))}",
                   *[chunk(part(noise(8 * width, seed=r + 1), width=width, rotation=r)) for r in rotations])
    floats = struct.pack("<16f", *[(-1)**i * (1 + i / 16) for i in range(16)])
    yield good("floats", "float32, with groups that are constant, raw and zstd",
               chunk(part(floats, width=4, rotation=1, code=[constant, zstd, constant, raw])))
    yield good("constant", "all groups constant", chunk(part(b"\x01\x02\x03\x04" * 50, width=4, code=constant)))
    yield good("one-element", "a part of one element", chunk(part(noise(8), width=8, rotation=1)))
    yield good("parts", "parts of several widths in one chunk",
               chunk(part(TEXT[:7]), part(noise(8), width=2, rotation=1), part(noise(16), width=8), part(TEXT[7:9])))
    yield good("parts-128", "more parts than one byte of LEB counts",
               chunk(*[part(bytes([i]), code=constant) for i in range(130)]))


def blocks():
    q8_0 = noise(34 * 6)
    yield good("fields", "blocks of three fields", chunk(fields(q8_0, [1, 1, 32])))
    yield good("fields-1", "blocks of a single field", chunk(fields(q8_0, [34])))
    yield good("fields-16", "blocks of as many fields as there may be, of several widths",
               chunk(fields(noise(2 * 136), list(range(1, 17)))))
    yield good("fields-255", "blocks of the widest field, with streams of all kinds",
               chunk(fields((TEXT + b"a" * 36 + b"\0z") * 3, [255, 1, 1], code=[zstd, constant, constant]),
                     part(b"a" * 50, code=constant)))
    yield good("fields-block", "a single block", chunk(fields(noise(210), [128, 64, 16, 1, 1])))
    mixed = [fields(noise(36), [1, 1, 16]), part(noise(20), width=2, rotation=1), part(b"a" * 100, code=constant)]
    yield good("fields-layout", "segments of parts of both transforms; they cut blocks",
               chunk(*mixed, segments=[(2, 50), (0, 7), (1, 20), (0, 29), (2, 50)]))


FEW = [0x3F800000, 0xBF800000, 0x40490FDB, 0]


def palettes():
    room = part(b"a" * 100, code=constant)  # so that the payload is never longer than the decoded bytes
    for bits in 1, 2, 4, 8:
        indexes = [i * i * 7 % min(4, 2**bits) for i in range(43)]
        yield good(f"palette-{bits}", f"few values, with indexes of {bits} bits",
                   chunk(palette([(FEW[:2**bits], indexes)], bits=bits)))
    yield good("palette-16", "few values, with indexes of 16 bits",
               chunk(palette([(list(range(300)), [i % 300 for i in range(600)])], width=2, rotation=0, bits=16),
                     part(b"a" * 1000, code=constant)))
    for width in z.PALETTE_WIDTHS:
        runs = [(FEW[:2], [0, 1] * 8), (FEW[1:2], [0] * 16), (FEW[:3], [2, 1, 0])]
        runs = [([value >> 32 - 4 * width for value in values], row) for values, row in runs]
        yield good(f"palette-runs-{width}", f"runs of width {width} with values of their own; the last is shorter",
                   chunk(palette(runs, width=width, rotation=3), room))
    yield good("palette-runs-packed", "runs whose indexes share bytes",
               chunk(palette([(FEW[:2], [0, 1, 1, 0, 1]), (FEW[2:], [1, 0, 1, 1, 1]), (FEW[:1], [0, 0])], bits=1), room))
    yield good("palette-256", "a run of as many values as one of several may have",
               chunk(palette([(list(range(256)), [*range(256)] * 2), ([7], [0] * 10)]), room))
    yield good("palette-half", "as many values as there may be",
               chunk(palette([(FEW[:3], [0, 1, 2, 2, 1])]), room))
    yield good("palette-one", "a single element", chunk(palette([([5], [0])], code=constant)))
    yield good("palette-unused", "values that no index names, and one that stands twice",
               chunk(palette([([1, 1, 2, 9], [0, 1, 2, 1, 0, 2, 0, 0])]), room))
    yield good("palette-more", "more values than an index of 2 bits can name",
               chunk(palette([([1, 2, 3, 4, 5], [0, 1, 2, 3] * 3)], bits=2), room))
    yield good("palette-run-more", "a run with more values than an index can name, and than it has elements",
               chunk(palette([([7, 8, 9, 10, 11], [0, 1] * 8), ([1, 2, 3], [0, 1])], bits=1), room))
    yield good("palette-streams", "streams of all kinds",
               chunk(palette([([7, 263], [0, 1] * 100), ([9], [0] * 50)],
                             code=[raw, constant, constant, raw, raw, zstd]), room))
    parts = [palette([(FEW, [0, 1, 2, 3] * 5)]), part(noise(20), width=2, rotation=1), room]
    yield good("palette-layout", "segments that cut elements of few values",
               chunk(*parts, segments=[(0, 3), (1, 20), (0, 77), (2, 100)]))


def references():
    """The first chunk is TEXT, the second one 100 bytes of noise."""
    first, second = chunk(part(TEXT)), chunk(part(noise(100)))
    size = len(TEXT)

    def referring(name, description, *chunks):
        return good(f"reference-{name}", description, first, second, *chunks, head=header(must=z.REFERENCES))

    yield referring("none", "references may occur, and do not")
    yield referring("one", "a chunk that repeats an earlier one", chunk(reference(TEXT, 0)))
    yield referring("range", "a reference to a range across two chunks",
                    chunk(reference(TEXT[200:] + noise(100)[:50], 200)))
    yield referring("last", "a reference that ends where its chunk starts", chunk(reference(noise(100)[99:], size + 99)))
    yield referring("many", "several references, and bytes between them",
                    chunk(part(b"abcdefgh"), reference(TEXT[:50], 0), reference(noise(100), size),
                          segments=[(1, 25), (0, 5), (2, 100), (0, 3), (1, 25)]),
                    chunk(reference(TEXT, 0), reference(TEXT, 0)))
    yield referring("gap", "a reference to bytes between two chunks with references", chunk(reference(TEXT, 0)),
                    chunk(part(b"ordinary")), chunk(reference(TEXT, 0)),
                    chunk(reference(b"ordinary", 2 * size + 100)))
    yield referring("64", "as many references as a chunk may have",
                    chunk(*[reference(TEXT[i:i + 1], i) for i in range(64)]))
    yield good("reference-16mib", "a reference as long as the longest chunk",
               chunk(part(bytes(z.CHUNK_MAX), code=constant)), chunk(reference(bytes(z.CHUNK_MAX), 0)),
               head=header(must=z.REFERENCES))


def segments():
    a, b = part(TEXT, code=frame(TEXT_FRAME)), part(noise(40), width=4, rotation=1)  # room for a layout in the payload
    parts = [(0, 3), (1, 6), (0, 200), (1, 1), (1, 33), (0, 16)]
    yield good("layout-raw", "segments, with a raw layout; they cut elements", chunk(a, b, segments=parts))
    packed = [part(b"\xaa" * 100, code=constant), part(b"\xbb" * 100, code=constant)]
    yield good("layout-zstd", "segments, with a layout as a frame",
               chunk(*packed, segments=[(1, 60), (0, 100), (1, 40)], layout_code=zstd))
    yield good("layout-and-streams", "the layout comes first in the payload",
               chunk(a, b, segments=parts, layout_code=zstd))
    yield good("segments-2", "two segments of one part", chunk(a, segments=[(0, 100), (0, len(TEXT) - 100)]))
    many = [(0, 1)] * z.SEGMENTS_MAX
    pairs = zstdframe.frame(layout(*many), PAIRS_BLOCK, size_length=4)
    yield good("segments-65536", "as many segments as there may be",
               chunk(part(bytes(z.SEGMENTS_MAX), code=constant), segments=many, layout_code=frame(pairs)))


def frames():
    def one(name, description, payload, data=TEXT):
        return good(f"frame-{name}", description, chunk(part(data, code=frame(payload))))

    two = zstdframe.block(0, 100, TEXT[:100], last=False) + zstdframe.block(1, 100, b"z")
    then_empty = bytes([TEXT_BLOCK[0] & 0xfe]) + TEXT_BLOCK[1:] + zstdframe.block(0, 0, b"")
    run = zstdframe.block(1, 300, b"z")
    yield one("compressed", "a frame with a compressed block", TEXT_FRAME)
    yield one("checksum", "a frame with a checksum", zstdframe.frame(TEXT, TEXT_BLOCK, checksum=TEXT_CHECKSUM))
    yield one("blocks", "a frame of a raw and an RLE block", zstdframe.frame(TEXT[:100] + b"z" * 100, two),
              TEXT[:100] + b"z" * 100)
    yield one("empty-block", "a frame whose last block is empty", zstdframe.frame(TEXT, then_empty))
    yield one("window", "a frame with a window instead of a single segment",
              zstdframe.frame(TEXT, TEXT_BLOCK, size_length=4, window=b"\x58"))
    yield one("size-2", "a frame with a content size of 2 bytes, of an RLE block",
              zstdframe.frame(b"z" * 300, run, size_length=2), b"z" * 300)
    yield one("size-8", "a frame with a content size of 8 bytes", zstdframe.frame(TEXT, TEXT_BLOCK, size_length=8))
    yield one("dictionary-0", "a frame that spells out that it has no dictionary",
              zstdframe.frame(TEXT, TEXT_BLOCK, dictionary=bytes(4)))


def indexes():
    data = chunk(part(noise(1000)))
    tensors = [tensor("weight", 18, [2, 5], 0), tensor("scalar", 18, [], 0), tensor("nothing", 15, [0, 3], 6),
               tensor("gewöhnliche Größe, вес, 重み", 14, [10], 4), tensor("", 5, [1], 0),
               tensor("line\nfeed\0and more", 2, [7], 0), tensor("twice", 20, [2, 2, 2], 100),
               tensor("transposed", 15, [3, 4], 0, strides=[1, 3])]
    overlapping = [tensor("all", 18, [100], 0), tensor("start", 18, [10], -400), tensor("view", 18, [10], -20),
                   tensor("again", 18, [10], -40), tensor("end", 5, [10], 930)]
    odd = [tensor("unknown type", 1000, [10], 0, surplus=40), tensor("unknown type", 2**63 - 1, [], 0, surplus=1),
           tensor("known, more bytes", 18, [1], 0, surplus=2), tensor("known, fewer bytes", 18, [4], 0, surplus=-3),
           tensor("product of more than 64 bits", 5, [2**32, 2**32], 0, surplus=9),
           tensor("bits of more than 64 bits", 18, [2**60], 0, surplus=9), tensor("bits, rounded", 3, [5], 0),
           tensor("blocks", 23, [2, 32], 0), tensor("blocks, rounded", 49, [65], 0),
           tensor("half a block", 33, [128], 0)]
    views = [tensor("slice", 18, [4, 3], 0, surplus=4 * (3 * 8 + 3 - 12), strides=[8, 1]),
             tensor("expanded", 5, [1000, 10], -108, surplus=10 - 10000, strides=[0, 1]),
             tensor("overlapping", 14, [5, 4], 90, surplus=2 * 12 - 40, strides=[2, 1]),
             tensor("every other", 5, [10], 76, surplus=9, strides=[2]), tensor("gap in a pair", 19, [], 1, strides=[])]
    cut = [tensor("whole", 18, [200], 0), tensor("half", 18, [100], 0, surplus=-200), tensor("gone", 18, [10], 0, -40),
           tensor("gone, too", 15, [3, 4], 0, surplus=-24, strides=[1, 3])]
    yield good("tensors-views", "tensors with strides: gaps, repeated and overlapping elements", data,
               index_fields={"tensors": views})
    yield good("tensors-cut", "tensors of an original that ends too early", data,
               index_fields={"source_format": 6, "verdict": 11, "tensors": cut})
    yield good("tensors", "tensors of rank 0, without elements, with names of any characters", data,
               index_fields={"source_format": 1, "tensors": tensors})
    yield good("tensors-overlap", "tensors that overlap", data, index_fields={"tensors": overlapping})
    yield good("tensors-sizes", "tensors of unknown types and unusual lengths", data, index_fields={"tensors": odd})
    yield good("tensors-zstd", "both tables of the index as frames", data,
               index_fields={"tensors": tensors, "chunk_code": zstd, "tensor_code": zstd})
    yield good("tensors-frame-empty", "an empty tensor table as a frame", data, index_fields={"tensor_code": zstd})
    yield good("tensors-all", "a tensor that is all of the original", data,
               index_fields={"tensors": [tensor("all", 5, [1000], 0)]})
    yield good("tensors-empty", "tensors of an empty original",
               index_fields={"source_format": 1, "tensors": [tensor("nothing", 18, [0], 0)] * 2})
    yield good("verdict", "a header that was not accepted", data, index_fields={"verdict": 8})
    yield good("unknown-numbers", "a source format and a verdict that a reader does not know", data,
               index_fields={"source_format": 255, "verdict": 255})


def model():
    """A safetensors file with tensors of several types."""
    values = [((i * 37 % 101) - 50) / 256 for i in range(240)]
    bf16 = b"".join(struct.pack("<f", value)[2:] for value in values)
    tensors = {
        "embed.weight": ("BF16", [20, 12], bf16),
        "norm.weight": ("F32", [48], struct.pack("<48f", *values[:48])),
        "steps": ("I64", [], struct.pack("<q", 1000)),
        "table": ("I32", [30], struct.pack("<30i", *range(-15, 15))),
        "mask": ("BOOL", [40], b"\1\0" * 20),
        "empty": ("F32", [0], b""),
    }
    entries, data = [], b""
    for name, (dtype, shape, content) in tensors.items():
        offsets = [len(data), len(data + content)]
        entries.append(f'"{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}')
        data += content
    text = "{" + ",".join(entries).replace(" ", "") + "}"
    text += " " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text.encode() + data, len(tensors)


def real():
    original, tensors = model()
    yield Vector("good-real-model", "ZNN_OK", None, original, "safetensors", tensors,
                 "a safetensors model, as the program compresses it")
    yield Vector("good-real-text", "ZNN_OK", None, TEXT * 8, "-", 0, "plain text, as the program compresses it")


def nested():
    """Files within files.  Records in the decoded data remain data, even if the records around them are damaged."""
    pieces = [noise(40, 1), noise(30, 2)]
    inner = znn(*[chunk(part(piece)) for piece in pieces])
    within = chunk(part(inner))
    last = chunk(part(noise(20, 3)))

    def one(name, description, *chunks, **fields):
        return good(f"nested-{name}", "a znn file within the file" + description, *chunks, **fields)

    yield one("only", "", within)
    yield one("first", ", then something else", within, last)
    yield one("last", ", of which the chunks have the offsets and lengths of its own", chunk(part(noise(40, 4))),
              chunk(part(noise(30, 5))), within)
    yield one("alike", " that starts as the file itself does", chunk(part(pieces[0])), chunk(part(noise(30, 6))), within,
              last)
    yield one("split", " in two chunks", chunk(part(inner[:90])), chunk(part(inner[90:])))
    yield one("twice", ", and one in that", chunk(part(znn(within, last))), last)
    old = znn(*[chunk(part(piece)) for piece in pieces], head=header(version=1), index_fields={"version": 1})
    yield one("version-1", ", both of version 1", chunk(part(noise(40, 4))), chunk(part(noise(30, 5))),
              chunk(part(old)), head=header(version=1), index_fields={"version": 1})
    yield good("nested-name", "a tensor whose name is a chunk", chunk(part(noise(40, 4))), chunk(part(noise(30, 5))),
               index_fields={"tensors": [tensor(chunk_record(chunk(part(pieces[0])), 0)[0], 5, [1], 0)]})


def vectors():
    for family in headers, sizes, groups, blocks, palettes, references, segments, frames, indexes, nested, real:
        yield from family()
