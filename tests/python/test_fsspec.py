"""fsspec: .znn files on its file systems, and the compression `znn`."""

import os
import subprocess
import sys

import pytest

import znn

fsspec = pytest.importorskip("fsspec")

from fsspec import compression  # noqa: E402


@pytest.fixture(params=["memory", "file"])
def place(request, tmp_path):
    """A file system, and a folder on it."""
    fs = fsspec.filesystem(request.param)
    folder = "/znn-tests" if request.param == "memory" else str(tmp_path)
    fs.makedirs(folder, exist_ok=True)
    yield fs, folder, f"{request.param}://{folder}"
    if request.param == "memory":
        fs.rm(folder, recursive=True)


@pytest.fixture
def registered():
    with znn.install():
        yield


def test_open(place, packed, model):
    fs, folder, url = place
    fs.pipe_file(f"{folder}/model.znn", packed)
    opened = fsspec.open(f"{url}/model.znn")
    for _ in range(2):  # an OpenFile can be opened again
        with znn.open(opened) as file:
            assert file.name is None and file.read() == model
            name = next(iter(file))
            info = file.info(name)
            out = bytearray(info.size)
            assert bytes(file.get(name, out=out)) == model[info.offset : info.offset + info.size]
    with fs.open(f"{folder}/model.znn", "rb") as handle:
        with znn.open(handle) as file:
            assert file.read() == model
        assert not handle.closed
    with fs.open(f"{folder}/model.znn", "rb", block_size=1000) as handle, znn.open(handle) as file:
        assert file.pread(5000, 7) == model[7:5007]


def test_open_failures(place, packed):
    fs, folder, url = place
    with pytest.raises(FileNotFoundError):
        znn.open(fsspec.open(f"{url}/none.znn"))
    fs.pipe_file(f"{folder}/model.znn", packed[:-100])
    opened = fsspec.open(f"{url}/model.znn")
    with pytest.raises(znn.Error):
        znn.open(opened)
    if fs.protocol != "memory":  # whose files are never closed
        assert all(file.closed for file in opened.fobjects)


def test_not_seekable_is_closed(tmp_path, packed):
    """A file that cannot be read at will is refused, and not left open."""
    (tmp_path / "model.znn").write_bytes(packed)
    opened = fsspec.open(f"file://{tmp_path}/model.znn")
    entered = []

    class NotSeekable(type(opened)):
        def open(self):
            file = super().open()
            file.seek = None
            entered.append(file)
            return file

    opened.__class__ = NotSeekable
    with pytest.raises(TypeError):
        znn.open(opened)
    assert entered[0].closed


def test_base(place, model_path, child_path):
    fs, folder, url = place
    fs.pipe_file(f"{folder}/base.safetensors", model_path.read_bytes())
    packed = znn.compress(child_path.read_bytes(), base=fsspec.open(f"{url}/base.safetensors"))
    fs.pipe_file(f"{folder}/child.znn", packed)
    base = znn.open_base(fsspec.open(f"{url}/base.safetensors"))
    with znn.open(fsspec.open(f"{url}/child.znn"), base=base) as file:
        assert file.read() == child_path.read_bytes()


@pytest.mark.parametrize("name", ["znn", "infer"])
def test_compression(registered, place, model, name):
    fs, folder, url = place
    with fsspec.open(f"{url}/model.znn", "wb", compression=name) as file:
        file.write(model[:1000])
        file.write(model[1000:])
        assert file.tell() == len(model)
    stored = fs.cat_file(f"{folder}/model.znn")
    assert len(stored) < len(model) and znn.decompress(stored) == model
    with fsspec.open(f"{url}/model.znn", "rb", compression=name) as file:
        assert file.read() == model
        file.seek(100)
        assert file.read(10) == model[100:110]


def test_text(registered, place):
    _, _, url = place
    with fsspec.open(f"{url}/note.txt.znn", "wt", compression="infer", encoding="utf-8") as file:
        file.write("zwölf\nacht\n")
    with fsspec.open(f"{url}/note.txt.znn", "rt", compression="infer", encoding="utf-8") as file:
        assert file.readlines() == ["zwölf\n", "acht\n"]


def test_registration_ends():
    assert "znn" not in compression.compr
    with znn.install(), znn.install():
        assert "znn" in compression.compr and fsspec.utils.compressions["znn"] == "znn"
    assert "znn" not in compression.compr and "znn" not in fsspec.utils.compressions


def test_imports():
    """`import znn.fsspec` registers for good; znn.install() also if fsspec is imported later."""
    code = """
import sys, znn
with znn.install():
    assert "fsspec" not in sys.modules
    from fsspec.compression import compr
    assert "znn" in compr
assert "znn" not in compr
import znn.fsspec
assert "znn" in compr
with znn.install():
    pass
assert "znn" in compr
"""
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.abspath(znn.__file__)))}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
