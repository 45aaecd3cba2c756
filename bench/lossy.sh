#!/bin/sh
# lossy.sh - compressed sizes of rounded models: several precisions, a comparison with Elf, and the place of signs
#
#     bench/lossy.sh DIRECTORY FILE...
#
# DIRECTORY is a build of znn with -DZNN_BENCH=ON, such as that of the preset `release`.  Each FILE is a model.  The
# script needs python3.  It prints three tables; all sizes are percent of the original:
#
#     precisions   sizes and errors for several precisions, for normally distributed numbers and for each FILE that has
#                  F32 tensors: see bench_lossy.c
#     Elf          znn beside Elf, both at the bound that Elf has for the type: 2^-24 for F32, 2^-11 for F16 and 2^-53
#                  for F64.  Elf's size is that of its layout, which stores everything but the exponent.  The numbers
#                  are whole FILEs, including tensors that are not rounded; 4 million normally distributed numbers of
#                  each type, with a deviation of 0.02; and for F64, the F32 numbers of each FILE, with noise in the
#                  bits that only F64 has
#     signs        each FILE without rounding, with --sign rotate, separate and auto
set -eu

build=$(realpath "${1:?usage: lossy.sh DIRECTORY FILE...}")
shift
znn=$build/znn
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-lossy.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

size() {
    wc -c <"$1" | tr -d ' '
}

# left FILE FLAG...: prints the compressed size of FILE in percent.
left() {
    file=$1
    shift
    "$znn" compress -q -f "$@" -o "$work/left.znn" "$file"
    "$znn" test "$work/left.znn" >/dev/null
    awk -v a="$(size "$work/left.znn")" -v b="$(size "$file")" 'BEGIN { printf "%.2f", 100 * a / b }'
}

# has TYPE FILE: succeeds if FILE has a tensor of that type.  Leaves the list of its tensors in $work/list.
has() {
    "$znn" compress -q -f -o "$work/model.znn" "$2"
    "$znn" list --json "$work/model.znn" >"$work/list"
    grep -q "\"dtype\": \"$1\"" "$work/list"
}

# normal TYPE: writes normally distributed numbers to $work/normal.  TYPE is a letter of Python's struct.
normal() {
    python3 - "$1" "$work/normal" <<'END'
import random
import struct
import sys

random.seed(1)
count = 4000000
numbers = [random.gauss(0, 0.02) for _ in range(count)]
with open(sys.argv[2], "wb") as file:
    file.write(struct.pack(f"<{count}{sys.argv[1]}", *numbers))
END
}

# widen FILE: writes the numbers of its F32 tensors as F64 to $work/wide.  $work/list must be that of FILE.
widen() {
    python3 - "$work/list" "$1" "$work/wide" <<'END'
import json
import random
import struct
import sys

random.seed(1)
with open(sys.argv[1]) as listing, open(sys.argv[2], "rb") as model, open(sys.argv[3], "wb") as wide:
    content = model.read()
    for row in json.load(listing)[0]["tensors"]:
        if row["dtype"] != "F32":
            continue
        data = content[row["offset"]:row["offset"] + row["bytes"]]
        numbers = struct.unpack(f"<{len(data) // 4}f", data)
        wide.write(struct.pack(f"<{len(numbers)}d", *(x * (1 + random.gauss(0, 2 ** -26)) for x in numbers)))
END
}

row() {
    printf '%-10s %6s   %6s %6s   %s\n' "$1" "$2" "$3" "$4" "$5"
}

echo "precisions: normally distributed numbers"
"$build/bench/bench_lossy"
for file; do
    has F32 "$file" || continue
    echo
    echo "precisions: $file"
    "$build/bench/bench_lossy" "$file"
done

echo
row bound B Elf znn of
for file; do
    if has F32 "$file"; then row 2^-24 23 75.00 "$(left "$file" --max-error 2^-24)" "F32, $file"; fi
    if has F16 "$file"; then row 2^-11 10 68.75 "$(left "$file" --max-error 2^-11)" "F16, $file"; fi
done
normal f
row 2^-24 23 75.00 "$(left "$work/normal" --dtype F32 --max-error 2^-24)" "F32, normally distributed"
normal e
row 2^-11 10 68.75 "$(left "$work/normal" --dtype F16 --max-error 2^-11)" "F16, normally distributed"
normal d
row 2^-53 52 82.81 "$(left "$work/normal" --dtype F64 --max-error 2^-53)" "F64, normally distributed"
for file; do
    has F32 "$file" || continue
    widen "$file"
    row 2^-53 52 82.81 "$(left "$work/wide" --dtype F64 --max-error 2^-53)" "F64, $file with noise"
done

echo
printf '%9s %9s %9s\n' rotate separate auto
for file; do
    printf '%9s %9s %9s   %s\n' "$(left "$file" --sign rotate)" "$(left "$file" --sign separate)" \
        "$(left "$file" --sign auto)" "$file"
done
