"""znn.torch: save() and load()."""

import io
import os

import pytest

import znn

torch = pytest.importorskip("torch")

import znn.torch  # noqa: E402


@pytest.fixture
def state():
    torch.manual_seed(1)
    weight = torch.randn(2000, 1500).to(torch.bfloat16)
    return {"weight": weight, "tied": weight, "view": weight[3:5].t(), "list": [torch.arange(5), 7, "text"]}


def plain(state, **options):
    file = io.BytesIO()
    torch.save(state, file, **options)
    return file.getvalue()


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in ("weight", "tied", "view")) and (
        torch.equal(one["list"][0], other["list"][0]) and one["list"][1:] == other["list"][1:]
    )


def test_round_trip(state, tmp_path):
    path = tmp_path / "model.pt.znn"
    report = znn.torch.save(state, path, level=9)
    expected = plain(state)
    assert report.original_size == len(expected) and report.compressed_size < 0.8 * len(expected)
    assert znn.decompress(path.read_bytes()) == expected
    loaded = znn.torch.load(path)
    assert same(loaded, state) and loaded["weight"].data_ptr() == loaded["tied"].data_ptr()
    assert same(znn.torch.load(io.BytesIO(path.read_bytes()), map_location="cpu"), state)
    with znn.open(path) as file:
        assert report.tensors == len(file) == 4
    assert os.listdir(tmp_path) == ["model.pt.znn"]


def test_torch_loads_the_file(state):
    packed = znn.compress(plain(state))
    with znn.open(packed) as file:
        assert same(torch.load(file), state)
    with io.BufferedReader(znn.open(packed)) as file:
        assert same(torch.load(file), state)
    legacy = znn.compress(plain(state, _use_new_zipfile_serialization=False))
    assert same(torch.load(znn.open(legacy)), state)


def test_weights_only(tmp_path):
    class Own:
        def __reduce__(self):
            return (print, ("executed",))

    znn.torch.save({"a": Own()}, tmp_path / "a.znn")
    with pytest.raises(Exception, match="(?i)weights|unsupported"):
        znn.torch.load(tmp_path / "a.znn", weights_only=True)
    znn.torch.save({"a": torch.ones(3)}, tmp_path / "b.znn")
    assert torch.equal(znn.torch.load(tmp_path / "b.znn", weights_only=True)["a"], torch.ones(3))


def test_saving_fails(state, tmp_path):
    class Own:
        def __reduce__(self):
            raise LookupError("no")

    (tmp_path / "model.znn").write_bytes(b"old")
    with pytest.raises(LookupError, match="no"):
        znn.torch.save({"a": torch.ones(3), "b": Own()}, tmp_path / "model.znn")
    assert (tmp_path / "model.znn").read_bytes() == b"old" and len(os.listdir(tmp_path)) == 1
    with pytest.raises(FileNotFoundError):
        znn.torch.save(state, tmp_path / "none" / "model.znn")
    with pytest.raises(ValueError):
        znn.torch.save(state, tmp_path / "model.znn", level=77)

    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        znn.torch.save(state, Full())


def test_damage(state, tmp_path):
    packed = bytearray(znn.compress(plain(state)))
    packed[len(packed) // 2] ^= 1
    with pytest.raises((znn.Error, RuntimeError)):
        znn.torch.load(packed)
