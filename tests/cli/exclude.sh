#!/bin/sh
# Which files -r takes: --exclude, and stat and list of whole directories.
. "$(dirname "$0")/lib.sh"

# make_tree DIRECTORY: files with names that patterns can tell apart.
make_tree() {
    for name in a.bin a.tmp.bin old/a.bin runs/old/a.bin runs/old.bin runs/new/old/b.bin runs/new/b.bin; do
        mkdir -p "$1/$(dirname "$name")"
        make_model "$1/$name"
    done
}

# left FLAG...: compresses the tree with these flags; what was compressed stands in $listing, one path after the other.
left() {
    expect 0 "$ZNN" compress -rf m -o out "$@"
    listing=$(cd out 2>/dev/null && find . -type f | sed 's,^\./,,; s,\.znn$,,' | LC_ALL=C sort | tr '\n' ' ')
    rm -rf out
}

# leaves PATTERN NAME...: with --exclude PATTERN, exactly these are compressed.
leaves() {
    pattern=$1
    shift
    left --exclude "$pattern"
    [ "$listing" = "$(printf '%s\n' "$@" | LC_ALL=C sort | tr '\n' ' ')" ] ||
        fail "--exclude '$pattern' leaves '$listing' instead of '$*'"
}

begin "patterns"
make_tree m
leaves '*.tmp.*' a.bin old/a.bin runs/old/a.bin runs/old.bin runs/new/old/b.bin runs/new/b.bin
leaves old a.bin a.tmp.bin runs/old.bin runs/new/b.bin
leaves old/ a.bin a.tmp.bin runs/old.bin runs/new/b.bin
leaves /old a.bin a.tmp.bin runs/old/a.bin runs/old.bin runs/new/old/b.bin runs/new/b.bin
leaves runs/old a.bin a.tmp.bin old/a.bin runs/old.bin runs/new/old/b.bin runs/new/b.bin
leaves new/old a.bin a.tmp.bin old/a.bin runs/old/a.bin runs/old.bin runs/new/b.bin
leaves /new/old a.bin a.tmp.bin old/a.bin runs/old/a.bin runs/old.bin runs/new/old/b.bin runs/new/b.bin
leaves '/*.bin' old/a.bin runs/old/a.bin runs/old.bin runs/new/old/b.bin runs/new/b.bin
leaves 'runs/*b.bin' a.bin a.tmp.bin old/a.bin runs/old/a.bin runs/old.bin
leaves 'old.bin/' a.bin a.tmp.bin old/a.bin runs/old/a.bin runs/old.bin runs/new/old/b.bin runs/new/b.bin
leaves '[ab].bin' a.tmp.bin runs/old.bin
left --exclude 'a*' --exclude=runs/new --exclude old.bin
[ -z "$listing" ] || fail "several patterns leave '$listing'"

begin "operands are left out by their own names, not by what leads to them"
make_tree m
expect 0 "$ZNN" compress -r --exclude old --exclude m/a.bin --exclude '*.tmp.bin' m/old/ m/a.tmp.bin m/a.bin m/runs/new
says "total: 2 files, "
made=$(find m -name '*.znn' | LC_ALL=C sort | tr '\n' ' ')
[ "$made" = "m/a.bin.znn m/runs/new/b.bin.znn " ] || fail "other files: $made"

begin "the other commands"
make_tree m
expect 0 "$ZNN" compress -r m -o out
expect 0 "$ZNN" decompress -r out -o back --exclude old --exclude '*.tmp.*'
[ "$(find back -type f | wc -l)" -eq 3 ] || fail "decompress gave $(find back -type f)"
expect 0 "$ZNN" test -r out --exclude runs
[ "$(wc -l <"$logs/out")" -eq 3 ] || fail "test looked at $(cat "$logs/out")"

begin "a list of files"
make_tree m
echo text >m/notes.txt
expect 0 "$ZNN" compress -r m -o out
expect 0 "$ZNN" list -r out --exclude runs
[ "$(grep -c ': safetensors, 1 tensor$' "$logs/out")" -eq 3 ] || fail "list said: $(cat "$logs/out")"
says "out: 3 files, "
expect 0 "$ZNN" list -r --names out
[ "$(cat "$logs/out")" = "$(printf 'weight\n%.0s' 1 2 3 4 5 6 7)" ] || fail "names: $(cat "$logs/out")"
says "out: 7 files, "
says " -> 588 B, "
expect 0 "$ZNN" list -r --json out
is_json
[ "$(grep -c '"path"' "$logs/out")" -eq 7 ] || fail "not 7 objects"
expect 1 "$ZNN" list out
says "out: is a directory; use -r to list the files in it"
expect 0 "$ZNN" list -rq m
silent
[ ! -s "$logs/out" ] || fail "models were listed"

begin "where the bytes of a tree of models go"
mkdir m
make_layers m/layers.safetensors
echo text >m/notes.txt
make_model m/model.bin
expect 0 "$ZNN" compress m/model.bin
expect 0 "$ZNN" stat -r m
says "m: 3 files, "
says ", 1 skipped, 0 failed"
for name in layers.safetensors model.bin model.znn; do
    prints "m/$name"
done
expect 0 "$ZNN" stat -r --json --exclude '*.znn' m
is_json
[ "$(grep -c '"path"' "$logs/out")" -eq 2 ] || fail "not 2 objects"
expect 1 "$ZNN" stat m
says "m: is a directory; use -r to stat the files in it"
ln -s nowhere m/gone.bin
expect 1 "$ZNN" stat -rq m m/gone.bin
says "m/gone.bin: could not open"

begin "wrong usage"
make_model a.bin
expect 2 "$ZNN" compress a.bin --exclude x
says "--exclude is for the files of a directory; use it with -r"
expect 2 "$ZNN" list a.bin --exclude x
says "--exclude is for the files of a directory"
expect 2 "$ZNN" stat -r . --svg x.svg
says "--svg draws one file; leave out -r"
expect 2 "$ZNN" stat -r a.bin a.bin --related
says "--related compares two files; leave out -r"
expect 2 "$ZNN" stat -r
says "no directory given"
only a.bin
finish
