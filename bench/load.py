#!/usr/bin/env python3
"""How fast a model loads into PyTorch, from a .znn file and from the plain safetensors file.

    PYTHONPATH=build/release/python /usr/bin/python3 bench/load.py [MEGABYTES] [ROUNDS]

Three ways to load the same BF16 model take turns, each in a process of its own, so that its tensors are fresh memory
and its peak is its own:

    znn     znn.safetensors.torch.load_file() of the .znn file
    plain   the plain file is read straight into new tensors, one by one
    mapped  the plain file is mapped, and each tensor is copied out of the map

Both files are in the page cache.  Then znn and plain take turns again, with files that deliver 500 MB/s, as a disk or a
network may.  Prints medians, and the peak of memory beyond the tensors.
"""

import json
import os
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

LIMIT = 500e6  # bytes a second


class Slow:
    """A binary file that delivers LIMIT bytes a second, to all threads together."""

    def __init__(self, path):
        self.file = open(path, "rb", buffering=0)
        self.lock = threading.Lock()
        self.free_at = 0.0

    def wait(self, size):
        with self.lock:
            self.free_at = max(self.free_at, time.monotonic()) + size / LIMIT
            until = self.free_at
        time.sleep(max(0.0, until - time.monotonic()))

    def readinto(self, buffer):
        size = self.file.readinto(buffer)
        self.wait(size)
        return size

    def read(self, size=-1):
        data = self.file.read(size)
        self.wait(len(data))
        return data

    def seek(self, offset, whence=0):
        return self.file.seek(offset, whence)

    def tell(self):
        return self.file.tell()

    def seekable(self):
        return True

    def readable(self):
        return True


def make_model(path, megabytes):
    """Random weights in tensors of 16 MiB."""
    import numpy

    rows, columns = 2048, 4096
    count = max(1, megabytes * 1000000 // (rows * columns * 2))
    size = rows * columns * 2
    header = {
        f"layers.{i}.weight": {"dtype": "BF16", "shape": [rows, columns], "data_offsets": [i * size, (i + 1) * size]}
        for i in range(count)
    }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    random = numpy.random.default_rng(1)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _ in range(count):
            weights = random.standard_normal(rows * columns, dtype=numpy.float32) * numpy.float32(0.02)
            file.write((weights.view(numpy.uint32) >> 16).astype("<u2").tobytes())


def load_znn(path, slow):
    from znn.safetensors.torch import load_file

    return load_file(Slow(path) if slow else path)


def read_header(file):
    (size,) = struct.unpack("<Q", file.read(8))
    return 8 + size, {name: row for name, row in json.loads(file.read(size)).items() if name != "__metadata__"}


def load_plain(path, slow):
    import torch

    file = Slow(path) if slow else open(path, "rb", buffering=0)
    start, header = read_header(file)
    tensors = {}
    for name, row in header.items():
        tensor = torch.empty(row["shape"], dtype=torch.bfloat16)
        target = memoryview(tensor.view(torch.int16).numpy()).cast("B")
        file.seek(start + row["data_offsets"][0])
        while target:
            target = target[file.readinto(target) :]
        tensors[name] = tensor
    return tensors


def load_mapped(path, slow):
    import numpy
    import torch

    with open(path, "rb") as file:
        start, header = read_header(file)
    data = numpy.memmap(path, dtype=numpy.uint8, mode="c", offset=start)
    whole = torch.from_numpy(data)
    return {
        name: whole[slice(*row["data_offsets"])].view(torch.bfloat16).view(row["shape"]).clone()
        for name, row in header.items()
    }


WAYS = {"znn": load_znn, "plain": load_plain, "mapped": load_mapped}


def measure(way, path, slow):
    """In a process of its own: prints seconds, and the bytes of peak memory beyond the tensors."""
    import torch

    if way == "znn":
        import znn.safetensors.torch  # noqa: F401: importing is no part of loading
    torch.empty(1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    start = time.monotonic()
    tensors = WAYS[way](path, slow)
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    print(json.dumps([seconds, peak - before - size]))


def run(way, path, slow):
    command = [sys.executable, __file__, "--measure", way, path, "slow" if slow else ""]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def compare(paths, ways, rounds, slow):
    times = {way: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            times[way].append(run(way, paths[way], slow))
    plain = statistics.median(seconds for seconds, _ in times["plain"])
    for way in ways:
        seconds = statistics.median(seconds for seconds, _ in times[way])
        beyond = max(extra for _, extra in times[way])
        print(f"{way:7} {seconds:6.2f} s   {seconds / plain:5.2f} of plain   {beyond / 1e6:+8.1f} MB beyond the tensors")


def main():
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], sys.argv[3], sys.argv[4] == "slow")
        return
    import znn

    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        model = os.path.join(folder, "model.safetensors")
        packed = os.path.join(folder, "model.znn")
        make_model(model, megabytes)
        report = znn.compress_file(model, packed)
        print(f"BF16, {report.original_size / 1e6:.0f} MB, compressed {report.compressed_size / 1e6:.0f} MB")
        paths = {"znn": packed, "plain": model, "mapped": model}
        print("from the page cache:")
        compare(paths, ["znn", "plain", "mapped"], rounds, False)
        print(f"at {LIMIT / 1e6:.0f} MB/s:")
        compare(paths, ["znn", "plain"], rounds, True)


if __name__ == "__main__":
    main()
