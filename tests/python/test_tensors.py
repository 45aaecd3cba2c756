"""znn.open() as a mapping of tensors, and slices of them."""

import collections.abc
import io
import json
import struct

import pytest

import znn

numpy = pytest.importorskip("numpy")

try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None


def safetensors(tensors, metadata=None):
    """A file of {name: (dtype, shape, bytes)}, written from the rules of the format."""
    header, data = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def test_mapping(packed, model):
    with znn.open(packed) as file:
        header = json.loads(model[8 : 8 + int.from_bytes(model[:8], "little")])
        names = [name for name in header if name != "__metadata__"]
        names.sort(key=lambda name: header[name]["data_offsets"])
        assert isinstance(file, collections.abc.Mapping)
        assert list(file) == list(file.keys()) == names and len(file) == len(names)
        assert names[0] in file and "no such tensor" not in file and 5 not in file
        assert [name for name, _ in file.items()] == names
        with pytest.raises(KeyError):
            file["no such tensor"]
        assert file.get("no such tensor") is None and file.get("no such tensor", 7) == 7
        with pytest.raises(TypeError):
            next(file)


def test_arrays(packed, model):
    base = 8 + int.from_bytes(model[:8], "little")
    header = json.loads(model[8:base])
    with znn.open(packed) as file:
        everything = file.load()
        for name, array in everything.items():
            start, end = (base + offset for offset in header[name]["data_offsets"])
            assert list(array.shape) == header[name]["shape"]
            assert array.tobytes() == file[name].tobytes() == model[start:end]
            assert array.flags.writeable and array.flags.c_contiguous
            info = file.info(name)
            assert (info.name, info.dtype, info.offset, info.size) == (name, "BF16", start, end - start)
            out = bytearray(info.size)
            assert file.get(name, out=out) is out and out == model[start:end]
            with pytest.raises(ValueError):
                file.get(name, out=bytearray(info.size + 1))


