"""moved.py - files whose base has its rows in another order: right ones and wrong ones"""
from deltas import ALL, content, with_base
from vector import bad, good
from writer import Conversion, blocks, changes, delta


def moved(data, row, head, columns):
    """Returns the rows in the other order."""
    rows = [data[at:at + row] for at in range(0, len(data), row)]
    return b"".join(rows[i - i % head + i % head % columns * (head // columns) + i % head // columns] for i in range(len(rows)))


def f32(ranges, base, **more):
    return delta(base, [i % 7 for i in range(len(base) // 4)], 4, [ALL], context_shift=23, ranges=ranges, **more)


def good_orders():
    def one(name, description, *parts, rows=("f32",), **fields):
        return with_base(good, f"moved-{name}", description, *parts, rows=rows, **fields)

    data = content("f32")
    for name, description, row, head, columns in [
            ("head", "the rows of a head, moved as for GGUF", 16, 8, 2),
            ("back", "the rows of a head, moved back", 16, 8, 4),
            ("heads", "the rows of two heads", 16, 4, 2),
            ("odd", "heads of an odd number of rows, the last one cut", 16, 3, 3),
            ("columns-1", "one column, so that no row is moved", 16, 8, 1),
            ("row-long", "a row that is longer than the tensor", 200, 2, 2)]:
        base = data if name in ("odd", "row-long") else moved(data, row, head, columns)
        yield one(name, description, f32([(0, 0, 128, row, head, columns)], base))
    base = moved(data[:120], 20, 6, 2)[24:100]
    yield one("part", "a range that starts and ends within rows", f32([(0, 24, 76, 20, 6, 2)], base))
    base = moved(data, 16, 8, 2)[:40] + content("u8")[8:16] + moved(data, 16, 8, 2)[40:]
    yield one("ranges", "ranges with moved rows and without",
              f32([(0, 0, 40, 16, 8, 2), (1, 8, 8), (0, 40, 88, 16, 8, 2)], base), rows=["f32", "u8"])
    yield one("changes", "changes of moved rows",
              changes(moved(data, 32, 4, 2), {1: 5, 31: 2**32 - 2}, 4, ranges=[(0, 0, 128, 32, 4, 2)]))
    base = moved(data, 16, 8, 2)
    yield one("converted", "moved rows of another type",
              delta(base, [1] * 32, 2, [ALL], context_shift=7, ranges=[(0, 0, 128, 16, 8, 2)], conversion=Conversion(18, 15)))
    yield one("blocks", "a block from moved rows",
              blocks("Q4_0", "F32", base, [b"\1", b"\0"], ranges=[(0, 0, 128, 16, 8, 2)]), rows=["f32", "bf16", "f16"])


def bad_orders():
    def one(name, description, *range_fields, rows=("f32",), size=128):
        return with_base(bad, f"moved-{name}", description, f32([range_fields], bytes(size)), rows=rows)

    yield one("row-15", "a row of too few bytes", 0, 0, 128, 15, 8, 2)
    yield one("row-1572865", "a row of too many bytes", 0, 0, 128, 1572865, 8, 2)
    yield one("head-0", "a head without rows", 0, 0, 128, 16, 0, 2)
    yield one("head-1026", "a head with too many rows", 0, 0, 128, 16, 1026, 2)
    yield one("columns-0", "no columns", 0, 0, 128, 16, 8, 0)
    yield one("columns-3", "columns that do not divide a head", 0, 0, 128, 16, 8, 3)
    yield one("columns-16", "more columns than rows", 0, 0, 128, 16, 8, 16)
    yield one("length-0", "a range of no bytes", 0, 0, 0, 16, 8, 2)
    yield one("length-short", "a range that is shorter than the part", 0, 0, 124, 16, 8, 2)
    yield one("length-long", "a range that is longer than the part", 0, 0, 132, 16, 8, 2)
    yield one("beyond", "a range that ends behind its tensor", 0, 16, 128, 16, 8, 2)
    yield one("row-beyond", "a row behind the end of the tensor", 0, 0, 48, 16, 8, 2, rows=["u8"], size=48)
    yield one("tensor-beyond", "a tensor that is not there", 1, 0, 128, 16, 8, 2)
    yield one("offset-max", "an offset that is too large for any tensor", 0, 2**64 - 128, 128, 16, 8, 2)


def vectors():
    for family in good_orders, bad_orders:
        yield from family()
