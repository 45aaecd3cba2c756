#!/bin/sh
# --memory-limit: fewer threads, the same bytes, and an error where not even one will do.
. "$(dirname "$0")/lib.sh"

# within MIB COMMAND...: runs a command with that limit, which it must keep.
within() {
    mib=$1
    shift
    if [ -n "${ZNN_SANITIZED:-}" ]; then
        expect 0 "$@" --memory-limit "${mib}MiB"
    else
        expect 0 "${ZNN_PEAK:?set ZNN_PEAK to the path of peak}" $((mib * 1024)) "$@" --memory-limit "${mib}MiB"
    fi
    silent
}

# Text makes the largest chunks.
begin "files"
i=0
while [ $i -lt 4000 ]; do
    echo "line $i of a text that can be compressed, $((i * i)) and so on"
    i=$((i + 1))
done >piece
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    cat piece piece piece piece
done >text
expect 0 "$ZNN" compress -1 -T8 text -o free.znn
for limit in 40 100; do
    within $limit "$ZNN" compress -1 -T8 -f text -o bounded.znn
    same free.znn bounded.znn
    within $limit "$ZNN" decompress -T8 -f free.znn -o out
    same text out
done
within 40 "$ZNN" test -T8 free.znn
within 40 "$ZNN" stat -1 -T8 text
within 40 "$ZNN" list free.znn
head -c 9000000 text >less
expect 0 "$ZNN" compress -9 less -o less.znn
within 60 "$ZNN" compress -9 -T8 -f less -o bounded.znn
same less.znn bounded.znn

begin "pipes"
make_layers m.safetensors
"$ZNN" compress m.safetensors || fail "compress"
within 40 "$ZNN" compress -T8 -o out.znn - <m.safetensors
expect 0 "$ZNN" decompress out.znn
same m.safetensors out

begin "too little"
make_layers m.safetensors
"$ZNN" compress m.safetensors || fail "compress"
for command in "compress -f m.safetensors" "decompress -f m.znn" "test m.znn" "stat m.safetensors"; do
    # shellcheck disable=SC2086
    expect 1 "$ZNN" $command --memory-limit 5MiB
    says "the memory limit is too low: at least "
done
expect 1 "$ZNN" extract m.znn step --memory-limit 100 -o step
says "the memory limit is too low"
only m.safetensors m.znn
expect 2 "$ZNN" list m.znn --memory-limit 0
says "--memory-limit takes at least one byte"

begin "a header that does not fit"
awk 'BEGIN {
    printf "{"
    for (i = 0; i < 300000; i++)
        printf "%s\"layers.%d.weight\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}", i ? "," : "", i, i, i + 1
    printf "}"
}' >header
{
    le64 "$(wc -c <header)"
    cat header
    zeros 300000
} >m.safetensors
within 100 "$ZNN" compress -T8 m.safetensors
expect 1 "$ZNN" compress -f m.safetensors --memory-limit 40MiB
says "the memory limit is too low"
within 120 "$ZNN" list --json m.znn
expect 1 "$ZNN" list m.znn --memory-limit 20MiB
says "the memory limit is too low"
within 40 "$ZNN" decompress -f m.znn

# Rows, layers and orders take at most 28 bytes for each tensor beside the library's own lists: the limits in MiB leave
# no room for 16 bytes more.
if [ -z "${ZNN_SANITIZED:-}" ]; then
    expect 0 "$ZNN_PEAK" $((40 * 1024)) "$ZNN" stat --layers m.znn
    expect 0 "$ZNN_PEAK" $((42 * 1024)) "$ZNN" stat --layers --sort size m.znn
    expect 0 "$ZNN_PEAK" $((40 * 1024)) "$ZNN" stat --tensors --sort name m.znn
    expect 0 "$ZNN_PEAK" $((49 * 1024)) "$ZNN" list --sort size m.znn
    expect 0 "$ZNN_PEAK" $((34 * 1024)) "$ZNN" extract m.znn "*" -o all.safetensors
fi
finish
