"""bad_indexes.py - indexes that contradict the chunks or themselves, although all checksums and digests are right"""
import zstdframe
import znnformat as z
from vector import bad, noise
from writer import chunk, chunk_record, chunk_rows, constant, frame, header, part, tensor, zstd

CHUNKS = [chunk(part(noise(10))), chunk(part(noise(20)))]
ROWS = [(len(one.data), len(record), digest) for one in CHUNKS for record, (digest, _) in [chunk_record(one, 0)]]
ORIGINAL_SIZE = 30


def one(name, description, **fields):
    return bad(f"index-{name}", description, *CHUNKS, index_fields=fields)


def chunk_tables():
    (a, a_record, a_digest), (b, b_record, b_digest) = ROWS
    right = chunk_rows(ROWS)
    yield one("chunks-fewer", "the chunk table has a chunk less", chunks=1, chunk_table=chunk_rows(ROWS[:1]))
    yield one("chunks-more", "the chunk table has a chunk more", chunks=3, chunk_table=chunk_rows([*ROWS, (0, 0, 0)]))
    yield one("chunks-count", "the number of chunks is not that of the table", chunks=3)
    yield one("chunks-max", "the highest number of chunks", chunks=2**64 - 1)
    yield one("chunk-sizes", "decoded lengths that are not those of the chunks",
              chunk_table=chunk_rows([(b, a_record, a_digest), (a, b_record, b_digest)]))
    yield one("chunk-records", "lengths of records that are not those of the chunks",
              chunk_table=chunk_rows([(a, a_record + 1, a_digest), (b, b_record - 1, b_digest)]))
    yield one("chunk-digests", "digests that are not those of the chunks",
              chunk_table=chunk_rows([(a, a_record, b_digest), (b, b_record, a_digest)]))
    other = chunk(part(noise(11)[1:]))
    yield bad("index-chunk-of-another-file", "a chunk in place of another one of the same size", other, CHUNKS[1],
              index_fields={"chunk_table": right},
              footer_fields={"chunks": [(digest, size) for size, _, digest in ROWS]})
    yield one("chunk-digests-missing", "a chunk table as in version 1", version=1)
    yield bad("index-version-1-digests", "a file of version 1 with a chunk table of version 2", *CHUNKS,
              head=header(version=1))
    yield one("chunk-table-cut", "the chunk table ends early", chunk_table=right[:-1])
    yield one("chunk-table-tail", "a byte follows the chunk table's rows", chunk_table=right + b"\0")
    yield one("chunk-table-overlong", "an overlong LEB in the chunk table", chunk_table=z.leb(a, 2) + right[1:])
    yield one("chunk-table-length", "the chunk table says to be longer than the payload", chunk_table_length=1000)
    yield one("chunk-table-length-max", "the highest length of the chunk table", chunk_table_length=2**64 - 1)
    yield one("chunk-table-constant", "a chunk table that is constant", chunk_code=constant)
    yield one("chunk-table-frame-size", "the chunk table's frame decodes to another length", chunk_code=zstd,
              chunk_table_length=len(right) + 1)
    huge = zstdframe.frame(right, content_size=2**64 - 1, size_length=8)
    yield one("chunk-table-frame-huge", "a frame and a table that say to be of the highest length",
              chunk_table_length=2**64 - 1, chunk_code=frame(huge))


def records():
    yield one("directory-tail", "a byte follows the directory's fields", directory_tail=b"\0")
    yield one("payload-tail", "a byte of the payload belongs to no table", payload_tail=b"\0")
    yield one("payload-cut", "the tables reach beyond the payload", tensor_table_length=1)
    yield one("payload-wrap", "the lengths of the tables add up modulo 2^64", chunk_table_length=2**64 - 1,
              tensor_table_length=1 + len(chunk_rows(ROWS)))
    yield one("leb-overlong", "an overlong LEB in the directory", chunks=z.leb(2, 2))


