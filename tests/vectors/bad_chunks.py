"""bad_chunks.py - chunks whose directory or payload breaks a rule, although all checksums and digests are right

If the fault is a number that is too large or does not fit, the streams are constant if possible.  Then no other check
hides that a reader forgot to check the number.
"""
import zstdframe
import znnformat as z
from vector import PAIRS_BLOCK_BUT_LAST, TEXT, TEXT_BLOCK, TEXT_CHECKSUM, TEXT_FRAME, bad, noise
from writer import chunk, constant, fields, frame, header, layout, palette, part, raw, reference, zstd


def one(name, description, *parts, **others):
    return bad(name, description, chunk(*parts, **others))


def numbers():
    size = len(TEXT)
    yield one("leb-overlong", "a LEB with a byte more than it needs", part(TEXT, length=z.leb(size, 3)))
    yield one("leb-overlong-10", "a LEB of 10 bytes, the last of which is 0", part(TEXT, length=z.leb(size, 10)))
    yield one("leb-overlong-1", "the number 1 in two bytes", part(TEXT), count=z.leb(1, 2))
    yield one("leb-overlong-0", "the number 0 in two bytes", part(TEXT), no_segments=z.leb(0, 2))
    yield one("leb-65-bits", "a LEB of 65 bits, whose lower 64 are right", part(TEXT, length=z.leb(2**64 + size)))
    yield one("leb-71-bits", "a LEB of 71 bits, whose lower 64 are right", part(TEXT, length=z.leb(2**70 + size)))
    yield one("leb-cut", "a LEB that the directory cuts off", part(TEXT), no_segments=b"\x80")


def parts():
    a = part(b"a", code=constant)
    yield one("parts-0", "a chunk of no parts", data=b"a")
    yield one("parts-4097", "more parts than there may be", a, count=z.PARTS_MAX + 1)
    yield one("parts-max", "the highest number of parts", a, count=2**64 - 1)
    yield one("parts-missing", "a part less than the directory says", a, count=2)
    yield one("part-length-0", "a part of no bytes", a, part(b"", code=raw), a)
    for width in 2, 4, 8:
        odd = [part(b"a" * 8, width=width, code=constant, length=z.leb(n)) for n in (7, 9)]
        yield one(f"part-length-width-{width}", "the length of a part is no multiple of the width", *odd)
    for name, length in ("short", 9), ("long", 11):
        yield one(f"parts-{name}", "the lengths of the parts do not add up to the chunk's",
                  part(b"a" * length, code=constant), data=b"a" * 10)
    wrapped = [part(b"a" * 8, width=8, code=constant, length=z.leb(n)) for n in (2**64 - 8, 16)]
    yield one("parts-wrap", "the lengths of the parts add up modulo 2^64", *wrapped, data=b"a" * 8)
    for width in z.WIDTHS:
        yield one(f"rotation-{8 * width}", f"a rotation by {8 * width} of {width} bytes",
                  part(b"a" * 8, width=width, code=constant, stated_rotation=8 * width))
    yield one("rotation-255", "a rotation by 255", part(b"a" * 8, width=8, code=constant, stated_rotation=255))


def blocks():
    data = b"a" * 36
    yield one("fields-0", "blocks of no fields", fields(data, [], count=0))
    yield one("fields-17", "blocks of more fields than there may be", fields(b"a" * 34, [2] * 17, code=constant))
    yield one("fields-255", "blocks of 255 fields", fields(b"a" * 255, [1] * 255, code=constant))
    yield one("fields-width-0", "a field of no bytes", fields(data, [1, 0, 17], code=constant))
    yield one("fields-width-0-only", "a single field of no bytes", fields(data, [0], code=constant))
    yield one("fields-length-0", "a part of no blocks", part(TEXT), fields(b"", [1, 1, 16]))
    odd = [fields(data, [1, 1, 16], code=constant, length=z.leb(n)) for n in (35, 37)]
    yield one("fields-length", "the length of a part is no multiple of the block's", *odd)
    yield one("fields-length-max", "a part of the highest length",
              fields(data, [1], code=constant, length=z.leb(2**64 - 1)))
    yield one("fields-cut", "the directory ends within the widths", fields(data, [1, 1], count=16, code=constant))
    yield one("fields-payload", "a field reaches beyond the payload",
              fields(data, [1, 17], code=[raw, lambda data: raw(b"")]))


