"""sparse.py - files with parts in which many elements are zero: good, bad and too new ones"""
import znnformat as z
from vector import bad, good, noise, unsupported
from writer import chunk, constant, kind, part, raw, sparse, zstd

# A chunk's payload is at most as long as what it decodes to: this gives room for maps.
ROOM = part(bytes(100), code=constant)


def elements(width, count=21, every=3):
    """Returns elements of which only every `every`-th is not zero."""
    data = noise(width * count)
    return b"".join(bytes([data[width * i] | 1]) + data[width * i + 1:width * (i + 1)] if i % every == 0 else bytes(width)
                    for i in range(count))


DATA = elements(4)


def good_parts():
    def one(name, description, *parts):
        return good(f"sparse-{name}", description, chunk(*parts, ROOM))

    for width in z.WIDTHS:
        yield one(f"width-{width}", f"a sparse part of width {width}", sparse(elements(width), width))
        yield one(f"signs-{width}", f"a sparse part of width {width}, signs apart", sparse(elements(width), width, signs=True))
    yield one("one", "a single element, which is kept", sparse(b"\1\2\3\4", 4))
    yield one("all", "no zeros at all", sparse(elements(2, every=1), 2, rotation=15))
    yield one("first", "only the first element is kept", sparse(b"\1" + bytes(79), 4))
    yield one("last", "only the last element is kept", sparse(bytes(79) + b"\x80", 4))
    yield one("streams", "a sparse part with streams of all kinds", sparse(bytes([9, 0] * 24), 1, rotation=0, code=zstd),
              sparse(DATA, 4, code=[zstd, raw, zstd, raw]), sparse(bytes([9, 0] * 8), 1, code=constant, bitmap=b"\x55" * 2))
    yield one("kept-zero", "a zero that is kept", part_with_zero())
    yield good("sparse-layout", "segments of a sparse part; they cut elements",
               chunk(sparse(DATA, 4), part(noise(50)), segments=[(1, 7), (0, 33), (1, 43), (0, 51)]))


def part_with_zero():
    made = sparse(b"\1\0\2\0\3\0\4\0", 2, bitmap=b"\x17")
    return made._replace(data=b"\1\0\2\0\3\0\0\0\4\0")._replace(description=bytes([z.SPARSE, 2, 1, 10, 4]))


def bad_parts():
    def one(name, description, *parts, **others):
        return bad(f"sparse-{name}", description, chunk(*parts, ROOM, **others))

    yield one("map-fewer", "a map with fewer elements than are kept", sparse(DATA, 4, bitmap=b"\x49\x92\0"))
    yield one("map-more", "a map with more elements than are kept", sparse(DATA, 4, bitmap=b"\x4b\x92\4"))
    yield one("map-spare", "a spare bit of the map is set", sparse(elements(4, every=7), 4, bitmap=b"\x81\0\x80"))
    yield one("map-none", "a map without any", sparse(DATA, 4, bitmap=bytes(3)))
    yield one("kept-0", "no element is kept", sparse(DATA, 4, kept=0))
    yield one("kept-22", "more elements are kept than there are", sparse(DATA, 4, kept=22))
    yield one("kept-max", "the highest number of kept elements", sparse(DATA, 4, kept=2**64 - 1))
    yield one("kept-wrap", "so many kept elements that their bytes wrap around", sparse(DATA, 4, kept=2**30 + 7))
    for length in 0, 83, 85, 2**64 - 4:
        yield one(f"length-{length if length < 100 else 'max'}", "a length that is none of these elements", sparse(DATA, 4, length=length))
    yield one("rotation", "a rotation by all bits", sparse(DATA, 4)._replace(description=bytes([z.SPARSE, 4, 32, 84, 7])))
    yield one("digest", "a wrong digest", sparse(DATA, 4), digest=0)
    spare = sparse(elements(1, every=4), 1, rotation=0, signs=True)
    yield one("signs-spare", "a spare bit of the signs is set", spare._replace(streams=spare.streams[:-1] + [raw(b"\xff")]))
    yield bad("sparse-cut", "the directory ends before the number of kept elements",
              chunk(data=b"a", count=1, no_segments=bytes([z.SPARSE, 4, 1, 4])))


def too_new():
    for width in 0, 3, 16:
        yield unsupported(f"sparse-width-{width}", f"a sparse part of width {width}",
                          chunk(sparse(DATA, 4, stated_width=width), ROOM))
    yield unsupported("sparse-stream", "a sparse part with a stream of kind 3",
                      chunk(sparse(DATA, 4, code=kind(3)), ROOM))


def vectors():
    for family in good_parts, bad_parts, too_new:
        yield from family()
