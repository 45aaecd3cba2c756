#!/bin/sh
# Files below $ZNN_CORPUS, compressed by $ZNN, are what znn(5) says: decode.py, which is written from that page alone,
# gives the originals back, and each Zstandard stream, cut out where it stands, is a frame for any `zstd -d`.
tests=$(cd "$(dirname "$0")" && pwd) || exit 1
ZNN=${ZNN:?set ZNN to the path of the program}
skip() {
    echo "skipped: $*"
    exit 77
}
[ -n "${ZNN_CORPUS:-}" ] || skip "ZNN_CORPUS names no folder of models"
for program in python3 zstd; do
    command -v "$program" >/dev/null || skip "there is no $program"
done
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

failures=0
fail() {
    failures=$((failures + 1))
    echo "FAILED: $file at level $level: $*"
    return 1
}

# check_file LEVEL FILE: compressed, it decodes, and so does each of its streams, to the length that is stated for it.
check_file() {
    level=$1
    file=$2
    "$ZNN" compress "-$level" -f "$file" -o "$work/znn" || fail "znn compress" || return
    python3 "$tests/decode.py" "$work/znn" >"$work/back" || fail "decode.py" || return
    cmp "$work/back" "$file" || fail "decode.py does not give the original back"
    rm -rf "$work/streams"
    mkdir "$work/streams" || exit 1
    python3 "$tests/decode.py" --streams "$work/streams" "$work/znn" >"$work/list" || fail "--streams" || return
    [ -s "$work/list" ] || return
    (cd "$work/streams" && zstd -dq -- *.zst) || fail "zstd -d"
    sed 's/\.zst//' "$work/list" | LC_ALL=C sort >"$work/stated"
    find "$work/streams" -type f ! -name '*.zst' -printf '%f\t%s\n' | LC_ALL=C sort >"$work/found"
    cmp "$work/stated" "$work/found" || fail "a stream decodes to another length"
    streams=$((streams + $(wc -l <"$work/list")))
}

# Some files of each kind, by their extensions; decode.py is slow.
find "$ZNN_CORPUS" -type f -size -3000k | LC_ALL=C sort >"$work/all"
awk -F. 'kind[$NF]++ % 16 == 0' "$work/all" | head -n 24 >"$work/files"
[ -s "$work/files" ] || skip "no files below $ZNN_CORPUS"
count=0
streams=0
while IFS= read -r name; do
    check_file $((1 + count * 4 % 12)) "$name" # level 1, 5 or 9
    count=$((count + 1))
done <"$work/files"
echo "$count files with $streams streams, $failures failures"
[ "$failures" -eq 0 ]
