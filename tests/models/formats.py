#!/usr/bin/env python3
"""formats.py - makes small PyTorch files for tests/cli/formats.sh

    formats.py views FOLDER [SEED]    views.pt: tensors that are all kinds of views, each of its own storage
    formats.py large FOLDER           large.pt: a transposed matrix of 42 MB, which znn must gather in several blocks
    formats.py series FOLDER          base.distcp and child.distcp: eight zips in a row, with similar tensors

For each tensor NAME of a .pt file, NAME.expected has its elements in row-major order.
"""
import itertools
import pathlib
import random
import struct
import sys
import zipfile


class Pipe:
    """An output without seek().  So sizes follow the payload, as in PyTorch's own files."""

    def __init__(self):
        self.data = bytearray()

    def write(self, data):
        self.data += data
        return len(data)

    def flush(self):
        pass


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def integers(values):
    return b"(" + b"".join(b"\x8a\x08" + struct.pack("<q", value) for value in values) + b"t"


def tensor(storage, key, numel, offset, shape, strides):
    """Returns the pickle of a view of a storage."""
    return (b"ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + b"ctorch\n" + storage.encode() + b"\n" +
            text(key) + text("cpu") + b"\x8a\x08" + struct.pack("<q", numel) + b"tQ\x8a\x08" +
            struct.pack("<q", offset) + integers(shape) + integers(strides) + b"\x89ccollections\nOrderedDict\n)RtR")


def torch_zip(pickle, storages):
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as file:
        for name, data in [("data.pkl", pickle), *((f"data/{i}", data) for i, data in enumerate(storages)),
                           ("version", b"3\n")]:
            file.writestr(zipfile.ZipInfo(f"archive/{name}"), data)
    return bytes(pipe.data)


def gather(data, width, offset, shape, strides):
    places = (offset + sum(i * stride for i, stride in zip(index, strides))
              for index in itertools.product(*map(range, shape)))
    return b"".join(data[width * place:width * (place + 1)] for place in places)


def random_view(source):
    """Returns a shape, strides and an offset, and the number of elements of the storage.  The view is transposed,
    expanded, has gaps and so on.
    """
    rank = source.randrange(6)
    shape = [source.choice([1, 2, 2, 3, 5, 9]) for _ in range(rank)]
    strides, step = [0] * rank, 1
    for i in source.sample(range(rank), rank):
        strides[i] = source.choice([0, 1, step, step, step, step + source.randrange(4)])
        step = max(step, strides[i] * shape[i])
    offset = source.randrange(20)
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides))
    return shape, strides, offset, last + 1 + source.randrange(5)


def views(folder, seed):
    source = random.Random(seed)
    pickle, storages = b"\x80\x02}(", []
    for i in range(60):
        storage, width = source.choice([("FloatStorage", 4), ("HalfStorage", 2), ("DoubleStorage", 8),
                                        ("ByteStorage", 1), ("ComplexDoubleStorage", 16)])
        shape, strides, offset, numel = random_view(source)
        storages.append(source.randbytes(width * numel))
        pickle += text(f"v{i}") + tensor(storage, str(i), numel, offset, shape, strides)
        (folder / f"v{i}.expected").write_bytes(gather(storages[-1], width, offset, shape, strides))
    (folder / "views.pt").write_bytes(torch_zip(pickle + b"u.", storages))


def large(folder):
    rows, columns = 7000, 6000
    data = random.Random(1).randbytes(rows * columns)
    pickle = b"\x80\x02}(" + text("turned") + tensor("ByteStorage", "0", len(data), 0, [rows, columns], [1, rows])
    pickle += text("slice") + tensor("ByteStorage", "0", len(data), 5, [columns, 10], [rows, 1]) + b"u."
    (folder / "turned.expected").write_bytes(b"".join(data[i::rows] for i in range(rows)))
    (folder / "slice.expected").write_bytes(gather(data, 1, 5, [columns, 10], [rows, 1]))
    (folder / "large.pt").write_bytes(torch_zip(pickle, [data]))


def series(folder):
    source = random.Random(2)
    base, child = b"", b""
    for _ in range(8):
        numbers = [source.gauss(0, 0.02) for _ in range(16384)]
        near = [number * (1 + source.gauss(0, 1e-4)) for number in numbers]
        pickle = b"\x80\x02" + tensor("FloatStorage", "0", len(numbers), 0, [128, 128], [128, 1]) + b"."
        base += torch_zip(pickle, [struct.pack("<16384f", *numbers)])
        child += torch_zip(pickle, [struct.pack("<16384f", *near)])
    (folder / "base.distcp").write_bytes(base)
    (folder / "child.distcp").write_bytes(child)


def main():
    mode, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if mode == "views":
        seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**32)
        print("seed", seed)
        views(folder, seed)
    else:
        {"large": large, "series": series}[mode](folder)


if __name__ == "__main__":
    main()
