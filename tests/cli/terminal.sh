#!/bin/sh
# What is different on a terminal.  `script` of util-linux provides one.
. "$(dirname "$0")/lib.sh"
[ "$(script -qec 'echo works' /dev/null </dev/null 2>/dev/null | tr -d '\r')" = works ] ||
    skip "there is no 'script -qec' here"

# on_terminal STATUS COMMAND: runs a shell command with a terminal as its standard streams.
on_terminal() {
    script -qec "$2; echo \"exit code \$?.\"" /dev/null </dev/null 2>/dev/null | tr -d '\r' >"$logs/out"
    prints "exit code $1."
}

begin "compressed data does not go to a terminal"
echo content >a.bin
on_terminal 2 "\"$ZNN\" compress -c a.bin"
prints "compressed data does not go to a terminal"
on_terminal 2 "\"$ZNN\" compress -fc a.bin"
on_terminal 2 "\"$ZNN\" compress - <a.bin"
on_terminal 2 "\"$ZNN\" compress <a.bin"
on_terminal 1 "\"$ZNN\" compress -f a.bin -o /dev/tty"
prints "/dev/tty: is a terminal"
on_terminal 2 "\"$ZNN\" compress -f a.bin -o /dev/stdout"
on_terminal 0 "\"$ZNN\" compress - -o a.znn <a.bin"
on_terminal 0 "\"$ZNN\" decompress -c a.znn"
prints content

begin "nor does it come from one"
on_terminal 2 "\"$ZNN\" decompress -"
prints "compressed data cannot come from a terminal"
on_terminal 2 "\"$ZNN\" decompress -o a"
on_terminal 2 "\"$ZNN\" compress -o a.znn"
prints "no file given"
[ -z "$(ls -A)" ] || fail "a file was made"

begin "tensors do not go to a terminal"
make_layers a.safetensors
expect 0 "$ZNN" compress a.safetensors
on_terminal 2 "\"$ZNN\" extract a.znn step"
prints "tensors do not go to a terminal"
on_terminal 0 "\"$ZNN\" extract a.znn step | wc -c"

begin "bars are for terminals"
make_layers a.safetensors
on_terminal 0 "LC_ALL=C \"$ZNN\" stat --layers a.safetensors"
prints "##"
on_terminal 0 "LC_ALL=C.UTF-8 TERM=xterm \"$ZNN\" stat a.safetensors"
prints "█"
on_terminal 0 "LC_ALL=C.UTF-8 TERM=dumb \"$ZNN\" stat a.safetensors"
prints "##"
on_terminal 0 "LC_ALL=C.UTF-8 \"$ZNN\" stat a.safetensors | cat"
if grep -q '[█#]' "$logs/out"; then fail "bars in a pipe"; fi
finish
