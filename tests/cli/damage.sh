#!/bin/sh
# Truncated and flipped .znn files: an error and no output, or the right bytes.  The work is done by damage.c.
. "$(dirname "$0")/lib.sh"

begin "damage"
make_model model.safetensors
i=0
while [ $i -lt 40 ]; do
    echo "line $i of a text that can be compressed"
    i=$((i + 1))
done >text
dd if=/dev/zero of=zeros.bin bs=1000 count=30 2>/dev/null
for file in model.safetensors text zeros.bin; do
    "$ZNN" compress "$file" -o "$file.sample" || fail "compress $file"
    mkdir place
    "${ZNN_DAMAGE:?set ZNN_DAMAGE to the path of damage}" "$ZNN" "$file.sample" "$file" place || fail "$file"
    rm -r place
done
finish
