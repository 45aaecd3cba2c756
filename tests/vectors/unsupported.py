"""unsupported.py - files that a reader must refuse because they are too new, not because they are damaged"""
from vector import TEXT, TEXT_FRAME, unsupported
from writer import chunk, constant, frame, header, kind, palette, part, prop


def in_header(name, description, head):
    return unsupported(name, description, chunk(part(TEXT)), head=head)


def headers():
    yield in_header("version-3", "format version 3", header(version=3))
    yield in_header("version-65535", "the highest format version", header(version=65535))
    yield in_header("version-3-zero", "a zero field that means something in format version 3",
                    header(version=3, zero=1))
    yield in_header("version-3-properties", "properties of a form of its own in format version 3",
                    header(b"\1\0\0\xff", version=3))
    yield in_header("feature-8", "a feature that a reader must understand", header(must=1 << 8))
    yield in_header("feature-31", "another feature that a reader must understand", header(must=1 << 31))
    for tag in 0, 100, 127:
        yield in_header(f"property-{tag}", "a property that a reader must understand", header(prop(tag, b"a")))


def records():
    for number in 0, 100, 255:
        yield unsupported(f"record-{number}", f"a record of kind {number}", chunk(part(TEXT), kind=number))
    yield unsupported("record-last", "a record of kind 100 in place of the index", chunk(part(TEXT)),
                      index_fields={"kind": 100})


def chunks():
    def one(name, description, *parts, **fields):
        return unsupported(name, description, chunk(*parts, **fields))

    for number in 100, 255:
        yield one(f"transform-{number}", f"a part of transform {number}", part(TEXT, transform=number))
    for number in 0, 3, 5, 16, 255:
        yield one(f"width-{number}", f"a part of width {number}", part(b"a" * 15, code=constant, stated_width=number))
    few = [([1, 2], [0, 1] * 8)]
    for number in 0, 1, 3, 16:
        yield one(f"palette-width-{number}", f"a palette of width {number}",
                  palette(few, code=constant, stated_width=number))
    for number in 0, 3, 32:
        yield one(f"palette-bits-{number}", f"indexes of {number} bits", palette(few, code=constant, stated_bits=number))
    for number in 3, 255:
        yield one(f"stream-{number}", f"a stream of kind {number}", part(TEXT, code=kind(number)))
    yield one("stream-second", "a stream of kind 3 in the second part", part(TEXT), part(TEXT, code=kind(3)))
    yield one("layout-stream", "a layout of kind 3", part(TEXT, code=frame(TEXT_FRAME)),
              segments=[(0, 100), (0, len(TEXT) - 100)], layout_code=kind(3))


def indexes():
    one = chunk(part(TEXT))
    yield unsupported("chunk-table", "a chunk table of kind 3", one, index_fields={"chunk_code": kind(3)})
    yield unsupported("tensor-table", "a tensor table of kind 3", one, index_fields={"tensor_code": kind(3)})


def vectors():
    for family in headers, records, chunks, indexes:
        yield from family()
