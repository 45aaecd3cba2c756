#!/bin/sh
# Tensors that repeat earlier ones cost next to nothing, in files and in pipes, and come back from wherever they can be
# read again: the output, the input, or a temporary file.
. "$(dirname "$0")/lib.sh"

ZNN_CONVERT=${ZNN_CONVERT:?set ZNN_CONVERT to the path of convert_model}

TMPDIR=$work/spool
export TMPDIR
mkdir "$TMPDIR"

# convert MODE FILE OUT: a model in that mode.
convert() {
    "$ZNN_CONVERT" "$1" "$2" >"$3" || fail "convert_model $1"
}

size() {
    wc -c <"$1" | tr -d ' '
}

# back FILE.znn ORIGINAL: it comes back in every way, and leaves no temporary file.
back() {
    rm -f out
    expect 0 "$ZNN" decompress "$1" -o out
    same "$2" out
    "$ZNN" decompress -c "$1" | cmp - "$2" || fail "file to pipe"
    # shellcheck disable=SC2002
    cat "$1" | "$ZNN" decompress - | cmp - "$2" || fail "pipe to pipe"
    # shellcheck disable=SC2002
    cat "$1" | "$ZNN" decompress - -f -o out || fail "pipe to file"
    same "$2" out
    "$ZNN" decompress -T 1 -c "$1" | cmp - "$2" || fail "one thread"
    expect 0 "$ZNN" test "$1"
    expect 0 "$ZNN" test - <"$1"
    # shellcheck disable=SC2002
    cat "$1" | "$ZNN" test - >"$logs/out" || fail "test from a pipe"
    [ -z "$(ls -A "$TMPDIR")" ] || fail "left in the temporary directory: $(ls -A "$TMPDIR")"
}

begin "a tensor that is tied"
convert tied "$ZNN_DATA/tiny-base-bf16.safetensors" tied.safetensors
expect 0 "$ZNN" compress tied.safetensors -o tied.znn
expect 0 "$ZNN" compress --no-dedup tied.safetensors -o apart.znn
[ $(($(size apart.znn) - $(size tied.znn))) -gt 10000 ] || fail "nothing saved: $(size tied.znn), $(size apart.znn)"
back tied.znn tied.safetensors
back apart.znn tied.safetensors
expect 0 "$ZNN" decompress -f -o out --range 1000000: tied.znn
tail -c +1000001 tied.safetensors | cmp - out || fail "range"
name=$("$ZNN" list tied.znn | grep -o '[^ ]*\.tied') || fail "not listed"
expect 0 "$ZNN" extract tied.znn "$name" -o copy
expect 0 "$ZNN" extract tied.znn "${name%.tied}" -o one
same copy one
"$ZNN" stat --tensors tied.znn >stat || fail "stat"
grep '\.tied' stat | grep -q ' 0\.0%' || fail "it costs something: $(grep '\.tied' stat)"

begin "through a pipe"
convert tied "$ZNN_DATA/tiny-base-bf16.safetensors" tied.safetensors
# shellcheck disable=SC2002
cat tied.safetensors | "$ZNN" compress --dedup - >tied.znn || fail "compress --dedup"
# shellcheck disable=SC2002
cat tied.safetensors | "$ZNN" compress - >apart.znn || fail "compress"
[ $(($(size apart.znn) - $(size tied.znn))) -gt 10000 ] || fail "nothing saved: $(size tied.znn), $(size apart.znn)"
back tied.znn tied.safetensors
# shellcheck disable=SC2002
cat tied.safetensors | "$ZNN" compress -T 4 --dedup - | cmp - tied.znn || fail "not the same for every random secret"

begin "members of a zip file"
convert twice "$ZNN_DATA/tiny-base-bf16.safetensors" twice.npz
expect 0 "$ZNN" compress twice.npz -o twice.znn
expect 0 "$ZNN" compress --no-dedup twice.npz -o apart.znn
[ $(($(size twice.znn) * 100)) -lt $(($(size apart.znn) * 60)) ] || fail "not half: $(size twice.znn), $(size apart.znn)"
back twice.znn twice.npz
# shellcheck disable=SC2002
cat twice.npz | "$ZNN" compress - | cmp - twice.znn || fail "a zip that was spooled"

begin "where nothing can be read again"
convert tied "$ZNN_DATA/tiny-base-bf16.safetensors" tied.safetensors
expect 0 "$ZNN" compress tied.safetensors -o tied.znn
for limit in 0 100KiB; do
    # shellcheck disable=SC2002
    cat tied.znn | "$ZNN" decompress --spool-limit "$limit" - >out 2>"$logs/err"
    [ $? -eq 1 ] || fail "exit code with --spool-limit $limit"
    says "raise --spool-limit"
done
# shellcheck disable=SC2002
cat tied.znn | "$ZNN" test --spool-limit 0 - >"$logs/out" 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code of test"
says "raise --spool-limit"
# shellcheck disable=SC2002
cat tied.znn | TMPDIR=$work/nowhere "$ZNN" decompress - >out 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code without a temporary directory"
says "set TMPDIR"
# shellcheck disable=SC2002
cat tied.znn | TMPDIR=$work/nowhere "$ZNN" decompress - -f -o out || fail "a file needs none"
same tied.safetensors out
expect 0 "$ZNN" compress --no-dedup tied.safetensors -f -o tied.znn
# shellcheck disable=SC2002
cat tied.znn | "$ZNN" decompress --spool-limit 0 - | cmp - tied.safetensors || fail "without repeats, nothing is spooled"

finish
