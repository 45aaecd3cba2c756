"""znn.checkpoint: an extension of PyTorch's distributed checkpoints."""

import io
import sys

import pytest
from standins import extension

import znn

torch = pytest.importorskip("torch")


@pytest.fixture
def extension_class(monkeypatch):
    """The class, over the stand-in, which is gone again after the test."""
    monkeypatch.setitem(sys.modules, "torch.distributed.checkpoint._extension", extension)
    monkeypatch.delitem(sys.modules, "znn.checkpoint", raising=False)
    from znn.checkpoint import Znn

    yield Znn
    sys.modules.pop("znn.checkpoint", None)
    del znn.checkpoint


@pytest.fixture
def tensors():
    torch.manual_seed(1)
    return [torch.randn(300, 400).to(torch.bfloat16), torch.arange(7), torch.zeros(0)]


def test_round_trip(extension_class, tensors, tmp_path):
    """Several items in one file, with one extension and with two in a row."""
    registry = {extension_class.registry_name(): extension_class}
    for extensions in ([extension_class()], [extension_class(level=9), extension_class(threads=1)]):
        path = tmp_path / "__0_0.distcp"
        with open(path, "wb") as stream:
            places = [
                extension.write_item(stream, extensions, lambda file, tensor=tensor: torch.save(tensor, file))
                for tensor in tensors
            ]
            places.append(extension.write_item(stream, extensions, lambda file: file.write(b"bytes " * 99)))
            assert not stream.closed
        assert places[0][1] < 0.8 * tensors[0].numel() * 2
        with open(path, "rb") as stream:
            for place, tensor in reversed(list(zip(places, tensors))):
                assert torch.equal(torch.load(extension.read_item(stream, place, registry)), tensor)
            assert extension.read_item(stream, places[-1], registry).read(-1) == b"bytes " * 99


def test_plain_file_inside(extension_class, tensors):
    """What lies in the checkpoint is a .znn file of what torch.save() writes."""
    stream = io.BytesIO()
    extension.write_item(stream, [extension_class()], lambda file: torch.save(tensors[0], file))
    assert torch.equal(torch.load(io.BytesIO(znn.decompress(stream.getvalue()))), tensors[0])


def test_not_seekable(extension_class):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    opened = extension_class().transform_from(Pipe(znn.compress(b"some bytes")))
    assert opened.seekable() and opened.read() == b"some bytes"


def test_versions(extension_class):
    assert extension_class().get_descriptor() == "stream.znn/1"
    assert isinstance(extension_class.from_descriptor("1.3"), extension_class)
    for version in ("2", "", "10"):
        with pytest.raises(ValueError, match="stream.znn"):
            extension_class.from_descriptor(version)


def test_failures(extension_class, tensors):
    """An exception of the checkpoint's file comes out, and the file is closed all the same."""

    class Full(extension.NoClose):
        def write(self, data):
            raise OSError(28, "No space left on device")

    target = Full(io.BytesIO())
    file = extension_class().transform_to(target)
    file.write(b"bytes")
    with pytest.raises(OSError, match="No space"):
        file.close()
    assert file.closed and target.ended
    stream = io.BytesIO()
    place = extension.write_item(stream, [extension_class()], lambda file: torch.save(tensors[0], file))
    damaged = bytearray(stream.getvalue())
    damaged[len(damaged) // 2] ^= 1
    registry = {"stream.znn": extension_class}
    with pytest.raises(znn.Error):
        extension.read_item(io.BytesIO(damaged), place, registry).read(-1)
    with pytest.raises(znn.Error):
        extension.read_item(io.BytesIO(bytes(place[1])), place, registry)


def test_without_the_interface():
    if "torch.distributed.checkpoint._extension" in sys.modules:
        pytest.skip("this PyTorch has it")
    try:
        import torch.distributed.checkpoint._extension  # noqa: F401
    except ImportError:
        with pytest.raises(ImportError, match="PyTorch 2.6"):
            import znn.checkpoint  # noqa: F401
