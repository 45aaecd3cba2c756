"""znn.open() as a file."""

import gc
import io
import mmap
import os
import zipfile

import pytest

import znn

OPENERS = {
    "path": lambda path: path,
    "str": str,
    "memory": lambda path: path.read_bytes(),
    "mmap": lambda path: mmap.mmap(os.open(path, os.O_RDONLY), 0, access=mmap.ACCESS_READ),
    "BytesIO": lambda path: io.BytesIO(path.read_bytes()),
    "buffered": lambda path: open(path, "rb"),
    "raw": lambda path: open(path, "rb", buffering=0),
}


@pytest.fixture(params=OPENERS.values(), ids=OPENERS.keys())
def opened(request, packed_path):
    source = request.param(packed_path)
    with znn.open(source) as file:
        yield file
    if hasattr(source, "closed"):
        assert not source.closed  # the caller's file stays open
        source.close()


def test_whole(opened, model):
    assert opened.read() == model
    assert opened.read() == b"" and opened.tell() == len(model)
    assert opened.size == len(model)


def test_like_a_plain_file(opened, model, rng):
    """Random calls give what a BytesIO gives."""
    plain = io.BytesIO(model)
    for _ in range(300):
        action = rng.randrange(6)
        size = rng.choice([0, 1, 7, 5000, 100000])
        if action == 0:
            place, whence = rng.choice([(rng.randrange(len(model) + 10), 0), (-rng.randrange(1000), 2)])
            assert opened.seek(place, whence) == plain.seek(place, whence)
        elif action == 1:
            assert opened.read(size) == plain.read(size)
        elif action == 2:
            one, other = bytearray(size), bytearray(size)
            assert opened.readinto(one) == plain.readinto(other)
            assert one == other
        elif action == 3:
            limit = rng.choice([-1, 10])
            assert opened.readline(limit) == plain.readline(limit)
        elif action == 4:
            offset = rng.randrange(len(model) + 10)
            assert opened.pread(size, offset) == model[offset : offset + size]
        else:
            assert opened.tell() == plain.tell()


def test_kind(packed_path):
    with znn.open(packed_path) as file:
        assert isinstance(file, io.RawIOBase)
        assert file.readable() and file.seekable() and not file.writable()
        assert file.mode == "rb" and file.name == str(packed_path)
        assert bool(file) and file == file and file in {file}
        for call in (lambda: file.write(b"x"), lambda: file.truncate(0), file.fileno):
            with pytest.raises(OSError):
                call()


def test_seek_errors(packed_path):
    with znn.open(packed_path) as file:
        for place in ((-1, 0), (-10, 1), (0, 9)):
            with pytest.raises(ValueError):
                file.seek(*place)
        with pytest.raises(ValueError):
            file.pread(1, -1)
        assert file.tell() == 0


def test_closed(packed_path):
    file = znn.open(packed_path)
    names = list(file)
    file.close()
    file.close()
    assert file.closed
    for call in (file.read, file.tell, file.readline, lambda: file.seek(0), lambda: file.pread(1, 0)):
        with pytest.raises(ValueError, match="closed"):
            call()
    with pytest.raises(ValueError, match="closed"):
        file.get(names[0], out=bytearray(file.info(names[0]).size))


def test_buffered(packed_path, model):
    with io.BufferedReader(znn.open(packed_path), 1000) as file:
        assert file.peek(3)[:3] == model[:3]
        assert b"".join(iter(lambda: file.read(3333), b"")) == model


def test_lines(tmp_path):
    text = b"".join(b"line %d\n" % i * (i % 50) for i in range(300)) + b"the end"
    with znn.open(znn.compress(text)) as file:
        assert file.readlines() == text.splitlines(keepends=True)
        file.seek(0)
        assert len(file.readlines(100)) < 20
        file.seek(0)
        assert list(io.BufferedReader(file)) == text.splitlines(keepends=True)


