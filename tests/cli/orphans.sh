#!/bin/sh
# --rm never removes what a .znn file that stays needs as its base.
. "$(dirname "$0")/lib.sh"

# make_chain: a, b and c in `kept`, each near the one before, and as .znn files in d, a <- b <- c.
make_chain() {
    mkdir kept d
    make_layers kept/a.safetensors
    for pair in a:b b:c; do
        cp kept/${pair%:*}.safetensors kept/${pair#*:}.safetensors
        flip kept/${pair#*:}.safetensors 1500
        flip kept/${pair#*:}.safetensors $((3000 + $(printf %d "'${pair#*:}")))
    done
    expect 0 "$ZNN" compress kept/a.safetensors -o d/a.znn
    expect 0 "$ZNN" compress --base kept/a.safetensors kept/b.safetensors -o d/b.znn
    expect 0 "$ZNN" compress --base kept/b.safetensors --base-dir kept kept/c.safetensors -o d/c.znn
}

# stays FILE CHILD: it is still there, and the last command said why.
stays() {
    [ -e "$1" ] || fail "$1 is gone"
    grep -qF "$1: not removed, because '$2' needs it as a base and would not find the output; decompress it, too, name the output's directory with --base-dir, or use 'znn rebase'" "$logs/err" ||
        fail "no reason for $1: $(cat "$logs/err")"
}

# whole DIRECTORY MODEL...: it holds these models, and nothing else.
whole() {
    directory=$1
    shift
    for model in "$@"; do
        same "$directory/$model.safetensors" "kept/$model.safetensors"
    done
    [ "$(find "$directory" -type f | wc -l)" -eq $# ] || fail "$directory holds $(ls "$directory")"
}

begin "a base beside a file that needs it, decompressed to another place"
make_chain
for way in "d/a.znn -o out.safetensors" "d/a.znn -o out/" "-r d/a.znn -o out2" "-r d -o out3 --exclude b.znn --exclude c.znn"; do
    # shellcheck disable=SC2086
    expect 1 "$ZNN" decompress --rm $way
    stays d/a.znn d/b.znn
done
same out.safetensors kept/a.safetensors
expect 0 "$ZNN" decompress -c d/c.znn

begin "JSON, and the exit code"
make_chain
expect 1 "$ZNN" decompress --rm --json d/a.znn -o out/
is_json
tail -n 1 "$logs/err" | grep -q "needs it as a base" || fail "$(cat "$logs/err")"

begin "in place, the original is found instead"
make_chain
expect 0 "$ZNN" decompress --rm d/a.znn
silent
expect 0 "$ZNN" decompress --rm d/b.znn -o d/b.safetensors
expect 0 "$ZNN" decompress --rm d/c.znn -o d/
whole d a b c

begin "under another name in the same folder, it is not"
make_chain
expect 1 "$ZNN" decompress --rm d/a.znn -o d/other.safetensors
stays d/a.znn d/b.znn

begin "all files of a chain, in any order"
for order in "a b c" "a c b" "b a c" "b c a" "c a b" "c b a"; do
    for out in out/ d/; do
        rm -rf out d kept
        make_chain
        files=$(for file in $order; do echo "d/$file.znn"; done)
        # shellcheck disable=SC2086
        expect 0 "$ZNN" decompress --rm $files -o $out
        silent
        whole $out a b c
        [ "$out" = d/ ] || [ -z "$(ls d)" ] || fail "$order: d holds $(ls d)"
    done
done

begin "a chain of .znn names"
make_chain
rm d/c.znn
expect 0 "$ZNN" rebase --base d/a.znn d/b.znn
expect 0 "$ZNN" compress --base d/b.znn kept/c.safetensors -o d/c.znn
expect 1 "$ZNN" decompress --rm d/b.znn d/a.znn -o out/
stays d/a.znn d/b.znn
stays d/b.znn d/c.znn
rm -r out
expect 0 "$ZNN" decompress --rm d/b.znn d/a.znn d/c.znn -o out/
whole out a b c

begin "decompress -r --rm to another folder, in any order of the names"
for names in "a b c" "c b a" "b c a" "m z a"; do
    rm -rf out d kept
    make_chain
    # shellcheck disable=SC2086
    set -- $names
    mkdir e
    cp kept/a.safetensors "e/$1.safetensors"
    expect 0 "$ZNN" compress "e/$1.safetensors" -o "e/$1.znn"
    expect 0 "$ZNN" compress --base "e/$1.safetensors" kept/b.safetensors -o "e/$2.znn"
    cp kept/b.safetensors "e/$2.safetensors"
    expect 0 "$ZNN" compress --base "e/$2.safetensors" kept/c.safetensors -o "e/$3.znn"
    rm e/*.safetensors
    expect 0 "$ZNN" decompress -q -r --rm e -o out
    silent
    rmdir e || fail "e holds $(ls e)"
    same "out/$1.safetensors" kept/a.safetensors
    same "out/$2.safetensors" kept/b.safetensors
    same "out/$3.safetensors" kept/c.safetensors
done

begin "a base that was moved to the output folder earlier"
for base in a.safetensors a.znn; do
    rm -rf out d kept
    make_chain
    mkdir out
    [ $base = a.znn ] || expect 0 "$ZNN" decompress d/a.znn
    mv d/$base out
    rm -f d/a.znn
    expect 0 "$ZNN" decompress -q -r --rm d -o out
    silent
    [ -z "$(ls d)" ] || fail "d holds $(ls d)"
    same out/b.safetensors kept/b.safetensors
    same out/c.safetensors kept/c.safetensors
done

begin "a file that fails keeps its bases"
make_chain
flip d/c.znn $(($(size d/c.znn) / 2))
expect 1 "$ZNN" decompress --rm d/a.znn d/b.znn d/c.znn -o out/
stays d/b.znn d/c.znn
stays d/a.znn d/b.znn

begin "compress --rm to another place"
make_chain
cp kept/a.safetensors d
rm d/a.znn
expect 1 "$ZNN" compress --rm d/a.safetensors -o out/
stays d/a.safetensors d/b.znn
expect 1 "$ZNN" compress -r --rm d -o out2
stays d/a.safetensors d/b.znn
expect 0 "$ZNN" compress --rm d/a.safetensors
silent
expect 0 "$ZNN" decompress -c d/c.znn --base-dir d

begin "what finds it elsewhere does not matter"
make_chain
expect 0 "$ZNN" decompress --rm d/a.znn -o out/ --base-dir out
silent
expect 0 "$ZNN" decompress --base-dir out -c d/b.znn

begin "other names of a base"
make_chain
ln d/a.znn d/h.znn
expect 0 "$ZNN" decompress --rm d/h.znn -o out/
expect 1 "$ZNN" decompress --rm d/a.znn -o out/
stays d/a.znn d/b.znn

begin "many files beside it"
make_chain
rm d/c.znn
for i in $(seq 100); do
    ln d/b.znn "d/x$i.znn" # other names of one file: each is a child
done
expect 1 "$ZNN" decompress --rm d/a.znn -o out/
[ -e d/a.znn ] || fail "it is gone"
# shellcheck disable=SC2046
expect 0 "$ZNN" decompress -q --rm d/a.znn d/b.znn $(printf 'd/x%d.znn ' $(seq 100)) -f -o out2/
[ -z "$(ls d)" ] || fail "files are left in d"
finish
