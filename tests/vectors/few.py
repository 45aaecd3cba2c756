"""few.py - files whose parts differ from their base in few elements: right ones and wrong ones"""
import znnformat as z
from deltas import content, with_base
from vector import bad, good
from writer import Conversion, changes, constant, zstd


def good_changes():
    def one(name, description, *parts, rows=("f32",), **fields):
        return with_base(good, f"changes-{name}", description, *parts, rows=rows, **fields)

    yield one("f32", "changes of F32", changes(content("f32"), {3: 1, 4: 2, 20: 2**32 - 1}, 4))
    yield one("bf16", "changes of BF16", changes(content("bf16"), {0: 1, 31: 300}, 2), rows=["bf16"])
    yield one("f64", "a change of F64", changes(content("f64"), {7: 2**63 + 5}, 8), rows=["f64"])
    yield one("u8", "changes of single bytes, one of them none", changes(content("u8"), {1: 255, 2: 0, 47: 3}, 1), rows=["u8"])
    yield one("all", "changes of all elements", changes(content("f32"), {i: i + 1 for i in range(32)}, 4))
    yield one("zstd", "gaps and groups as frames", changes(content("f32"), {i: 7 * i for i in range(0, 32, 5)}, 4, code=zstd))
    yield one("constant", "gaps and groups that are constant",
              changes(content("f32"), {i: 0x01010101 for i in range(1, 32, 2)}, 4, code=lambda row: constant(row)))
    long = content("u8") * 20
    ranges = [(0, 0, 48)] * 20
    yield one("skip", "gaps of more than 254 elements", changes(long, {0: 1, 255: 2, 511: 3, 767: 4, 959: 5}, 1, ranges=ranges),
              rows=["u8"])
    yield one("skip-end", "skipped elements up to the end of the part",
              changes(long[:256], {0: 1}, 1, ranges=[(0, 0, 48)] * 5 + [(0, 0, 16)], gaps=b"\0\xff"), rows=["u8"])
    yield one("converted", "changes of a base that is converted",
              changes(content("f32"), {5: 1, 30: 2}, 2, conversion=Conversion(18, 15)))


def bad_changes():
    def one(name, description, part, rows=("f32",), **fields):
        return with_base(bad, f"changes-{name}", description, part, rows=rows, **fields)

    few = {3: 1, 4: 2}
    yield one("none", "no changes", changes(content("f32"), few, 4, count=0))
    yield one("33", "more changes than elements", changes(content("f32"), few, 4, count=33))
    yield one("gaps-short", "fewer gaps than changes", changes(content("f32"), few, 4, gap_length=1))
    yield one("gaps-long", "more gaps than there may be", changes(content("f32"), few, 4, gap_length=3))
    yield one("context-shift", "a context shift", changes(content("f32"), few, 4, context_shift=23))
    yield one("beyond", "a change behind the last element", changes(content("f32"), few, 4, gaps=b"\3\x1c"))
    long, ranges = content("u8") * 20, [(0, 0, 48)] * 20
    yield one("skip-beyond", "skipped elements behind the last one",
              changes(long[:256], {1: 1}, 1, ranges=[(0, 0, 48)] * 5 + [(0, 0, 16)], gaps=b"\1\xff"), rows=["u8"])
    yield one("fewer", "fewer gaps that end with a change than changes",
              changes(long, {0: 1, 1: 2}, 1, ranges=ranges, gaps=b"\0\xff\xff"), rows=["u8"])
    yield one("more", "more gaps that end with a change than changes",
              changes(long, {0: 1}, 1, ranges=ranges, gaps=b"\0\0"), rows=["u8"])
    cut = changes(content("f32"), few, 4)
    yield one("cut", "a description that ends before the gaps",
              cut._replace(description=bytes([z.DELTA, 4, 3, 0, 0x80, 1, 1, 0, 0, 0x80, 1, 2])), room=False, no_segments=b"")
    yield one("digest", "changes that lead to other bytes", cut._replace(data=content("f32")))


def vectors():
    for family in good_changes, bad_changes:
        yield from family()