def test_types():
    stored = {"BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "U16": "<u2", "F16": "<f2", "I32": "<i4"}
    stored.update({"U32": "<u4", "F32": "<f4", "F64": "<f8", "I64": "<i8", "U64": "<u8", "C64": "<c8"})
    stored.update({"BF16": "bfloat16", "F8_E5M2": "float8_e5m2", "F8_E4M3": "float8_e4m3fn"})
    tensors = {}
    for name, code in stored.items():
        size = {"BF16": 2, "F8_E5M2": 1, "F8_E4M3": 1}.get(name) or numpy.dtype(code).itemsize
        tensors[name] = (name, [2, 3], bytes(i % 2 for i in range(6 * size)))
    tensors["scalar"] = ("F32", [], struct.pack("<f", 1.5))
    tensors["empty"] = ("F32", [0, 3], b"")
    with znn.open(znn.compress(safetensors(tensors))) as file:
        assert len(file) == len(tensors)
        for name, (_, shape, raw) in tensors.items():
            array = file[name]
            assert array.tobytes() == raw and list(array.shape) == shape
            code = stored.get(name, "<f4")
            if code in ("bfloat16", "float8_e5m2", "float8_e4m3fn"):
                bits = "u2" if code == "bfloat16" else "u1"
                code = getattr(ml_dtypes, code) if ml_dtypes else bits
            assert array.dtype == numpy.dtype(code)
        assert file["scalar"] == 1.5


def test_metadata():
    tensors = {"a": ("F32", [1], bytes(4))}
    for metadata in (None, {}, {"format": "pt", "ü": "\n"}):
        with znn.open(znn.compress(safetensors(tensors, metadata))) as file:
            assert file.metadata() == (metadata or {})
            file.read(5)
            file.metadata()
            assert file.tell() == 5
    with znn.open(znn.compress(b"no model")) as file:
        assert file.metadata() == {} and len(file) == 0 and list(file) == []


def test_fortran_order():
    array = numpy.asfortranarray(numpy.arange(60000, dtype="f4").reshape(200, 300))
    stored = io.BytesIO()
    numpy.save(stored, array)
    with znn.open(znn.compress(stored.getvalue())) as file:
        (name,) = file
        assert (file[name] == array).all() and file[name].shape == (200, 300)
        assert (file.get_slice(name)[3:100:7, 5] == array[3:100:7, 5]).all()
        out = bytearray(array.nbytes)
        file.get(name, out=out)
        assert bytes(out) == numpy.ascontiguousarray(array).tobytes()


def test_cut_original():
    whole = safetensors({"a": ("U8", [5000], bytes(5000)), "b": ("F32", [5000], bytes(20000))})
    with znn.open(znn.compress(whole[:-100])) as file:
        assert (file["a"] == 0).all()
        assert file.info("b").missing == 100
        for call in (lambda: file["b"], lambda: file.get_slice("b"), lambda: file.get("b", out=bytearray(19900))):
            with pytest.raises(ValueError, match="cut"):
                call()


# -- Slices ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cubes():
    """Arrays of several shapes, and the .znn file that has them."""
    shapes = [(7,), (30000,), (5, 4, 3), (300, 200), (3, 5000), (40, 30, 20), (2, 3, 4, 5), (4, 0, 2), ()]
    arrays = {}
    tensors = {}
    for shape in shapes:
        array = numpy.arange(numpy.prod(shape, dtype=int), dtype="<i4").reshape(shape)
        name = "x".join(map(str, shape)) or "scalar"
        arrays[name] = array
        tensors[name] = ("I32", list(shape), array.tobytes())
    return arrays, znn.compress(safetensors(tensors))


def _random_slice(rng, size):
    ends = [None, 0, size, -size, *(rng.randrange(-size - 2, size + 3) for _ in range(3))]
    step = rng.choice([None, 1, 1, 2, 3, -1, -2, size + 1])
    return slice(rng.choice(ends), rng.choice(ends), step)


def _random_index(rng, shape):
    parts = []
    for size in shape:
        if size > 0 and rng.random() < 0.3:
            parts.append(rng.randrange(-size, size))
        else:
            parts.append(_random_slice(rng, size))
    cut = rng.randrange(len(parts) + 1)
    if rng.random() < 0.3:
        parts[cut : cut + rng.randrange(3)] = [Ellipsis]
    else:
        del parts[cut:]
    return tuple(parts)


def test_random_slices(cubes, rng):
    arrays, packed = cubes
    with znn.open(packed) as file:
        for _ in range(1500):
            name = rng.choice(list(arrays))
            index = _random_index(rng, arrays[name].shape)
            expected = arrays[name][index]
            got = file.get_slice(name)[index]
            assert got.shape == expected.shape and (got == expected).all(), (name, index)


def test_slice_object(cubes):
    arrays, packed = cubes
    with znn.open(packed) as file:
        part = file.get_slice("300x200")
        assert part.get_shape() == [300, 200] and part.shape == (300, 200) and part.get_dtype() == "I32"
        assert (part[:] == arrays["300x200"]).all() and (part[5] == arrays["300x200"][5]).all()
        assert part[numpy.int64(3), 4] == arrays["300x200"][3, 4]
        with pytest.raises(KeyError):
            file.get_slice("none")


@pytest.mark.parametrize(
    "index, error",
    [
        ((300,), IndexError),
        ((0, -201), IndexError),
        ((0, 0, 0), IndexError),
        ((..., ...), IndexError),
        (("a",), TypeError),
        (([1, 2],), TypeError),
        ((None,), TypeError),
        ((slice(0, 5, 0),), ValueError),
    ],
)
def test_slice_errors(cubes, index, error):
    with znn.open(cubes[1]) as file, pytest.raises(error):
        file.get_slice("300x200")[index]


def test_slices_read_only_what_they_need(large):
    """The bytes that are read of the .znn file, counted."""
    raw = safetensors({"w": ("BF16", [3072, 2048], large[: 3072 * 2048 * 2])})
    packed = znn.compress(raw)

    class Counted(io.BytesIO):
        total = 0

        def read(self, size=-1):
            data = super().read(size)
            Counted.total += len(data)
            return data

    with znn.open(Counted(packed)) as file:
        index_size, Counted.total = Counted.total, 0
        assert index_size < len(packed) // 20
        rows = file.get_slice("w")[1000:1010]
        assert Counted.total < len(packed) // 4
        assert rows.tobytes() == file["w"][1000:1010].tobytes()
