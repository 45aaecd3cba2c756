#!/bin/sh
# Where the kernel has landlock, the program can write only where its outputs go.
#
# A library that is loaded before the C library (../faults/shim.c) tries to create a file in the midst of a command's
# work, as hostile code would that has taken over.
. "$(dirname "$0")/lib.sh"

[ "${ZNN_SANDBOX:-}" = ON ] || skip "the program was built without the sandbox"
[ -n "${ZNN_SHIM:-}" ] || skip "no library can be loaded before the C library here"

# escape FILE COMMAND...: runs the command, with an attempt to create FILE at its 14th call that concerns files.
escape() {
    target=$1
    shift
    LD_PRELOAD=$ZNN_SHIM ZNN_FAULT="io escape 14 $target" ZNN_FAULT_REPORT="$logs/report" "$@" >"$logs/out" 2>"$logs/err" </dev/null ||
        fail "exit code $?: $*: $(cat "$logs/err")"
    [ "$(cut -d ' ' -f 2 "$logs/report")" -eq 1 ] || fail "there were not so many calls: $*"
}

# confined FILE COMMAND...: the file cannot be created.
confined() {
    escape "$@"
    [ ! -e "$1" ] || fail "$1 was created: $*"
    rm -f "$1"
}

# free FILE COMMAND...: it can.
free() {
    escape "$@"
    [ -e "$1" ] || fail "$1 could not be created: $*"
    rm -f "$1"
}

begin "is there a sandbox?"
mkdir in out other
make_layers in/m.safetensors
TMPDIR=$PWD/out
export TMPDIR
escape other/file "$ZNN" compress in/m.safetensors
[ ! -e other/file ] || skip "this kernel has no landlock"

begin "where outputs go, and nowhere else"
mkdir in out other
TMPDIR=$PWD/out
make_layers in/m.safetensors
confined other/file "$ZNN" compress in/m.safetensors
free in/file "$ZNN" compress -f in/m.safetensors
free out/file "$ZNN" compress -f in/m.safetensors -o out/m.znn
confined file "$ZNN" compress -f in/m.safetensors -o out/m.znn
confined in/file "$ZNN" compress -f in/m.safetensors -o out/m.znn
confined other/file "$ZNN" compress -c in/m.safetensors
confined other/file "$ZNN" compress -r --all in -o out/tree
confined other/file "$ZNN" decompress -f in/m.znn
free in/file "$ZNN" decompress -f in/m.znn
confined in/file "$ZNN" extract in/m.znn step -o out/step
free out/file "$ZNN" extract -f in/m.znn step -o out/step
confined other/file "$ZNN" decompress -f --rm out/m.znn -o out/again
same out/again in/m.safetensors

begin "those that only look"
mkdir in out other
TMPDIR=$PWD/other
make_layers in/m.safetensors
expect 0 "$ZNN" compress in/m.safetensors
for command in "list in/m.znn" "test in/m.znn" "stat in/m.znn" "stat in/m.safetensors"; do
    for file in in/file out/file file; do
        # shellcheck disable=SC2086
        confined $file "$ZNN" $command
    done
done
free out/file "$ZNN" stat in/m.znn --svg out/picture.svg
confined in/file "$ZNN" stat in/m.znn -f --svg out/picture.svg
finish
