#!/bin/sh
# decode.py, which is written from znn(5) alone, says of every format vector what vectors.tsv says.
tests=$(cd "$(dirname "$0")" && pwd) || exit 1
for program in python3 zstd sha256sum; do
    command -v "$program" >/dev/null || {
        echo "skipped: there is no $program"
        exit 77
    }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

failures=0
fail() {
    failures=$((failures + 1))
    echo "FAILED: $name: $*"
}

# What decode.py said, as the name of a status.
status_of() {
    case $1:$(cat "$work/err") in
    0:) echo ZNN_OK ;;
    1:"not znn: "*) echo ZNN_ERROR_NOT_ZNN ;;
    1:"too new: "*) echo ZNN_ERROR_TOO_NEW ;;
    1:"corrupt: "*) echo ZNN_ERROR_CORRUPT ;;
    *) echo "exit code $1" ;;
    esac
}

count=0
sed 1d "$tests/vectors/vectors.tsv" >"$work/manifest" || exit 1
while IFS='	' read -r name wanted sha256 _; do
    python3 "$tests/decode.py" "$tests/vectors/$name" >"$work/out" 2>"$work/err"
    status=$(status_of $?)
    [ "$status" = "$wanted" ] || fail "$status instead of $wanted: $(tail -n 1 "$work/err")"
    if [ "$wanted" = ZNN_OK ]; then
        [ "$(sha256sum <"$work/out")" = "$sha256  -" ] || fail "the decoded bytes differ"
    fi
    count=$((count + 1))
done <"$work/manifest"

[ "$count" -gt 0 ] || fail "no vectors"
echo "$count vectors, $failures failures"
[ "$failures" -eq 0 ]
