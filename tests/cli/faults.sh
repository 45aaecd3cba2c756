#!/bin/sh
# Whatever call of the system fails: compress.
. "$(dirname "$0")/faults_lib.sh"

begin "compress"
make_start
all compress -1 -T1 d/m.safetensors
all compress -1 -T2 --rm d/m.safetensors

begin "compress to standard output, and over a file that is there"
make_start
all compress -1 -T1 -c d/m.safetensors
echo old >start/m.znn
all compress -1 -T1 -f --rm d/m.safetensors
finish
