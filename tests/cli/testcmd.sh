#!/bin/sh
# What `test` says of whole and of damaged files.
. "$(dirname "$0")/lib.sh"

begin "whole files"
make_layers model.safetensors
: >empty
expect 0 "$ZNN" compress model.safetensors empty
expect 0 "$ZNN" test model.znn empty.znn
silent
prints "model.znn: ok, $(wc -c <model.safetensors) bytes, 8 tensors"
prints "empty.znn: ok, 0 bytes"
# shellcheck disable=SC2002
cat model.znn | "$ZNN" test -T 2 >"$logs/out" || fail "from a pipe"
prints "(stdin): ok, "
expect 0 "$ZNN" test --json model.znn
is_json
[ "$(value ok)" = true ] || fail "ok"
[ "$(value original_bytes)" = "$(wc -c <model.safetensors)" ] || fail "original_bytes"
only empty empty.znn model.safetensors model.znn

begin "one of several"
make_model a.safetensors
expect 0 "$ZNN" compress a.safetensors
echo garbage >b.znn
expect 1 "$ZNN" test missing.znn b.znn a.znn
[ "$(wc -l <"$logs/err")" -eq 2 ] || fail "not two lines"
prints "a.znn: ok"
expect 1 "$ZNN" test --json missing.znn b.znn a.znn
is_json
[ "$(grep -c '"ok": false' "$logs/out")" -eq 2 ] || fail "not two failures"
prints '"message": "could not open: No such file or directory"'

begin "a tree"
among() { # one of several lines
    grep -qF "$1" "$logs/err" || fail "no '$1': $(cat "$logs/err")"
}
mkdir -p m/a/b m/c
make_model m/a/x.safetensors
cp m/a/x.safetensors m/a/b/y.safetensors
expect 0 "$ZNN" compress -r m
cp m/a/x.safetensors.znn outside
ln -s ../../outside m/c/link.znn # followed, unlike what leads to a file of the tree
ln -s ../a/x.safetensors.znn m/c/inside.znn
ln -s ../a m/c/cycle
expect 0 "$ZNN" test -r m
[ "$(sort "$logs/out" | cut -d: -f1 | tr '\n' ' ')" = \
    "m/a/b/y.safetensors.znn m/a/x.safetensors.znn m/c/link.znn " ] || fail "not these three: $(cat "$logs/out")"
[ "$(wc -l <"$logs/err")" -eq 1 ] || fail "not one line"
grep -q '^m: 3 files, 1 link, .* -> .*, .* %, 3 skipped, 0 failed$' "$logs/err" || fail "no summary"
expect 0 "$ZNN" test -rq m
[ ! -s "$logs/err" ] || fail "-q, and yet: $(cat "$logs/err")"
cp m/a/x.safetensors plain # what is named is tested, whatever it is called
cp m/a/x.safetensors.znn called-otherwise
expect 0 "$ZNN" test -r m called-otherwise
grep -q '^total: 4 files, ' "$logs/err" || fail "no total"
expect 1 "$ZNN" test -r plain
among "not a .znn file"
flip m/a/b/y.safetensors.znn 70
: >m/c/garbage.znn
ln -s nowhere m/c/lost.znn
expect 1 "$ZNN" test -r m
prints "m/a/x.safetensors.znn: ok"
prints "m/c/link.znn: ok"
among "m/a/b/y.safetensors.znn: the file is damaged"
among "m/c/garbage.znn: "
among "m/c/lost.znn: is a link to 'nowhere'"
grep -q '^m: 2 files, 1 link, .* 4 skipped, 2 failed$' "$logs/err" || fail "no summary: $(cat "$logs/err")"
expect 1 "$ZNN" test -r --json m
is_json
[ "$(grep -c '"ok": false' "$logs/out")" -eq 2 ] || fail "not two failures"
mkdir e
expect 0 "$ZNN" test -r e
says "e: 0 files, "
expect 1 "$ZNN" test e
says "e: is a directory; use -r to test the files in it"
expect 1 "$ZNN" test -r missing
among "missing: could not open"
expect 2 "$ZNN" test -r
says "no directory given"
expect 2 "$ZNN" test -r -
says "standard input has no name"

begin "a flipped byte"
make_random data 3072
make_safetensors big.safetensors "{\"first.weight\":{\"dtype\":\"U8\",\"shape\":[1572864],\"data_offsets\":[0,1572864]},\
\"second.weight\":{\"dtype\":\"U8\",\"shape\":[1572864],\"data_offsets\":[1572864,3145728]}}" data
expect 0 "$ZNN" compress big.safetensors
size=$(wc -c <big.znn)
cp big.znn t.znn
flip t.znn 700000
expect 1 "$ZNN" test t.znn
says "t.znn: the file is damaged"
says "'znn decompress --salvage' gives the intact parts"
says "'first.weight'"
expect 1 "$ZNN" test --json t.znn
is_json
prints '"first.weight"'
[ "$(value error)" = ZNN_ERROR_CORRUPT ] || fail "error"
[ -n "$(value original_offset)" ] || fail "no offset in the original"
cp big.znn t.znn
flip t.znn 2900000
expect 1 "$ZNN" test t.znn
says "in tensor 'second.weight'"
cp big.znn t.znn
flip t.znn $((size - 60))
expect 1 "$ZNN" test t.znn
says "the index"
cp big.znn t.znn
flip t.znn $((size - 30))
expect 1 "$ZNN" test t.znn
says "the footer"
cp big.znn t.znn
flip t.znn $((size - 1))
expect 1 "$ZNN" test --json t.znn
[ "$(value part)" = footer ] || fail "part"
cp big.znn t.znn
flip t.znn 20
expect 1 "$ZNN" test t.znn
says ", in the header"
expect 1 "$ZNN" test --json t.znn
[ "$(value part)" = header ] || fail "part"

begin "every byte of the end and of a record's head"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
size=$(wc -c <model.znn)
i=$((size - 200))
while [ $i -lt "$size" ]; do
    cp model.znn t.znn
    flip t.znn $i
    expect 1 "$ZNN" test t.znn
    grep -q "the index\|the footer\|'\|too new\|newer" "$logs/err" || fail "offset $i: $(cat "$logs/err")"
    i=$((i + 3))
done

begin "a file that was cut"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
head -c 300 model.znn >t.znn
expect 1 "$ZNN" test t.znn
says "t.znn: the file is damaged"
head -c 0 model.znn >t.znn
expect 1 "$ZNN" test t.znn
says "t.znn: "
finish
