"""Compression for PyTorch's distributed checkpoints (torch.distributed.checkpoint of PyTorch 2.6 and later).

    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint._extension import ExtensionRegistry
    from znn.checkpoint import Znn

    dcp.save(state, storage_writer=dcp.FileSystemWriter(folder, _extensions=[Znn(level=5)]))

    registry = ExtensionRegistry()
    registry.register(Znn)
    dcp.load(state, storage_reader=dcp.FileSystemReader(folder, _extension_registry=registry))

Each tensor becomes a .znn file inside the checkpoint's files, so that it can be read alone.  PyTorch calls this interface
experimental.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from . import _file
from ._options import compress_options
from ._writer import Writer

if TYPE_CHECKING:
    _Extension = object
else:
    try:
        from torch.distributed.checkpoint._extension import StreamTransformExtension as _Extension
    except ImportError as error:
        raise ImportError("znn.checkpoint needs torch.distributed.checkpoint of PyTorch 2.6 or later") from error

_VERSION = "1"


class _Closing(Writer):
    """A writer that closes its target, too: extensions stand in a row, and only the first one is closed."""

    def close(self) -> None:
        if self.closed:
            return
        try:
            super().close()
        finally:
            self._target.close()


class Znn(_Extension):
    """The extension `stream.znn`: what a checkpoint stores passes through znn.

    Args:
        options: those of znn.compress(), for saving.  What is saved needs no options to be loaded.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._options = compress_options(**options)

    @staticmethod
    def registry_name() -> str:
        """Returns the name in an ExtensionRegistry."""
        return "stream.znn"

    @staticmethod
    def from_descriptor(version: str) -> Znn:
        """Returns an extension that reads what one of this version wrote.

        Raises:
            ValueError: this version of znn does not know it.
        """
        if version.partition(".")[0] != _VERSION:
            raise ValueError(f"this znn reads version {_VERSION} of the extension stream.znn, not {version!r}")
        return Znn()

    def get_descriptor(self) -> str:
        """Returns what the checkpoint's metadata says of this extension."""
        return f"{self.registry_name()}/{_VERSION}"

    def transform_to(self, output: Any) -> Any:
        """Returns a binary file to be written; close() compresses what it got, and closes `output`."""
        return _Closing(output, self._options)

    def transform_from(self, input: Any) -> Any:
        """Returns the original of the .znn file `input`, as a seekable binary file.

        Raises:
            znn.Error, OSError: as for znn.open().
        """
        if not hasattr(input, "read"):
            input = io.BufferedReader(input)
        return _file.open(input if input.seekable() else input.read())
