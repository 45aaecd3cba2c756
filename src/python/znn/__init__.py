"""Lossless compression of neural-network weights, with optional error-bounded rounding.

    data = znn.compress(open("model.safetensors", "rb").read())     # in memory, and back
    same = znn.decompress(data)

    znn.compress_file("model.safetensors", "model.znn")             # from file to file
    znn.decompress_file("model.znn", "model.safetensors")

    with znn.open("model.znn") as file:                             # random access
        weight = file["lm_head.weight"]                             # a NumPy array
        rows = file.get_slice("lm_head.weight")[:8]                 # decodes only these rows
        torch.load(file)                                            # the original, as a file

    znn.install()                                                   # other libraries load .znn files
    model = AutoModel.from_pretrained("compressed-folder")

The library is libznn, and is linked in.  It works without the GIL and with all processors.
"""

from __future__ import annotations

from . import _znn
from ._bases import Base, open_base
from ._errors import Error, Status
from ._file import File, open
from ._install import install, uninstall
from ._slices import Slice
from ._tuples import Report, TensorInfo
from ._whole import compress, compress_file, decompress, decompress_file, is_znn, original_size

__version__ = _znn.version()

__all__ = [
    "Base",
    "Error",
    "File",
    "Report",
    "Slice",
    "Status",
    "TensorInfo",
    "compress",
    "compress_file",
    "decompress",
    "decompress_file",
    "install",
    "is_znn",
    "open",
    "open_base",
    "original_size",
    "uninstall",
]
