#!/usr/bin/env python3
"""hostile.py - makes files that try to run code, to fill the memory or to lead a reader out of bounds

    hostile.py DIR

writes them to DIR, and prints one line for each: its name, a tab, and the format that `znn compress -v` must name, with
the number of tensors if there are any.  The bytes are always the same.  Only Python's standard library is needed.

For znn all these files are data.  It scans a pickle and never executes it, does not allocate memory because a count is
large, and leaves a range untyped if it reaches out of the file or into another range.  So each file must come back the
same, in little memory.
"""
import os
import struct
import sys
import zlib

HUGE = (1 << 64) - 1
GIB40 = 40 << 30

# Pickles --------------------------------------------------------------------------------------------------------------

# What a loader that executes it leaves behind in the current directory; the test looks for it.
COMMAND = b"touch hostile-was-here"


def unicode(text):
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def reduce_system():
    """Calls os.system(COMMAND) the way in which pickles rebuild an object."""
    return b"\x80\x02cos\nsystem\n(S'" + COMMAND + b"'\ntR."


def reduce_many():
    """The same with all names and opcodes that lead there."""
    calls = [b"c%s\n%s\n(S'" % pair + COMMAND + b"'\ntR0" for pair in (
        (b"posix", b"system"), (b"nt", b"system"), (b"builtins", b"eval"), (b"builtins", b"exec"),
        (b"__builtin__", b"apply"), (b"subprocess", b"call"), (b"torch._utils", b"_rebuild_tensor_v2"))]
    calls.append(b"(S'" + COMMAND + b"'\nios\nsystem\n0")  # INST
    calls.append(b"(cos\nsystem\nS'" + COMMAND + b"'\no0")  # OBJ
    calls.append(b"cos\nsystem\n(S'" + COMMAND + b"'\nt\x810")  # NEWOBJ
    calls.append(b"\x8c\x02os\x8c\x06system\x93(S'" + COMMAND + b"'\ntR0")  # STACK_GLOBAL
    calls.append(b"}cos\nsystem\nb0")  # BUILD
    return b"\x80\x04" + b"".join(calls) + b"N."


def billion_laughs(levels=200):
    """Lists of ten times the list before: copying them would make 10^200 elements."""
    out = [b"\x80\x02]q\x00"]
    for level in range(1, levels):
        out.append(b"](" + b"h" + bytes([level - 1]))
        out.append((b"h" + bytes([level - 1])) * 9 + b"eq" + bytes([level]))
    return b"".join(out) + b"."


def doubled(levels=60):
    """Tuples that hold the tuple before twice, by DUP: 2^60 elements."""
    return b"\x80\x02)" + b"2\x86" * levels + b"."


def marks(count):
    """Marks within marks, without end."""
    return b"\x80\x02" + b"(" * count


def memo_far():
    """Many memo entries, some at the largest indexes."""
    out = [b"\x80\x02N", b"r" + struct.pack("<I", 1 << 31), b"r" + struct.pack("<I", (1 << 32) - 1),
           b"p99999999999999999999\n", b"p-1\n"]
    out += [b"r" + struct.pack("<I", i * 65521) for i in range(60000)]
    return b"".join(out) + b"."


def lengths():
    """Strings and numbers that claim to be longer than any memory."""
    return b"\x80\x04N0" + b"\x8d" + struct.pack("<Q", HUGE) + b"x"


def frame():
    return b"\x80\x04\x95" + struct.pack("<Q", HUGE) + b"N."


def long_number():
    return b"\x80\x02\x8b" + struct.pack("<i", -1) + b"N."


def unterminated():
    return b"\x80\x02}q\x00(" + unicode("weight") + b"ctorch._utils\n_rebuild_tensor_v2\nq\x01(("


def number(n):
    """A 32-bit integer, or a long of 9 bytes if the number is larger."""
    return b"J" + struct.pack("<i", n) if n < 1 << 31 else b"\x8a\x09" + struct.pack("<Q", n) + b"\0"


def storage(key, numel):
    """A persistent id as torch.save writes it."""
    return (b"(" + unicode("storage") + b"ctorch\nFloatStorage\n" + unicode(key) + unicode("cpu") + number(numel) +
            b"tQ")


def tensor(key, numel, offset, shape, stride):
    return (b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage(key, numel) + number(offset) +
            b"(" + b"".join(map(number, shape)) + b"t(" + b"".join(map(number, stride)) + b"t\x89" +
            b"ccollections\nOrderedDict\n)RtR")