def test_zip(tmp_path, model):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("a", model)
        writer.writestr("b", b"text")
    with znn.open(znn.compress(archive.getvalue())) as file, zipfile.ZipFile(file) as reader:
        assert reader.read("a") == model and reader.testzip() is None


def test_numpy_load():
    numpy = pytest.importorskip("numpy")
    array = numpy.arange(20000, dtype="f4").reshape(100, 200)
    stored = io.BytesIO()
    numpy.save(stored, array)
    with znn.open(znn.compress(stored.getvalue())) as file:
        assert (numpy.load(file) == array).all()
    stored = io.BytesIO()
    numpy.savez(stored, a=array, b=array.T)
    with znn.open(znn.compress(stored.getvalue())) as file:
        loaded = numpy.load(file)
        assert (loaded["a"] == array).all() and (loaded["b"] == array.T).all()


def test_many_threads_for_one_read(large, large_packed):
    for threads in (0, 1, 2, 5):
        with znn.open(large_packed, threads=threads) as file:
            assert file.read() == large
            buffer = bytearray(len(large))
            file.seek(0)
            assert file.readinto(buffer) == len(large) and buffer == large
            assert file.pread(-1, 5000000) == large[5000000:]


def test_read_ranges(large, large_packed):
    with znn.open(large_packed) as file:
        places = [(0, 10), (5000000, 3000000), (4, 0), (5000001, 5)]
        buffers = [bytearray(size) for _, size in places]
        file.read_ranges((offset, buffer) for (offset, _), buffer in zip(places, buffers))
        assert buffers == [large[offset : offset + size] for offset, size in places]
        with pytest.raises(ValueError):
            file.read_ranges([(len(large) - 3, bytearray(4))])
        with pytest.raises((TypeError, BufferError)):
            file.read_ranges([(0, b"read-only")])
        with pytest.raises(TypeError):
            file.read_ranges([5])
        file.read_ranges([])


def test_the_callers_file_may_have_a_position(packed_path, model):
    """The .znn file is all of the caller's file."""
    source = io.BytesIO(packed_path.read_bytes())
    source.seek(100)
    assert znn.open(source).read() == model


def test_descriptors_are_closed(packed_path):
    gc.collect()
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    for _ in range(10):
        znn.open(packed_path).close()
    znn.open(packed_path)  # dropped without closing
    gc.collect()
    if before is not None:
        assert len(os.listdir("/proc/self/fd")) == before


def test_wrong_sources(tmp_path):
    with pytest.raises(FileNotFoundError):
        znn.open(tmp_path / "none")
    with pytest.raises(IsADirectoryError):
        znn.open(tmp_path)
    with pytest.raises(TypeError):
        znn.open(5)
    with pytest.raises(znn.Error) as caught:
        znn.open(b"")
    assert caught.value.status in (znn.Status.NOT_ZNN, znn.Status.CORRUPT)


def test_a_replaced_file_is_still_read(packed_path, model):
    file = znn.open(packed_path)
    packed_path.unlink()
    assert file.read() == model


@pytest.mark.parametrize("offset", [2**63, 2**64 - 1, 2**64, 2**64 + 5, 2**70])
def test_huge_offsets(packed, offset):
    """Numbers of more than 64 bits lead beyond the end, too; they must not be cut to 64 bits."""
    with znn.open(packed) as file:
        assert file.pread(5, offset) == b""
        assert file.seek(offset) == offset == file.tell()
        assert file.read(5) == b"" == file.readline() and file.readinto(bytearray(5)) == 0
        with pytest.raises(ValueError, match="beyond the end"):
            file.read_ranges([(offset, bytearray(5))])
        with pytest.raises(ValueError):
            file.read_ranges([(-offset, bytearray(5))])


@pytest.mark.parametrize("size", [2**64, 2**64 + 100, -1])
def test_impossible_sizes(packed, size):
    class Lying(io.BytesIO):
        def tell(self):
            return size

    with pytest.raises((ValueError, znn.Error)):
        znn.open(Lying(packed))