def palettes():
    runs = [([1, 2], [0, 1] * 8), ([3], [0] * 16)]
    room = part(b"a" * 100, code=constant)

    def wrong(name, description, *others, rows=tuple(runs), **fields):
        return one(f"palette-{name}", description, palette(list(rows), **fields), room, *others)

    yield wrong("rotation-32", "a rotation by 32 of values of 4 bytes", rotation=32)
    yield wrong("length-0", "a palette for no elements", length=z.leb(0))
    yield wrong("length", "the length of the part is no multiple of the width", length=z.leb(130))
    yield wrong("run-0", "runs of no elements", run=z.leb(0))
    for name, n in ("33", 33), ("max", 2**64 - 1):
        yield wrong(f"run-{name}", "a run that is longer than the part", run=z.leb(n))
    yield wrong("run-wide", "runs with indexes of 16 bits", bits=16)
    yield wrong("values-0", "no values", rows=[([], [0] * 32)], code=constant, data=bytes(128),
                packed=[bytes(32)])
    yield wrong("values-many", "more values than half the elements", rows=[(list(range(17)), [0] * 32)])
    yield wrong("values-max", "the highest number of values", values=z.leb(2**64 - 1), code=constant)
    many = palette([([7], [0] * 131074)], values=z.leb(65537), bits=16, code=constant)
    yield one("palette-values-65537", "more values than one run may have", many)
    yield bad("palette-cut", "the number of values is missing",
              chunk(data=bytes(128), count=1, no_segments=bytes([z.PALETTE, 4, 1, 8]) + z.leb(128) + z.leb(32)))
    yield wrong("counts-short", "the counts add up to less than the number of values", counts=b"\0\0",
                rows=[([1, 2], [0] * 16), ([3], [0] * 16)], data=bytes(128))
    yield wrong("counts-long", "the counts add up to more than the number of values", counts=b"\1\1")
    yield wrong("counts-first", "the first run counts more values than there are in all", counts=b"\xff\0",
                packed=[b"\xf0" * 16 + bytes(16)])
    yield wrong("index", "an index that is not below the number of values", rows=[([1, 2], [0, 1] * 8 + [2] * 16)],
                data=bytes(128))
    yield wrong("index-run", "an index beyond the values of its run, but not beyond all",
                rows=[([1, 2], [0, 2] * 8), ([3], [0] * 16)], data=bytes(128))
    yield wrong("index-last", "an index beyond the values of the last run",
                rows=[([1, 2], [0, 1] * 8), ([3], [0] * 15 + [1])], data=bytes(128))
    yield wrong("index-16", "an index of 16 bits that is not below the number of values",
                rows=[([1, 2], [0, 1] * 8 + [256])], bits=16, data=bytes(68))
    yield wrong("index-packed", "a packed index that is not below the number of values",
                rows=[([1, 2, 3], [0, 1, 2, 3] * 4)], bits=2, data=bytes(64))
    yield wrong("padding", "bits that are left over, and not zero", rows=[([1, 2], [0, 1, 0, 1, 0])], bits=1,
                packed=[b"\x2a"])
    yield wrong("payload", "the indexes reach beyond the payload", code=[raw] * 5 + [lambda data: raw(b"")])


def references():
    first, second = chunk(part(TEXT)), chunk(part(noise(100)))
    size = len(TEXT)

    def wrong(name, description, *chunks, must=z.REFERENCES):
        return bad(f"reference-{name}", description, first, second, *chunks, head=header(must=must))

    yield wrong("unannounced", "a reference in a file that announces none", chunk(reference(TEXT, 0)), must=0)
    yield wrong("self", "a reference to its own chunk", chunk(reference(noise(100), size + 100)))
    yield wrong("within", "a reference to bytes before it in its own chunk",
                chunk(part(TEXT), reference(TEXT, size + 100)))
    yield wrong("overlap", "a reference that reaches into its own chunk by a byte",
                chunk(reference(noise(100)[1:] + noise(100)[1:2], size + 1)))
    yield wrong("later", "a reference to a later chunk", chunk(reference(b"later", size + 105)), chunk(part(b"later")))
    yield wrong("beyond", "a reference beyond the original", chunk(reference(TEXT, 1 << 40)))
    yield wrong("max", "a reference to the highest offset", chunk(reference(TEXT, 2**64 - 1)))
    yield wrong("wrap", "a reference that ends at 2^64", chunk(reference(TEXT, 2**64 - size)))
    yield wrong("length-0", "a reference to nothing", chunk(part(TEXT), reference(b"", 0)))
    yield wrong("length-max", "a reference of the highest length", chunk(reference(TEXT, 0, 2**64 - 1)))
    yield wrong("long", "a reference that is longer than its chunk", chunk(reference(TEXT, 0, size + 1), data=TEXT))
    yield wrong("overlong", "an overlong LEB in a reference", chunk(reference(TEXT, z.leb(0, 2))))
    yield wrong("cut", "the source of a reference is missing", chunk(reference(TEXT, b""), no_segments=b""))
    yield wrong("digest", "a reference to other bytes", chunk(reference(TEXT, 1), data=TEXT))
    yield wrong("rest", "a byte more beside a reference than there may be",
                chunk(reference(TEXT, 0), part(bytes(z.REFERENCES_REST_MAX + 1), code=constant)))
    yield wrong("nested", "a reference to one", chunk(reference(TEXT, 0)), chunk(reference(TEXT, size + 100)))
    yield wrong("nested-beside", "a reference to bytes that have a reference in their chunk",
                chunk(reference(TEXT, 0), part(b"beside")), chunk(reference(b"beside", 2 * size + 100)))
    yield wrong("nested-last", "a reference to the last byte of a reference", chunk(reference(TEXT, 0)),
                chunk(part(b"ordinary")), chunk(reference(TEXT[-1:] + b"ordinary", 2 * size + 99)))
    yield wrong("65", "more references than a chunk may have",
                chunk(*[reference(TEXT[i:i + 1], i) for i in range(65)]))
    yield wrong("payload", "a byte of the payload beside a reference", chunk(reference(TEXT, 0), payload_tail=b"a"))


