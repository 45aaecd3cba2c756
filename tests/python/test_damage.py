"""Files that lie: an exception of the right kind, never wrong bytes."""

import pickle

import pytest

import znn

DOORS = {
    "decompress": lambda packed: znn.decompress(packed),
    "out": lambda packed: znn.decompress(packed, out=bytearray(1 << 20)),
    "read": lambda packed: znn.open(packed).read(),
    "readinto": lambda packed: znn.open(packed).readinto(bytearray(1 << 20)),
    "ranges": lambda packed: znn.open(packed).read_ranges([(0, bytearray(1000)), (400000, bytearray(1000))]),
}


def flipped(packed, place):
    data = bytearray(packed)
    data[place] ^= 0x10
    return data


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_damaged_chunk(door, packed):
    with pytest.raises(znn.Error) as caught:
        door(flipped(packed, len(packed) // 2))
    error = caught.value
    assert error.status is znn.Status.CORRUPT
    assert error.base == 0 and error.detail and "damaged" in str(error)
    assert 0 <= error.offset < len(packed)
    assert error.original_offset == 0 and error.original_size > 0
    assert error.tensor == "wte.weight" and "wte.weight" in str(error)


def test_other_chunks_can_be_read(large, large_packed):
    with znn.open(flipped(large_packed, len(large_packed) // 2)) as file:
        assert file.pread(1000, 0) == large[:1000]
        assert file.pread(-1, len(large) - 1000) == large[-1000:]
        with pytest.raises(znn.Error) as caught:
            file.read()
        start, size = caught.value.original_offset, caught.value.original_size
        assert file.pread(start, 0) == large[:start]
        assert file.pread(-1, start + size) == large[start + size :]


def test_any_flipped_bit(packed, model, rng):
    for _ in range(200):
        damaged = flipped(packed, rng.randrange(len(packed)))
        try:
            assert znn.decompress(damaged) == model  # harmless
        except znn.Error as error:
            assert error.status in (znn.Status.CORRUPT, znn.Status.NOT_ZNN, znn.Status.TOO_NEW)
        try:
            assert znn.open(damaged).read() == model
        except znn.Error:
            pass


def test_any_cut(packed, rng):
    for _ in range(50):
        cut = packed[: rng.randrange(len(packed))]
        with pytest.raises(znn.Error):
            znn.decompress(cut)
        with pytest.raises(znn.Error):
            znn.open(cut)


def test_not_znn(model):
    for door in (znn.decompress, znn.open):
        with pytest.raises(znn.Error) as caught:
            door(model)
        assert caught.value.status is znn.Status.NOT_ZNN


def test_bomb():
    """Some kilobytes that hold 64 MiB."""
    bomb = znn.compress(bytes(64 << 20))
    assert len(bomb) < 1 << 16
    with pytest.raises(znn.Error) as caught:
        znn.decompress(bomb, max_output=1 << 20)
    assert caught.value.status is znn.Status.TOO_LARGE
    with pytest.raises(ValueError):
        znn.decompress(bomb, out=bytearray(1 << 20))
    with znn.open(bomb) as file:
        assert file.size == 64 << 20
        assert file.pread(10, (64 << 20) - 5) == bytes(5)


def test_errors_can_be_pickled(packed):
    """As they come out of worker processes."""
    with pytest.raises(znn.Error) as caught:
        znn.decompress(flipped(packed, len(packed) // 2))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value) and vars(copy) == vars(caught.value)


def test_statuses_are_those_of_the_library():
    for number in range(1, 20):
        name, _ = znn._znn.status_name(number)
        if name != "ZNN_ERROR_UNKNOWN":
            assert znn.Status(number).name == name[len("ZNN_ERROR_") :]
        else:
            assert number not in list(znn.Status)
