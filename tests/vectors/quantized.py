"""quantized.py - files with quantized blocks that are predicted from a base: good, bad and too new ones

The values are those of the tensors in base.safetensors; a block of 256 values takes some of them several times.
"""
import ggml_blocks
import znnformat as z
from deltas import content, with_base
from vector import bad, good, noise, unsupported
from writer import blocks, constant, kind, part, raw, zstd

ROWS = ["f32", "bf16", "f16"]
SOURCE_ROWS = {"F32": 0, "BF16": 1, "F16": 2}


def base_for(shape, source, count):
    """Returns the ranges of the base for so many blocks, and their bytes."""
    row = SOURCE_ROWS[source]
    data = content(ROWS[row])
    needed = count * ggml_blocks.SHAPES[shape][0] * ggml_blocks.SOURCES[source]
    ranges = [(row, 0, len(data))] * (needed // len(data))
    return ranges, data * (needed // len(data))


def small(size, seed):
    """Differences as they are usual: small ones of both signs."""
    return bytes(byte % 5 - 2 & 255 for byte in noise(size, seed))


def quantized(shape, source="F32", count=1, codes=None, misses=None, words=None, fields=None, **more):
    _, _, _, _, word_count, field_count = ggml_blocks.SHAPES[shape]
    ranges, base = base_for(shape, source, count)
    if words is None:
        words = [bytes(3 * i % 7 for i in range(count)) if k % 2 == 0 else bytes(count) for k in range(2 * word_count)]
    if fields is None:
        fields = small(count * field_count * word_count, 3)
    return blocks(shape, source, base, words, fields, codes, misses, more.pop("ranges", ranges), **more)


def miss(size, *places):
    """Differences of codes: none but at these places."""
    return bytes(7 * place % 255 + 1 if place in places else 0 for place in range(size))


def long_part(count):
    """A part of so many blocks, from a range of the first tensor that is as long as needed."""
    made = quantized("Q4_0", length=18 * count, ranges=[(0, 0, 128 * count)], code=constant)
    return made._replace(data=bytes(18 * count))


def good_parts():
    def one(name, description, *parts, **fields):
        return with_base(good, f"blocks-{name}", description, *parts, rows=ROWS, **fields)

    for shape in ggml_blocks.KINDS:
        yield one(shape.lower().replace("_", "-"), f"two blocks of {shape} from F32", quantized(shape, count=2))
        for source in "BF16", "F16":
            yield one(f"{shape.lower().replace('_', '-')}-{source.lower()}", f"a block of {shape} from {source}",
                      quantized(shape, source))
    yield one("all", "codes with misses everywhere", quantized("Q4_0", codes=noise(16), misses=z.MISSES_ALL))
    yield one("few", "a few misses, first and last", quantized("Q8_0", codes=miss(32, 0, 1, 31), misses=z.MISSES_FEW))
    yield one("few-far", "misses that are 255 and 511 bytes apart",
              quantized("Q2_K", count=16, codes=miss(1024, 255, 511, 1023), misses=z.MISSES_FEW))
    yield one("words", "words far from those predicted", quantized("Q4_1", words=[b"\xff", b"\xff", b"\xfe", b"\xff"]))
    yield one("nan", "a word that is a NaN", quantized("Q8_0", words=[b"\1", b"\xfc"]))
    yield one("fields-wrap", "fields that wrap around", quantized("Q3_K", fields=noise(16)))
    yield one("fields-zero", "scales of zero", quantized("Q6_K", words=[b"\0", b"\0"], fields=bytes(range(128, 144))))
    yield one("streams", "streams of all kinds", quantized("Q4_K", code=[constant, zstd, raw, constant, zstd, raw],
                                                          words=[b"\3", b"\1", b"\2", b"\0"]))
    yield one("with-others", "blocks beside other parts", part(noise(40), width=4, rotation=1), quantized("Q5_0"),
              part(noise(7)))


def bad_parts():
    def one(name, description, *parts, **fields):
        return with_base(bad, f"blocks-{name}", description, *parts, rows=ROWS, **fields)

    for length in 0, 17, 36, 2**64 - 1:
        yield one(f"length-{length if length < 100 else 'max'}", "a length that is not that of these blocks",
                  quantized("Q4_0", length=length))
    yield one("ranges-short", "too few bytes of the base", quantized("Q4_0", ranges=[(0, 0, 127)]))
    yield one("ranges-long", "too many bytes of the base", quantized("Q4_0", ranges=[(0, 0, 128), (1, 0, 1)]))
    yield one("range-beyond", "a range beyond its tensor", quantized("Q4_0", ranges=[(0, 4, 128)]))
    yield one("tensor-beyond", "a tensor that is not there", quantized("Q4_0", ranges=[(3, 0, 128)]))
    yield one("base-1572992", "blocks that need more of the base than a chunk may", long_part(12289))
    yield one("base-1572992-two", "two parts that together need more of the base than a chunk may", long_part(12288),
              quantized("Q4_0"))
    yield one("source-other", "another type of values than the base has", quantized("Q4_0", "BF16", stated_source=14))
    yield one("cut", "a description that is cut short",
              quantized("Q4_0")._replace(description=bytes([z.BLOCKS, 23]), streams=[]), room=False, no_segments=b"")
    yield one("missed-0", "few misses, but none", quantized("Q8_0", misses=z.MISSES_FEW, missed=0, gap_length=1, gaps=b"\0"))
    yield one("missed-5", "more than few misses",
              quantized("Q8_0", codes=miss(32, 0, 1, 2, 3, 4), misses=z.MISSES_FEW))
    yield one("gaps-fewer", "fewer bytes of gaps than misses",
              quantized("Q8_0", codes=miss(32, 3, 4), misses=z.MISSES_FEW, gaps=b"\3"))
    yield one("gaps-more", "more bytes of gaps than there can be",
              quantized("Q8_0", codes=miss(32, 3), misses=z.MISSES_FEW, gaps=b"\3\3"))
    yield one("gap-beyond", "a gap that leads beyond the codes",
              quantized("Q8_0", codes=miss(32, 3), misses=z.MISSES_FEW, gaps=b"\x20"))
    yield one("gap-open", "the last gap does not end",
              quantized("Q8_0", codes=miss(32, 3), misses=z.MISSES_FEW, gaps=b"\xff"))
    yield one("gap-surplus", "a gap more than misses",
              quantized("Q2_K", count=16, codes=miss(1024, 300), misses=z.MISSES_FEW, gaps=b"\1\1"))


def too_new():
    def one(name, description, *parts):
        return with_base(unsupported, f"blocks-{name}", description, *parts, rows=ROWS)

    for number in 18, 28, 34, 35, 43, 46, 255:
        yield one(f"type-{number}", f"blocks of type {number}", quantized("Q4_0", stated_kind=number))
    for number in 0, 20, 23, 255:
        yield one(f"source-{number}", f"blocks from type {number}", quantized("Q4_0", stated_source=number))
    yield one("misses-3", "misses that are stored in way 3", quantized("Q4_0", stated_misses=3))
    yield one("stream", "blocks with a stream of kind 3", quantized("Q4_0", code=kind(3)))


def vectors():
    for family in good_parts, bad_parts, too_new:
        yield from family()
