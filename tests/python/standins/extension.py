"""Stands in for torch.distributed.checkpoint._extension, and makes the calls that a checkpoint makes of an extension.

Facts from the source of PyTorch (torch/distributed/checkpoint: _extension.py and filesystem.py), which Debian's is too
old to have.
"""

import abc
import io
import os


class StreamTransformExtension(abc.ABC):
    @staticmethod
    @abc.abstractmethod
    def registry_name():
        ...

    @staticmethod
    @abc.abstractmethod
    def from_descriptor(version):
        ...

    @abc.abstractmethod
    def get_descriptor(self):
        ...

    @abc.abstractmethod
    def transform_to(self, output):
        ...

    @abc.abstractmethod
    def transform_from(self, input):
        ...


class NoClose(io.IOBase):
    """The checkpoint's file while one item is written: closing the item must not close the file."""

    def __init__(self, raw):
        self.raw = raw
        self.ended = False

    def writeable(self):
        return True

    def write(self, data):
        return self.raw.write(data)

    def close(self):
        self.ended = True
        self.flush()
        self.raw.flush()


class View(io.IOBase):
    """One item of the checkpoint's file.  It has no read()."""

    def __init__(self, raw, offset, length):
        self.raw, self.offset, self.length = raw, offset, length
        self.seek(0)

    def seek(self, offset, whence=os.SEEK_SET):
        start = {os.SEEK_SET: self.offset, os.SEEK_CUR: self.raw.tell(), os.SEEK_END: self.offset + self.length}
        return self.raw.seek(start[whence] + offset) - self.offset

    def tell(self):
        return self.raw.tell() - self.offset

    def readable(self):
        return True

    def seekable(self):
        return self.raw.seekable()

    def readinto(self, buffer):
        left = self.length - self.tell()
        return self.raw.readinto(memoryview(buffer)[: max(left, 0)])


def write_item(stream, extensions, write):
    """Writes an item through the extensions.  Returns its place, its length, and the descriptors."""
    offset = stream.tell()
    last = target = NoClose(stream)
    for extension in extensions:
        target = extension.transform_to(target)
    write(target)
    target.close()
    assert last.ended
    return offset, stream.tell() - offset, [extension.get_descriptor() for extension in reversed(extensions)]


def read_item(stream, place, registry):
    """Returns the item as a seekable file."""
    offset, length, descriptors = place
    source = View(stream, offset, length)
    for descriptor in descriptors:
        name, _, version = descriptor.partition("/")
        source = registry[name].from_descriptor(version).transform_from(source)
    return source if source.seekable() else io.BytesIO(source.read(-1))
