"""Tensors of PyTorch in .znn files of safetensors: load_file(), load(), save_file() and save()."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

import torch

from .. import _file, _saving
from .._frameworks import framework_of
from .._frameworks import load as load_tensors
from .._serialize import Item, make_item


def _check(name: str, tensor: Any) -> None:
    if not isinstance(tensor, torch.Tensor):
        raise ValueError(f"{name!r} is not a tensor but {type(tensor).__name__}")
    if tensor.layout != torch.strided:
        raise ValueError(f"the tensor {name!r} is sparse; save its to_dense()")
    if not tensor.is_contiguous():
        raise ValueError(f"the tensor {name!r} is not contiguous; save its contiguous()")


def _check_shared(tensors: Mapping[str, Any]) -> None:
    """The file would have the bytes twice, and what is loaded would no longer be shared."""
    places: List[Tuple[str, int, int, str]] = []
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        if size > 0 and tensor.device.type != "meta":
            places.append((str(tensor.device), tensor.data_ptr(), size, name))
    places.sort()
    for one, other in zip(places, places[1:]):
        if one[0] == other[0] and other[1] < one[1] + one[2]:
            raise RuntimeError(f"the tensors {one[3]!r} and {other[3]!r} share memory; save one of them, or a clone()")


def _item(name: str, tensor: Any) -> Item:
    dtype = str(tensor.dtype).rpartition(".")[2]
    # The stride of a single element may be any, and then PyTorch refuses to view it as bytes.
    dense = tensor.detach().to("cpu").reshape(-1).as_strided((tensor.numel(),), (1,))
    return make_item(name, dtype, tuple(tensor.shape), dense.view(torch.uint8).numpy() if dense.numel() else b"")


def _items(tensors: Mapping[str, Any]) -> Dict[str, Item]:
    for name, tensor in tensors.items():
        _check(name, tensor)
    _check_shared(tensors)
    return {name: _item(name, tensor) for name, tensor in tensors.items()}


def load_file(
    filename: Any, device: Any = "cpu", *, base: Any = None, base_dir: Any = None, threads: int = 0
) -> Dict[str, Any]:
    """Loads all tensors of a .znn file, as tensors of PyTorch by name.

    Each is decoded straight into its memory, by all threads; then it goes to `device`.

    Args:
        filename: a path, or what else znn.open() takes.
        device: such as "cpu", "cuda:0" or 0.
        base, base_dir, threads: as for znn.open().

    Raises:
        znn.Error, OSError: as for znn.open().
        TypeError: this version of PyTorch has no such type.
    """
    with _file.open(filename, base, base_dir, threads) as file:
        return load_tensors(file, framework_of("pt", device))


def load(data: Any, **options: Any) -> Dict[str, Any]:
    """The same for a .znn file in memory, to the CPU.  The options are `base`, `base_dir` and `threads`."""
    return load_file(memoryview(data), **options)


def save_file(
    tensors: Mapping[str, Any], filename: Any, metadata: Optional[Mapping[str, str]] = None, **options: Any
) -> None:
    """Writes tensors to a .znn file, whose original is the file that safetensors.torch.save_file() writes.

    Args:
        tensors: tensors of PyTorch by name, contiguous, and without memory in common.
        filename: a path, which is replaced only if everything goes well, or a binary file object.
        metadata: texts by text, which come first in the original.
        options: those of znn.compress().

    Raises:
        ValueError: a tensor is not contiguous, or sparse, or safetensors has no such type.
        RuntimeError: two tensors share memory.
        OSError: the file cannot be written.
    """
    _saving.save_file(_items(tensors), filename, metadata, options)


def save(tensors: Mapping[str, Any], metadata: Optional[Mapping[str, str]] = None, **options: Any) -> bytes:
    """The same, but returns the .znn file."""
    return _saving.save(_items(tensors), metadata, options)
