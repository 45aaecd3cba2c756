"""Exceptions that the caller's functions raise: they come out unchanged, and nothing is left behind."""

import gc
import io
import threading
import weakref

import pytest

import znn


class Mine(Exception):
    pass


class Breaks(io.BytesIO):
    """A file whose read() and write() raise after some calls."""

    def __init__(self, data=b"", calls=0, error=None):
        super().__init__(data)
        self.calls = calls
        self.error = error or Mine("raised", 7)

    def count(self):
        self.calls -= 1
        if self.calls < 0:
            raise self.error

    def read(self, size=-1):
        self.count()
        return super().read(size)

    def write(self, data):
        self.count()
        return super().write(data)


ERRORS = [Mine("raised", 7), OSError(5, "mine"), KeyboardInterrupt("stop"), MemoryError("mine"), StopIteration(3)]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("calls", [0, 2])
def test_read(error, calls, large):
    source, target = Breaks(large, calls, error), io.BytesIO()
    with pytest.raises(type(error)) as caught:
        znn.compress_file(source, target)
    assert caught.value is error


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_write(error, large, large_packed):
    with pytest.raises(type(error)) as caught:
        znn.compress_file(large, Breaks(calls=2, error=error))
    assert caught.value is error
    with pytest.raises(type(error)) as caught:
        znn.decompress_file(large_packed, Breaks(calls=2, error=error))
    assert caught.value is error


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_progress(error, large, large_packed):
    def progress(original, compressed):
        if original > 2000000:
            raise error

    for call in (lambda: znn.compress(large, progress=progress), lambda: znn.decompress(large_packed, progress=progress)):
        with pytest.raises(type(error)) as caught:
            call()
        assert caught.value is error


def test_progress_counts(large, large_packed):
    seen = []
    znn.decompress(large_packed, progress=lambda original, compressed: seen.append((original, compressed)))
    assert seen == sorted(seen) and seen[-1][0] == len(large) and seen[-1][1] <= len(large_packed)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_choose(error, model):
    def choose(info):
        raise error

    with pytest.raises(type(error)) as caught:
        znn.compress(model, bits=8, choose=choose)
    assert caught.value is error


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_reader(error, threads, large, large_packed):
    source = Breaks(large_packed, 1000, error)
    with znn.open(source, threads=threads) as file:
        source.calls = 3
        with pytest.raises(type(error)) as caught:
            file.read()
        assert caught.value is error
        source.calls = 10000
        assert file.tell() == 0 and file.read() == large


def test_open(packed):
    with pytest.raises(Mine):
        znn.open(Breaks(packed, 0))
    with pytest.raises(Mine):
        znn.open(Breaks(packed, 2))


def test_traceback_shows_the_callback(packed):
    with pytest.raises(Mine) as caught:
        znn.open(Breaks(packed, 2))
    assert any(entry.name == "count" for entry in caught.traceback)


def test_nothing_is_left(large_packed):
    """The exception, and all that its traceback holds, goes when the caller drops it."""
    source = Breaks(large_packed, 1000)
    file = znn.open(source, threads=4)
    source.calls = 0
    source.error = Mine("raised")
    watch = weakref.ref(source.error)
    try:
        file.read()
    except Mine:
        pass
    source.error = None
    gc.collect()
    assert watch() is None


def test_each_thread_gets_its_own(large_packed):
    """Several threads read from one file that raises another exception each time."""

    class Numbered(io.BytesIO):
        armed = False

        def read(self, size=-1):
            if self.armed:
                raise Mine(threading.get_ident())
            return super().read(size)

    source = Numbered(large_packed)
    file = znn.open(source, threads=1)
    source.armed = True
    wrong = []

    def work():
        for i in range(100):
            try:
                file.pread(1000, i * 100000)
            except Mine as error:
                if error.args != (threading.get_ident(),):
                    wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("result", ["text", None, 5, "too much"])
def test_read_returns_nonsense(packed, result):
    class Nonsense(io.BytesIO):
        def read(self, size=-1):
            return bytes(size + 1) if result == "too much" else result

    with pytest.raises((TypeError, OSError)):
        znn.open(Nonsense(packed))


def test_short_reads(packed, model):
    class Short(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 777))

    assert znn.open(Short(packed)).read() == model


def test_early_end(packed):
    class Ends(io.BytesIO):
        def read(self, size=-1):
            return b"" if self.tell() > len(packed) // 3 else super().read(size)

    with pytest.raises(znn.Error):
        znn.open(Ends(packed)).read()


def test_close_within_read(packed):
    """A callback that closes the file which is reading."""

    class Closes(io.BytesIO):
        file = None

        def read(self, size=-1):
            if self.file:
                self.file.close()
            return super().read(size)

    source = Closes(packed)
    source.file = znn.open(source)
    source.file.read(1000)
    assert source.file.closed
