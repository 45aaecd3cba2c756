"""A stand-in for safetensors.torch."""

from safetensors import parse, safe_open, tensor


def load_file(filename, device="cpu"):
    with safe_open(filename, framework="pt", device=device) as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def load(data):
    return {name: tensor("pt", *entry) for name, entry in parse(data)[1].items()}
