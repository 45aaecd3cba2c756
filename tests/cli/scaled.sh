#!/bin/sh
# --base: models of FP8 and INT8 with scales, as what the floats that they were made from do not predict.
. "$(dirname "$0")/lib.sh"

for python in python3 /usr/bin/python3 none; do
    "$python" -c 'import numpy' 2>/dev/null && break
done
[ "$python" != none ] || skip "no python3 has numpy"

models=$work/models
mkdir "$models"
"$python" "${ZNN_SOURCE:?}/tests/models/scaled.py" "$models" || exit 1

size_of() {
    wc -c <"$1" | tr -d ' '
}

start() {
    begin "$1"
    cp "$models"/*.safetensors .
}

# round_trip FILE BASE BYTES: compresses FILE against BASE to BYTES at most, and expects it back.
round_trip() {
    expect 0 "$ZNN" compress -f --base "$2.safetensors" -o packed.znn "$1.safetensors"
    silent
    [ "$(size_of packed.znn)" -le "$3" ] || fail "$1 takes $(size_of packed.znn) bytes"
    expect 0 "$ZNN" decompress -c packed.znn
    same "$logs/out" "$1.safetensors"
    "$ZNN" decompress --base "$2.safetensors" - <packed.znn | cmp - "$1.safetensors" || fail "through a pipe"
    expect 0 "$ZNN" test packed.znn
}

start "there and back"
round_trip bf16-e4m3-tensor bf16 1300
round_trip bf16-e4m3-squares bf16 1500
round_trip bf16-e4m3-rows bf16 4500
round_trip bf16-e5m2-rows bf16 6000
round_trip bf16-i8-rows bf16 7500
round_trip f16-i8-scb f16 4500
round_trip f16-e4m3-squares f16 1500
round_trip f32-e4m3-rows f32 12000 # 6 KB of scales, twice
round_trip f32-i8-tensor f32 1600

start "from another base of the same model, which rounds before"
for kind in bf16-e4m3-rows f32-e4m3-rows; do
    expect 0 "$ZNN" compress -f -o alone.znn $kind.safetensors
    round_trip $kind f16 $(($(size_of alone.znn) / 4))
done

start "the same for any number of threads"
for threads in 1 2 5; do
    expect 0 "$ZNN" compress -T "$threads" --base bf16.safetensors -o "$threads.znn" bf16-e4m3-rows.safetensors
    same 1.znn "$threads.znn"
    expect 0 "$ZNN" decompress -T "$threads" -o "$threads.out" 1.znn
    same "$threads.out" bf16-e4m3-rows.safetensors
done

start "from a pipe, which has its scales too late"
for kind in bf16-e4m3-tensor bf16-i8-rows; do
    expect 0 sh -c "cat $kind.safetensors | '$ZNN' compress --base bf16.safetensors - >piped.znn"
    expect 0 "$ZNN" decompress -f --base bf16.safetensors -o back piped.znn
    same back $kind.safetensors
done

start "ranges and tensors"
expect 0 "$ZNN" compress --base bf16.safetensors bf16-e5m2-rows.safetensors
expect 0 "$ZNN" decompress --range 400001:500000 -o part bf16-e5m2-rows.znn
tail -c +400002 bf16-e5m2-rows.safetensors | head -c 99999 | cmp - part || fail "a range"
expect 0 "$ZNN" compress -o alone.znn bf16-e5m2-rows.safetensors
for name in h.0.q_proj.weight h.1.experts h.1.experts_scale; do
    expect 0 "$ZNN" extract bf16-e5m2-rows.znn "$name" -o one
    expect 0 "$ZNN" extract alone.znn "$name" -o two
    same one two
    rm one two
done

start "a base that is compressed"
expect 0 "$ZNN" compress f32.safetensors
expect 0 "$ZNN" compress --base f32.znn bf16.safetensors
expect 0 "$ZNN" compress --base bf16.znn bf16-i8-rows.safetensors
mkdir old
mv ./*.safetensors old
expect 0 "$ZNN" decompress bf16-i8-rows.znn
same bf16-i8-rows.safetensors old/bf16-i8-rows.safetensors

start "what matched"
expect 0 "$ZNN" stat --related bf16-i8-rows.safetensors bf16.safetensors
prints "3 of 6 have a partner, and 3 gain from it"
expect 0 "$ZNN" stat --base bf16.safetensors bf16-i8-rows.safetensors
prints "3 tensors of bf16.safetensors"

start "scales that are missing, or have nothing to do with the codes"
sed 's/_scale"/_other"/g' bf16-i8-rows.safetensors >without.safetensors
round_trip without bf16 1180000
sed 's/_scale"/_swapp"/; s/_scale"/_scalf"/' bf16-e4m3-rows.safetensors >some.safetensors
round_trip some bf16 1100000
expect 0 "$ZNN" compress -f -o alone.znn f16-i8-scb.safetensors
round_trip f16-i8-scb f32 "$(size_of alone.znn)"

start "another base"
expect 0 "$ZNN" compress --base bf16.safetensors bf16-e4m3-rows.safetensors
rm bf16-e4m3-rows.safetensors
for place in 1 2 3 4 5 6 7; do
    printf XYZ | dd of=bf16.safetensors bs=1 seek=$((place * 300000)) conv=notrunc 2>/dev/null
done
expect 1 "$ZNN" decompress bf16-e4m3-rows.znn
says "is needed, as in 'bf16.safetensors'"
[ ! -e bf16-e4m3-rows.safetensors ] || fail "there is an output"

start "salvage"
expect 0 "$ZNN" compress --base bf16.safetensors -o packed.znn bf16-i8-rows.safetensors
expect 0 "$ZNN" decompress --salvage -o back packed.znn
same back bf16-i8-rows.safetensors
printf '\377\377' | dd of=packed.znn bs=1 seek=2000 conv=notrunc 2>/dev/null
expect 1 "$ZNN" decompress -f --salvage -o back packed.znn
[ "$(size_of back)" -eq "$(size_of bf16-i8-rows.safetensors)" ] || fail "the salvaged file has $(size_of back) bytes"

finish
