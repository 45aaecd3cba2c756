#!/bin/sh
# Whatever call of the system fails: several files, directories and chains of bases.
. "$(dirname "$0")/faults_lib.sh"

begin "directories"
make_start
rm start/*
make_model start/a.safetensors
make_model start/b.safetensors
all compress -r -1 -T1 d
all compress -r -1 -T1 --rm d
all compress -1 -T1 --rm d/a.safetensors d/b.safetensors
"$ZNN" compress -qr -1 start || fail "compress"
all compress -r -1 -T1 --rm d # of what is up to date

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
finish
