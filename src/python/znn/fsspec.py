"""Importing this module registers the compression `znn` with fsspec.

    import fsspec, znn.fsspec

    with fsspec.open("s3://bucket/model.znn", compression="infer") as file:     # or compression="znn"
        state = torch.load(file)
    with fsspec.open("memory://model.znn", "wb", compression="znn") as file:
        torch.save(state, file)

fsspec has no entry point for compressions, so one of this import and znn.install() is needed.
"""

from __future__ import annotations

from fsspec import compression

from . import _fsspec

_fsspec.register(compression)