def payloads():
    yield one("directory-tail", "a byte follows the directory's fields", part(TEXT), directory_tail=b"\0")
    yield one("directory-cut", "the number of segments is missing", part(TEXT), no_segments=b"")
    yield one("directory-cut-stream", "the value of a constant stream is missing",
              part(b"a", code=lambda data: constant(b"")), no_segments=b"")
    yield one("payload-tail", "a byte of the payload belongs to no stream", part(b"a" * 10, code=constant),
              payload_tail=b"\0")
    yield one("payload-cut", "a raw stream reaches beyond the payload",
              part(b"a" * 10, code=lambda data: raw(data[:-1])))
    yield one("payload-long", "the payload is longer than the decoded bytes", part(b"abc", code=zstd))
    size = len(TEXT_FRAME)
    for name, n in ("1", size + 1), ("max", 2**64 - 1):
        yield one(f"payload-beyond-{name}", "a frame reaches beyond the payload",
                  part(TEXT, code=frame(TEXT_FRAME, z.leb(n))))
    wrapped = [part(TEXT, code=frame(TEXT_FRAME, z.leb(n))) for n in (2**64 - 1, 2 * size + 1)]
    yield one("payload-wrap", "the lengths of the frames add up modulo 2^64", *wrapped)


def layouts():
    a, b = part(b"a" * 10, code=constant), part(b"b" * 10, code=constant)
    right = [(0, 5), (1, 10), (0, 5)]

    def wrong(name, description, *segments, data=b"a" * 5 + b"b" * 10 + b"a" * 5, **others):
        others = {"segments": len(segments), "layout_bytes": layout(*segments), **others}
        return one(f"layout-{name}", description, a, b, data=data, **others)

    yield one("segments-1", "a single segment", a, segments=[(0, 10)])
    yield one("segments-max", "the highest number of segments", a, b, segments=2**64 - 1, layout_bytes=layout(*right))
    many = [(0, 1)] * (z.SEGMENTS_MAX + 1)
    pairs = PAIRS_BLOCK_BUT_LAST + zstdframe.block(0, 2, b"\0\1")
    yield one("segments-65537", "more segments than there may be", part(b"a" * len(many), code=constant), segments=many,
              layout_code=frame(zstdframe.frame(layout(*many), pairs, size_length=4)))
    yield wrong("part", "a segment of a part that is not there", (0, 10), (2, 10))
    yield wrong("part-max", "a segment of the part of the highest number", (0, 10), (2**64 - 1, 10))
    yield wrong("zero", "a segment of no bytes", (0, 5), (1, 0), (1, 10), (0, 5))
    yield wrong("part-long", "the segments of a part are longer than it", (0, 5), (1, 9), (0, 6))
    yield wrong("part-short", "the segments do not use all of a part", (0, 5), (1, 10), (0, 4))
    yield wrong("part-unused", "the segments use one part only", (0, 5), (0, 5), data=b"a" * 10 + b"b" * 10)
    yield wrong("wrap", "the lengths of segments add up modulo 2^64", (0, 2**64 - 5), (1, 10), (0, 15))
    yield wrong("segment-beyond", "a segment of the highest length", (0, 5), (1, 2**64 - 1), (0, 5))
    yield wrong("cut", "fewer segments than the directory says", *right, segments=4)
    yield one("layout-cut-long", "fewer segments than the directory says, in as many bytes as there could be",
              part(b"a" * 600, code=constant), segments=4, layout_bytes=layout(*[(0, 200)] * 3))
    yield one("layout-cut-leb", "the last length of the layout is cut off", part(b"a" * 600, code=constant),
              segments=2, layout_bytes=layout((0, 300), (0, b"\xac")))
    yield wrong("tail", "a segment more than the directory says", *right, segments=2)
    yield wrong("tail-byte", "a byte follows the segments", *right, layout_bytes=layout(*right) + b"\0")
    yield wrong("overlong", "an overlong LEB in the layout", (0, z.leb(5, 2)), (1, 10), (0, 5))
    yield wrong("length-0", "a layout of no bytes", *right, layout_bytes=b"")
    yield wrong("length-524289", "a layout that is longer than it may be", *right, layout_length=z.LAYOUT_MAX + 1)
    yield wrong("length-max", "a layout of the highest length", *right, layout_length=2**64 - 1)
    yield wrong("constant", "a layout that is constant", (1, 1), (1, 1), layout_code=constant)
    yield wrong("frame-size", "the layout's frame decodes to another length", *right, layout_length=5,
                layout_code=zstd, segments=2)
    yield one("layout-payload-wrap", "the lengths of the layout and a frame add up modulo 2^64", a,
              part(TEXT, code=frame(TEXT_FRAME, z.leb(len(TEXT_FRAME) + 5))), segments=[(0, 10), (1, len(TEXT))],
              layout_code=frame(b"", z.leb(2**64 - 5)))


