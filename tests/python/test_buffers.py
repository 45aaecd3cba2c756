"""compress() and decompress() over everything that has the buffer protocol."""

import array
import mmap

import pytest

import znn

SHAPES = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "memoryview of a part": lambda data: memoryview(b"x" + data + b"y")[1:-1],
    "array": lambda data: array.array("B", data),
    "array of numbers": lambda data: array.array("H", data),
}


@pytest.mark.parametrize("make", SHAPES.values(), ids=SHAPES.keys())
def test_round_trip(make, model):
    packed = znn.compress(make(model))
    assert len(packed) < 0.7 * len(model)
    assert znn.decompress(make(packed + b"")[: len(packed)] if make is not SHAPES["array of numbers"] else packed) == model


def test_empty():
    assert znn.decompress(znn.compress(b"")) == b""


def test_plain_bytes():
    data = bytes(range(256)) * 100
    assert znn.decompress(znn.compress(data, threads=1, level=9)) == data


def test_mmap(packed_path, model):
    with open(packed_path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert znn.decompress(mapped) == model


@pytest.mark.parametrize("make", [bytearray, lambda data: array.array("B", data)])
def test_out(make, model, packed):
    out = make(bytes(len(model)))
    assert znn.decompress(packed, out=out) == len(model)
    assert out.tobytes() == model if isinstance(out, array.array) else out == model


def test_out_may_be_larger(model, packed):
    out = bytearray(b"\xaa" * (len(model) + 10))
    assert znn.decompress(packed, out=out) == len(model)
    assert out[: len(model)] == model and out[len(model) :] == b"\xaa" * 10


def test_out_is_too_small(model, packed):
    out = bytearray(len(model) - 1)
    with pytest.raises(ValueError, match="has room for"):
        znn.decompress(packed, out=out)
    assert out == bytes(len(model) - 1)


def test_out_is_read_only(model, packed):
    with pytest.raises((BufferError, TypeError)):
        znn.decompress(packed, out=bytes(len(model)))


def test_buffers_are_released(packed, model):
    data, out = bytearray(packed), bytearray(len(model))
    znn.decompress(data, out=out)
    with pytest.raises(znn.Error):
        znn.decompress(data[:-1], out=out)
    data.append(0)  # a BufferError if a view were left
    out.append(0)


def test_not_contiguous(model):
    with pytest.raises(BufferError):
        znn.compress(memoryview(model)[::2])


@pytest.mark.parametrize("wrong", ["text", 5, None, 1.5, (b"x", 3), len, [1]])
def test_no_buffer(wrong):
    with pytest.raises(TypeError):
        znn.compress(wrong)
    with pytest.raises(TypeError):
        znn.decompress(wrong)


class TestNumPy:
    numpy = None

    @pytest.fixture(autouse=True)
    def _numpy(self):
        self.numpy = pytest.importorskip("numpy")

    def test_array(self, model):
        numbers = self.numpy.frombuffer(model, "<u2")
        assert znn.decompress(znn.compress(numbers)) == model
        assert znn.decompress(znn.compress(numbers.reshape(2, -1))) == model

    def test_out(self, model, packed):
        out = self.numpy.zeros(len(model) // 4, "f4")
        znn.decompress(packed, out=out)
        assert out.tobytes() == model

    def test_not_contiguous(self):
        square = self.numpy.zeros((8, 8))
        for array_ in (square.T[1:], square[:, ::2], self.numpy.asfortranarray(square)):
            with pytest.raises((ValueError, BufferError)):
                znn.compress(array_)
            with pytest.raises((ValueError, BufferError)):
                znn.decompress(znn.compress(b"1"), out=array_)


def test_options(model):
    sizes = {level: len(znn.compress(model, level=level)) for level in (1, 5, 9)}
    assert sizes[9] <= sizes[5] <= sizes[1]
    assert znn.compress(model, threads=1) == znn.compress(model, threads=3)
    with znn.open(znn.compress(model, bits=8)) as file:
        assert file.report().bits == 8
    with znn.open(znn.compress(model, max_error=2**-9)) as file:
        assert file.report().bits == 8
    with znn.open(znn.compress(model, bits=8, choose=lambda info: False)) as file:
        assert file.read() == model


def test_choose_sees_tensors(model):
    seen = []
    znn.compress(model, bits=8, choose=lambda info: seen.append(info))
    with znn.open(znn.compress(model)) as file:
        assert [info.name for info in seen] == list(file)
        assert seen == [file.info(name) for name in file]


@pytest.mark.parametrize(
    "options",
    [
        {"level": 0},
        {"level": 10},
        {"threads": -1},
        {"dtype": "F7"},
        {"extension": "no good"},
        {"bits": 62},
        {"bits": 8, "max_error": 0.1},
        {"max_error": "much"},
        {"rounding": "up"},
        {"sign": "plus"},
        {"memory_limit": -1},
    ],
)
def test_wrong_options(options):
    with pytest.raises(ValueError):
        znn.compress(b"data", **options)


def test_limits(model, packed):
    with pytest.raises(znn.Error) as caught:
        znn.decompress(packed, max_output=len(model) - 1)
    assert caught.value.status is znn.Status.TOO_LARGE
    assert znn.decompress(packed, max_output=len(model)) == model
    with pytest.raises(znn.Error) as caught:
        znn.compress(model, memory_limit=1000)
    assert caught.value.status is znn.Status.MEMORY_LIMIT


def test_original_size(model, packed, packed_path, model_path):
    assert znn.original_size(packed) == znn.original_size(packed_path) == len(model)
    assert znn.is_znn(packed) and znn.is_znn(packed_path)
    assert not znn.is_znn(model_path) and not znn.is_znn(b"")
