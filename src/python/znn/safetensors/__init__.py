"""The interface of the package safetensors over .znn files.

    from znn.safetensors import safe_open
    from znn.safetensors.torch import load_file, save_file

    with safe_open("model.znn", framework="pt") as file:
        tensor = file.get_tensor("lm_head.weight")
        rows = file.get_slice("lm_head.weight")[:8]

    tensors = load_file("model.znn")
    save_file(tensors, "copy.znn", metadata={"format": "pt"})

The .znn file holds an ordinary safetensors file, which `znn decompress` gives back.  The package safetensors is not
needed.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional

from .. import _file
from .._frameworks import framework_of, load
from .._slices import Slice


class SafetensorError(Exception):
    """A file has no such tensor."""


class TensorSlice:
    """A tensor whose parts are read on demand: slice[1:3, ::2] is a tensor of the framework."""

    def __init__(self, part: Slice, framework: Any) -> None:
        self._part = part
        self._framework = framework

    def get_shape(self) -> List[int]:
        """The shape of the whole tensor, in elements."""
        return self._part.get_shape()

    def get_dtype(self) -> str:
        """The type of the elements, such as "BF16"."""
        return self._part.get_dtype()

    def __getitem__(self, index: Any) -> Any:
        return self._framework.take(self._part, index)


class safe_open:  # noqa: N801 - the name in the package safetensors
    """Opens a .znn file of a model, and gives its tensors on demand.

    Args:
        filename: a path, or what else znn.open() takes.
        framework: "pt" for tensors of PyTorch, "np" for NumPy arrays.
        device: where PyTorch's tensors go, such as "cpu", "cuda:0" or 0.
        base, base_dir, threads: as for znn.open().

    Raises:
        znn.Error, OSError: as for znn.open().
        ValueError: there is no such framework.
    """

    def __init__(
        self,
        filename: Any,
        framework: str,
        device: Any = "cpu",
        *,
        base: Any = None,
        base_dir: Any = None,
        threads: int = 0,
    ) -> None:
        self._framework = framework_of(framework, device)
        self._file = _file.open(filename, base, base_dir, threads)

    def __enter__(self) -> "safe_open":
        return self

    def __exit__(self, *exception: Any) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._file)

    def keys(self) -> List[str]:
        """The names of the tensors, sorted."""
        return sorted(self._file)

    def offset_keys(self) -> List[str]:
        """The names of the tensors, in the order of the file."""
        return list(self._file)

    def metadata(self) -> Optional[Dict[str, str]]:
        """The texts under __metadata__, or None if there are none."""
        return self._file.metadata() or None

    def _check(self, name: str) -> None:
        if name not in self._file:
            raise SafetensorError(f"File does not contain tensor {name}")

    def get_tensor(self, name: str) -> Any:
        """A tensor, decoded into memory of its own.

        Raises:
            SafetensorError: there is no such tensor.
            TypeError: the framework has no such type.
            znn.Error: its chunks are damaged, or need a base that is missing.
        """
        self._check(name)
        return load(self._file, self._framework, [name])[name]

    def get_tensors(self) -> Dict[str, Any]:
        """All tensors by name, decoded at once by all threads.  Raises the same exceptions as get_tensor()."""
        return load(self._file, self._framework)

    def get_slice(self, name: str) -> TensorSlice:
        """A tensor whose parts are read on demand, with get_shape(), get_dtype() and [...]."""
        self._check(name)
        return TensorSlice(self._file.get_slice(name), self._framework)


__all__ = ["SafetensorError", "TensorSlice", "safe_open"]
