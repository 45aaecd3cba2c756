#!/bin/sh
# Standard streams, on their own and beside files.
. "$(dirname "$0")/lib.sh"

begin "through pipes"
make_model a.safetensors
# shellcheck disable=SC2002
cat a.safetensors | "$ZNN" compress - | "$ZNN" decompress - | cmp - a.safetensors || fail "-"
# shellcheck disable=SC2002
cat a.safetensors | "$ZNN" compress | "$ZNN" decompress | cmp - a.safetensors || fail "no operand"
"$ZNN" compress <a.safetensors >b.znn || fail "redirected"
"$ZNN" decompress <b.znn | cmp - a.safetensors || fail "redirected back"
"$ZNN" compress - -o c.znn <a.safetensors || fail "- with -o"
"$ZNN" decompress -oc <c.znn || fail "no operand with -o"
same a.safetensors c
"$ZNN" compress -c a.safetensors | "$ZNN" decompress -c - | cmp - a.safetensors || fail "-c"
"$ZNN" compress -o - a.safetensors | "$ZNN" decompress -o - | cmp - a.safetensors || fail "-o -"
only a.safetensors b.znn c c.znn

begin "nothing at all"
: >empty
"$ZNN" compress <empty | "$ZNN" decompress | cmp - empty || fail "empty"
"$ZNN" compress </dev/null | "$ZNN" decompress | cmp - empty || fail "/dev/null"
expect 0 "$ZNN" compress empty
rm empty
expect 0 "$ZNN" decompress empty.znn
[ -f empty ] && [ ! -s empty ] || fail "not empty"

begin "several files to standard output"
echo one >a.bin
echo two >b.bin
expect 0 "$ZNN" compress a.bin b.bin
"$ZNN" decompress -c a.znn - b.znn <a.znn >all || fail "decompress -c"
printf 'one\none\ntwo\n' | cmp - all || fail "wrong bytes"
"$ZNN" decompress -c a.znn missing.znn b.znn >all 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code"
says "missing.znn"
printf 'one\ntwo\n' | cmp - all || fail "one failure stopped the others"

begin "a file and standard input"
echo one >a.bin
echo two | "$ZNN" compress a.bin - >stdin.znn || fail "compress"
only a.bin a.znn stdin.znn
[ "$("$ZNN" decompress -c stdin.znn)" = two ] || fail "standard input"
[ "$("$ZNN" decompress -c a.znn)" = one ] || fail "file"

begin "a redirected file counts from where it stands"
printf 'line\nrest\n' >a
{
    dd bs=1 count=5 2>/dev/null >/dev/null
    "$ZNN" compress
} <a >b.znn || fail "compress"
[ "$("$ZNN" decompress <b.znn)" = rest ] || fail "other bytes"

begin "files that claim to be empty"
if [ -r /proc/version ]; then
    expect 0 "$ZNN" compress /proc/version -o version.znn
    expect 0 "$ZNN" decompress version.znn -o version
    same /proc/version version
fi

begin "a pipe with a name"
mkfifo in.bin
echo content >in.bin &
expect 0 "$ZNN" compress in.bin
wait
expect 0 "$ZNN" decompress in.znn -o out
[ "$(cat out)" = content ] || fail "other bytes"
mkfifo pipe.znn
cat in.znn >pipe.znn &
expect 1 "$ZNN" decompress pipe.znn
says "pipe.znn: is not a regular file"
wait
cat in.znn >pipe.znn &
expect 0 "$ZNN" decompress pipe.znn -o out2
wait
same out out2

begin "closed streams"
echo content >a.bin
"$ZNN" compress - <&- >b.znn 2>"$logs/err"
[ $? -eq 1 ] || fail "closed standard input"
says "(stdin)"
"$ZNN" compress -c a.bin >&- 2>"$logs/err"
[ $? -eq 1 ] || fail "closed standard output"
says "(stdout)"
"$ZNN" --help >&- 2>"$logs/err"
[ $? -eq 1 ] || fail "help to a closed standard output"
"$ZNN" compress a.bin -o c.znn <&- >&- 2>&- || fail "all closed"
"$ZNN" decompress c.znn -o c <&- >&- 2>&- || fail "all closed"
same a.bin c
"$ZNN" compress missing 2>&-
[ $? -eq 1 ] || fail "closed standard error"

begin "a full disk"
make_random a.bin 64
if [ -c /dev/full ]; then
    "$ZNN" compress -c a.bin >/dev/full 2>"$logs/err"
    [ $? -eq 1 ] || fail "exit code"
    says "(stdout): could not write: No space left on device"
    expect 1 "$ZNN" compress a.bin -o /dev/full
    says "/dev/full: could not write: No space left on device"
fi

begin "a reader that goes away"
make_random a.bin 4096
expect 0 "$ZNN" compress a.bin
("$ZNN" decompress -c a.znn 2>err; echo $? >status) | dd bs=1 count=1 >/dev/null 2>&1
[ "$(cat status)" -ne 0 ] || fail "no failure"
finish
