"""znn.install(): loaders of other libraries take .znn files, and find them in place of their originals."""

import builtins
import importlib
import importlib.util
import io
import json
import os
import pathlib
import subprocess
import sys
import threading

import pytest

import znn

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

from conftest import SANITIZED  # noqa: E402
from znn import _lookup  # noqa: E402
from znn.safetensors import torch as torch_files  # noqa: E402

STANDINS = str(pathlib.Path(__file__).parent / "standins")
ORIGINALS = (builtins.open, io.open, os.path.isfile, os.path.exists, torch.load, torch.serialization.load, numpy.load)


def current():
    return (builtins.open, io.open, os.path.isfile, os.path.exists, torch.load, torch.serialization.load, numpy.load)


def forget():
    """The next import of these modules starts anew."""
    for name in list(sys.modules):
        if name.partition(".")[0] in ("safetensors", "pretrained"):
            del sys.modules[name]


@pytest.fixture(autouse=True)
def standins():
    """A package safetensors, and from_pretrained(), as long as a test runs; and nothing is left installed."""
    if importlib.util.find_spec("safetensors") is None:
        sys.path.append(STANDINS + "/")
    sys.path.append(STANDINS)
    yield
    sys.path[:] = [path for path in sys.path if not path.startswith(STANDINS)]
    forget()
    assert current() == ORIGINALS and all(one is other for one, other in zip(current(), ORIGINALS))


def same(one, other):
    assert set(one) == set(other)
    for name, tensor in one.items():
        assert tensor.dtype == other[name].dtype and torch.equal(tensor, other[name]), name
    return True


@pytest.fixture
def state(model_path):
    with znn.open(znn.compress(model_path.read_bytes())) as file:
        tensors = torch_files.load(znn.compress(file.read()))
    return {**tensors, "scalar": torch.tensor(3.5), "empty": torch.empty(0, 4), "number": torch.tensor([1, 2, 3])}


def write_safetensors(state, path, form="pt"):
    path.write_bytes(znn.decompress(torch_files.save(state, metadata={"format": form})))


