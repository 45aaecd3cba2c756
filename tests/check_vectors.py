#!/usr/bin/env python3
"""check_vectors.py - checks that decode.py, which is written from znn(5) alone, agrees with vectors.tsv

For each format vector, decode.py must give the status in vectors.tsv, and if it refuses the vector, the reason in
reasons.tsv.  Vectors with a base use base.safetensors.

All vectors are decoded in one process, because starting Python takes longer than decoding a vector.  The exit code is
77 if there is no zstd program, which decode.py needs.
"""
import csv
import hashlib
import io
import pathlib
import shutil
import sys

import decode

VECTORS = pathlib.Path(__file__).resolve().parent / "vectors"

# What decode.py says before its reason, and the status of the library that it means.
STATUS = {"not znn": "ZNN_ERROR_NOT_ZNN", "too new": "ZNN_ERROR_TOO_NEW", "corrupt": "ZNN_ERROR_CORRUPT",
          "wrong base": "ZNN_ERROR_BASE"}


def run(*arguments):
    """Runs decode.py with these arguments.  Returns its output and its error message, or None if there was no error."""
    output, said = io.TextIOWrapper(io.BytesIO()), None
    arguments_before, output_before = sys.argv, sys.stdout
    sys.argv, sys.stdout = ["decode.py", *arguments], output
    try:
        decode.main()
    except SystemExit as exit:
        said = exit.code
    finally:
        sys.argv, sys.stdout = arguments_before, output_before
    output.flush()
    return output.buffer.getvalue(), said


def read_table(name):
    with open(VECTORS / name, encoding="ascii") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def failure(row, reasons):
    """Returns an error message for the vector in this row of vectors.tsv, or None if all is right."""
    data, said = run("--base", str(VECTORS / "base.safetensors"), str(VECTORS / row["name"]))
    status = "ZNN_OK" if said is None else STATUS.get(str(said).split(":")[0], f"exit code {said}")
    if status != row["status"]:
        return f"{status} instead of {row['status']}: {said}"
    if said is None and hashlib.sha256(data).hexdigest() != row["sha256"]:
        return "the decoded bytes differ"
    reason = str(said).split(": ", 1)[-1]
    if said is not None and reasons.get(row["name"]) != reason:
        return f"refused because '{reason}', not because '{reasons.get(row['name'])}'"
    return None


def main():
    if not shutil.which("zstd"):
        print("skipped: there is no zstd")
        return 77
    rows = read_table("vectors.tsv")
    reasons = {row["name"]: row["decoder"] for row in read_table("reasons.tsv")}
    failures = [f"FAILED: {row['name']}: {wrong}" for row in rows if (wrong := failure(row, reasons))]
    refused = {row["name"] for row in rows if row["status"] != "ZNN_OK"}
    present = {path.name for path in VECTORS.glob("*.znn")}
    failures += [f"FAILED: {name}: has no reason, or is not refused" for name in sorted(refused ^ reasons.keys())]
    failures += [f"FAILED: {name}: is not in vectors.tsv" for name in sorted(present - {row["name"] for row in rows})]
    print(*failures, f"{len(rows)} vectors, {len(failures)} failures", sep="\n")
    return 1 if failures or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
