"""znn.safetensors with PyTorch."""

import pytest

import znn
from test_safetensors import parse
from znn import safetensors

torch = pytest.importorskip("torch")

from znn.safetensors import numpy as numpy_files  # noqa: E402
from znn.safetensors import torch as torch_files  # noqa: E402

TYPES = "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64".split()
TYPES += [name for name in "float8_e5m2 float8_e4m3fn uint16 uint32 uint64".split() if hasattr(torch, name)]


def bits(tensor):
    return tensor.contiguous().reshape(-1).view(torch.uint8).tolist() if tensor.numel() else []


def same(one, other):
    return one.dtype == other.dtype and one.shape == other.shape and bits(one) == bits(other)


@pytest.fixture
def tensors(rng):
    made = {}
    for i, name in enumerate(TYPES):
        dtype = getattr(torch, name)
        size = torch.empty(0, dtype=dtype).element_size()
        shape = [(3, 4), (0, 2), (), (5,), (6, 5, 4)][i % 5]
        count = torch.empty(shape).numel()
        raw = bytes(byte & 1 for byte in rng.randbytes(count * size)) or bytes(size)
        made[name] = torch.frombuffer(bytearray(raw), dtype=dtype)[:count].reshape(shape)
    return made


def test_round_trip(tensors, tmp_path):
    path = tmp_path / "model.znn"
    torch_files.save_file(tensors, path, metadata={"format": "pt"})
    for loaded in (torch_files.load_file(path), torch_files.load(path.read_bytes()), torch_files.load_file(path, "cpu")):
        assert set(loaded) == set(tensors)
        assert all(same(loaded[name], tensor) for name, tensor in tensors.items())
    original = znn.decompress(path.read_bytes())
    metadata, entries = parse(original)
    assert metadata == {"format": "pt"}
    for name, tensor in tensors.items():
        assert entries[name][1] == tuple(tensor.shape) and list(entries[name][2]) == bits(tensor)


def test_one_element_with_a_stride():
    """PyTorch calls it contiguous, whatever its stride."""
    one = torch.arange(10.0)[::5][1:]
    assert one.is_contiguous() and one.stride() == (5,)
    for tensor in (one, one.reshape(1, 1), torch.arange(10, dtype=torch.bfloat16)[::5][1:]):
        loaded = torch_files.load(torch_files.save({"one": tensor}))["one"]
        assert loaded.dtype == tensor.dtype and loaded.shape == tensor.shape and torch.equal(loaded, tensor)


def test_same_file_as_numpy(tensors):
    """Where NumPy has the types, both write the same bytes."""
    common = {name: tensor for name, tensor in tensors.items() if "bfloat" not in name and "float8" not in name}
    arrays = {name: tensor.numpy() for name, tensor in common.items()}
    assert torch_files.save(common) == numpy_files.save(arrays)


def test_large_tensors(large, tmp_path):
    """Memory of their own, which can be written and outlives the file."""
    tensor = torch.frombuffer(bytearray(large), dtype=torch.bfloat16).reshape(-1, 1024)
    torch_files.save_file({"a": tensor, "b": tensor[:5].clone()}, tmp_path / "model.znn")
    loaded = torch_files.load_file(tmp_path / "model.znn")
    assert same(loaded["a"], tensor) and same(loaded["b"], tensor[:5])
    loaded["a"].zero_()
    assert same(loaded["b"], tensor[:5])
    with safetensors.safe_open(tmp_path / "model.znn", "pt") as file:
        got, part = file.get_tensor("a"), file.get_slice("a")[100:200, ::3]
    assert same(got, tensor) and same(part, tensor[100:200, ::3])


def test_slices(tensors):
    with safetensors.safe_open(torch_files.save(tensors), framework="pt") as file:
        for name, tensor in tensors.items():
            part = file.get_slice(name)
            assert part.get_shape() == list(tensor.shape)
            assert same(part[...], tensor)
            if tensor.dim() > 0:
                assert same(part[1:], tensor[1:])
            if tensor.dim() > 1 and tensor.numel():
                assert same(part[:, -1], tensor[:, -1]) and same(part[0, 0], tensor[0, 0])
                assert same(part[::2, 1:3], tensor[::2, 1:3])


def test_unknown_type():
    if hasattr(torch, "uint16"):
        pytest.skip("this PyTorch has all types")
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match="no type for U16"):
        torch_files.load(numpy_files.save({"a": numpy.zeros(3, "u2")}))


def test_save_errors():
    square = torch.zeros(4, 4)
    with pytest.raises(ValueError, match="contiguous"):
        torch_files.save({"a": square[:, 1:]})
    with pytest.raises(ValueError, match="sparse"):
        torch_files.save({"a": square.to_sparse()})
    with pytest.raises(ValueError, match="not a tensor"):
        torch_files.save({"a": 5})
    with pytest.raises(RuntimeError, match="share memory"):
        torch_files.save({"a": square, "b": square[2:]})
    torch_files.save({"a": square[:2], "b": square[2:]})  # apart in one storage
    with pytest.raises(ValueError, match="no type"):
        torch_files.save({"a": torch.zeros(1, dtype=torch.complex128)})


def test_gradients_and_parameters():
    parameter = torch.nn.Parameter(torch.ones(3))
    assert same(torch_files.load(torch_files.save({"a": parameter}))["a"], torch.ones(3))
