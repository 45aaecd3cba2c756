"""10,000 opens leave nothing: no objects, no references, no descriptors and no memory."""

import gc
import io
import os
import sys

import pytest

import znn

from conftest import SANITIZED


def resident():
    """Bytes of memory in use by this process, or None."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def counts():
    gc.collect()
    descriptors = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    types = [sys.getrefcount(kind) for kind in (znn._znn.Reader, znn._znn.Base, znn.File, znn.Error)]
    singles = [sys.getrefcount(thing) for thing in (znn._znn, b"", OSError, io.BytesIO)]
    return len(gc.get_objects()), descriptors, types, singles


def check(repeat, action):
    for _ in range(repeat // 20 + 10):
        action()
    before, memory_before = counts(), resident()
    for _ in range(repeat):
        action()
    after, memory_after = counts(), resident()
    for old, new in zip(before, after):
        for one, other in zip([old] if isinstance(old, int) else old, [new] if isinstance(new, int) else new):
            assert abs(other - one) < 50, (before, after)
    if memory_before is not None and not SANITIZED:
        assert memory_after - memory_before < 4 << 20


@pytest.fixture(scope="module")
def small():
    return znn.compress(bytes(range(256)) * 8)


def test_open(small, tmp_path):
    path = tmp_path / "small.znn"
    path.write_bytes(small)

    def action():
        with znn.open(path) as file:
            file.read(100)

    check(10000, action)


def test_open_objects(small):
    def action():
        znn.open(io.BytesIO(small)).read(100)
        znn.open(small).pread(100, 3)

    check(2000, action)


def test_cycles(small):
    """A file object that refers to the file over it."""

    def action():
        source = io.BytesIO(small)
        file = znn.open(type("Own", (io.BytesIO,), {})(small))
        file._source.self = file
        source.close()

    check(500, action)


def test_errors(small):
    damaged = bytearray(small)
    damaged[len(small) // 2] ^= 1

    class Breaks(io.BytesIO):
        def read(self, size=-1):
            raise LookupError

    def action():
        for call in (
            lambda: znn.open(small[:50]),
            lambda: znn.open(damaged).read(),
            lambda: znn.decompress(damaged),
            lambda: znn.open(Breaks(small)),
            lambda: znn.compress(b"x", progress=lambda a, b: 1 / 0),
            lambda: znn.compress(5),
            lambda: znn.decompress(small, out=bytearray(3)),
            lambda: znn._znn.open_reader(99999, None, 0),
            lambda: znn._znn.open_reader((len, "no number"), None, 0),
            lambda: znn.open(small).read_ranges([(0, bytearray(5)), (0, 5)]),
        ):
            try:
                call()
            except (znn.Error, LookupError, ArithmeticError, TypeError, ValueError, OSError):
                continue

    check(500, action)


def test_whole(small):
    check(2000, lambda: znn.decompress(znn.compress(small, threads=1), threads=1))


def test_tensors(packed):
    def action():
        with znn.open(packed, base=packed) as file:
            file._tensors()
            file.get("wte.weight", out=bytearray(file.info("wte.weight").size))

    check(300, action)
