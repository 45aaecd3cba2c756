"""A stand-in for from_pretrained() of transformers: the calls that open files, in its order.

The names are those of its modeling_utils.py, configuration_utils.py and utils/hub.py.
"""

import json
import os
from zipfile import is_zipfile

import torch
from safetensors import safe_open
from safetensors.torch import load as _safe_load_bytes


def _dict_from_json_file(path):
    with open(path, "r", encoding="utf-8") as reader:
        return json.loads(reader.read())


def cached_files(folder, names):
    """Files of a local folder."""
    if not os.path.isdir(folder):
        raise OSError(f"{folder} is not a folder")
    files = [os.path.join(folder, name) for name in names]
    for file in files:
        if not os.path.isfile(file):
            raise OSError(f"{folder} does not appear to have a file named {file}")
    return files


def get_checkpoint_shard_files(folder, index_filename):
    if not os.path.isfile(index_filename):
        raise ValueError(f"Can't find a checkpoint index ({index_filename})")
    with open(index_filename, encoding="utf-8") as file:
        index = json.loads(file.read())
    return cached_files(folder, sorted(set(index["weight_map"].values())))


def _get_resolved_checkpoint_files(folder):
    for name in (
        "model.safetensors",
        "model.safetensors.index.json",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
    ):
        archive = os.path.join(folder, name)
        if os.path.isfile(archive):
            return get_checkpoint_shard_files(folder, archive) if name.endswith("index.json") else [archive]
    raise OSError(f"no file of weights found in {folder}")


def check_metadata(checkpoint_file):
    with safe_open(checkpoint_file, framework="pt") as file:
        metadata = file.metadata()
    if metadata is not None and metadata.get("format") not in ["pt", "tf", "flax", "mlx"]:
        raise OSError(f"{checkpoint_file} does not contain the valid metadata")


def load_state_dict(checkpoint_file, map_location="cpu", disable_mmap=False):
    if checkpoint_file.endswith(".safetensors"):
        check_metadata(checkpoint_file)
        if disable_mmap:
            with open(checkpoint_file, "rb") as file:
                return _safe_load_bytes(file.read())
        state_dict = {}
        with safe_open(checkpoint_file, framework="pt") as file:
            for key in file:
                if map_location == "meta":
                    part = file.get_slice(key)
                    dtype = {"BF16": torch.bfloat16, "F32": torch.float32}[part.get_dtype()]
                    state_dict[key] = torch.empty(size=part.get_shape(), dtype=dtype, device="meta")
                else:
                    state_dict[key] = file.get_tensor(key)
        return state_dict
    extra = {}
    if "mmap" in torch.load.__code__.co_varnames and map_location != "meta" and is_zipfile(checkpoint_file):
        extra = {"mmap": True}
    return torch.load(checkpoint_file, map_location=map_location, weights_only=True, **extra)


def _load_pretrained_model(checkpoint_files):
    """All slices first; the tensors are made of them later."""
    if not checkpoint_files[0].endswith(".safetensors"):
        merged = {}
        for file in checkpoint_files:
            merged.update(load_state_dict(file))
        return merged
    pointers, merged = set(), {}
    for file in checkpoint_files:
        pointer = safe_open(file, framework="pt", device="cpu")
        pointers.add(pointer)
        for key in pointer.keys():
            merged[key] = pointer.get_slice(key)
    loaded = {key: part[...] for key, part in merged.items()}
    for pointer in pointers:
        pointer.__exit__(None, None, None)
    return loaded


def from_pretrained(folder):
    config = _dict_from_json_file(cached_files(folder, ["config.json"])[0])
    files = _get_resolved_checkpoint_files(folder)
    if files[0].endswith(".safetensors"):
        check_metadata(files[0])
    return config, _load_pretrained_model(files)
