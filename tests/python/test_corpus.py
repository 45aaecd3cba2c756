"""Real models, in the folder that ZNN_CORPUS names: loaded plain, and through every door of the package.

A file of PyTorch is loaded by torch.load() from the plain file, from znn.open(), by znn.torch.load(), and by
torch.load() under znn.install().  A safetensors file is loaded by znn.safetensors, and by a parser written from the
rules of the format.  Everything must be equal, bit by bit.
"""

import collections
import json
import os
import pathlib
import warnings

import pytest

import znn

torch = pytest.importorskip("torch")
numpy = pytest.importorskip("numpy")

from conftest import SANITIZED  # noqa: E402
from test_safetensors import parse  # noqa: E402
from znn import safetensors  # noqa: E402
from znn import torch as znn_torch  # noqa: E402
from znn._frameworks import _TORCH_TYPES  # noqa: E402
from znn.safetensors import numpy as numpy_files  # noqa: E402
from znn.safetensors import torch as torch_files  # noqa: E402

CORPUS = os.environ.get("ZNN_CORPUS")
pytestmark = [
    pytest.mark.skipif(not CORPUS, reason="ZNN_CORPUS names no folder of models"),
    pytest.mark.skipif(SANITIZED, reason="a sanitizer would take too long"),
]


def files():
    return sorted(path for path in pathlib.Path(CORPUS or os.devnull).rglob("*") if path.is_file())


def is_safetensors(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if not 2 <= size <= path.stat().st_size - 8 or file.read(1) != b"{":
            return False
        file.seek(8)
        try:
            return isinstance(json.loads(file.read(size)), dict)
        except ValueError:
            return False


def bits(tensor):
    """The bytes of a tensor in row-major order."""
    tensor = tensor.detach()
    if tensor.is_quantized:
        tensor = tensor.int_repr()
    if tensor.is_sparse:
        tensor = tensor.to_dense()
    if tensor.numel() == 0:
        return b""
    dense = torch.empty(tensor.numel(), dtype=tensor.dtype)
    dense.view(tensor.shape).copy_(tensor)
    return dense.view(torch.uint8).numpy().tobytes()


def tensors_of(thing, found, seen):
    """All tensors inside, in order: of dictionaries, sequences, modules and other objects."""
    if id(thing) in seen:
        return found
    seen[id(thing)] = thing
    if isinstance(thing, (torch.Tensor, numpy.ndarray)):
        found.append(thing)
    elif isinstance(thing, collections.abc.Mapping):
        for value in thing.values():
            tensors_of(value, found, seen)
    elif isinstance(thing, (list, tuple)):
        for value in thing:
            tensors_of(value, found, seen)
    elif isinstance(thing, torch.nn.Module):
        tensors_of(thing.state_dict(), found, seen)
    elif hasattr(thing, "__dict__"):
        tensors_of(vars(thing), found, seen)
    return found


def same(one, other):
    if type(one) is not type(other) or one.dtype != other.dtype or tuple(one.shape) != tuple(other.shape):
        return False
    if isinstance(one, torch.Tensor):
        return bits(one) == bits(other)
    return one.dtype == object or one.tobytes() == other.tobytes()


def load_plain(path):
    """What torch.load() makes of a file, or None if it cannot load it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu")
    except Exception:
        return None


def test_torch(tmp_path):
    file_count = tensor_count = 0
    for path in files():
        plain = load_plain(path)
        if plain is None:
            continue
        expected = tensors_of(plain, [], {})
        packed = tmp_path / f"{path.name}.znn"
        znn.compress_file(path, packed, extension=path.suffix[1:] or None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with znn.open(packed) as file:
                loads = [torch.load(file, map_location="cpu")]
            loads.append(znn_torch.load(packed, map_location="cpu"))
            with znn.install():
                loads.append(torch.load(packed, map_location="cpu"))
                loads.append(torch.load(tmp_path / path.name, map_location="cpu"))
        for loaded in loads:
            got = tensors_of(loaded, [], {})
            assert len(got) == len(expected) and all(map(same, got, expected)), path
        packed.unlink()
        file_count += 1
        tensor_count += len(expected)
    print(f"{file_count} files of PyTorch, {tensor_count} tensors")
    assert file_count > 0 and tensor_count > 0


def check_tensor(file, name, shape, raw, loaded):
    for tensor in (loaded[name], file.get_tensor(name), file.get_slice(name)[...]):
        assert tuple(tensor.shape) == shape and bits(tensor) == bytes(raw), name


def test_safetensors(tmp_path):
    """A type that this version of PyTorch does not have is a TypeError, and is compared as NumPy arrays only."""
    file_count = tensor_count = 0
    for path in filter(is_safetensors, files()):
        metadata, entries = parse(path.read_bytes())
        packed = tmp_path / f"{path.name}.znn"
        znn.compress_file(path, packed)
        with znn.open(packed) as file:
            assert file.read() == path.read_bytes()
        arrays = numpy_files.load_file(packed)
        known = all(hasattr(torch, _TORCH_TYPES.get(dtype, "none")) for dtype, _, _ in entries.values())
        loaded = torch_files.load_file(packed) if known else {}
        with safetensors.safe_open(packed, framework="pt") as file:
            assert set(file.keys()) == set(entries) == set(arrays), path
            assert (file.metadata() or {}) == (metadata or {}), path
            for name, (dtype, shape, raw) in entries.items():
                part = file.get_slice(name)
                assert part.get_dtype() == dtype and part.get_shape() == list(shape), (path, name)
                assert arrays[name].tobytes() == bytes(raw), (path, name)
                if known:
                    check_tensor(file, name, shape, raw, loaded)
            if not known:
                with pytest.raises(TypeError):
                    torch_files.load_file(packed)
        packed.unlink()
        file_count += 1
        tensor_count += len(entries)
    print(f"{file_count} files of safetensors, {tensor_count} tensors")
    assert file_count > 0 and tensor_count > 0
