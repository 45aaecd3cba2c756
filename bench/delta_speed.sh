#!/bin/sh
# delta_speed.sh - measures how fast a model with a base is decompressed
#
#     bench/delta_speed.sh [-n RUNS] [-m MEGABYTES] PROGRAM BASE CHILD
#
# Compares three times: decompressing CHILD with its base, decompressing it without one, and only reading BASE.  Each is
# the median of RUNS (11) runs of whole processes; the three take turns.
#
# BASE and CHILD are safetensors files.  The script first enlarges both to MEGABYTES (340) by copies of their tensors.
# Each copy is rotated by some elements, because znn would store equal copies only once.  The files are in /dev/shm if
# that exists, to leave the disk out of the measurement.
set -eu

runs=11
megabytes=340
while getopts n:m: flag; do
    case $flag in
    n) runs=$OPTARG ;;
    m) megabytes=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
znn=$(realpath "${1:?usage: delta_speed.sh PROGRAM BASE CHILD}")
base=$(realpath "$2")
child=$(realpath "$3")

work=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)/znn-delta.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

cat >enlarge.py <<'END'
import json
import struct
import sys

source, target, megabytes = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(source, "rb") as file:
    size, = struct.unpack("<Q", file.read(8))
    tensors = {name: entry for name, entry in json.loads(file.read(size)).items() if name != "__metadata__"}
    content = file.read()
header, pieces, end = {}, [], 0
for copy in range(max(1, megabytes * 1000000 // len(content))):
    for name, entry in tensors.items():
        start, stop = entry["data_offsets"]
        turn = copy * 8072 % max(stop - start, 1)
        pieces += [content[start + turn:stop], content[start:start + turn]]
        header[f"{copy}.{name}"] = {**entry, "data_offsets": [end, end + stop - start]}
        end += stop - start
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(target, "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + b"".join(pieces))
END
python3 enlarge.py "$base" base "$megabytes"
python3 enlarge.py "$child" child "$megabytes"
"$znn" compress -q --base base -o delta.znn child
"$znn" compress -q -o alone.znn child

# timed FILE COMMAND...: runs the command, which may write `out`, and appends its seconds to FILE.
timed() {
    times=$1
    shift
    rm -f out
    start=$(date +%s.%N)
    "$@"
    end=$(date +%s.%N)
    awk -v a="$start" -v b="$end" 'BEGIN { print b - a }' >>"$times"
}

median() {
    sort -n "$1" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'
}

for threads in 1 2; do
    i=0
    while [ $i -lt "$runs" ]; do
        timed "alone.$threads" "$znn" decompress -q -T$threads alone.znn -o out
        timed "read.$threads" dd if=base of=/dev/null bs=1M status=none
        timed "delta.$threads" "$znn" decompress -q -T$threads --base base delta.znn -o out
        i=$((i + 1))
    done
    cmp out child
    awk -v threads=$threads -v n="$(wc -c <child)" -v d="$(wc -c <delta.znn)" -v delta="$(median delta.$threads)" \
        -v alone="$(median alone.$threads)" -v read="$(median read.$threads)" '
        BEGIN {
            printf "%d bytes, %.1f %% left, -T%d: %.3f s; alone %.3f s, reading the base %.3f s: ", n, 100 * d / n,
                threads, delta, alone, read
            printf "%.2f times as fast as both\n", (alone + read) / delta
        }'
done
