#!/bin/sh
# Whatever call of the system fails: no crash, no leak, no wrong or partial file, nothing left behind, and a message.
#
# ../faults/walk.c lets each call fail once, then it and all after it.  It prints how many there were.
. "$(dirname "$0")/lib.sh"

[ -n "${ZNN_SHIM:-}" ] || skip "no library can be loaded before the C library here"

# walk KIND MODE[=PATH] COMMAND...: what walk.c does, on a copy of the directory `start`.
walk() {
    kind=$1
    mode=$2
    shift 2
    "${ZNN_WALK:?set ZNN_WALK to the path of walk}" "$ZNN_SHIM" start "$kind" "$mode" -- "$ZNN" "$@" ||
        fail "$kind $mode: $*"
}

# all COMMAND...: every fault of a kind that a command must survive.
all() {
    for mode in once on; do
        walk alloc "$mode" "$@"
        walk io "$mode" "$@"
    done
    walk io short "$@"
    walk io interrupt "$@"
}

# make_start: a model with tensors, text and zeros, long enough for several chunks.
make_start() {
    mkdir start
    awk 'BEGIN { for (i = 0; i < 10000; i++) printf "%c%c%c<", 65 + (i * 7919) % 53, 33 + (i * i) % 90, 34 + i % 7 }' >data
    dd if=/dev/zero bs=1024 count=1300 2>/dev/null >>data
    size=$(($(wc -c <data)))
    make_safetensors start/m.safetensors "{\"a\":{\"dtype\":\"BF16\",\"shape\":[8000],\"data_offsets\":[0,16000]},\
\"b\":{\"dtype\":\"F32\",\"shape\":[4000],\"data_offsets\":[16000,32000]},\
\"c\":{\"dtype\":\"U8\",\"shape\":[$((size - 32000))],\"data_offsets\":[32000,$size]}}" data
}

begin "compress"
make_start
all compress -1 -T1 d/m.safetensors
all compress -1 -T2 --rm d/m.safetensors

begin "compress to standard output, and over a file that is there"
make_start
all compress -1 -T1 -c d/m.safetensors
echo old >start/m.znn
all compress -1 -T1 -f --rm d/m.safetensors

begin "decompress"
make_start
mv start/m.safetensors .
"$ZNN" compress -1 m.safetensors -o start/m.znn || fail "compress"
all decompress -T1 d/m.znn
all decompress -T2 --rm d/m.znn
all decompress -T1 --range 15000:1300000 -o d/part d/m.znn
all extract d/m.znn a -o d/a.npy
all extract d/m.znn a b --format safetensors -o d/ab.safetensors

begin "looking"
make_start
"$ZNN" compress -1 start/m.safetensors || fail "compress"
all stat -1 -T1 --json --tensors d/m.safetensors
all stat -1 -T1 --layers d/m.znn
all list d/m.znn
all test -T1 d/m.znn

begin "directories"
make_start
rm start/*
make_model start/a.safetensors
make_model start/b.safetensors
all compress -r -1 -T1 d
all compress -r -1 -T1 --rm d

begin "chains"
mkdir start
make_layers start/a.safetensors
cp start/a.safetensors b.safetensors
flip b.safetensors 700
"$ZNN" compress --base start/a.safetensors b.safetensors -o start/b.znn || fail "compress"
"$ZNN" compress start/a.safetensors -o start/a.znn || fail "compress"
rm start/a.safetensors
for mode in once on; do
    walk io $mode decompress -r --rm -T1 d
done

begin "a zip from a pipe, which is kept in a file without a name"
mkdir start
make_layers m.safetensors
"${ZNN_CONVERT:?}" npz m.safetensors >m.npz || fail "convert_model"
for mode in once on short interrupt; do
    for kind in alloc io; do
        [ $kind = io ] || [ $mode = once ] || [ $mode = on ] || continue
        TMPDIR=$PWD/d "$ZNN_WALK" "$ZNN_SHIM" start $kind $mode -i m.npz -- "$ZNN" compress -1 -T1 -o d/m.znn - ||
            fail "$kind $mode"
    done
done

begin "an input that changes"
make_start
walk io shrink=d/m.safetensors compress -1 -T1 d/m.safetensors
walk io grow=d/m.safetensors compress -1 -T1 d/m.safetensors
walk io shrink=d/m.safetensors compress -1 -T2 --rm d/m.safetensors
mv start/m.safetensors .
"$ZNN" compress -1 m.safetensors -o start/m.znn || fail "compress"
walk io shrink=d/m.znn decompress -T1 d/m.znn
walk io grow=d/m.znn decompress -T1 d/m.znn

begin "a directory that vanishes"
make_start
walk io vanish=d compress -1 -T1 d/m.safetensors
walk io vanish=d compress -1 -T1 --rm d/m.safetensors
mv start/m.safetensors .
"$ZNN" compress -1 m.safetensors -o start/m.znn || fail "compress"
walk io vanish=d decompress -T1 d/m.znn
walk io vanish=d extract d/m.znn a -o d/a.npy
finish
