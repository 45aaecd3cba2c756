#!/bin/sh
# Zip files that come from a pipe are kept in a temporary file, so that their tensors are found.
. "$(dirname "$0")/lib.sh"

ZNN_CONVERT=${ZNN_CONVERT:?set ZNN_CONVERT to the path of convert_model}

TMPDIR=$work/spool
export TMPDIR
mkdir "$TMPDIR"

# piped FLAG...: model.zip through a pipe, to piped.znn and back.
piped() {
    # shellcheck disable=SC2002
    cat model.zip | "$ZNN" compress -v "$@" - 2>"$logs/err" >piped.znn || fail "compress $*"
    "$ZNN" decompress <piped.znn | cmp - model.zip || fail "decompress after $*"
    [ -z "$(ls -A "$TMPDIR")" ] || fail "left in the temporary directory: $(ls -A "$TMPDIR")"
}

# plain: it was taken for plain bytes, and a note says why.
plain() {
    grep -q 'bytes, .*, bytes$' "$logs/err" || fail "not plain bytes: $(cat "$logs/err")"
    grep -q '^znn: (stdin): is a zip file larger than the spool limit' "$logs/err" || fail "no note: $(cat "$logs/err")"
}

if at_corpus "$@"; then
    begin "PyTorch's own"
    own=$(find "$ZNN_CORPUS" -type f -name tiny-base.bin | head -n 1)
    [ -n "$own" ] || skip "the corpus has no tiny-base.bin"
    cp "$own" model.zip
    expect 0 "$ZNN" compress model.zip -o file.znn
    piped
    same file.znn piped.znn
    grep -q ', torch-zip, ' "$logs/err" || fail "not seen as what it is: $(cat "$logs/err")"
    finish
fi

begin "a pipe is as good as a file"
"$ZNN_CONVERT" npz "$ZNN_DATA/tiny-base-bf16.safetensors" >model.zip || fail "convert_model"
expect 0 "$ZNN" compress model.zip -o file.znn
piped
same file.znn piped.znn
grep -q ', npz, 41 tensors$' "$logs/err" || fail "not seen as what it is: $(cat "$logs/err")"
mkfifo pipe
cat model.zip >pipe &
expect 0 "$ZNN" compress pipe -o fifo.znn
wait
same file.znn fifo.znn

begin "limits"
"$ZNN_CONVERT" npz "$ZNN_DATA/tiny-base-bf16.safetensors" >model.zip || fail "convert_model"
size=$(wc -c <model.zip | tr -d ' ')
expect 0 "$ZNN" compress model.zip -o file.znn
for limit in "$size" $((size + 1)) 100MiB 1GiB 3TiB 18446744073709551615; do
    piped --spool-limit "$limit"
    same file.znn piped.znn
done
for limit in 4 5 1000 64KiB $((size - 1)); do
    piped --spool-limit "$limit"
    plain
done
for limit in 0 3 0GiB; do
    piped --spool-limit "$limit"
    grep -q ', bytes$' "$logs/err" || fail "not plain bytes: $(cat "$logs/err")"
done

begin "short ones"
for content in '' P PK 'PK\3' 'PK\3\4' 'PK\3\4x'; do
    # shellcheck disable=SC2059
    printf "$content" >model.zip
    piped
done

begin "nowhere to put it"
"$ZNN_CONVERT" npz "$ZNN_DATA/tiny-base-bf16.safetensors" >model.zip || fail "convert_model"
mkfifo pipe.in
for folder in "$work/nowhere" "$PWD/model.zip" "$(printf '%05000d' 7)"; do
    cat model.zip >pipe.in &
    expect 1 env TMPDIR="$folder" "$ZNN" compress pipe.in -o a.znn
    says "pipe.in: could not make a temporary file: "
    wait
done
cat model.zip >pipe.in &
expect 0 env TMPDIR="$work/nowhere" "$ZNN" compress --spool-limit 0 pipe.in -o a.znn
wait
# shellcheck disable=SC2002
(
    ulimit -f 8
    trap '' XFSZ
    cat model.zip 2>/dev/null | "$ZNN" compress 2>"$logs/err" | cat >/dev/null
)
says "(stdin): could not write to a temporary file: File too large"
make_model b.safetensors
# shellcheck disable=SC2002
cat b.safetensors | TMPDIR=$work/nowhere "$ZNN" compress >b.znn || fail "only a zip file needs it"
only a.znn b.safetensors b.znn model.zip pipe.in

begin "wrong usage"
echo content >a.bin
for limit in '' x -1 1kB 64kib 64KiBs 5.5GiB 18446744073709551616 18014398509481984KiB KiB; do
    expect 2 "$ZNN" compress --spool-limit="$limit" a.bin
done
says "--spool-limit takes a number of bytes"
only a.bin
finish
