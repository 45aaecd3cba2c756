"""One file, many threads; and the GIL, which nobody holds while the library works."""

import io
import random
import threading
import time

import pytest

import znn


def run(count, work):
    """Runs work(i) in `count` threads.  The first exception comes out."""
    errors = []

    def guarded(i):
        try:
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.parametrize("wrap", [bytes, io.BytesIO], ids=["memory", "file object"])
def test_random_reads(wrap, large, large_packed, rng):
    """1,000 reads by 8 threads."""
    seeds = [rng.getrandbits(32) for _ in range(8)]
    with znn.open(wrap(large_packed)) as file:

        def work(i):
            numbers = random.Random(seeds[i])
            for _ in range(125):
                size = numbers.choice([1, 100, 10000, 1000000])
                offset = numbers.randrange(len(large))
                assert file.pread(size, offset) == large[offset : offset + size]

        run(8, work)


def test_shared_position(large, large_packed):
    """Reads in several threads share the position, and so divide the file among them."""
    pieces = []
    with znn.open(large_packed) as file:

        def work(_):
            while True:
                data = file.read(10000)
                if not data:
                    break
                pieces.append(data)

        run(4, work)
        assert file.tell() == len(large)
    assert sum(map(len, pieces)) == len(large)
    expected = sorted(large[i : i + 10000] for i in range(0, len(large), 10000))
    assert sorted(pieces) == expected


def test_close_while_others_read(large, large_packed):
    for _ in range(20):
        file = znn.open(io.BytesIO(large_packed))

        def work(i, file=file):
            if i == 0:
                time.sleep(0.002)
                file.close()
                return
            try:
                for offset in range(0, len(large), 1000000):
                    assert file.pread(1000, offset) == large[offset : offset + 1000]
            except ValueError as error:
                assert "closed" in str(error)

        run(4, work)


def test_gil_is_released(large):
    """Another thread goes on while one compresses."""
    turns = []
    done = threading.Event()

    def count():
        while not done.is_set():
            turns.append(time.perf_counter())
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    start = time.perf_counter()
    znn.compress(large, threads=1, dtype="BF16")
    end = time.perf_counter()
    done.set()
    counter.join()
    within = [start, *(turn for turn in turns if start < turn < end), end]
    longest = max(later - earlier for earlier, later in zip(within, within[1:]))
    assert longest < 0.7 * (end - start)


def test_compress_in_threads(model, packed):
    run(6, lambda i: [znn.compress(model, threads=2) == packed or pytest.fail("different") for _ in range(3)])
