"""What the tests of the Python package share: models to compress, and a random generator that tells its seed."""

import os
import pathlib
import random

import pytest

import znn

# A sanitizer keeps freed memory, and makes all slow.
SANITIZED = "asan" in os.environ.get("LD_PRELOAD", "")

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


@pytest.fixture(scope="session")
def model_path():
    """A small BF16 model, in safetensors."""
    return DATA / "tiny-base-bf16.safetensors"


@pytest.fixture(scope="session")
def child_path():
    """A model that was trained on from it."""
    return DATA / "tiny-child-bf16.safetensors"


@pytest.fixture(scope="session")
def model(model_path):
    return model_path.read_bytes()


@pytest.fixture(scope="session")
def packed(model):
    """The model as a .znn file."""
    return znn.compress(model)


@pytest.fixture
def packed_path(packed, tmp_path):
    path = tmp_path / "model.znn"
    path.write_bytes(packed)
    return path


@pytest.fixture(scope="session")
def large():
    """12 MiB of BF16 numbers, in about 12 chunks: enough for several threads."""
    numbers = random.Random(1)
    half = 6 << 20
    exponents = bytes(60 - min(i % 16, i % 11) // 2 for i in range(256))  # a few values, some more often than others
    data = bytearray(2 * half)
    data[0::2] = numbers.randbytes(half)
    data[1::2] = numbers.randbytes(half).translate(exponents)
    return bytes(data)


@pytest.fixture(scope="session")
def large_packed(large):
    return znn.compress(large, dtype="BF16")


@pytest.fixture
def rng():
    """Random numbers that differ from run to run; ZNN_SEED repeats a run."""
    seed = int(os.environ.get("ZNN_SEED", "0")) or random.SystemRandom().getrandbits(32)
    print(f"ZNN_SEED={seed}")
    return random.Random(seed)
