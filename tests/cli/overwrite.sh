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

# while_reading CHANGE COMMAND...: runs the command, which reads from the FIFO in.bin, and makes the change as soon as it
# has looked at its output.  What does not fit into a pipe has been read.
while_reading() {
    change=$1
    shift
    rm -f in.bin
    mkfifo in.bin
    {
        dd if=/dev/zero bs=65536 count=8 2>/dev/null
        eval "$change" >&2
    } >in.bin &
    "$@" >"$logs/out" 2>"$logs/err"
    status=$?
    wait
}

begin "an output that appears in the meantime is not replaced, also with -f"
for flag in -k -f; do
    rm -f in.znn
    while_reading 'echo other >in.znn' "$ZNN" compress $flag in.bin
    [ $status -eq 1 ] || fail "exit code $status"
    [ "$(cat in.znn)" = other ] || fail "in.znn was changed"
    only in.bin in.znn
done
says "in.znn: was made or replaced by another program meanwhile, and is kept"

begin "-f replaces only what was looked at"
for change in 'echo another >other; mv other in.znn' 'echo more >>in.znn' 'rm in.znn; ln -s elsewhere in.znn' \
    'rm in.znn; mkdir in.znn'; do
    rm -rf in.znn
    echo old >in.znn
    while_reading "$change" "$ZNN" compress -f in.bin
    [ $status -eq 1 ] || fail "exit code $status: $change"
    says "in.znn: was made or replaced by another program meanwhile, and is kept"
    only in.bin in.znn
done
rm -rf in.znn
ln -s nowhere in.znn
while_reading 'ln -s elsewhere other; mv other in.znn' "$ZNN" compress -f in.bin
[ "$status $(readlink in.znn)" = "1 elsewhere" ] || fail "the other link was replaced"
rm in.znn
echo old >in.znn
while_reading 'rm in.znn' "$ZNN" compress -f in.bin
[ $status -eq 0 ] || fail "exit code $status"
only in.bin in.znn

begin "which model a .znn file holds is asked of the file that is replaced"
make_layers a.safetensors
expect 0 "$ZNN" compress a.safetensors
mv a.znn kept.znn
echo "no .znn file" >in.znn
while_reading 'cp kept.znn other; mv other in.znn' "$ZNN" compress -f in.bin
[ $status -eq 1 ] || fail "exit code $status"
same in.znn kept.znn

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
says "/dev/null: is not a regular file"
mkfifo pipe a.znn
cat pipe >b.znn &
expect 0 "$ZNN" compress a.bin -o pipe
wait
expect 0 "$ZNN" decompress b.znn -o b
same a.bin b
expect 1 "$ZNN" compress a.bin
says "a.znn: is not a regular file"
expect 1 "$ZNN" compress -f a.bin
says "a.znn: is not a regular file"
[ -p a.znn ] && [ -p pipe ] || fail "a pipe is gone"
only a.bin a.znn b b.znn pipe

# spared FILE COMMAND...: the command does not replace the file, under whatever name, not even with -f.
spared() {
    kept=$1
    shift
    cp -p "$kept" "$logs/kept"
    ln "$kept" hard
    ln -s "$kept" soft
    for name in "$kept" "./$kept" "$PWD/$kept" hard soft; do
        expect 1 "$@" "$name"
        grep -qE "$name: is (the base|both input and output|another input)" "$logs/err" || fail "$name: $(cat "$logs/err")"
    done
    same "$kept" "$logs/kept"
    [ -L soft ] || fail "the link was replaced"
    rm hard soft
}

begin "no command replaces a base, the base of a base, or an input"
make_layers base.safetensors
cp base.safetensors model.safetensors
cp base.safetensors next.safetensors
cp base.safetensors image.safetensors
expect 0 "$ZNN" compress --base base.safetensors model.safetensors -o middle.znn
expect 0 "$ZNN" compress --base middle.znn next.safetensors -o child.znn
for needed in base.safetensors middle.znn; do
    spared $needed "$ZNN" compress -f --base middle.znn model.safetensors -o
    spared $needed "$ZNN" compress -f child.znn -o
    spared $needed "$ZNN" decompress -f child.znn -o
    spared $needed "$ZNN" decompress -f child.znn --base middle.znn -o
    spared $needed "$ZNN" decompress -f --range 0:100 child.znn -o
    spared $needed "$ZNN" decompress -f --salvage child.znn -o
    spared $needed "$ZNN" extract -f child.znn step --format raw -o
    spared $needed "$ZNN" stat -f child.znn --svg
    spared $needed "$ZNN" stat -f image.safetensors --base middle.znn --svg
    spared $needed "$ZNN" stat -f image.safetensors --base middle.znn --sweep --svg
done
for command in compress decompress "decompress --range 0:100" "decompress --salvage"; do
    # shellcheck disable=SC2086
    spared child.znn "$ZNN" $command -f child.znn -o
done
spared child.znn "$ZNN" extract -f child.znn step --format raw -o
spared child.znn "$ZNN" stat -f child.znn --svg
mkdir d
cp base.safetensors d/step.raw
expect 0 "$ZNN" compress --base d/step.raw model.safetensors -o d/child.znn
expect 1 "$ZNN" extract -f d/child.znn step wte.weight -o d
grep -qF "d/step.raw: is the base" "$logs/err" || fail "$(cat "$logs/err")"
same d/step.raw base.safetensors

