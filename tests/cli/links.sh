#!/bin/sh
# Symbolic and hard links, and files that are input and output at once.
. "$(dirname "$0")/lib.sh"

begin "a link is followed on input"
mkdir blobs
make_model blobs/1234
ln -s blobs/1234 model.safetensors
expect 0 "$ZNN" compress model.safetensors
silent
only blobs model.safetensors model.znn
[ ! -L model.znn ] || fail "model.znn is a link"
expect 0 "$ZNN" decompress model.znn -o out
same blobs/1234 out

begin "but not removed"
echo content >blob
ln -s blob model.bin
echo other >other.bin
expect 1 "$ZNN" compress --rm model.bin other.bin
says "model.bin: is a symbolic link"
only blob model.bin other.znn

begin "a broken link, and one that leads to itself"
ln -s nowhere a.bin
ln -s b.bin b.bin
expect 1 "$ZNN" compress a.bin
says "a.bin: could not open: No such file"
expect 1 "$ZNN" compress b.bin
says "b.bin: could not open: "
only a.bin b.bin

begin "-f replaces a link, not what it leads to"
echo content >a.bin
echo precious >precious
ln -s precious a.znn
expect 1 "$ZNN" compress a.bin
says "a.znn: exists already"
[ -L a.znn ] || fail "the link is gone"
expect 0 "$ZNN" compress -f a.bin
[ ! -L a.znn ] || fail "the link is still there"
[ "$(cat precious)" = precious ] || fail "the link was written through"
ln -s nowhere dangling
expect 1 "$ZNN" compress a.bin -o dangling
says "exists already"
only a.bin a.znn dangling precious

begin "input and output may not be one file"
echo content >a.bin
ln a.bin hard
ln -s a.bin soft
for name in a.bin ./a.bin hard soft "$PWD/soft"; do
    expect 1 "$ZNN" compress -f a.bin -o "$name"
    says "$name: is both input and output"
    expect 1 "$ZNN" compress -f - -o "$name" <a.bin
    says "$name: is both input and output"
done
ln a.bin a.znn
expect 1 "$ZNN" compress -f a.bin
says "a.znn: is both input and output"
"$ZNN" compress - <a.bin >>a.bin 2>"$logs/err" && fail "standard output is standard input"
says "(stdout): is both input and output"
[ "$(cat a.bin)" = content ] || fail "the input was changed"
only a.bin a.znn hard soft

begin "a hard link is an ordinary file"
echo content >a.bin
ln a.bin b.bin
expect 0 "$ZNN" compress --rm a.bin
only a.znn b.bin
[ "$(cat b.bin)" = content ] || fail "the other link was changed"
finish
