#!/bin/sh
# The sandbox: what hostile code could do that has taken over the program.
#
# Two libraries that are loaded before the C library play that code in the midst of a command's work: ../faults/shim.c
# tries to create a file, and ../faults/forbidden.c makes all calls that nobody should be able to make.
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
confined other/file "$ZNN" rebase -f --no-base out/m.znn
free out/file "$ZNN" rebase -f --no-base out/m.znn
confined in/file "$ZNN" rebase -f --no-base out/m.znn
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

# forbidden COMMAND...: the command does its work, and every forbidden call is refused meanwhile.
forbidden() {
    rm -f "$logs/report"
    LD_PRELOAD=$ZNN_FORBIDDEN ZNN_FORBIDDEN_REPORT=$logs/report "$@" >"$logs/out" 2>"$logs/err" </dev/null ||
        fail "exit code $?: $*: $(cat "$logs/err")"
    [ "$(tail -n 1 "$logs/report")" = end ] || fail "not all calls were made: $*"
    if grep ALLOWED "$logs/report" >"$logs/allowed"; then fail "$*: $(cat "$logs/allowed")"; fi
    [ "$(cat out/old victim)" = "$(printf 'old\nvictim')" ] || fail "files have changed: $*"
}

# prepare: the folder that forbidden.c expects.
prepare() {
    mkdir in out
    echo old >out/old
    echo victim >victim
    make_layers in/m.safetensors
}

[ -n "${ZNN_FORBIDDEN:-}" ] || {
    echo "note: this build does not filter system calls, so the forbidden ones were left out"
    finish
}
case $("$ZNN" --version) in
*"sandbox: landlock "*", system calls"*) ;;
*)
    echo "note: this kernel lacks a part of the sandbox, so the forbidden calls were left out"
    finish
    ;;
esac

begin "forbidden calls, with outputs"
prepare
forbidden "$ZNN" compress -T 3 in/m.safetensors -o out/m.znn
forbidden "$ZNN" decompress -f out/m.znn -o out/m.safetensors
same in/m.safetensors out/m.safetensors
forbidden "$ZNN" rebase -f --no-base out/m.znn
forbidden "$ZNN" extract out/m.znn step -o out/step
forbidden "$ZNN" stat out/m.znn --svg out/picture.svg

begin "forbidden calls, without outputs"
prepare
expect 0 "$ZNN" compress in/m.safetensors
ZNN_FORBIDDEN_READER=1
export ZNN_FORBIDDEN_READER
for command in "list in/m.znn" "test in/m.znn" "stat in/m.safetensors" "stat --sweep in/m.safetensors" \
    "compress -c in/m.safetensors" "decompress -c in/m.znn" "extract in/m.znn step"; do
    # shellcheck disable=SC2086
    forbidden "$ZNN" $command
done
finish
