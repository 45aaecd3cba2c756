#!/usr/bin/env python3
"""make.py - makes the format vectors: small znn files, each about one rule of znn(5)

    make.py               writes *.znn and vectors.tsv into the folder of this program
    make.py --real ZNN    also makes good-real-*.znn again, with the program ZNN

The name of a vector says what a reader must do with it:

    good-*          decode it
    bad-*           refuse it as damaged, or as no znn file if vectors.tsv says so
    unsupported-*   refuse it as too new, not as damaged

vectors.tsv has a line for each file.  Its columns are separated by tabs:

    name            of the file
    status          the result of znn_decompress()
    sha256, xxh3    of the decoded bytes; xxh3 is XXH3-128 in hexadecimal, high half first; "-" if there are none
    extension       in the header; "-" if there is none
    tensors         their number in the index
    description     the rule

reasons.tsv has a line for each file that is refused, because a reader could refuse it for another reason:

    name            of the file
    library         the start of the error's detail in the library
    decoder         the message of ../decode.py

reasons.tsv is written by hand; a test that fails prints the reason that it got.  This program only checks that no line
is missing.

Vectors of deltas have a base, base.safetensors.  This program makes it, too.

The recipes are in good.py, bad_*.py, conversions.py, deltas.py, few.py, lossy.py, moved.py, quantized.py, scales.py,
sparse.py and unsupported.py.  They always give the same bytes, because the frames consist of raw and RLE blocks or are
spelled out, so no zstd library has a say.  Only the good-real-* files depend on the versions of znn and libzstd that
made them.
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
import conversions  # noqa: E402
import deltas  # noqa: E402
import few  # noqa: E402
import good  # noqa: E402
import lossy  # noqa: E402
import moved  # noqa: E402
import quantized  # noqa: E402
import scales  # noqa: E402
import sparse  # noqa: E402
import unsupported  # noqa: E402


def real_vector(vector, program):
    """Returns the file of a good-real-* vector.  Makes it again only if a program is given."""
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
    """Checks that each of these vectors has a reason, and no other one."""
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
    families = (good, bad_headers, bad_files, bad_chunks, bad_indexes, lossy, sparse, unsupported, deltas, conversions, few,
                moved, quantized, scales)
    for family in families:
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
