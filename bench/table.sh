#!/bin/sh
# table.sh - compresses every file below a folder and compares the sizes
#
#     bench/table.sh FOLDER [PROGRAM [FLAG...]]
#
# One line for each file: its format and dtypes as znn sees them, its bytes, and how many percent of them are left by
#
#     znn      znn compress with the flags given
#     order-0  codes that look at one byte at a time: its tensors' byte groups at their order-0 entropy (see tests/models/order0.c),
#              and the rest as in znn's own file; a dash where there are no tensors
#     zstd     zstd -3
#
# Each file makes the round trip by name and through pipes, with one thread and with two.  If a round trip fails, the
# line is marked BROKEN, and the exit code is 1.
set -u

folder=${1:?usage: table.sh FOLDER [PROGRAM [FLAG...]]}
znn=$(realpath "${2:-build/release/znn}")
order0=$(dirname "$znn")/tests/models/order0
shift "$(($# < 2 ? $# : 2))"
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-table.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

size() {
    wc -c <"$1" | tr -d ' '
}

# round_trip FILE FLAG...: $work/one.znn is FILE compressed; fails where anything does not give FILE back.
# shellcheck disable=SC2094
round_trip() {
    file=$1
    shift
    "$znn" compress -v -f -T1 "$@" -o "$work/one.znn" "$file" 2>"$work/said" &&
        "$znn" compress -q -f -T2 "$@" -o "$work/two.znn" "$file" &&
        cmp -s "$work/one.znn" "$work/two.znn" &&
        "$znn" decompress -q -f -T2 -o "$work/back" "$work/one.znn" &&
        cmp -s "$work/back" "$file" &&
        "$znn" compress -q "$@" - <"$file" | "$znn" decompress -q - | cmp -s - "$file"
}

find "$folder" -type f | LC_ALL=C sort >"$work/files"
printf '%-12s %9s %6s %7s %6s  %-24s %s\n' format bytes znn order-0 zstd dtypes file
broken=0
while IFS= read -r file; do
    note=
    round_trip "$file" "$@" || note='BROKEN: '
    [ -z "$note" ] || broken=1
    "$znn" stat --json "$work/one.znn" >"$work/json"
    zstd=$(zstd -q -3 -c "$file" | wc -c)
    "$order0" "$file" | tr '\t' '\n' >"$work/order0"
    awk -v n="$(size "$file")" -v a="$(size "$work/one.znn")" -v z="$zstd" -v name="$note${file#"$folder"/}" \
        -v json="$work/json" -v order0="$work/order0" '
        function value(key) { return values["\"" key "\""] }
        function percent(x) { return n > 0 ? sprintf("%.2f", 100 * x / n) : "-" }
        BEGIN {
            while ((getline line <json) > 0)
                if (split(line, pair, /: |,$/) > 1) {
                    gsub(/^ +/, "", pair[1])
                    gsub(/"/, "", pair[2])
                    if (!(pair[1] in values))
                        values[pair[1]] = pair[2]
                }
            getline dtypes <order0
            getline bytes <order0
            getline left <order0
            rest = value("opaque_compressed_bytes") + value("container_bytes")
            bound = bytes > 0 ? percent(left + rest) : "-"
            printf "%-12s %9d %6s %7s %6s  %-24s %s\n", value("format"), n, percent(a), bound, percent(z), dtypes, name
        }'
done <"$work/files"
exit $broken