begin "standard output is no way around that"
make_layers base.safetensors
cp base.safetensors model.safetensors
expect 0 "$ZNN" compress --base base.safetensors model.safetensors -o child.znn
"$ZNN" decompress -c child.znn >>base.safetensors 2>"$logs/err" && fail "decompress -c"
says "(stdout): is the base"
"$ZNN" extract child.znn step >>base.safetensors 2>"$logs/err" && fail "extract"
"$ZNN" decompress child.znn -o /dev/fd/5 5>>base.safetensors 2>"$logs/err" && fail "decompress -o /dev/fd/5"
same base.safetensors model.safetensors

begin "an input of the same command is not replaced by the output of another"
make_layers a.bin
cp a.bin a.znn
expect 1 "$ZNN" compress -f a.bin a.znn
grep -qF "a.znn: is another input of this command" "$logs/err" || fail "$(cat "$logs/err")"
same a.bin a.znn
rm a.znn a.znn.znn
mkdir d
echo one >d/y
echo two >d/z
expect 0 "$ZNN" compress d/y d/z
expect 0 "$ZNN" compress d/z.znn -o d/y.znn.znn
cp d/y.znn kept
touch -d 2001-02-03 d/y.znn # or it would be up to date
expect 1 "$ZNN" decompress -r -f d
grep -qF "d/y.znn: is another input of this command" "$logs/err" || fail "$(cat "$logs/err")"
same d/y.znn kept

begin "what two files want to be, the first one is, whatever the flags"
make_layers a.safetensors
make_random a.pth 64
cp a.safetensors kept.safetensors
expect 0 "$ZNN" compress --rm a.safetensors
cp a.znn kept.znn
for flag in -k --rm; do
    expect 1 "$ZNN" compress -f $flag a.pth
    says "a.znn: is the compressed 'a.safetensors' and is kept; use -o to write another file"
    same a.znn kept.znn
done
expect 0 "$ZNN" compress -f a.pth -o b.znn
expect 0 "$ZNN" compress -f a.pth -o b.znn
cp kept.safetensors a.safetensors
expect 0 "$ZNN" compress --rm -f a.safetensors
only a.pth a.znn b.znn kept.safetensors kept.znn
echo "no .znn file" >a.znn
expect 0 "$ZNN" compress -f a.pth
cp a.pth a.pt
expect 1 "$ZNN" compress -f a.pt
says "a.znn: is the compressed 'a.pth' and is kept; use -o to write another file"

begin "nothing is written beside devices"
expect 1 "$ZNN" compress /dev/null
says "/dev/null: is a device"
[ ! -e /dev/null.znn ] || fail "there is a /dev/null.znn"
expect 0 "$ZNN" compress -c /dev/null

begin "what is open already has names: it is written to, and the names stay"
make_layers a.safetensors
expect 0 "$ZNN" compress a.safetensors
links=$(ls -ld /dev/stdout /dev/stderr /dev/fd)
for name in /dev/stdout //dev/stdout /dev/../dev/stdout /dev/fd/1 /proc/self/fd/1; do
    [ -e "$name" ] || continue
    for flag in -k -f; do
        "$ZNN" compress $flag a.safetensors -o "$name" >b.znn || fail "compress -o $name"
        expect 0 "$ZNN" decompress -f -o b b.znn
        same a.safetensors b
        "$ZNN" decompress $flag a.znn -o "$name" >b || fail "decompress -o $name"
        same a.safetensors b
        "$ZNN" decompress $flag --range 0:10 a.znn -o "$name" >b || fail "--range -o $name"
        [ "$(size b)" -eq 10 ] || fail "$name: $(size b) bytes"
        [ $flag = -k ] || "$ZNN" extract -f a.znn step -o "$name" >b || fail "extract -o $name"
        "$ZNN" stat -f a.znn --svg "$name" >b || fail "stat --svg $name"
        grep -q '<svg' b || fail "no picture in $name"
    done
done
ln -s /dev/stdout link
"$ZNN" compress -f a.safetensors -o link >b.znn || fail "compress -o link"
[ -L link ] || fail "the link was replaced"
expect 0 "$ZNN" decompress -f -o b b.znn
same a.safetensors b
for name in /dev/stderr /dev/fd/2 /dev/fd/7; do
    [ -e /dev/stderr ] || continue
    "$ZNN" decompress -f a.znn -o "$name" 2>b 7>>b || fail "decompress -o $name"
    same a.safetensors b
    rm b
done
expect 1 "$ZNN" decompress -f a.znn -o /dev/fd/9
says "/dev/fd/9: could not open: Bad file descriptor"
expect 1 "$ZNN" compress --rm a.safetensors -o /dev/stderr
says "/dev/stderr: is not a regular file"
[ "$(ls -ld /dev/stdout /dev/stderr /dev/fd)" = "$links" ] || fail "/dev has changed"
ln -s /dev/null a.bin.znn
echo content >a.bin
rm a.znn
ln -s /dev/null a.znn
expect 1 "$ZNN" compress -f a.bin
says "a.znn: leads to something that is not a regular file"
[ -L a.znn ] || fail "the link was replaced"
finish
