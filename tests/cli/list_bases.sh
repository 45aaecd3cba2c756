#!/bin/sh
# znn list --bases: which .znn file needs which.
. "$(dirname "$0")/lib.sh"

# make_model NAME BASE: a model in `kept`, near the base, and its .znn file in d; without a base if that is `-`.
make_model() {
    if [ "$2" = - ]; then
        make_layers "kept/$1.safetensors"
        flip "kept/$1.safetensors" 800
        expect 0 "$ZNN" compress "kept/$1.safetensors" -o "d/$1.znn"
        return
    fi
    cp "kept/$2.safetensors" "kept/$1.safetensors"
    flip "kept/$1.safetensors" $((900 + 4 * ${3:-0}))
    expect 0 "$ZNN" compress --base "kept/$2.safetensors" "kept/$1.safetensors" -o "d/$1.znn" --base-dir d
}

# row FILE CELL...: the row of the file has these words behind the size.
row() {
    wanted=$*
    found=$(awk -v file="$1" '$1 == file { $2 = $3 = ""; print }' "$logs/out" | tr -s ' ')
    [ "$found" = "$wanted" ] || fail "'$found' instead of '$wanted'"
}

# rows FILE...: the files stand in this order.
rows() {
    wanted=$*
    found=$(awk 'NR > 1 { print $1 }' "$logs/out" | tr '\n' ' ')
    [ "$found" = "$wanted " ] || fail "the rows are '$found' instead of '$wanted'"
}

begin "a tree of files"
mkdir kept d
make_model z -
make_model a z
make_model b a 1
make_model c a 2
make_model e -
make_model f e 1
rm d/e.znn
mkdir d/sub
cp d/b.znn d/sub
expect 0 "$ZNN" list --bases d
rows d/f.znn d/sub/b.znn d/z.znn d/a.znn d/b.znn d/c.znn
row d/z.znn - 0 1 3
row d/a.znn z.safetensors 1 2 2
row d/b.znn a.safetensors 2 0 0
row d/c.znn a.safetensors 2 0 0
row d/f.znn e.safetensors MISSING 0 0 0
row d/sub/b.znn a.safetensors MISSING 0 0 0
grep -q '^    d/a.znn' "$logs/out" || fail "d/a.znn is not below its base: $(cat "$logs/out")"
grep -q '^      d/b.znn' "$logs/out" || fail "d/b.znn is not below its base"
says "d: 6 files, 5 with a base, 2 bases missing, 0 in a circle, the longest chain has 2 bases"
expect 0 "$ZNN" list --bases --base-dir kept d
row d/f.znn e.safetensors 1 0 0
row kept/e.safetensors - 0 1 1
expect 0 "$ZNN" list --bases d/c.znn
rows d/z.znn d/a.znn d/c.znn
expect 0 "$ZNN" list --bases d --exclude sub --exclude '[af].znn'
rows d/z.znn d/a.znn d/b.znn d/c.znn

begin "more names of one file, and folders below"
mkdir kept d
make_model a -
make_model b a
ln d/b.znn d/h.znn
ln -s b.znn d/l.znn
expect 0 "$ZNN" list --bases d
rows d/a.znn d/b.znn
row d/a.znn - 0 1 1

begin "a circle, and what hangs on it"
mkdir kept d
make_model a -
make_model b a
make_model c b
expect 0 "$ZNN" compress -f --base kept/b.safetensors kept/a.safetensors -o d/a.znn
expect 0 "$ZNN" list --bases d
row d/a.znn b.safetensors IN A CIRCLE 1 1 2
row d/b.znn a.safetensors IN A CIRCLE 1 2 2
row d/c.znn b.safetensors 2 0 0
expect 1 "$ZNN" decompress -c d/a.znn
expect 0 "$ZNN" list --bases --json d
is_json
[ "$(grep -c '"circular": true' "$logs/out")" -eq 2 ] || fail "$(cat "$logs/out")"
[ "$(grep -c '"complete": false' "$logs/out")" -eq 3 ] || fail "$(cat "$logs/out")"

begin "a chain that is too long"
mkdir kept d
make_model 0 -
for i in 1 2 3 4 5 6 7 8; do
    make_model $i $((i - 1)) $i
done
cp kept/8.safetensors kept/9.safetensors
flip kept/9.safetensors 3000
expect 0 "$ZNN" compress --base kept/8.safetensors kept/9.safetensors -o d/9.znn
expect 0 "$ZNN" list --bases d
row d/8.znn 7.safetensors 8 1 1
row d/9.znn 8.safetensors TOO LONG A CHAIN 9 0 0
row d/0.znn - 0 1 9

begin "files that cannot be read, and wrong usage"
mkdir d
echo x >d/x.znn
expect 1 "$ZNN" list --bases d
grep -q "^znn: d/x.znn: not a .znn file" "$logs/err" || fail "$(cat "$logs/err")"
expect 1 "$ZNN" list --bases missing
grep -q "^znn: missing: could not open" "$logs/err" || fail "$(cat "$logs/err")"
expect 2 "$ZNN" list --bases
expect 2 "$ZNN" list --bases --names d
expect 2 "$ZNN" list --bases -
expect 2 "$ZNN" list --base-dir d d/x.znn
says "--base-dir is about bases; use it with --bases"

begin "an empty folder"
mkdir e
expect 0 "$ZNN" list --bases e
[ ! -s "$logs/out" ] || fail "$(cat "$logs/out")"

begin "a file without bytes"
: >empty.znn
expect 1 "$ZNN" list --bases empty.znn
grep -qF "empty.znn: not a .znn file: it is empty" "$logs/err" || fail "$(cat "$logs/err")"

finish