def fill(folder, state, kind):
    """A folder as transformers saves it."""
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "gpt2", "größe": 3}', encoding="utf-8")
    names = sorted(state)
    shards = {"a": names[::2], "b": names[1::2]}
    if kind == "one file":
        write_safetensors(state, folder / "model.safetensors")
    elif kind == "pytorch":
        torch.save(state, folder / "pytorch_model.bin")
    else:
        for shard, part in shards.items():
            write_safetensors({name: state[name] for name in part}, folder / f"model-{shard}.safetensors")
        weight_map = {name: f"model-{shard}.safetensors" for shard, part in shards.items() for name in part}
        (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return folder


def compress_folder(folder):
    """As znn compress -r --all --rm does."""
    program = os.path.join(os.path.dirname(znn.__file__), "bin", "znn")
    if os.path.exists(program) and not SANITIZED:
        subprocess.run([program, "compress", "-r", "--all", "--rm", str(folder)], check=True)
    else:
        for path in list(folder.iterdir()):
            znn.compress_file(path, f"{path}.znn")
            path.unlink()
    assert all(path.suffix == ".znn" for path in folder.iterdir())


# -- Folders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["install", "import"])
@pytest.mark.parametrize("kind", ["one file", "shards", "pytorch"])
def test_from_pretrained(state, tmp_path, kind, first):
    folder = fill(tmp_path / "model", state, kind)
    if first == "import":
        importlib.import_module("pretrained")
    with znn.install():
        pretrained = importlib.import_module("pretrained")
        plain = pretrained.from_pretrained(str(folder))
    compress_folder(folder)
    with pytest.raises(OSError):
        pretrained.from_pretrained(str(folder))
    with znn.install():
        config, loaded = pretrained.from_pretrained(str(folder))
        assert config == plain[0] == {"model_type": "gpt2", "größe": 3}
        assert same(loaded, plain[1]) and same(loaded, state)
    with pytest.raises(OSError):
        pretrained.from_pretrained(str(folder))


def test_load_state_dict(state, tmp_path):
    folder = fill(tmp_path / "model", state, "one file")
    compress_folder(folder)
    path = str(folder / "model.safetensors")
    part = {name: tensor for name, tensor in state.items() if name != "number"}
    with znn.install():
        pretrained = importlib.import_module("pretrained")
        assert same(pretrained.load_state_dict(path), state)
        assert same(pretrained.load_state_dict(path, disable_mmap=True), state)
        write_safetensors(part, folder / "other.safetensors")
        znn.compress_file(folder / "other.safetensors", folder / "other.znn")
        (folder / "other.safetensors").unlink()
        meta = pretrained.load_state_dict(str(folder / "other.safetensors"), map_location="meta")
        assert set(meta) == set(part)
        assert all(meta[name].dtype == part[name].dtype and meta[name].shape == part[name].shape for name in part)


def test_metadata_is_checked(state, tmp_path):
    write_safetensors(state, tmp_path / "model.safetensors", "other")
    compress_folder(tmp_path)
    with znn.install(), pytest.raises(OSError, match="metadata"):
        importlib.import_module("pretrained").load_state_dict(str(tmp_path / "model.safetensors"))


# -- Loaders --------------------------------------------------------------------------------------------------------


def test_safetensors(state, tmp_path):
    write_safetensors(state, tmp_path / "model.safetensors")
    znn.compress_file(tmp_path / "model.safetensors", tmp_path / "packed.znn")
    import safetensors
    import safetensors.numpy
    import safetensors.torch

    with znn.install():
        for path in (tmp_path / "packed.znn", str(tmp_path / "packed.znn"), tmp_path / "packed.safetensors"):
            assert same(safetensors.torch.load_file(path), state)
            assert same(safetensors.torch.load_file(filename=path, device="cpu"), state)
            with safetensors.safe_open(path, framework="pt", device=torch.device("cpu")) as file:
                assert set(file.keys()) == set(state) and file.metadata() == {"format": "pt"}
                assert torch.equal(file.get_tensor("number"), state["number"])
                assert file.get_slice("scalar")[...] == 3.5 and file.get_slice("empty")[:].shape == (0, 4)
            with safetensors.safe_open(filename=path, framework="np", backend="mmap") as file:
                assert (file.get_tensor("number") == [1, 2, 3]).all()
            assert (safetensors.numpy.load_file(path)["number"] == [1, 2, 3]).all()
        assert same(safetensors.torch.load_file(tmp_path / "model.safetensors"), state)  # a plain file
        with pytest.raises(FileNotFoundError):
            safetensors.torch.load_file(tmp_path / "none.safetensors")


def test_torch_load(state, tmp_path):
    torch.save(state, tmp_path / "model.pt")
    znn.compress_file(tmp_path / "model.pt", tmp_path / "packed.znn")
    with znn.install():
        for path in (tmp_path / "packed.znn", str(tmp_path / "packed.pt")):
            assert same(torch.load(path), state)
            assert same(torch.load(f=path, map_location="cpu", weights_only=True), state)
            assert same(torch.load(path, "cpu", mmap=True), state)
        assert same(torch.load(tmp_path / "model.pt"), state)
        with open(tmp_path / "model.pt", "rb") as file:
            assert same(torch.load(file), state)
        with pytest.raises(FileNotFoundError):
            torch.load(tmp_path / "packed.bin")  # packed.znn holds a .pt


def test_numpy_load(tmp_path):
    array = numpy.arange(100000.0).reshape(200, 500)
    numpy.save(tmp_path / "a.npy", array)
    numpy.savez(tmp_path / "b.npz", x=array, y=array[0])
    for name in ("a.npy", "b.npz"):
        znn.compress_file(tmp_path / name, tmp_path / f"{name}.znn")
        (tmp_path / name).unlink()
    with znn.install():
        for path in (tmp_path / "a.npy", tmp_path / "a.npy.znn"):
            for mode in (None, "r", "c"):
                assert (numpy.load(path, mode) == array).all()
                assert (numpy.load(file=path, mmap_mode=mode, allow_pickle=False) == array).all()
            with pytest.raises(ValueError, match="in place"):
                numpy.load(path, mmap_mode="r+")
        with numpy.load(str(tmp_path / "b.npz")) as arrays:
            file = arrays.fid
            assert (arrays["x"] == array).all() and (arrays["y"] == array[0]).all()
        assert file.closed


# -- Files ----------------------------------------------------------------------------------------------------------


def test_files(tmp_path):
    path = tmp_path / "note.txt"
    path.write_bytes("zwölf\r\nacht\n".encode())
    znn.compress_file(path, f"{path}.znn")
    path.unlink()
    assert not os.path.exists(path)
    with znn.install():
        assert os.path.exists(path) and os.path.isfile(str(path)) and os.path.isfile(os.fsencode(path))
        with open(path, encoding="utf-8") as file:
            assert file.readlines() == ["zwölf\n", "acht\n"]
        with open(path, newline="", encoding="latin-1") as file:
            assert file.read() == "zwÃ¶lf\r\nacht\n"
        with open(path, "rb") as file:
            assert file.peek()[:2] == b"zw" and file.read() == "zwölf\r\nacht\n".encode()
        with open(path, "rb", 0) as file:
            assert file.read(2) == b"zw"
        assert path.read_text(encoding="utf-8") == "zwölf\nacht\n"
        for mode in ("r+", "rb+"):
            with pytest.raises(FileNotFoundError):
                open(path, mode)
        for name in ("none", "", "a/b", "x\0y"):
            assert not os.path.exists(tmp_path / name / "x") and not os.path.isfile(name)
        with pytest.raises(FileNotFoundError):
            open(tmp_path / "none")
        path.write_text("new")  # a file that is there comes first
        assert path.read_text() == "new"


def test_which_file(tmp_path, packed):
    """model.znn is used only if its original has the extension; and nothing that is no .znn file."""
    (tmp_path / "model.znn").write_bytes(znn.compress(znn.decompress(packed), extension="safetensors"))
    (tmp_path / "fake.bin.znn").write_bytes(b"no such thing")
    (tmp_path / "folder.znn").mkdir()
    os.mkfifo(tmp_path / "pipe.znn")
    with znn.install():
        assert os.path.isfile(tmp_path / "model.safetensors")
        for name in ("model.bin", "model", "model.pt", "fake.bin", "folder", "folder.bin", "pipe", "pipe.bin"):
            assert not os.path.exists(tmp_path / name), name


def test_pipes_are_not_opened(tmp_path, monkeypatch):
    """Opening and closing a pipe would disturb its writer."""
    os.mkfifo(tmp_path / "pipe")
    opened = []
    monkeypatch.setattr(os, "open", lambda *args: opened.append(args))
    assert _lookup.znn_file(tmp_path / "pipe") is None and not opened


def test_damage(state, tmp_path):
    write_safetensors(state, tmp_path / "model.safetensors")
    packed = bytearray(znn.compress((tmp_path / "model.safetensors").read_bytes()))
    packed[len(packed) // 2] ^= 1
    (tmp_path / "damaged.safetensors.znn").write_bytes(packed)
    import safetensors.torch

    with znn.install():
        with pytest.raises(znn.Error):
            safetensors.torch.load_file(tmp_path / "damaged.safetensors")
        with pytest.raises(znn.Error), open(tmp_path / "damaged.safetensors", "rb") as file:
            file.read()


# -- Putting back ---------------------------------------------------------------------------------------------------


def test_nested():
    with znn.install():
        inner = current()
        assert not set(map(id, inner)) & set(map(id, ORIGINALS))
        znn.install()
        with znn.install():
            assert current() == inner
        znn.uninstall()
        assert current() == inner
    assert current() == ORIGINALS
    with pytest.raises(RuntimeError):
        znn.uninstall()


def test_after_an_exception():
    with pytest.raises(KeyError), znn.install():
        raise KeyError
    assert current() == ORIGINALS


def test_names_in_other_modules(state, tmp_path):
    """Names that a module took from another one change and come back, too; what is kept elsewhere does nothing."""
    znn.torch = importlib.import_module("znn.torch")
    znn.torch.save(state, tmp_path / "model.znn")
    before = type(sys)("before")
    sys.modules["before"] = before
    try:
        exec("from torch import load", vars(before))
        finders = list(sys.meta_path)
        with znn.install():
            assert before.load is torch.load is torch.serialization.load
            exec("from torch import load as late", vars(before))
            kept = [torch.load]
        assert before.load is before.late is ORIGINALS[4] and sys.meta_path == finders
        with pytest.raises(Exception):
            kept[0](tmp_path / "model.znn")
    finally:
        del sys.modules["before"]


def test_import_leaves_no_trace():
    """Modules that are imported meanwhile have their own loaders."""
    with znn.install():
        safetensors = importlib.import_module("safetensors.torch")
        assert hasattr(safetensors.load_file, "__wrapped__")
    assert not hasattr(safetensors.load_file, "__wrapped__")
    assert type(safetensors.__loader__) is type(safetensors.__spec__.loader) is type(json.__loader__)


def test_threads(state, tmp_path):
    """Loads in threads while others install and uninstall: each load sees the .znn file, or not."""
    znn.torch = importlib.import_module("znn.torch")
    znn.torch.save(state, tmp_path / "model.pt.znn")
    results, failures = [], []

    def switch():
        for _ in range(30):
            with znn.install():
                pass

    def load():
        for _ in range(30):
            try:
                results.append(same(torch.load(tmp_path / "model.pt"), state))
            except FileNotFoundError:
                results.append(False)
            except BaseException as error:
                failures.append(error)

    with znn.install():
        load()
        assert all(results)
    threads = [threading.Thread(target=target) for target in (switch, load, switch, load)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and len(results) == 90
