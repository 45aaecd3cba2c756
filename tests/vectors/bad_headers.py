"""bad_headers.py - files that have a damaged header or are no znn files"""
import znnformat as z
from vector import TEXT, bad, noise
from writer import chunk, header, part, prop, znn

NOT_ZNN = "ZNN_ERROR_NOT_ZNN"


def fixed_fields():
    good = znn(chunk(part(TEXT)))
    yield bad("empty-file", "a file of no bytes", file=b"", status=NOT_ZNN)
    yield bad("text", "a file that is something else", file=TEXT, status=NOT_ZNN)
    yield bad("magic", "the last byte of the magic is wrong", head=header(magic=z.MAGIC[:7] + b"\x0b"), status=NOT_ZNN)
    yield bad("magic-crlf", "the magic after a transfer as text", file=good.replace(b"\r\n", b"\n"), status=NOT_ZNN)
    yield bad("header-checksum", "the checksum of the header is wrong", head=header(checksum=0))
    yield bad("header-checksum-version", "a damaged header is not taken for a new one",
              head=header(version=3, must=1, checksum=0))
    yield bad("header-length-31", "a header of 31 bytes", head=header(length=31))
    yield bad("header-length-0", "a header of 0 bytes, of a version to come",
              head=header(length=0, version=3, checksum=0))
    yield bad("header-version-0", "format version 0, which never was", head=header(version=0))
    yield bad("header-length-4097", "a header that says to be longer than 4096 bytes", head=header(length=4097))
    yield bad("header-length-beyond", "a header that is longer than the file", file=header(length=33))
    yield bad("header-zero", "the zero field of the header is not zero", head=header(zero=1))


def properties():
    def one(name, description, data):
        return bad(f"property-{name}", description, chunk(part(TEXT)), head=header(data))

    yield one("descending", "tags that descend", prop(200, b"") + prop(199, b""))
    yield one("twice", "a tag twice", prop(1, b"pt") + prop(1, b"pt"))
    yield one("ignorable-twice", "a tag twice, of a property that a reader ignores", prop(200, b"a") + prop(200, b"a"))
    yield one("beyond", "a value that reaches beyond the header", prop(200, b"ab", length=3))
    yield one("cut", "a tag without a length", prop(200, b"ab") + b"\xff")
    yield one("extension-empty", "an extension of no characters", prop(1, b""))
    yield one("extension-17", "an extension of 17 characters", prop(1, b"a" * 17))
    unfit = {"slash": b"a/b", "dot": b"tar.gz", "nul": b"pt\0", "newline": b"pt\n", "utf8": b"\xc3\xa4"}
    for name, value in unfit.items():
        yield one(f"extension-{name}", "an extension with a character that may not be in it", prop(1, value))


def truncated():
    chunks = [chunk(part(noise(10))), chunk(part(noise(20)))]
    file = znn(*chunks)
    index = len(znn(*chunks, with_index=False, with_footer=False))
    ends = {"magic": 7, "checksum": 15, "header": 31, "after-header": 32, "marker": 36, "record": 79, "directory": 82,
            "payload": 92, "after-chunk": 97, "chunk": 98, "after-chunks": index, "index": index + 59,
            "after-index": len(file) - 40, "footer": len(file) - 1}
    for name, end in ends.items():
        yield bad(f"truncated-{name}", "the file is cut short", file=file[:end])


def vectors():
    yield from fixed_fields()
    yield from properties()
    yield from truncated()