def frames():
    room = part(b"a" * 300, code=constant)  # so that the payload is never longer than the decoded bytes

    def wrong(name, description, payload):
        return one(f"frame-{name}", description, part(TEXT, code=frame(payload)), room)

    def made(name, description, frame_blocks=TEXT_BLOCK, **others):
        return wrong(name, description, zstdframe.frame(TEXT, frame_blocks, **others))

    size = len(TEXT)
    skippable = bytes.fromhex("502A4D18") + b"\4\0\0\0skip"
    yield wrong("empty", "a frame of no bytes", b"")
    yield wrong("raw", "bytes that are no frame", noise(100))
    yield wrong("cut", "a frame that is cut short", TEXT_FRAME[:-1])
    yield wrong("tail", "a byte follows the frame", TEXT_FRAME + b"\0")
    yield wrong("two", "two frames that decode to the right bytes together",
                zstdframe.frame(TEXT[:100]) + zstdframe.frame(TEXT[100:]))
    yield wrong("two-empty", "an empty frame follows the frame", TEXT_FRAME + zstdframe.frame(b""))
    yield wrong("empty-first", "an empty frame stands before the frame", zstdframe.frame(b"") + TEXT_FRAME)
    yield wrong("skippable", "a skippable frame", skippable)
    yield wrong("skippable-first", "a skippable frame stands before the frame", skippable + TEXT_FRAME)
    yield wrong("skippable-last", "a skippable frame follows the frame", TEXT_FRAME + skippable)
    yield made("no-size", "a frame without a content size", size_length=0, window=b"\x58")
    yield made("size-short", "a frame that states too short a content size", content_size=size - 1)
    yield made("size-long", "a frame that states too long a content size", content_size=size + 1)
    yield made("size-max", "a frame that states the highest content size", content_size=2**64 - 1, size_length=8)
    yield wrong("decodes-short", "a frame that states the right size, and decodes to less",
                zstdframe.frame(TEXT[:-1], content_size=size))
    yield wrong("decodes-long", "a frame that states the right size, and decodes to more",
                zstdframe.frame(TEXT + b"\n", content_size=size))
    yield wrong("other-size", "a frame of another length than the directory states", zstdframe.frame(TEXT[:-1]))
    yield made("dictionary", "a frame that needs a dictionary", dictionary=b"\1")
    yield made("checksum", "the frame's own checksum is wrong", checksum=TEXT_CHECKSUM[:3] + b"\0")
    yield made("reserved-bit", "the reserved bit of the descriptor is set", flags=8)
    yield made("block-type-3", "a block of the reserved type", zstdframe.block(3, size, TEXT))
    yield made("block-damaged", "a compressed block that does not decode", TEXT_BLOCK[:3] + bytes(len(TEXT_BLOCK) - 3))


def vectors():
    for family in numbers, parts, blocks, palettes, references, payloads, layouts, frames:
        yield from family()
