#!/bin/sh
# What stands under the output's name, and what happens to it.
. "$(dirname "$0")/lib.sh"

begin "an existing file is not touched without -f"
echo new >a.bin
echo old >a.znn
expect 1 "$ZNN" compress a.bin
says "a.znn: exists already; use -f"
[ "$(cat a.znn)" = old ] || fail "a.znn was changed"
expect 1 "$ZNN" compress --rm a.bin
expect 1 "$ZNN" compress - -o a.znn <a.bin
says "a.znn: exists already"
[ "$(cat a.znn)" = old ] || fail "a.znn was changed"
only a.bin a.znn
expect 0 "$ZNN" compress -f a.bin
silent
echo changed >a.bin
expect 1 "$ZNN" decompress a.znn
says "a.bin: exists already"
[ "$(cat a.bin)" = changed ] || fail "a.bin was changed"
expect 0 "$ZNN" decompress -f a.znn
[ "$(cat a.bin)" = new ] || fail "a.bin was not replaced"
only a.bin a.znn

begin "a failure leaves the existing file as it was, also with -f"
echo old >a.bin
echo garbage >b.znn
expect 1 "$ZNN" decompress -f b.znn -o a.bin
[ "$(cat a.bin)" = old ] || fail "a.bin was changed"
only a.bin b.znn

begin "an output that appears in the meantime is not replaced"
mkfifo in.bin
{
    wait_for '.in.znn.tmp-*'
    echo other >in.znn
    echo content
} >in.bin &
expect 1 "$ZNN" compress in.bin
says "in.znn: exists already"
wait
[ "$(cat in.znn)" = other ] || fail "in.znn was changed"
only in.bin in.znn

begin "directories"
echo content >a.bin
mkdir a.znn d
expect 1 "$ZNN" compress -f a.bin
says "a.znn: is a directory"
expect 1 "$ZNN" compress a.bin -o missing/a.znn
says "missing/a.znn: could not create: No such file"
expect 1 "$ZNN" compress a.bin -o a.bin/b
says "Not a directory"
expect 1 "$ZNN" compress d
says "d: is a directory"
expect 1 "$ZNN" compress - <d
says "is a directory"
only a.bin a.znn d

begin "devices and pipes: written through by -o, never replaced"
echo content >a.bin
expect 0 "$ZNN" compress a.bin -o /dev/null
expect 0 "$ZNN" compress -f a.bin -o /dev/null
silent
[ -c /dev/null ] || fail "/dev/null is gone"
expect 1 "$ZNN" compress --rm a.bin -o /dev/null
says "/dev/null: is no regular file"
mkfifo pipe a.znn
cat pipe >b.znn &
expect 0 "$ZNN" compress a.bin -o pipe
wait
expect 0 "$ZNN" decompress b.znn -o b
same a.bin b
expect 1 "$ZNN" compress a.bin
says "a.znn: is no regular file"
expect 1 "$ZNN" compress -f a.bin
says "a.znn: is no regular file"
[ -p a.znn ] && [ -p pipe ] || fail "a pipe is gone"
only a.bin a.znn b b.znn pipe

begin "a base is not replaced by what needs it"
make_layers base.safetensors
cp base.safetensors model.safetensors
expect 0 "$ZNN" compress base.safetensors -o model.znn
cp model.znn kept.znn
expect 1 "$ZNN" compress -f --rm --base model.znn model.safetensors
says "model.znn: is the base, which has to stay; give another output with -o"
same model.znn kept.znn
expect 0 "$ZNN" compress --base base.safetensors model.safetensors -o child.znn
expect 1 "$ZNN" decompress -f child.znn -o base.safetensors
says "base.safetensors: is the base"
ln -s base.safetensors link
expect 1 "$ZNN" decompress -f child.znn -o link
says "link: is the base"
same base.safetensors model.safetensors
only base.safetensors child.znn kept.znn link model.safetensors model.znn

begin "what two files want to be, the first one is, whatever the flags"
make_layers a.safetensors
make_random a.pth 64
cp a.safetensors kept.safetensors
expect 0 "$ZNN" compress --rm a.safetensors
cp a.znn kept.znn
for flag in -k --rm; do
    expect 1 "$ZNN" compress -f $flag a.pth
    says "a.znn: is what 'a.safetensors' was compressed to, and is kept; use -o to write another file"
    same a.znn kept.znn
done
expect 0 "$ZNN" compress -f a.pth -o b.znn
expect 0 "$ZNN" compress -f a.pth -o b.znn
cp kept.safetensors a.safetensors
expect 0 "$ZNN" compress --rm -f a.safetensors
only a.pth a.znn b.znn kept.safetensors kept.znn
echo "no .znn file" >a.znn
expect 0 "$ZNN" compress -f a.pth

begin "nothing is written beside devices"
expect 1 "$ZNN" compress /dev/null
says "/dev/null: is a device"
[ ! -e /dev/null.znn ] || fail "there is a /dev/null.znn"
expect 0 "$ZNN" compress -c /dev/null

begin "/dev/stdout is standard output"
echo content >a.bin
if [ -e /dev/stdout ]; then
    "$ZNN" compress -f a.bin -o /dev/stdout >b.znn || fail "compress"
    expect 0 "$ZNN" decompress -o - b.znn
    same a.bin "$logs/out"
fi
finish