def lying_tensors():
    """Tensors with storages, offsets and shapes that are larger than anything."""
    entries = [("a", tensor("0", HUGE, 0, [HUGE], [1])), ("b", tensor("0", 4, HUGE, [4], [1])),
               ("c", tensor("0", 4, 0, [1 << 32, 1 << 32], [1 << 32, 1])), ("d", tensor("0", 4, 0, [4], [HUGE])),
               ("e", tensor("no such storage", 4, 0, [4], [1])), ("f", tensor("../../etc/passwd", 4, 0, [4], [1])),
               ("g", tensor("0", 4, 0, [0] * 1000, [0] * 1000))]
    return b"\x80\x02}(" + b"".join(unicode(name) + value for name, value in entries) + b"u."


# Zip files ------------------------------------------------------------------------------------------------------------

class Zip:
    """A zip file, member by member.  The directory may claim anything."""

    def __init__(self):
        self.out = bytearray()
        self.directory = bytearray()
        self.count = 0

    def add(self, name, data, method=0, original=None, **claims):
        """`claims` are the size, original size and offset that the directory states instead of the true ones."""
        place = len(self.out)
        original = len(data) if original is None else original
        name = name.encode()
        crc = zlib.crc32(data)
        local = struct.pack("<HHHHHIIIHH", 45, 0, method, 0, 33, crc, len(data), min(original, 0xffffffff),
                            len(name), 0)
        self.out += b"PK\3\4" + local + name + data
        self.claim(name, method, crc, claims.get("size", len(data)), claims.get("original", original),
                   claims.get("offset", place))

    def claim(self, name, method, crc, size, original, offset):
        """An entry of the directory, with zip64 fields."""
        extra = struct.pack("<HHQQQ", 1, 24, original, size, offset)
        self.directory += b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 45, 45, 0, method, 0, 33, crc, 0xffffffff,
                                                  0xffffffff, len(name), len(extra), 0, 0, 0, 0, 0xffffffff)
        self.directory += name + extra
        self.count += 1

    def finish(self, count=None, size=None, offset=None):
        """Returns the file, with a zip64 end if anything is claimed."""
        place = len(self.out)
        self.out += self.directory
        end = len(self.out)
        count = self.count if count is None else count
        size = len(self.directory) if size is None else size
        offset = place if offset is None else offset
        self.out += b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
        self.out += b"PK\6\7" + struct.pack("<IQI", 0, end, 1)
        self.out += b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0)
        return bytes(self.out)


def torch_zip(pickle, members=((0, bytes(16)),)):
    archive = Zip()
    archive.add("archive/data.pkl", pickle)
    for key, data in members:
        archive.add(f"archive/data/{key}", data)
    archive.add("archive/version", b"3\n")
    return archive.finish()


def honest():
    """A correct tensor, which shows that this writer works."""
    return b"\x80\x02}" + unicode("weight") + tensor("0", 4, 0, [4], [1]) + b"s."


def overlapping():
    archive = Zip()
    archive.add("archive/data.pkl", honest())
    archive.add("archive/data/0", bytes(range(64)) * 4)
    for i in range(1, 200):  # all of them in the same bytes, each one byte further on
        archive.claim(b"archive/data/%d" % i, 0, 0, 200, 200, len(archive.out) - 300 + i % 40)
    return archive.finish()


def zip_bomb():
    """A thousand members in the same deflated bytes, each claiming to expand to 40 GB."""
    archive = Zip()
    archive.add("archive/data.pkl", honest())
    place = len(archive.out)
    deflated = zlib.compress(bytes(1 << 20))[2:-4]
    archive.add("archive/data/0", deflated, method=8, original=GIB40)
    for i in range(1, 1000):
        archive.claim(b"archive/data/%d" % i, 8, 0, len(deflated), GIB40, place)
    return archive.finish()


def deflated_pickle():
    """A pickle that claims to expand to 40 GB."""
    archive = Zip()
    archive.add("archive/data.pkl", zlib.compress(honest())[2:-4], method=8, original=GIB40)
    archive.add("archive/data/0", bytes(16))
    return archive.finish()


def lying_sizes():
    archive = Zip()
    archive.add("archive/data.pkl", honest())
    archive.add("archive/data/0", bytes(16), size=HUGE, original=HUGE)
    archive.add("archive/data/1", bytes(16), size=GIB40, original=GIB40)
    archive.add("archive/data/2", bytes(16), offset=HUGE)
    archive.add("archive/data/3", bytes(16), offset=HUGE - 10, size=20)
    archive.add("../../etc/passwd", bytes(16))
    return archive.finish()


def small_zip():
    archive = Zip()
    archive.add("archive/data.pkl", honest())
    archive.add("archive/data/0", bytes(16))
    return archive


def nested(levels=100):
    """A zip in a zip, many levels deep.  A careless reader would look into each level."""
    data = torch_zip(honest())
    for _ in range(levels):
        archive = Zip()
        archive.add("policy.pth", data)
        data = archive.finish()
    return data


