"""Compares the program's predictions of quantized blocks with those of the second decoder, for random values.

    check_ggml.py PROGRAM       PROGRAM merges differences into blocks (models/merge_blocks.c)

ZNN_TEST_SEED sets the seed.
"""
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

import ggml_blocks

BLOCKS = 6


def random_value(rng, spread):
    style = rng.random()
    if style < 0.9:
        return ggml_blocks.single(rng.gauss(0, spread))
    if style < 0.96:
        return rng.choice([0.0, -0.0, spread, -spread, 2 * spread, -2 * spread])
    return ggml_blocks.single(rng.choice([-1, 1]) * 10 ** rng.uniform(-44, 38))


def random_values(rng, source, count):
    """The bytes of values: weights with many equal ones, zeros and outliers, or any bits at all."""
    width = ggml_blocks.SOURCES[source]
    if rng.random() < 0.25:
        return rng.randbytes(count * width)
    spread = ggml_blocks.single(10 ** rng.choice([-2, -2, -2, -6, -38, 3]))
    data = b""
    for _ in range(count):
        value = 0.0 if rng.random() < 0.05 else random_value(rng, spread)
        if source == "F16":
            data += struct.pack("<H", ggml_blocks.to_half(value))
        else:
            data += struct.pack("<f", value)[4 - width:]
    return data


def random_differences(rng, size, share):
    return bytes(rng.choice([1, 2, 255, rng.randrange(256)]) if rng.random() < share else 0 for _ in range(size))


def random_case(rng, kind, source):
    """The values of some blocks, and the streams of differences."""
    count, _, _, code_bytes, words, fields = ggml_blocks.SHAPES[kind]
    values = b"".join(random_values(rng, source, count) for _ in range(BLOCKS))
    share = rng.choice([0, 0.1, 0.9])
    streams = [random_differences(rng, BLOCKS, share) for _ in range(2 * words)]
    streams += [random_differences(rng, BLOCKS * fields, share) for _ in range(words)]
    return values, streams + [random_differences(rng, BLOCKS * code_bytes, share)]


def merge(kind, source, values, streams):
    count, _, _, code_bytes, words, fields = ggml_blocks.SHAPES[kind]
    size = count * ggml_blocks.SOURCES[source]
    blocks = b""
    for i in range(BLOCKS):
        folded = [streams[2 * k][i] | streams[2 * k + 1][i] << 8 for k in range(words)]
        own = [difference for k in range(words) for difference in streams[2 * words + k][i * fields:(i + 1) * fields]]
        codes = streams[-1][i * code_bytes:(i + 1) * code_bytes]
        blocks += ggml_blocks.merge_block(kind, ggml_blocks.widen(source, values[i * size:(i + 1) * size]),
                                          (folded, own, codes))
    return blocks


def main():
    seed = int(os.environ.get("ZNN_TEST_SEED", int(time.time())))
    print("ZNN_TEST_SEED=%d" % seed)
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ggml_blocks.KINDS:
            for source in ggml_blocks.SOURCES:
                for turn in range(3):
                    values, streams = random_case(rng, kind, source)
                    path = os.path.join(folder, "case")
                    with open(path, "wb") as file:
                        file.write(values + b"".join(streams))
                    number = str(list(ggml_blocks.SOURCES).index(source))
                    got = subprocess.run([sys.argv[1], str(ggml_blocks.KINDS.index(kind)), number, str(BLOCKS), path],
                                         stdout=subprocess.PIPE, check=True).stdout
                    if got != merge(kind, source, values, streams):
                        sys.exit("%s from %s, turn %d: the blocks differ" % (kind, source, turn))


main()
