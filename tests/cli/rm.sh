#!/bin/sh
# --rm removes an input once its output is safe, and only then.
. "$(dirname "$0")/lib.sh"

begin "removed after success"
make_model a.safetensors
echo 2 >b.txt
cp a.safetensors original
expect 0 "$ZNN" compress --rm a.safetensors b.txt
silent
only a.znn b.txt.znn original
expect 0 "$ZNN" decompress --rm a.znn b.txt.znn
only a.safetensors b.txt original
same a.safetensors original
expect 0 "$ZNN" compress --rm a.safetensors -o other.znn
only b.txt original other.znn

begin "kept by default, and where -k comes last"
echo content >a.bin
expect 0 "$ZNN" compress a.bin
only a.bin a.znn
expect 0 "$ZNN" compress -f --rm -k a.bin
only a.bin a.znn
expect 0 "$ZNN" compress -f -k --rm a.bin
only a.znn

begin "kept after a failure"
echo garbage >a.znn
expect 1 "$ZNN" decompress --rm a.znn
only a.znn
echo content >b.bin
echo old >b.znn
expect 1 "$ZNN" compress --rm b.bin
only a.znn b.bin b.znn

begin "kept where it is no regular file"
mkfifo pipe
expect 1 "$ZNN" compress --rm pipe
says "pipe: is not a regular file"
mkdir d
expect 1 "$ZNN" compress --rm d
says "d: is a directory"
only d pipe

begin "kept where the output is no regular file"
echo content >a.bin
expect 1 "$ZNN" compress --rm a.bin -o /dev/null
says "/dev/null: is not a regular file, so the input would be lost; leave out --rm"
only a.bin

begin "a file that is written to while it is read is refused"
make_random a.bin 4096
mkfifo pipe
"$ZNN" compress -c a.bin >pipe 2>"$logs/err" &
exec 3<pipe
dd bs=1 count=1 <&3 >/dev/null 2>&1
echo more >>a.bin
cat <&3 >/dev/null
exec 3<&-
wait $!
[ $? -eq 1 ] || fail "exit code"
says "a.bin: changed while it was read"

# hold_and CHANGE: the program is stopped between writing a.znn and removing a.bin, as its line for -v does not fit
# into a pipe that is full; then CHANGE happens.
hold_and() {
    make_model a.bin
    mkfifo pipe
    exec 3<>pipe
    dd if=/dev/zero of=pipe bs=1024 count=1024 oflag=nonblock 2>/dev/null
    "$ZNN" compress -v --rm a.bin 2>&3 3>&- &
    program=$!
    wait_for a.znn
    $1
    cat pipe >"$logs/all" 3>&- &
    exec 3>&-
    wait $program
    [ $? -eq 1 ] || fail "exit code"
    wait
    tr -d '\0' <"$logs/all" | grep -v -e '->' >"$logs/err"
    says "a.bin: not removed, because it is no longer the file that was read"
    [ -f a.bin ] && [ -f a.znn ] || fail "a file is missing"
}

# shellcheck disable=SC2317
replace_input() {
    mv a.bin moved
    echo other >a.bin
}

# shellcheck disable=SC2317
extend_input() {
    echo more >>a.bin
}

begin "kept where another file has taken its name"
hold_and replace_input
[ "$(cat a.bin)" = other ] || fail "a.bin was changed"

begin "kept where it was written to before it could be removed"
hold_and extend_input
finish
