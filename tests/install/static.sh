#!/bin/sh
# The program of a build with ZNN_STATIC needs nothing: no library, no loader, no /etc, no /proc, no /tmp.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"

begin "no libraries"
LC_ALL=C ldd "$ZNN" >"$logs/out" 2>&1
prints "not a dynamic executable"

begin "an empty machine"
mkdir root
if [ "$(id -u)" -ne 0 ]; then
    echo "note: chroot needs root, so its part was left out"
    finish
fi
cp "$ZNN" root/znn
make_layers root/model.safetensors
expect 0 chroot root /znn compress model.safetensors
expect 0 chroot root /znn test model.znn
expect 0 chroot root /znn decompress -o copy.safetensors model.znn
same root/model.safetensors root/copy.safetensors
expect 0 chroot root /znn --version
finish
