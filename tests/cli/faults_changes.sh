#!/bin/sh
# Whatever call of the system fails: inputs that come from a pipe, change or vanish.
. "$(dirname "$0")/faults_lib.sh"

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
