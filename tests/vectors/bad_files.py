"""bad_files.py - files with wrong records, or with records in a wrong order"""
import znnformat as z
from vector import TEXT, bad, noise
from writer import chunk, chunk_record, constant, index, part, znn


def record_fields():
    """Faults of a chunk record.  All around the fault fits."""
    def one(name, description, **wrong):
        return bad(f"chunk-{name}", description, chunk(part(TEXT), **wrong))

    yield one("marker", "the marker is wrong", marker=z.MARKER[:7] + b"\x0b")
    yield one("checksum", "the checksum is wrong", checksum=0)
    yield one("checksum-kind", "a damaged record is not taken for a new one", checksum=0, kind=3)
    for i in range(3):
        yield one(f"zero-{i}", "a zero byte is not zero", zero=bytes([0, 0, 1, 0, 0][2 - i:5 - i]))
    yield one("digest", "the digest is wrong", digest=0)
    yield one("directory-0", "the length of the directory is 0", directory_length=0)
    yield one("directory-too-long", "the directory says to be longer than 1 MiB", directory_length=z.DIRECTORY_MAX + 1)
    yield one("directory-beyond", "the directory is longer than the file", directory_length=z.DIRECTORY_MAX)
    yield one("payload-beyond", "the payload says to be longer than the decoded bytes", payload_length=len(TEXT) + 1)
    yield one("size-short", "the decoded length is too short", size=len(TEXT) - 1)
    yield one("size-long", "the decoded length is too long", size=len(TEXT) + 1)
    yield bad("chunk-size-0", "a chunk of no bytes, with a part of one",
              chunk(part(b"a", code=constant), size=0, data=b""))
    yield bad("chunk-size-16777217", "a chunk that is longer than 16 MiB",
              chunk(part(bytes(z.CHUNK_MAX + 1), code=constant)))
    yield bad("chunk-size-max", "a chunk that says to be 4 GiB long", chunk(part(b"a", code=constant), size=2**32 - 1))
    flipped = bytearray(znn(chunk(part(TEXT))))
    flipped[flipped.index(TEXT) + 100] ^= 16
    yield bad("chunk-payload", "a bit of the payload is wrong", file=bytes(flipped))


def order():
    a, b, c = (chunk(part(noise(n))) for n in (10, 20, 30))

    def at(one, offset):
        return one._replace(wrong={"offset": offset})

    yield bad("order-first", "the first chunk is not at offset 0", at(a, 1), at(b, 11))
    yield bad("order-gap", "a gap between chunks", a, at(b, 11), at(c, 31))
    yield bad("order-overlap", "chunks that overlap", a, at(b, 9))
    yield bad("order-swapped", "chunks in a wrong order", at(b, 10), at(a, 0))
    yield bad("order-twice", "a chunk twice", a, at(a, 0))
    yield bad("order-max", "a chunk at the highest offset", a, at(b, 2**64 - 1))


def index_record():
    a = chunk(part(noise(10)))

    def one(name, description, *chunks, **fields):
        return bad(f"index-{name}", description, *(chunks or [a]), **fields)

    def fields(name, description, **wrong):
        return one(name, description, index_fields=wrong)

    yield one("missing", "the footer follows the chunks", with_index=False)
    yield one("missing-empty", "the footer follows the header", file=znn(with_index=False))
    yield one("missing-all", "the file ends after the chunks", with_index=False, with_footer=False)
    record, (digest, _) = chunk_record(a, 0)
    yield one("twice", "two indexes", before_index=index([(10, len(record), digest)], 10))
    yield one("then-chunk", "a chunk after the index", file=znn(a, with_footer=False) + chunk_record(a, 10)[0])
    yield fields("marker", "the marker is wrong", marker=bytes(8))
    yield fields("checksum", "the checksum is wrong", checksum=0)
    yield fields("digest", "the digest is wrong", digest=0)
    yield fields("zero", "a zero byte is not zero", zero=b"\0\0\1")
    yield fields("size", "the decoded length of the record is not 0", size=1)
    yield fields("offset", "the length of the original is wrong", offset=11)
    yield fields("directory-0", "the length of the directory is 0", directory_length=0)
    yield fields("payload-beyond", "the payload is longer than the file", payload_length=2**32 - 1)
    yield fields("payload-max", "the payload is longer than the file, as the chunk table is", payload_length=2**32 - 1,
                 chunk_table_length=2**32 - 1)
    yield fields("as-chunk", "a chunk record in place of the index", kind=z.CHUNK)


def footers():
    a = chunk(part(noise(10)))

    def fields(name, description, **wrong):
        return bad(f"footer-{name}", description, a, footer_fields=wrong)

    yield fields("index-offset", "the offset of the index is wrong", index_offset=32)
    yield fields("index-offset-max", "the offset of the index is the highest", index_offset=2**64 - 1)
    yield fields("root", "the root digest is wrong", root=bytes(16))
    yield fields("root-order", "the root digest is of chunks in another order", chunks=[])
    yield fields("checksum", "the checksum is wrong", checksum=0)
    yield fields("magic", "the end magic is wrong", end_magic=z.END_MAGIC[:7] + b"\x0b")
    yield bad("footer-tail", "a byte follows the footer", a, tail=b"\0")
    yield bad("footer-twice", "the file twice", file=znn(a) * 2)


def vectors():
    for family in record_fields, order, index_record, footers:
        yield from family()
