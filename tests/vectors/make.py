#!/usr/bin/env python3
"""make.py - makes the format vectors: small znn files, each about one rule of znn(5)

    make.py               writes *.znn and vectors.tsv into the folder of this program
    make.py --real ZNN    makes good-real-*.znn anew as well, with the program ZNN

The names tell what a reader is to say:

    good-*          decodes
    bad-*           is refused as damaged, or as no znn file where vectors.tsv says so
    unsupported-*   is refused as too new, not as damaged

vectors.tsv has a line for each file, and the columns are separated by tabs:

    name            of the file
    status          what znn_decompress() returns
    sha256, xxh3    of the decoded bytes, xxh3 being XXH3-128 in hexadecimal, high half first; "-" where there are none
    extension       that the header holds, "-" for none
    tensors         how many the index lists
    description     the rule

reasons.tsv has a line for each file that is refused, so that a reader does not refuse it for something else:

    name            of the file
    library         how the detail of the library's error starts
    decoder         what ../decode.py says

It is written by hand: the tests tell what they got instead.  This program only checks that no line is missing.

Those about deltas have a base, base.safetensors, which is made as well.

The recipes are in good.py, bad_*.py, deltas.py, lossy.py, sparse.py and unsupported.py.  The same recipes give the same
bytes everywhere and always: the frames inside consist of raw and RLE blocks, or are spelled out, so no zstd library decides about them.  Only the
good-real-* files depend on the version of znn and of libzstd that made them.
"""
import argparse
import hashlib
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from xxh3 import xxh3_128  # noqa: E402, it is found through the path above
import bad_chunks  # noqa: E402
import bad_files  # noqa: E402
import bad_headers  # noqa: E402
import bad_indexes  # noqa: E402
import deltas  # noqa: E402
import good  # noqa: E402
import lossy  # noqa: E402
import sparse  # noqa: E402
import unsupported  # noqa: E402


def real_vector(vector, program):
    """The file of a good-real-* vector: the one that is there, unless a program is given to make it anew."""
    path = HERE / f"{vector.name}.znn"
    if program:
        with tempfile.TemporaryDirectory() as folder:
            original = pathlib.Path(folder, "original." + vector.extension.replace("-", "txt"))
            original.write_bytes(vector.original)
            subprocess.run([program, "compress", str(original), "-o", str(path), "-f"], check=True)
    return path.read_bytes()


def manifest_line(vector):
    sha256 = xxh3 = "-"
    if vector.original is not None:
        low, high = xxh3_128(vector.original)
        sha256, xxh3 = hashlib.sha256(vector.original).hexdigest(), f"{high:016x}{low:016x}"
    return "\t".join([f"{vector.name}.znn", vector.status, sha256, xxh3, vector.extension, str(vector.tensors),
                      vector.description]) + "\n"


def check_reasons(names):
    """A reason for each of these vectors, and for no other."""
    told = [line.split("\t")[0] for line in (HERE / "reasons.tsv").read_text(encoding="ascii").splitlines()[1:]]
    wrong = sorted(set(told) ^ set(names))
    if wrong or len(told) != len(set(told)):
        sys.exit(f"reasons.tsv lacks a line, has one too many, or has one twice: {' '.join(wrong)}")


def main():
    parser = argparse.ArgumentParser(description="Makes the format vectors.")
    parser.add_argument("--real", metavar="ZNN", help="make good-real-*.znn anew, with this program")
    program = parser.parse_args().real
    (HERE / "base.safetensors").write_bytes(deltas.base_file())
    refused = []
    lines = ["name\tstatus\tsha256\txxh3\textension\ttensors\tdescription\n"]
    for family in good, bad_headers, bad_files, bad_chunks, bad_indexes, lossy, sparse, unsupported, deltas:
        for vector in family.vectors():
            if vector.file is None:
                vector = vector._replace(file=real_vector(vector, program))
            else:
                (HERE / f"{vector.name}.znn").write_bytes(vector.file)
            assert len(vector.file) < 2048, vector.name
            lines.append(manifest_line(vector))
            if vector.status != "ZNN_OK":
                refused.append(f"{vector.name}.znn")
    (HERE / "vectors.tsv").write_text("".join(lines), encoding="ascii")
    check_reasons(refused)


if __name__ == "__main__":
    main()
