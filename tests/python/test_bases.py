"""Files that need another one: their base."""

import io
import pathlib
import re
import shutil

import pytest

import znn
from znn import _bases


@pytest.fixture
def folder(tmp_path, model_path, child_path):
    """base.safetensors, and child.znn, which needs it."""
    shutil.copy(model_path, tmp_path / "base.safetensors")
    znn.compress_file(child_path, tmp_path / "child.znn", base=tmp_path / "base.safetensors")
    return tmp_path


@pytest.fixture
def child(child_path):
    return child_path.read_bytes()


def test_found_beside_the_file(folder, child):
    with znn.open(folder / "child.znn") as file:
        assert file.report().base_tensors > 0
        assert file.read() == child
    znn.decompress_file(folder / "child.znn", folder / "out")
    assert (folder / "out").read_bytes() == child


@pytest.mark.parametrize("name", ["base.safetensors.znn", "base.znn"])
def test_found_compressed(folder, child, name):
    znn.compress_file(folder / "base.safetensors", folder / name)
    (folder / "base.safetensors").unlink()
    assert znn.open(folder / "child.znn").read() == child


def test_path_of_the_base(folder, child, tmp_path_factory):
    """The base in another folder, as `znn compress -r --related` stores it; then both in one; and through a link."""
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    base = folder / "a" / "base.znn"
    znn.compress_file(folder / "base.safetensors", base)
    file = folder / "b" / "child.znn"
    znn.compress_file(io.BytesIO(child), file, base=base, base_name="../a/base.znn")
    assert znn.open(file).read() == child
    link = tmp_path_factory.mktemp("elsewhere") / "link.znn"
    link.symlink_to(file)
    assert znn.open(link).read() == child
    shutil.move(base, folder / "b" / "base.znn")
    (folder / "base.safetensors").unlink()
    assert znn.open(file).read() == child


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "./a", "a/../b", "../.a", ".a", ".."])
def test_paths_that_are_not_used(name):
    assert not _bases._is_relative(name)


def test_base_dir(folder, child, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.move(folder / "base.safetensors", elsewhere / "base.safetensors")
    packed = (folder / "child.znn").read_bytes()
    assert znn.open(folder / "child.znn", base_dir=elsewhere).read() == child
    assert znn.open(io.BytesIO(packed), base_dir=str(elsewhere)).read() == child
    assert znn.decompress(packed, base_dir=elsewhere) == child
    znn.decompress_file(folder / "child.znn", folder / "out", base_dir=elsewhere)
    assert (folder / "out").read_bytes() == child


def test_given(folder, child, model):
    packed = (folder / "child.znn").read_bytes()
    opened = znn.open_base(folder / "base.safetensors")
    for base in (folder / "base.safetensors", io.BytesIO(model), model, opened):
        assert znn.decompress(packed, base=base) == child
        assert znn.open(packed, base=base).read() == child
    assert znn.decompress(znn.compress(child, base=opened), base=opened) == child


def test_missing(folder):
    (folder / "base.safetensors").unlink()
    with znn.open(folder / "child.znn") as file, pytest.raises(znn.Error) as caught:
        file.read()
    assert caught.value.status is znn.Status.BASE
    with pytest.raises(znn.Error) as caught:
        znn.decompress((folder / "child.znn").read_bytes())
    assert caught.value.status is znn.Status.BASE


def test_wrong(folder, model):
    wrong = bytearray(model)
    for i in range(len(wrong) // 2, len(wrong), 50):
        wrong[i] ^= 1
    packed = (folder / "child.znn").read_bytes()
    for call in (lambda: znn.decompress(packed, base=wrong), lambda: znn.open(packed, base=wrong).read()):
        with pytest.raises(znn.Error) as caught:
            call()
        assert caught.value.status in (znn.Status.BASE, znn.Status.CORRUPT)


def test_chain(folder, child, model):
    """A base that needs a base."""
    znn.compress_file(folder / "base.safetensors", folder / "first.znn")
    middle = bytearray(child)
    middle[-1000] ^= 1
    znn.compress_file(io.BytesIO(middle), folder / "middle.znn", base=folder / "first.znn")
    znn.compress_file(io.BytesIO(child), folder / "last.znn", base=folder / "middle.znn")
    (folder / "base.safetensors").unlink()
    with znn.open(folder / "last.znn") as file:
        assert file.report().base_tensors > 0 and file.read() == child
    (folder / "first.znn").unlink()
    with pytest.raises(znn.Error):
        znn.open(folder / "last.znn").read()


def test_circle(folder, child, model):
    """Two files that name each other as their base."""
    znn.compress_file(io.BytesIO(model), folder / "a.znn", base=child, base_name="b.znn")
    znn.compress_file(io.BytesIO(child), folder / "b.znn", base=model, base_name="a.znn")
    with pytest.raises(znn.Error) as caught:
        znn.open(folder / "a.znn").read()
    assert caught.value.status is znn.Status.BASE


def test_base_lives_as_long_as_its_users(folder, child):
    file = znn.open(folder / "child.znn", base=znn.open_base(io.BytesIO((folder / "base.safetensors").read_bytes())))
    assert file.read() == child


def test_exception_of_the_bases_file(folder, model):
    class Breaks(io.BytesIO):
        broken = False

        def read(self, size=-1):
            if self.broken:
                raise LookupError("the base is gone")
            return super().read(size)

    source = Breaks(model)
    with znn.open(folder / "child.znn", base=source) as file:
        source.broken = True
        with pytest.raises(LookupError, match="the base is gone"):
            file.read()
        source.broken = False
        assert file.read(10)


def test_no_base_is_opened_for_the_extensions_sake():
    with pytest.raises(TypeError):
        znn._znn.compress(b"data", (5, 0, None, None, 0, 0, None, 0, 0, 0, False, 0, "no base", None, None))


def test_extensions_are_those_of_the_program():
    names = pathlib.Path(__file__).resolve().parents[2] / "src/cli/flags/names.c"
    listed = re.search(r"model_extensions\[\] = \{(.*?)\}", names.read_text(), re.S).group(1)
    assert tuple(re.findall(r'"(\w+)"', listed)) == _bases.EXTENSIONS
