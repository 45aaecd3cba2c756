#!/bin/sh
# lossy.sh - what rounding leaves of models, at several precisions and at Elf's bounds, and what signs apart gain
#
#     bench/lossy.sh DIRECTORY FILE...
#
# DIRECTORY is where znn was built with -DZNN_BENCH=ON (the preset `release` does).  Prints three tables:
#
#     precisions   of each FILE with F32 tensors and of normally distributed numbers: see bench_lossy.c
#     Elf          at the bound that Elf has for each type (2^-24 for F32, 2^-11 for F16, 2^-53 for F64) what is left,
#                  beside what Elf's layout takes, which has everything but the exponent.  Of FILEs, the tensors that
#                  are rounded and all that is not; and of 4 million numbers, normally distributed with a deviation of
#                  0.02, in each type.  For F64 also each FILE's F32 numbers with noise in the bits that F64 has more.
#     signs        of each FILE what is left under --sign rotate, separate and auto, without any loss
#
# It needs python3, for the numbers.
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

# left FILE FLAG...: percent of it that compressing leaves.
left() {
    file=$1
    shift
    "$znn" compress -q -f "$@" -o "$work/left.znn" "$file"
    "$znn" test "$work/left.znn" >/dev/null
    awk -v a="$(size "$work/left.znn")" -v b="$(size "$file")" 'BEGIN { printf "%.2f", 100 * a / b }'
}

# has TYPE FILE: a tensor of that type; $work/list tells all of them.
has() {
    "$znn" compress -q -f -o "$work/model.znn" "$2"
    "$znn" list --json "$work/model.znn" >"$work/list"
    grep -q "\"dtype\": \"$1\"" "$work/list"
}

# normal TYPE: a row of numbers.
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

# widen FILE: its F32 tensors, as $work/list has them, as a row of F64.
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
