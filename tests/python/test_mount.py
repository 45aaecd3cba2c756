"""Real models, in the folder that ZNN_CORPUS names, through `znn mount`: PyTorch loads them, NumPy maps them."""

import os
import pathlib
import subprocess
import warnings

import pytest

import znn

torch = pytest.importorskip("torch")
numpy = pytest.importorskip("numpy")

from conftest import DATA, SANITIZED  # noqa: E402
from test_corpus import CORPUS, files, is_safetensors, load_plain, same, tensors_of  # noqa: E402
from test_safetensors import parse  # noqa: E402

PROGRAM = os.environ.get("ZNN", "znn")


def can_mount():
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
        return b"mount: FUSE" in subprocess.run([PROGRAM, "-V"], stdout=subprocess.PIPE, check=True).stdout
    except OSError:
        return False


pytestmark = [
    pytest.mark.skipif(SANITIZED, reason="the program has a sanitizer of its own"),
    pytest.mark.skipif(SANITIZED or not can_mount(), reason="there is no /dev/fuse, or the program has no mount"),
]


@pytest.fixture
def mounted(tmp_path):
    """Returns a function that compresses a file, and gives its path in the mount."""
    source, mountpoint = tmp_path / "source", tmp_path / "mnt"
    source.mkdir()
    mountpoint.mkdir()
    subprocess.run([PROGRAM, "mount", source, mountpoint], check=True)

    def show(path, number=0):
        znn.compress_file(path, source / f"{number}-{path.name}.znn")
        return mountpoint / f"{number}-{path.name}"

    yield show
    subprocess.run([PROGRAM, "umount", mountpoint], check=True)


def check_mapped(plain, path):
    """Every tensor is the same in a mapping of the file: that is how the safetensors package loads."""
    content = bytes(numpy.memmap(path, mode="r"))  # copied out of the mapping, which is gone then
    _, entries = parse(content)
    _, expected = parse(plain.read_bytes())
    assert list(entries) == list(expected)
    for name, (dtype, shape, raw) in expected.items():
        assert entries[name][:2] == (dtype, shape) and bytes(entries[name][2]) == bytes(raw), (plain, name)


def test_mapped_model(mounted):
    for name in ("tiny-base-bf16.safetensors", "tiny-child-bf16.safetensors"):
        check_mapped(DATA / name, mounted(DATA / name))


@pytest.mark.skipif(not CORPUS, reason="ZNN_CORPUS names no folder of models")
def test_corpus(mounted):
    torch_count = mapped_count = 0
    for number, path in enumerate(files()):
        if is_safetensors(path):
            check_mapped(path, mounted(path, number))
            mapped_count += 1
            continue
        plain = load_plain(path)
        if plain is None:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = torch.load(pathlib.Path(mounted(path, number)), map_location="cpu")
        got, expected = tensors_of(loaded, [], {}), tensors_of(plain, [], {})
        assert len(got) == len(expected) and all(map(same, got, expected)), path
        torch_count += 1
    print(f"{torch_count} files of PyTorch, {mapped_count} of safetensors")
    assert torch_count > 0 and mapped_count > 0
