#!/bin/sh
# delta.sh - compares the sizes of models with a base: znn --base, exclusive-or with zstd, and znn alone
#
#     bench/delta.sh PROGRAM BASE CHILD [BASE CHILD]...
#     BITS="23 19" bench/delta.sh PROGRAM BASE CHILD...
#
# Prints a row of a Markdown table for each pair, and with BITS one for each of these precisions, to which the child is
# rounded (--fixed-point); XOR is then that of a child and a base that both were rounded so.  Each result is
# decompressed and compared; a rounded result must stay the same if it is rounded again.  The column XOR is the best
# that the usual delta coders can do: the bytes of each tensor of the child combined with those of the tensor of the
# same name and size in the base, all floats rotated by one bit, grouped by the significance of their bytes, and each
# group compressed by zstd -19 or by znn's own Huffman coder, whichever is smaller.  Tensors without such a partner are
# taken as they are.  The column needs python3 and the zstd command, and uses the tensors that `znn list --json` lists.
set -eu

znn=$(realpath "${1:?usage: delta.sh PROGRAM BASE CHILD...}")
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-delta.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

cat >"$work/xor.py" <<'END'
import json
import subprocess
import sys

WIDTHS = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "C64": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2}


def tensors(listing, model):
    """The tensors of a model, by name, and what is left of it without them."""
    with open(listing) as file, open(model, "rb") as data:
        rows, content = json.load(file)[0]["tensors"], data.read()
    found, rest, end = {}, b"", 0
    for row in rows:
        if row["offset"] < end:
            continue
        rest += content[end:row["offset"]]
        end = row["offset"] + row["bytes"]
        found[row["name"]] = (row["dtype"], content[row["offset"]:end])
    return found, rest + content[end:]


def groups(data, width, is_float):
    bits = 8 * width
    if is_float and width > 1:
        number = int.from_bytes(data, "little")
        ones = int.from_bytes((b"\xff" * (width - 1) + b"\x7f") * (len(data) // width), "little")
        tops = int.from_bytes((b"\0" * (width - 1) + b"\x80") * (len(data) // width), "little")
        data = ((number & ones) << 1 | (number & tops) >> bits - 1).to_bytes(len(data), "little")
    return [data[i::width] for i in range(width)]


base, _ = tensors(sys.argv[1], sys.argv[2])
child, rest = tensors(sys.argv[3], sys.argv[4])
streams = {("rest", 0): [rest]}
for name, (dtype, data) in child.items():
    other = base.get(name)
    if other and other[0] == dtype and len(other[1]) == len(data):
        data = (int.from_bytes(data, "little") ^ int.from_bytes(other[1], "little")).to_bytes(len(data), "little")
    width = WIDTHS.get(dtype, 1)
    for i, group in enumerate(groups(data, width, dtype[0] in "FBC" and dtype != "BOOL")):
        streams.setdefault((dtype, i), []).append(group)
coders = [["zstd", "-19", "-q", "-c"], [sys.argv[5], "compress", "-9", "--dtype", "U8", "-c"]]
print(sum(min(len(subprocess.run(coder, input=b"".join(stream), stdout=subprocess.PIPE, check=True).stdout)
              for coder in coders) for stream in streams.values()))
END

percent() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", 100 * a / b }'
}

# row BASE CHILD [BITS]
row() {
    base=$1 child=$2 bits=${3:-}
    size=$(wc -c <"$child")
    set -- ${bits:+--fixed-point "$bits"}
    "$znn" compress -f "$@" "$base" -o "$work/base.znn"
    "$znn" compress -f "$@" "$child" -o "$work/alone.znn"
    "$znn" compress -f "$@" --base "$base" "$child" -o "$work/delta.znn"
    "$znn" decompress -f --base "$base" "$work/delta.znn" -o "$work/back"
    old=$base new=$child
    if [ "$bits" ]; then
        "$znn" compress -f "$@" --base "$base" "$work/back" -o "$work/again.znn"
        "$znn" decompress -f --base "$base" "$work/again.znn" -o "$work/same"
        cmp "$work/back" "$work/same"
        old=$work/old new=$work/new
        "$znn" decompress -f "$work/base.znn" -o "$old"
        "$znn" decompress -f "$work/alone.znn" -o "$new"
    else
        cmp "$work/back" "$child"
    fi
    "$znn" list --json "$work/base.znn" >"$work/base.json"
    "$znn" list --json "$work/alone.znn" >"$work/child.json"
    xor=$(python3 "$work/xor.py" "$work/base.json" "$old" "$work/child.json" "$new" "$znn")
    printf '| %s -> %s%s | %s | %s | %s |\n' "$(basename "$base")" "$(basename "$child")" "${bits:+, B = $bits}" \
        "$(percent "$(wc -c <"$work/delta.znn")" "$size")" "$(percent "$xor" "$size")" \
        "$(percent "$(wc -c <"$work/alone.znn")" "$size")"
}

while [ $# -ge 2 ]; do
    row "$1" "$2"
    for bits in ${BITS:-}; do
        row "$1" "$2" "$bits"
    done
    shift 2
done
