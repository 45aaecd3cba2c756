"""PyTorch's save() and load() with .znn files.

    znn.torch.save(model.state_dict(), "model.pt.znn", level=9)
    state = znn.torch.load("model.pt.znn", map_location="cpu")

The .znn file holds what torch.save() writes to a file object, so `znn decompress` gives a file for torch.load().
"""

from __future__ import annotations

from typing import Any, Optional

import torch

from . import _file, _saving
from ._tuples import Report


def save(obj: Any, path: Any, *, pickle_protocol: int = 2, **options: Any) -> Report:
    """Saves an object as torch.save() does, compressed.

    Args:
        obj: what torch.save() takes, such as a state_dict.
        path: a path, which is replaced only if everything goes well, or a binary file object.
        pickle_protocol: as for torch.save().
        options: those of znn.compress().

    The disk of `path` needs room for the uncompressed file, too, for as long as this takes.

    Returns:
        Sizes and format, as a znn.Report.

    Raises:
        OSError: the file cannot be written.
        Otherwise what torch.save() and znn.compress() raise.
    """
    options.setdefault("extension", "pt")
    return _saving.save_written(lambda file: torch.save(obj, file, pickle_protocol=pickle_protocol), path, options)


def load(
    path: Any,
    map_location: Any = None,
    *,
    weights_only: Optional[bool] = None,
    base: Any = None,
    base_dir: Any = None,
    threads: int = 0,
    **options: Any,
) -> Any:
    """Loads an object as torch.load() does.

    Args:
        path: a path of a .znn file, or what else znn.open() takes.
        map_location: as for torch.load().
        weights_only: as for torch.load(); None: its default.  Only True is safe for files that you do not trust.
        base, base_dir, threads: as for znn.open().
        options: the other options of torch.load().

    Raises:
        znn.Error, OSError: as for znn.open().
        Otherwise what torch.load() raises.
    """
    if weights_only is not None:
        options["weights_only"] = weights_only
    with _file.open(path, base, base_dir, threads) as file:
        return torch.load(file, map_location=map_location, **options)