# GGUF, NumPy, safetensors ---------------------------------------------------------------------------------------------

def gguf(tensors, pairs, rest=b"", version=3):
    return b"GGUF" + struct.pack("<IQQ", version, tensors, pairs) + rest


def string(text):
    return struct.pack("<Q", len(text)) + text


def npy(header):
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(header)) + header


LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."

# name: bytes, expected
FILES = {
    "honest.pt": (torch_zip(honest()), "torch-zip, 1 tensor"),
    "reduce.pt": (torch_zip(reduce_system()), "torch-zip"),
    "reduce.pth": (LEGACY + reduce_system() * 3, "torch-legacy"),
    "reduce.pkl": (reduce_system(), "bytes"),
    "reduce-many.pt": (torch_zip(reduce_many()), "torch-zip"),
    "reduce-many.pth": (LEGACY + reduce_many() * 3, "torch-legacy"),
    "laughs.pt": (torch_zip(billion_laughs()), "torch-zip"),
    "laughs.pth": (LEGACY + b"\x80\x02}." + billion_laughs() + b"\x80\x02].", "torch-legacy"),
    "doubled.pt": (torch_zip(doubled()), "torch-zip"),
    "marks.pt": (torch_zip(marks(1 << 24)), "torch-zip"),
    "marks.pth": (LEGACY + marks(1 << 24), "torch-legacy"),
    "memo.pt": (torch_zip(memo_far()), "torch-zip"),
    "lengths.pt": (torch_zip(lengths()), "torch-zip"),
    "frame.pt": (torch_zip(frame()), "torch-zip"),
    "long-number.pt": (torch_zip(long_number()), "torch-zip"),
    "unterminated.pt": (torch_zip(unterminated()), "torch-zip"),
    "unterminated.pth": (LEGACY + unterminated(), "torch-legacy"),
    "lying-tensors.pt": (torch_zip(lying_tensors()), "torch-zip"),
    "overlapping.pt": (overlapping(), "torch-zip, 1 tensor"),
    "bomb.pt": (zip_bomb(), "torch-zip"),
    "deflated-pickle.pt": (deflated_pickle(), "torch-zip"),
    "lying-sizes.pt": (lying_sizes(), "torch-zip"),
    "many.pt": (small_zip().finish(count=HUGE), "torch-zip, 1 tensor"),
    "directory-size.pt": (small_zip().finish(size=HUGE), "bytes"),
    "directory-offset.pt": (small_zip().finish(offset=HUGE), "bytes"),
    "cut.pt": (torch_zip(honest())[:-150], "torch-zip, 1 tensor"),
    "cut-end.pt": (torch_zip(honest())[:-1], "torch-zip, 1 tensor"),
    "nested.zip": (nested(), "zip"),
    "tensors.gguf": (gguf(HUGE, 0), "gguf"),
    "pairs.gguf": (gguf(0, HUGE), "gguf"),
    "both.gguf": (gguf(1 << 63, 1 << 63, bytes(1000)), "gguf"),
    "string.gguf": (gguf(1, 1, struct.pack("<Q", HUGE) + b"key"), "bytes"),
    "array.gguf": (gguf(1, 1, string(b"key") + struct.pack("<IIQ", 9, 8, HUGE)), "gguf"),
    "arrays.gguf": (gguf(1, 1, string(b"key") + struct.pack("<I", 9) + struct.pack("<IQ", 9, HUGE) * 100000), "bytes"),
    "rank.gguf": (gguf(1, 0, string(b"weight") + struct.pack("<I", 0xffffffff) + bytes(64)), "bytes"),
    "shape.gguf": (gguf(1, 0, string(b"weight") + struct.pack("<IQQIQ", 2, HUGE, HUGE, 0, 0) + bytes(64)), "gguf"),
    "offset.gguf": (gguf(1, 0, string(b"weight") + struct.pack("<IQIQ", 1, 4, 0, HUGE - 31) + bytes(64)), "gguf"),
    "shape.npy": (npy(b"{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }\n" % (HUGE, HUGE)), "bytes"),
    "header.npy": (b"\x93NUMPY\x02\x00" + struct.pack("<I", 0xffffffff) + b"{'descr': ", "bytes"),
    "header.safetensors": (struct.pack("<Q", HUGE) + b"{}", "bytes"),
    "depth.safetensors": (struct.pack("<Q", 1 << 20) + b'{"a":' + b"[" * ((1 << 20) - 5), "safetensors"),
}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: hostile.py DIR")
    for name, (data, expected) in FILES.items():
        with open(os.path.join(sys.argv[1], name), "wb") as file:
            file.write(data)
        print(f"{name}\t{expected}")


if __name__ == "__main__":
    main()
