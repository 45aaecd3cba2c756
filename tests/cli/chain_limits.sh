#!/bin/sh
# A chain of more than 8 bases, and a circle of bases, are refused when they would be made, not when they are read.
. "$(dirname "$0")/lib.sh"

# make_chain FIRST LAST: models in `kept`, each near the one before, and as a chain of .znn files.
make_chain() {
    mkdir -p kept
    make_layers "kept/m$1.safetensors"
    flip "kept/m$1.safetensors" $((800 + $1))
    expect 0 "$ZNN" compress "kept/m$1.safetensors" -o "m$1.znn"
    for i in $(seq $(($1 + 1)) "$2"); do
        cp "kept/m$((i - 1)).safetensors" "kept/m$i.safetensors"
        flip "kept/m$i.safetensors" $((900 + 4 * i))
        expect 0 "$ZNN" compress --base "m$((i - 1)).znn" "kept/m$i.safetensors" -o "m$i.znn"
    done
}

# gives MODEL...: each .znn file gives its model.
gives() {
    for model in "$@"; do
        expect 0 "$ZNN" decompress -cq "m$model.znn"
        cmp -s "$logs/out" "kept/m$model.safetensors" || fail "m$model.znn does not give its model"
    done
}

# unchanged FILE...: the files are as they were at the last `note FILE...`.
note() {
    sums=$(cat "$@" | cksum)
}
unchanged() {
    [ "$sums" = "$(cat "$@" | cksum)" ] || fail "something changed among $*"
}

too_long="which needs this file, would have a chain of more than 8 bases; choose a base that needs fewer"

begin "a file at the end of a chain"
make_chain 0 8
gives 8
cp kept/m8.safetensors kept/m9.safetensors
flip kept/m9.safetensors 2000
for rm in -k --rm; do
    cp kept/m9.safetensors m9.safetensors
    expect 1 "$ZNN" compress $rm --base m8.znn m9.safetensors
    says "needs a chain of more than 8 bases"
    [ ! -e m9.znn ] || fail "it was made nevertheless"
    same m9.safetensors kept/m9.safetensors
done
expect 0 "$ZNN" compress --rm --base m7.znn m9.safetensors
gives 9
note m9.znn
expect 1 "$ZNN" rebase --base m8.znn m9.znn
says "needs a chain of more than 8 bases"
unchanged m9.znn

begin "a file that others need gets a base"
make_chain 0 4
make_chain 20 24
note m2*.znn
expect 1 "$ZNN" rebase --base m4.znn m20.znn
says "m20.znn: with this base, './m24.znn', $too_long"
expect 1 "$ZNN" compress -f --base m4.znn kept/m20.safetensors -o m20.znn
says "m20.znn: with this base, './m24.znn', $too_long"
unchanged m2*.znn
expect 0 "$ZNN" rebase --base m3.znn m20.znn
gives 20 21 22 23 24
expect 0 "$ZNN" compress -f --base m3.znn kept/m20.safetensors -o m20.znn
gives 20 21 22 23 24

begin "a model that others need becomes a .znn file with a base"
make_chain 0 7
for i in a b; do
    cp kept/m7.safetensors kept/$i.safetensors
    flip kept/$i.safetensors 1700
done
flip kept/b.safetensors 1800
cp kept/a.safetensors .
expect 0 "$ZNN" compress --base a.safetensors kept/b.safetensors -o b.znn
expect 1 "$ZNN" compress --rm --base m7.znn a.safetensors
says "a.znn: with this base, './b.znn', $too_long"
same a.safetensors kept/a.safetensors
expect 0 "$ZNN" compress --rm --base m6.znn a.safetensors
expect 0 "$ZNN" decompress -c b.znn
cmp -s "$logs/out" kept/b.safetensors || fail "b.znn does not give its model"

begin "a circle"
make_chain 0 2
note m*.znn
for base in m1.znn m2.znn; do
    expect 1 "$ZNN" compress -f --base $base kept/m0.safetensors -o m0.znn
    says "m0.znn: is the base and is kept; give another output with -o"
    expect 1 "$ZNN" rebase --base $base m0.znn
    says "m0.znn: is needed by its new base '$base'"
done
unchanged m*.znn
cp kept/m0.safetensors .
expect 1 "$ZNN" compress -f --base m2.znn m0.safetensors
unchanged m*.znn

begin "a circle through a model: it stays whole"
mkdir kept
make_layers a.safetensors
cp a.safetensors kept
cp a.safetensors b.safetensors
flip b.safetensors 1500
cp b.safetensors kept
expect 0 "$ZNN" compress --rm --base a.safetensors b.safetensors
expect 0 "$ZNN" compress -f --rm --base b.znn a.safetensors
says "a.safetensors: is needed by the base 'b.znn', and is compressed without one"
only a.znn b.znn kept
for model in a b; do
    expect 0 "$ZNN" decompress -cq $model.znn
    cmp -s "$logs/out" kept/$model.safetensors || fail "$model.znn does not give its model"
done
finish
