#!/bin/sh
# Some file systems have no locks.  There znn works without them.
. "$(dirname "$0")/lib.sh"

[ -n "${ZNN_SHIM:-}" ] || skip "no library can be loaded before the C library here"
case $ZNN_SHIM in
/*) ;;
*) ZNN_SHIM=$OLDPWD/$ZNN_SHIM ;;
esac

# unlocked COMMAND...: runs it where no file can be locked.
# shellcheck disable=SC2317
unlocked() {
    ZNN_FAULT="io unlocked 0" LD_PRELOAD=$ZNN_SHIM "$@"
}

# make_pair: two models, of which the first is a good base for the second.
make_pair() {
    make_layers a.safetensors
    cp a.safetensors b.safetensors
    flip b.safetensors 700
}

begin "with --rm, -f and a base"
make_pair
cp b.safetensors kept
echo old >b.znn
expect 0 unlocked "$ZNN" compress -f --rm --base a.safetensors b.safetensors
silent
only a.safetensors b.znn kept
expect 0 unlocked "$ZNN" decompress --rm b.znn
silent
only a.safetensors b.safetensors kept
same b.safetensors kept

begin "with sources that others need, and with two names of a file"
make_pair
cp a.safetensors kept-a
cp b.safetensors kept-b
ln b.safetensors c.safetensors
expect 0 "$ZNN" compress -r --base a.safetensors .
expect 0 unlocked "$ZNN" compress -f -r --base a.safetensors .
rm ./*.safetensors
expect 0 unlocked "$ZNN" decompress -r --rm .
only a.safetensors b.safetensors c.safetensors kept-a kept-b
same a.safetensors kept-a
same b.safetensors kept-b
same c.safetensors kept-b
finish
