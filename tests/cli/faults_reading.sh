#!/bin/sh
# Whatever call of the system fails: the commands that read a .znn file, and those that only look.
. "$(dirname "$0")/faults_lib.sh"

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
finish