def tensor_tables():
    """A reader from front to back may ignore the tensor table.  Ours checks all but the spelling of the names."""
    def tensors(name, description, *rows, **fields):
        return bad(f"tensors-{name}", description, *CHUNKS, index_fields={"tensors": rows, **fields})

    a = tensor("a", 5, [10], 0)
    yield tensors("fewer", "fewer tensors than the directory says", a, count=2)
    yield tensors("more", "more tensors than the directory says", a, a, count=1)
    yield tensors("max", "the highest number of tensors", a, count=2**64 - 1)
    yield tensors("tail", "a byte follows the tensor table's rows", a, b"\0", count=1)
    yield tensors("overlong", "an overlong LEB in the tensor table", tensor("a", 5, [10], 0, rank=z.leb(1, 2)))
    yield tensors("name-beyond", "the name of a tensor reaches beyond the table", b"\x7f" + a[1:])
    yield tensors("name-max", "the name of a tensor is of the highest length", z.leb(2**64 - 1) + a[1:])
    yield tensors("rank-max", "a tensor of the highest rank", tensor("a", 5, [], 0, rank=2**64 - 1))
    yield tensors("strides-missing", "a tensor in an odd type without strides", tensor("a", 5, [10], 0, strides=[]))
    yield tensors("strides-overlong", "an overlong LEB as a stride", b"\1a" + z.leb(11) + z.leb(1) + z.leb(10) +
                  z.leb(1, 2) + z.leb(0) + z.leb(0))
    yield tensors("unsorted", "tensors that are not sorted", tensor("b", 5, [10], 20), tensor("a", 5, [10], -30))
    yield tensors("before", "a tensor before the start of the original", tensor("a", 5, [10], -1))
    yield tensors("beyond", "a tensor that reaches beyond the original", tensor("a", 5, [10], ORIGINAL_SIZE - 9))
    yield tensors("beyond-start", "a tensor beyond the original", tensor("a", 5, [0], ORIGINAL_SIZE + 1))
    yield tensors("wrap", "offset and length of a tensor add up modulo 2^64", tensor("a", 5, [10], 1, surplus=-12))
    yield tensors("constant", "a tensor table that is constant", a, tensor_code=constant)
    yield tensors("length-max", "the highest length of the tensor table", a, tensor_table_length=2**64 - 1)


def frames():
    """Readers may decode tables piece by piece, but chunks at once.  So tables test the rules of frames, too."""
    table = tensor("a" * 100, 5, [10], 0)

    def wrong(name, description, payload):
        return bad(f"tensors-frame-{name}", description, *CHUNKS,
                   index_fields={"tensors": [table], "tensor_code": frame(payload)})

    right = zstdframe.frame(table)
    skippable = bytes.fromhex("502A4D18") + b"\4\0\0\0skip"
    yield wrong("none", "a frame of no bytes", b"")
    yield wrong("raw", "bytes that are no frame", noise(100))
    yield wrong("cut", "a frame that is cut short", right[:-1])
    yield wrong("tail", "a byte follows the frame", right + b"\0")
    yield wrong("two", "two frames that decode to the right bytes together",
                zstdframe.frame(table[:50]) + zstdframe.frame(table[50:]))
    yield wrong("two-empty", "an empty frame follows the frame", right + zstdframe.frame(b""))
    yield wrong("empty-first", "an empty frame stands before the frame", zstdframe.frame(b"") + right)
    yield wrong("skippable-first", "a skippable frame stands before the frame", skippable + right)
    yield wrong("skippable-last", "a skippable frame follows the frame", right + skippable)
    yield wrong("no-size", "a frame without a content size", zstdframe.frame(table, size_length=0, window=b"\x58"))
    yield wrong("size-short", "a frame that states too short a content size",
                zstdframe.frame(table, content_size=len(table) - 1))
    yield wrong("size-long", "a frame that states too long a content size",
                zstdframe.frame(table, content_size=len(table) + 1))
    yield wrong("dictionary", "a frame that needs a dictionary", zstdframe.frame(table, dictionary=b"\1"))
    yield wrong("checksum", "the frame's own checksum is wrong", zstdframe.frame(table, checksum=bytes(4)))
    yield wrong("reserved-bit", "the reserved bit of the descriptor is set", zstdframe.frame(table, flags=8))


def vectors():
    yield from chunk_tables()
    yield from records()
    yield from tensor_tables()
    yield from frames()
