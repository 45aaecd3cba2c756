"""The codec for numcodecs."""

import pytest

import znn

numpy = pytest.importorskip("numpy")
numcodecs = pytest.importorskip("numcodecs")

from znn.numcodecs import Znn  # noqa: E402


@pytest.fixture
def arrays():
    numbers = numpy.random.default_rng(1)
    made = {name: numbers.normal(size=(30, 40)).astype(name) for name in ("f2", "f4", "f8", "c8", "i4", ">f4", "u1")}
    made["fortran"] = numpy.asfortranarray(made["f4"])
    made["bool"] = made["f4"] > 0
    made["empty"] = numpy.zeros((0, 3))
    made["text"] = numpy.array([b"abc", b"d"])
    return made


def test_round_trip(arrays):
    codec = Znn()
    for name, array in arrays.items():
        packed = codec.encode(array)
        order = "F" if name == "fortran" else "C"
        decoded = numpy.frombuffer(codec.decode(packed), array.dtype)
        assert (decoded.reshape(array.shape, order=order) == array).all()
        out = numpy.empty_like(array)
        assert codec.decode(packed, out=out) is out
        assert (out == array).all()


def test_the_type_is_known(arrays):
    """Knowing the type saves space: the numbers become byte groups even in a small chunk."""
    assert len(Znn().encode(arrays["f8"])) <= len(znn.compress(arrays["f8"]))
    bits = arrays["f4"].view("u2")[:, 1::2].copy()
    assert len(Znn(dtype="BF16").encode(bits)) < bits.nbytes


def test_configuration():
    codec = Znn(level=9, threads=2, dtype="BF16")
    config = codec.get_config()
    assert config == {"id": "znn", "level": 9, "threads": 2, "dtype": "BF16"}
    numcodecs.register_codec(Znn)
    assert numcodecs.get_codec(config) == codec


def test_damage(arrays):
    packed = bytearray(Znn().encode(arrays["f4"]))
    packed[len(packed) // 2] ^= 1
    with pytest.raises(znn.Error):
        Znn().decode(packed)
    with pytest.raises(ValueError):
        Znn().decode(Znn().encode(arrays["f4"]), out=numpy.empty(7))
    with pytest.raises(ValueError):
        Znn(level=0).encode(arrays["f4"])
