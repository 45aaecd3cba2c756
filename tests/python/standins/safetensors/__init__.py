"""A stand-in for the package safetensors, for machines without it: written from the rules of the format.

It has the functions that transformers calls, under the names of the package, and reads plain files only.
"""

import json
import struct

DTYPES = {
    "BOOL": ("bool", 1),
    "U8": ("uint8", 1),
    "I8": ("int8", 1),
    "F8_E5M2": ("float8_e5m2", 1),
    "F8_E4M3": ("float8_e4m3fn", 1),
    "I16": ("int16", 2),
    "F16": ("float16", 2),
    "BF16": ("bfloat16", 2),
    "I32": ("int32", 4),
    "F32": ("float32", 4),
    "F64": ("float64", 8),
    "I64": ("int64", 8),
}


def parse(data):
    """The metadata, and (dtype, shape, bytes) by name."""
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop("__metadata__", None)
    body = data[8 + size :]
    entries = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        entries[name] = (entry["dtype"], entry["shape"], body[start:end])
    return metadata, entries


def tensor(framework, dtype, shape, raw):
    if framework == "np":
        import numpy

        return numpy.frombuffer(raw, DTYPES[dtype][0]).reshape(shape)
    import torch

    kind = getattr(torch, DTYPES[dtype][0])
    flat = torch.frombuffer(bytearray(raw), dtype=torch.uint8).view(kind) if raw else torch.empty(0, dtype=kind)
    return flat.reshape(shape)


class _Slice:
    def __init__(self, framework, entry):
        self._framework = framework
        self._entry = entry

    def get_shape(self):
        return self._entry[1]

    def get_dtype(self):
        return self._entry[0]

    def __getitem__(self, index):
        return tensor(self._framework, *self._entry)[index]


class safe_open:
    def __init__(self, filename, framework, device="cpu"):
        with open(filename, "rb") as file:
            self._metadata, self._entries = parse(file.read())
        self._framework = framework

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def __iter__(self):
        return iter(self.keys())

    def keys(self):
        return sorted(self._entries)

    def metadata(self):
        return self._metadata

    def get_tensor(self, name):
        return tensor(self._framework, *self._entries[name])

    def get_slice(self, name):
        return _Slice(self._framework, self._entries[name])
