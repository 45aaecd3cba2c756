"""znn.safetensors, against a loader and the serializer's known output, both by the rules of the format."""

import json
import pathlib
import struct

import pytest

import znn
from znn import safetensors
from znn.safetensors import numpy as numpy_files

numpy = pytest.importorskip("numpy")

CODES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
CODES.update({"U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "?", "C64": "<c8"})


def parse(data):
    """(metadata, {name: (dtype, shape, bytes)}) in the order of the header."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop("__metadata__", None)
    body = data[8 + size :]
    return metadata, {
        name: (entry["dtype"], tuple(entry["shape"]), body[slice(*entry["data_offsets"])])
        for name, entry in header.items()
    }


@pytest.fixture
def arrays(rng):
    """Arrays of all types, and odd names."""
    made = {}
    for i, (code, dtype) in enumerate(CODES.items()):
        shape = [(3, 4), (0, 2), (), (5,)][i % 4]
        raw = rng.randbytes(int(numpy.prod(shape, dtype=int)) * numpy.dtype(dtype).itemsize)
        if dtype == "?":
            raw = bytes(byte & 1 for byte in raw)
        made[f"{code.lower()}.weight"] = numpy.frombuffer(raw, dtype).reshape(shape)
    made['quote " back \\ tab \t ü \u2028 \x7f \x1f'] = numpy.zeros(1, "f4")
    made["Z"] = made["a"] = numpy.ones((2, 2), "f4")
    return made


# What the serializer of the safetensors library writes, from its own tests.
KNOWN = [
    ({}, None, b"\x08\0\0\0\0\0\0\0{}      "),
    ({}, {"framework": "pt"}, b'(\0\0\0\0\0\0\0{"__metadata__":{"framework":"pt"}}     '),
    (
        {"attn.0": numpy.arange(6, dtype="f4").reshape(1, 2, 3)},
        None,
        b'@\0\0\0\0\0\0\0{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}'
        + struct.pack("<6f", *range(6)),
    ),
    (
        {"attn0": numpy.arange(6, dtype="f4").reshape(1, 1, 2, 3)},
        None,
        b'H\0\0\0\0\0\0\0{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}' + b" " * 7
        + struct.pack("<6f", *range(6)),
    ),
]


@pytest.mark.parametrize("tensors, metadata, expected", KNOWN)
def test_known_files(tensors, metadata, expected):
    assert znn.decompress(numpy_files.save(tensors, metadata)) == expected


def test_order_and_escapes(arrays):
    original = znn.decompress(numpy_files.save(arrays, {"format": "np"}))
    metadata, found = parse(original)
    assert metadata == {"format": "np"}
    order = "U64 I64 F64 C64 F32 U32 I32 F16 U16 I16 I8 U8 BOOL".split()
    names = sorted(arrays, key=lambda name: (order.index(found[name][0]), name))
    assert list(found) == names
    for name, array in arrays.items():
        assert found[name][1] == array.shape and found[name][2] == array.tobytes()
    size = int.from_bytes(original[:8], "little")
    assert size % 8 == 0 and "quote \\\" back \\\\ tab \\t ü \u2028 \x7f \\u001f" in original[8 : 8 + size].decode()


def test_round_trip_of_a_real_file(model, model_path, tmp_path):
    """The order of its tensors is its writer's, so only their contents are compared."""
    znn.compress_file(model_path, tmp_path / "model.znn")
    loaded = numpy_files.load_file(tmp_path / "model.znn")
    expected = parse(model)[1]
    assert {name: array.tobytes() for name, array in loaded.items()} == {n: e[2] for n, e in expected.items()}
    assert list(loaded) == list(expected)
    numpy_files.save_file({n: a.view("u2") for n, a in loaded.items()}, tmp_path / "copy.znn", {"a": "b"})
    copy = parse(znn.decompress((tmp_path / "copy.znn").read_bytes()))
    assert copy[0] == {"a": "b"} and {n: e[2] for n, e in copy[1].items()} == {n: e[2] for n, e in expected.items()}
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["copy.znn", "model.znn"]


def test_save_not_contiguous_and_big_endian():
    array = numpy.arange(12, dtype=">f4").reshape(3, 4)
    loaded = numpy_files.load(numpy_files.save({"a": array.T, "b": array}))
    assert (loaded["a"] == array.T).all() and (loaded["b"] == array).all()


def test_save_errors():
    with pytest.raises(ValueError, match="no type"):
        numpy_files.save({"a": numpy.zeros(1, "c16")})
    for metadata in ({"a": 1}, {1: "a"}):
        with pytest.raises(TypeError):
            numpy_files.save({}, metadata)


def test_save_options(arrays, tmp_path):
    one = numpy_files.save(arrays, level=9, threads=1)
    assert znn.decompress(one) == znn.decompress(numpy_files.save(arrays, level=1))
    assert znn._znn.header(one)[1] == "safetensors"
    with open(tmp_path / "out", "wb") as file:
        numpy_files.save_file(arrays, file, level=9, threads=1)
    assert (tmp_path / "out").read_bytes() == one


class TestSafeOpen:
    @pytest.fixture
    def path(self, arrays, tmp_path):
        numpy_files.save_file(arrays, tmp_path / "model.znn", {"format": "pt"})
        return tmp_path / "model.znn"

    def test_names(self, path, arrays):
        with safetensors.safe_open(path, framework="np") as file:
            assert file.keys() == sorted(arrays)
            assert file.offset_keys() == list(parse(znn.decompress(path.read_bytes()))[1])
            assert file.metadata() == {"format": "pt"}
        with pytest.raises(ValueError):
            file.get_tensor("a")

    def test_tensors(self, path, arrays):
        with safetensors.safe_open(str(path), "numpy") as file:
            for name, array in arrays.items():
                got = file.get_tensor(name)
                assert got.dtype == array.dtype and got.shape == array.shape and got.tobytes() == array.tobytes()
            assert list(file.get_tensors()) == file.offset_keys()
            with pytest.raises(safetensors.SafetensorError, match="does not contain tensor none"):
                file.get_tensor("none")
            with pytest.raises(safetensors.SafetensorError):
                file.get_slice("none")

    def test_slices(self, path, arrays):
        with safetensors.safe_open(path, "np") as file:
            part = file.get_slice("a")
            assert part.get_shape() == [2, 2] and part.get_dtype() == "F32"
            assert (part[:, 1:] == arrays["a"][:, 1:]).all() and part[1, 1] == 1

    def test_no_metadata(self):
        with safetensors.safe_open(numpy_files.save({}), "np") as file:
            assert file.metadata() is None and file.keys() == []

    def test_wrong_arguments(self, path):
        with pytest.raises(ValueError, match="framework"):
            safetensors.safe_open(path, framework="other")
        with pytest.raises(ValueError):
            safetensors.safe_open(path, framework="np", device="cuda")
        with pytest.raises(FileNotFoundError):
            safetensors.safe_open("none.znn", framework="np")


def test_base(model_path, child_path, tmp_path):
    znn.compress_file(child_path, tmp_path / "child.znn", base=model_path)
    expected = parse(pathlib.Path(child_path).read_bytes())[1]
    loaded = numpy_files.load_file(tmp_path / "child.znn", base=model_path)
    assert {name: array.tobytes() for name, array in loaded.items()} == {n: e[2] for n, e in expected.items()}
    with pytest.raises(znn.Error):
        numpy_files.load_file(tmp_path / "child.znn")
