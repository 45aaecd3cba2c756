"""compress_file() and decompress_file(): paths, file objects, and what is left after a failure."""

import io
import os
import stat

import pytest

import znn


def test_paths(model_path, model, tmp_path):
    target, back = tmp_path / "model.znn", str(tmp_path / "back")
    report = znn.compress_file(model_path, target)
    assert report.original_size == len(model) and report.compressed_size == target.stat().st_size
    assert report.format == "safetensors" and report.bits is None
    assert znn.decompress_file(target, back).original_size == len(model)
    assert open(back, "rb").read() == model
    assert sorted(os.listdir(tmp_path)) == ["back", "model.znn"]


def test_same_bytes_as_in_memory(model_path, model, tmp_path):
    znn.compress_file(model_path, tmp_path / "model.znn", extension=None)
    assert (tmp_path / "model.znn").read_bytes() == znn.compress(model)


def test_file_objects(model, packed):
    for raw in (False, True):
        wrap = _Dribble if raw else io.BytesIO
        out, back = wrap(), wrap()
        znn.compress_file(wrap(model), out)
        znn.decompress_file(wrap(out.getvalue()), back)
        assert back.getvalue() == model


class _Dribble(io.BytesIO):
    """Moves at most 1,000 bytes at a time, as raw files may."""

    def read(self, size=-1):
        return super().read(min(size, 1000))

    def write(self, data):
        return super().write(data[:1000])


def test_file_position(model, packed):
    """A stream is read from its position."""
    file = io.BytesIO(b"skipped" + packed)
    file.seek(7)
    out = io.BytesIO()
    znn.decompress_file(file, out)
    assert out.getvalue() == model


def test_pipe(model, packed):
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as source:
        with open(write_end, "wb", buffering=0) as pipe:
            os.set_blocking(write_end, True)
            small = znn.compress(model[:50000])
            pipe.write(small[:60000])
        out = io.BytesIO()
        znn.decompress_file(source, out)
        assert out.getvalue() == model[:50000]


def test_failure_keeps_the_target(packed, tmp_path):
    target = tmp_path / "model"
    target.write_bytes(b"old")
    source = tmp_path / "bad.znn"
    source.write_bytes(packed[:-5])
    with pytest.raises(znn.Error):
        znn.decompress_file(source, target)
    assert target.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["bad.znn", "model"]


def test_target_keeps_its_mode(model_path, tmp_path):
    target = tmp_path / "model.znn"
    target.write_bytes(b"old")
    target.chmod(0o640)
    znn.compress_file(model_path, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_target_through_a_link(model_path, tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    znn.compress_file(model_path, tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and znn.is_znn(tmp_path / "real")


def test_io_errors(tmp_path, model_path):
    with pytest.raises(FileNotFoundError):
        znn.compress_file(tmp_path / "none", tmp_path / "out")
    with pytest.raises(FileNotFoundError):
        znn.compress_file(model_path, tmp_path / "none" / "out")
    with pytest.raises(IsADirectoryError):
        znn.decompress_file(tmp_path, tmp_path / "out")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_disk_full(model):
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError) as caught:
        znn.compress_file(model, full)
    assert caught.value.errno == 28


def test_compress_file_stores_the_extension(model_path, tmp_path):
    znn.compress_file(model_path, tmp_path / "model.znn")
    assert znn._znn.header((tmp_path / "model.znn").read_bytes())[1] == "safetensors"
