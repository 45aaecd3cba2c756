#!/bin/sh
# -n tells what would be done, and changes nothing: then the same command without -n does just that.
. "$(dirname "$0")/lib.sh"

# state: everything below the current directory, with times and contents.
state() {
    find . -printf '%p %y %l %i %n %T@ %C@\n' -type f -exec cksum {} + | LC_ALL=C sort
}

# rehearse STATUS COMMAND...: runs a command of the program with -n, and checks that nothing has changed.  Its output
# goes to $logs/plan, too.
rehearse() {
    wanted_status=$1
    shift
    state >"$logs/before"
    expect "$wanted_status" "$ZNN" "$@" -n
    cp "$logs/out" "$logs/plan"
    state >"$logs/after"
    cmp -s "$logs/before" "$logs/after" || fail "-n has changed something: $(diff "$logs/before" "$logs/after")"
}

# total TEXT: the summary contains it.
total() {
    tail -n 1 "$logs/err" | grep -qF -e "$1" || fail "no '$1' in: $(cat "$logs/err")"
}

# as_planned: every output that the plan names is there now.
as_planned() {
    sed -n 's/^would .* -> \([^ ,]*\.\(znn\|bin\|safetensors\)\)\(, .*\)\{0,1\}$/\1/p' "$logs/plan" >"$logs/names"
    [ -s "$logs/names" ] || fail "the plan names nothing: $(cat "$logs/plan")"
    while read -r name; do
        [ -e "$name" ] || fail "$name was planned, but is not there"
    done <"$logs/names"
}

begin "one file"
make_layers a.safetensors
rehearse 0 compress a.safetensors
[ "$(cat "$logs/out")" = "would compress a.safetensors -> a.znn, 6.83 KiB" ] || fail "said: $(cat "$logs/out")"
says "a.safetensors: would compress 1 file, 6.83 KiB, 0 skipped, 0 failed"
expect 0 "$ZNN" compress a.safetensors
as_planned
rehearse 1 compress a.safetensors
grep -q '^znn: a.znn: exists already' "$logs/err" || fail "no word: $(cat "$logs/err")"
total ', 1 failed'
rehearse 0 compress -f a.safetensors --rm
[ "$(cat "$logs/out")" = "would compress a.safetensors -> a.znn, 6.83 KiB, replacing the existing file, and remove it" ] ||
    fail "said: $(cat "$logs/out")"
rehearse 0 decompress a.znn -o b.safetensors
grep -qxE 'would decompress a.znn -> b.safetensors, [0-9.]+ B -> 6.83 KiB' "$logs/out" || fail "said: $(cat "$logs/out")"
rehearse 1 decompress a.znn
rehearse 1 compress missing.bin
rehearse 1 decompress --max-output 1KiB -f a.znn
grep -q "max-output" "$logs/err" || fail "no word on --max-output: $(cat "$logs/err")"
rehearse 0 compress -q a.safetensors -o c.znn
silent

begin "into a directory, which is not made"
make_model a.bin
rehearse 0 compress a.bin -o new/
prints "would compress a.bin -> new/a.znn"
expect 0 "$ZNN" compress a.bin -o new/
as_planned

begin "in a place where no file can be"
echo content >a.bin
expect 1 "$ZNN" compress -n a.bin -o a.bin/x
grep -qF "a.bin/x: could not create: Not a directory" "$logs/err" || fail "$(cat "$logs/err")"

begin "several files, one of which would fail"
make_model a.bin
make_model a.safetensors
make_model c.bin
echo garbage >d.znn
rehearse 1 compress a.bin a.safetensors c.bin missing d.znn
total 'total: would compress 3 files, 252 B, 1 skipped, 1 failed'
expect 1 "$ZNN" compress a.bin a.safetensors c.bin missing d.znn
as_planned
rehearse 1 decompress c.znn d.znn -f
total 'total: would decompress 1 file, '
total ' -> 84 B, 0 skipped, 1 failed'

# make_tree DIRECTORY: models, links and other files.
make_tree() {
    mkdir -p "$1/a/b"
    make_model "$1/x.safetensors"
    make_layers "$1/a/y.safetensors"
    make_random "$1/a/b/z.bin" 9
    ln "$1/a/b/z.bin" "$1/twin.bin"
    ln -s a/b/z.bin "$1/link.bin"
    echo text >"$1/notes.txt"
}

begin "a tree, with links, there and back"
make_tree m
rehearse 0 compress -r m -o out
total 'm: would compress 3 files, 2 links, 15.9 KiB, 1 skipped, 0 failed'
prints "would link m/twin.bin -> out/twin.bin.znn, a hard link of out/a/b/z.bin.znn"
prints "would link m/link.bin -> out/link.bin.znn, to a/b/z.bin.znn"
rehearse 0 compress -r --json m -o out
is_json
[ "$(grep -c '"dry_run": true' "$logs/out")" -eq 5 ] || fail "not 5 objects: $(cat "$logs/out")"
rehearse 0 compress -r m -o out
expect 0 "$ZNN" compress -r m -o out
as_planned
rehearse 0 compress -r m -o out
[ ! -s "$logs/out" ] || fail "something would be done twice: $(cat "$logs/out")"
total 'm: would compress 0 files, 0 B, 5 up to date, 1 skipped, 0 failed'
rehearse 0 compress -r --rm m -o out
prints "would compare m/x.safetensors with out/x.safetensors.znn, and remove it"
touch m/x.safetensors
rehearse 1 compress -r m -o out
total ', 4 up to date, 1 skipped, 1 failed'
rehearse 0 decompress -r out -o back
total 'out: would decompress 3 files, 2 links, '
total ' -> 15.9 KiB, 0 skipped, 0 failed'
expect 0 "$ZNN" decompress -r out -o back
as_planned

begin "in place, with --rm"
make_tree m
rehearse 0 compress -r --rm m
[ "$(grep -c ', and remove it$' "$logs/out")" -eq 5 ] || fail "said: $(cat "$logs/out")"
expect 0 "$ZNN" compress -r --rm m
as_planned
rehearse 0 decompress -r --rm m
expect 0 "$ZNN" decompress -r --rm m
as_planned

begin "a base that is missing"
make_random data 64
make_safetensors base.safetensors '{"w":{"dtype":"F32","shape":[128,128],"data_offsets":[0,65536]}}' data
cp base.safetensors child.safetensors
flip child.safetensors 2000
rehearse 0 compress --base base.safetensors child.safetensors
rehearse 1 compress --base missing.safetensors child.safetensors
rehearse 1 compress --base base.safetensors child.safetensors -fo base.safetensors
grep -q "is the base" "$logs/err" || fail "no word on the base: $(cat "$logs/err")"
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
rehearse 0 decompress child.znn -o again
mv base.safetensors elsewhere
rehearse 1 decompress child.znn -o again

begin "no rounding and no warning on patterns"
make_layers a.safetensors
rehearse 0 compress --fixed-point 8 --keep nothing a.safetensors
says "would compress 1 file"

begin "wrong usage"
make_model a.bin
for words in '-c a.bin' '-' '-o - a.bin'; do
    # shellcheck disable=SC2086
    rehearse 2 compress $words
    says "--dry-run prints to standard output, which the data would use; use -o FILE"
done
rehearse 2 decompress --range 0:1 a.bin
says "--dry-run is for whole files; leave out --range"
rehearse 2 decompress --salvage a.bin -o x
says "--dry-run is for whole files; leave out --salvage"
rehearse 0 compress - -o x.znn <a.bin
says "-: would compress 1 file, "
finish
