#!/bin/sh
# znn rebase gives .znn files another base, or none, and never loses their originals.
. "$(dirname "$0")/lib.sh"

# make_models: a, b, c and d in `kept`, each near the one before; all but the last as .znn files, a <- b <- c.
make_models() {
    mkdir kept
    make_layers kept/a.safetensors
    for pair in a:b b:c c:d; do
        cp kept/${pair%:*}.safetensors kept/${pair#*:}.safetensors
        flip kept/${pair#*:}.safetensors 1500
        flip kept/${pair#*:}.safetensors $((3000 + $(printf %d "'${pair#*:}")))
    done
    expect 0 "$ZNN" compress kept/a.safetensors -o a.znn
    expect 0 "$ZNN" compress --base a.znn kept/b.safetensors -o b.znn
    expect 0 "$ZNN" compress --base b.znn kept/c.safetensors -o c.znn
}

# gives MODEL...: each .znn file gives its model.
gives() {
    for model in "$@"; do
        expect 0 "$ZNN" decompress -cq "$model.znn"
        cmp -s "$logs/out" "kept/$model.safetensors" || fail "$model.znn does not give its model"
    done
}

# base_of FILE: the name of the base that it stores, or nothing.
base_of() {
    "$ZNN" list --json "$1" | sed -n 's/^ *"base": "\(.*\)",$/\1/p'
}

# has_base FILE NAME
has_base() {
    [ "$(base_of "$1")" = "$2" ] || fail "$1 has the base '$(base_of "$1")' instead of '$2'"
}

begin "another base, and none; the original is not there"
make_models
expect 0 "$ZNN" rebase --base a.znn c.znn
silent
has_base c.znn a.znn
gives a b c
expect 0 "$ZNN" compress --base a.znn kept/c.safetensors -o same.znn
same c.znn same.znn
expect 0 "$ZNN" rebase --no-base b.znn c.znn
has_base b.znn ""
has_base c.znn ""
rm a.znn same.znn
gives b c
only b.znn c.znn kept
expect 0 "$ZNN" compress kept/b.safetensors -o same.znn
same b.znn same.znn

begin "files that need the rewritten one still find it"
make_models
expect 0 "$ZNN" rebase --no-base b.znn
rm a.znn
gives b c

begin "mode, times and extension stay"
make_models
chmod 640 c.znn
touch -d '2021-02-03 04:05:06.789' c.znn
before=$(stat -c '%a %y %U %G' c.znn)
expect 0 "$ZNN" rebase --base a.znn c.znn
[ "$before" = "$(stat -c '%a %y %U %G' c.znn)" ] || fail "$(stat -c '%a %y' c.znn) instead of $before"
expect 0 "$ZNN" decompress c.znn
same c.safetensors kept/c.safetensors

begin "levels"
make_models
expect 0 "$ZNN" rebase -1 --no-base c.znn
expect 0 "$ZNN" compress -1 kept/c.safetensors -o same.znn
same c.znn same.znn
cp kept/b.safetensors .
expect 0 "$ZNN" rebase -9 --base b.safetensors -T 1 --memory-limit 200MiB c.znn
expect 0 "$ZNN" compress -9 --base b.safetensors kept/c.safetensors -f -o same.znn
same c.znn same.znn

begin "one of the two must be said"
make_models
expect 2 "$ZNN" rebase c.znn
says "give the new base with --base FILE, or --no-base for none"
expect 2 "$ZNN" rebase --no-base --base a.znn c.znn
says "--base and --no-base contradict each other"
expect 2 "$ZNN" rebase --no-base
says "no file given"
expect 2 "$ZNN" rebase --no-base -
says "standard input cannot be read twice"
expect 2 "$ZNN" rebase --no-base c.znn -o -
says "it cannot go to standard output"
expect 2 "$ZNN" rebase --no-base b.znn c.znn -o x.znn
has_base c.znn b.znn

begin "a file that has the base already stays as it is"
make_models
cp c.znn before
expect 0 "$ZNN" rebase -v --base b.znn c.znn
says "c.znn -> c.znn: up to date"
expect 0 "$ZNN" rebase -v --no-base a.znn
says "a.znn -> a.znn: up to date"
same c.znn before
number=$(stat -c %i c.znn)
expect 0 "$ZNN" rebase -f --base b.znn c.znn
[ "$number" != "$(stat -c %i c.znn)" ] || fail "-f did not write it again"
same c.znn before

begin "what it says"
make_models
old=$(size c.znn)
expect 0 "$ZNN" rebase -v --base a.znn c.znn
says "c.znn: b.znn -> a.znn: $old -> $(size c.znn) bytes, "
expect 0 "$ZNN" rebase -v --no-base b.znn c.znn
grep -q "^b.znn: a.znn -> no base: .* bytes" "$logs/err" || fail "$(cat "$logs/err")"
grep -q "^total: 2 files, " "$logs/err" || fail "$(cat "$logs/err")"

begin "a rehearsal changes nothing"
make_models
before=$(find . -printf '%p %i %n %s %T@ %C@\n' | LC_ALL=C sort)
expect 0 "$ZNN" rebase -n --no-base c.znn
prints "would rebase c.znn: b.znn -> no base, now "
expect 0 "$ZNN" rebase -n --base a.znn c.znn -o d.znn
prints "would rebase c.znn -> d.znn: b.znn -> a.znn, now "
expect 1 "$ZNN" rebase -n --base c.znn a.znn
[ "$before" = "$(find . -printf '%p %i %n %s %T@ %C@\n' | LC_ALL=C sort)" ] || fail "something changed"

begin "another place"
make_models
cp c.znn before
mkdir out
expect 0 "$ZNN" rebase --no-base c.znn -o out/x.znn
same c.znn before
expect 0 "$ZNN" decompress -c out/x.znn
cmp -s "$logs/out" kept/c.safetensors || fail "out/x.znn differs"
expect 1 "$ZNN" rebase --no-base c.znn -o out/x.znn
says "out/x.znn: exists already; use -f to replace it"
expect 0 "$ZNN" rebase -f --no-base b.znn c.znn -o out/
(cd out && only b.znn c.znn x.znn)
for kept in a.znn b.znn c.znn; do
    expect 1 "$ZNN" rebase -f --no-base c.znn -o $kept
    cmp -s c.znn before || fail "c.znn has changed"
done
expect 1 "$ZNN" rebase -f --base a.znn c.znn -o a.znn
says "a.znn: is the base and is kept"
mkfifo pipe
"$ZNN" rebase --no-base c.znn -o pipe 2>"$logs/err" &
cat pipe >/dev/null
wait $! && fail "wrote to a pipe"
grep -q "could not be read back and checked" "$logs/err" || fail "$(cat "$logs/err")"
gives a b c

begin "a base that is not beside the file"
make_models
mkdir far
mv b.znn a.znn far
expect 1 "$ZNN" rebase --no-base c.znn
says "c.znn: the base model is missing or a different one: its old base was not found; put it beside the file"
cp kept/d.safetensors far
expect 0 "$ZNN" rebase --base-dir far --base "$PWD/far/d.safetensors" c.znn
says "c.znn: its base '$PWD/far/d.safetensors' is not found by its name; name its directory with --base-dir to read it"
expect 0 "$ZNN" decompress --base-dir far -c c.znn
cmp -s "$logs/out" kept/c.safetensors || fail "c.znn differs"

begin "a base in another folder is found by its relative path"
make_models
mkdir near
mv c.znn near
expect 0 "$ZNN" rebase --base-dir . --base a.znn near/c.znn
silent
has_base near/c.znn ../a.znn
expect 0 "$ZNN" decompress -c near/c.znn
cmp -s "$logs/out" kept/c.safetensors || fail "near/c.znn differs"
expect 0 "$ZNN" rebase -f --base ./near/../a.znn near/c.znn
has_base near/c.znn a.znn

begin "a circle is refused"
make_models
cp a.znn before
expect 1 "$ZNN" rebase --base a.znn a.znn
says "a.znn: is the base itself"
expect 1 "$ZNN" rebase --base b.znn a.znn
says "a.znn: is needed by its new base 'b.znn', and then neither could be decompressed"
expect 1 "$ZNN" rebase --base c.znn a.znn
says "a.znn: is needed by its new base 'c.znn'"
ln -s c.znn l.znn
ln c.znn h.znn
for other in l.znn h.znn; do
    expect 1 "$ZNN" rebase --base $other a.znn
    says "a.znn: is needed by its new base '$other'"
done
expect 1 "$ZNN" rebase --base h.znn c.znn
says "c.znn: is the base itself"
same a.znn before

begin "and so is one through the original, which may be removed later"
make_models
cp kept/a.safetensors .
expect 0 "$ZNN" compress -f --base a.safetensors kept/b.safetensors -o b.znn
cp a.znn before
expect 1 "$ZNN" rebase --base b.znn a.znn
says "a.znn: is needed by its new base 'b.znn'"
expect 1 "$ZNN" rebase --base a.safetensors a.znn
says "a.znn: is needed by its new base 'a.safetensors'"
same a.znn before

begin "a chain of 8 bases, and no longer one"
mkdir kept
make_layers kept/0.safetensors
expect 0 "$ZNN" compress kept/0.safetensors -o 0.znn
for i in 1 2 3 4 5 6 7 8 9; do
    cp kept/$((i - 1)).safetensors kept/$i.safetensors
    flip kept/$i.safetensors $((700 + 4 * i))
    [ $i -eq 9 ] || expect 0 "$ZNN" compress --base $((i - 1)).znn kept/$i.safetensors -o $i.znn
done
expect 0 "$ZNN" compress kept/9.safetensors -o 9.znn
cp 9.znn before
expect 1 "$ZNN" rebase --base 8.znn 9.znn
says "needs a chain of more than 8 bases"
same 9.znn before
expect 0 "$ZNN" rebase --base 7.znn 9.znn
gives 9

begin "links, and files that are not .znn files"
make_models
ln -s c.znn l.znn
expect 1 "$ZNN" rebase --no-base l.znn
says "l.znn: is a symbolic link; name the file that it leads to"
expect 1 "$ZNN" rebase --no-base kept/a.safetensors
says "kept/a.safetensors: not a .znn file"
expect 1 "$ZNN" rebase --no-base missing.znn
expect 1 "$ZNN" rebase --base missing c.znn
expect 1 "$ZNN" rebase --no-base kept
gives a b c

begin "a file without anything in common with the base"
make_models
echo something else >t.txt
expect 0 "$ZNN" compress t.txt
cp t.txt.znn before
expect 0 "$ZNN" rebase --base a.znn t.txt.znn
says "t.txt.znn: has nothing in common with 'a.znn', and stays as it is"
same t.txt.znn before
expect 0 "$ZNN" rebase --base t.txt c.znn
says "c.znn: has nothing in common with 't.txt', and has no base now"
rm a.znn b.znn
gives c

begin "damage is found, and the file stays"
make_models
flip c.znn $(($(size c.znn) / 2))
cp c.znn before
expect 1 "$ZNN" rebase --no-base c.znn
same c.znn before
flip b.znn $(($(size b.znn) / 2))
cp b.znn before
expect 1 "$ZNN" rebase -f --base a.znn b.znn
same b.znn before
only a.znn b.znn before c.znn kept

begin "other bytes under the name of the old base"
cp "$ZNN_DATA/tiny-base-bf16.safetensors" base.safetensors
expect 0 "$ZNN" compress --base base.safetensors "$ZNN_DATA/tiny-child-bf16.safetensors" -o c.znn
cp c.znn before
flip base.safetensors 400001
expect 1 "$ZNN" rebase --no-base c.znn
same c.znn before

begin "rounded numbers stay rounded"
mkdir kept
cp "$ZNN_DATA/tiny-base-bf16.safetensors" "$ZNN_DATA/tiny-child-bf16.safetensors" .
expect 0 "$ZNN" compress --fixed-point 8 --base tiny-base-bf16.safetensors tiny-child-bf16.safetensors -o child.znn
expect 0 "$ZNN" decompress child.znn -o kept/child.safetensors
rm tiny-child-bf16.safetensors
expect 0 "$ZNN" rebase --no-base child.znn
silent
gives child
expect 0 "$ZNN" list child.znn
prints "LOSSY: fixed point, B = 8"
expect 0 "$ZNN" compress --fixed-point 8 kept/child.safetensors -o same.znn
same child.znn same.znn
expect 0 "$ZNN" rebase --base tiny-base-bf16.safetensors child.znn
gives child
has_base child.znn tiny-base-bf16.safetensors

begin "with tensors that repeat, and without"
for dedup in --dedup --no-dedup; do
    rm -rf ./*
    mkdir kept
    awk 'BEGIN { for (i = 0; i < 70000; i++) printf "%c", 65 + (i * 7919 + i * i) % 53 }' >half
    cat half half >twice
    make_safetensors kept/twice.safetensors "{\"a\":{\"dtype\":\"F32\",\"shape\":[17500],\"data_offsets\":[0,70000]},\
\"b\":{\"dtype\":\"F32\",\"shape\":[17500],\"data_offsets\":[70000,140000]}}" twice
    expect 0 "$ZNN" compress $dedup kept/twice.safetensors -o twice.znn
    cp twice.znn before
    expect 0 "$ZNN" rebase -f --no-base twice.znn
    same twice.znn before
done

begin "a file that another znn uses as a base"
if command -v flock >/dev/null; then
    make_models
    cp b.znn before
    exec 5<b.znn
    flock -s 5
    expect 1 "$ZNN" rebase --no-base b.znn
    says "b.znn: is in use by another znn and is not replaced"
    exec 5<&-
    same b.znn before
    only a.znn b.znn before c.znn kept
fi

begin "JSON"
make_models
expect 1 "$ZNN" rebase --json --base a.znn a.znn b.znn c.znn
is_json
[ "$(grep -c '"ok": true' "$logs/out")" -eq 2 ] || fail "$(cat "$logs/out")"
expect 0 "$ZNN" rebase --json -n --no-base c.znn
is_json
expect 0 "$ZNN" rebase --json --no-base c.znn
is_json
[ "$(value old_base)" = a.znn ] || fail "old_base: $(cat "$logs/out")"
[ "$(value compressed_bytes)" = "$(size c.znn)" ] || fail "compressed_bytes: $(cat "$logs/out")"
begin "a directory"
mkdir d
expect 1 "$ZNN" rebase --no-base d
says "d: is a directory; name the files in it"

finish
