#!/bin/sh
# Folders of models that have bases: -r --rm keeps what others need until they are done.
. "$(dirname "$0")/lib.sh"

# make_chain DIRECTORY: three models, each based on the one before, as .znn files; the models go to `kept`.
make_chain() {
    mkdir -p "$1" kept && rm -f kept/*
    make_layers kept/a.safetensors
    for pair in a:b b:c; do
        cp kept/${pair%:*}.safetensors kept/${pair#*:}.safetensors
        flip kept/${pair#*:}.safetensors 1500
    done
    expect 0 "$ZNN" compress kept/a.safetensors -o "$1/a.znn"
    expect 0 "$ZNN" compress --base kept/a.safetensors kept/b.safetensors -o "$1/b.znn"
    expect 0 "$ZNN" compress --base kept/b.safetensors kept/c.safetensors -o "$1/c.znn" --base-dir kept
}

# whole DIRECTORY: it holds the models, and nothing else.
whole() {
    (cd "$1" && only a.safetensors b.safetensors c.safetensors)
    for model in a b c; do
        same "$1/$model.safetensors" kept/$model.safetensors
    done
}

begin "decompress -r --rm into another folder, and in place"
for output in out deep/er/out chain; do
    rm -rf chain out deep kept
    make_chain chain
    mkdir -p "$(dirname $output)"
    if [ $output = chain ]; then
        expect 0 "$ZNN" decompress -r --rm chain
    else
        expect 0 "$ZNN" decompress -r --rm chain -o $output
        (cd chain && only)
    fi
    whole $output
done

begin "whatever the order of the names"
make_chain chain
mv chain/a.znn chain/z.znn
rm chain/b.znn chain/c.znn
expect 0 "$ZNN" decompress chain/z.znn -o z.safetensors
expect 0 "$ZNN" compress --base z.safetensors kept/b.safetensors -o chain/b.znn
expect 0 "$ZNN" compress --base kept/b.safetensors kept/c.safetensors -o chain/c.znn
expect 0 "$ZNN" decompress -r --rm chain -o out
same out/c.safetensors kept/c.safetensors
(cd chain && only)

begin "a base that an earlier run has decompressed and removed is found in the output folder"
make_chain chain
mkdir out
expect 1 "$ZNN" decompress --rm chain/a.znn -o out/a.safetensors # because the others need it
rm chain/a.znn
expect 0 "$ZNN" decompress -r --rm chain -o out
whole out

begin "a folder that was moved"
make_chain chain
mkdir elsewhere
mv chain elsewhere/moved
expect 0 "$ZNN" decompress -r --rm elsewhere -o out
(cd elsewhere/moved && only)
whole out/moved

begin "what a file needs that failed is kept"
make_chain chain
flip chain/c.znn $(($(size chain/c.znn) / 2))
expect 1 "$ZNN" decompress -r --rm chain -o out
for kept in a b; do
    grep -qF "chain/$kept.znn: not removed, because 'chain/c.znn' needs it" "$logs/err" || fail "$(cat "$logs/err")"
done
(cd chain && only a.znn b.znn c.znn)
rm -rf out
rm chain/c.znn
echo old >taken
mkdir out && echo other >out/b.safetensors
expect 1 "$ZNN" decompress -r --rm chain -o out
(cd chain && only a.znn b.znn)
rm out/*
expect 0 "$ZNN" decompress -r --rm chain -o out
(cd chain && only)

begin "with --base, the base goes last"
make_chain chain
rm chain/c.znn
expect 1 "$ZNN" decompress -r --rm --base chain/a.znn chain/b.znn missing.znn chain
grep -qF "chain/a.znn: not removed, because it is the base, and some files failed" "$logs/err" || fail "$(cat "$logs/err")"
rm -rf chain
make_chain chain
rm chain/c.znn
expect 0 "$ZNN" decompress -r --rm --base chain/a.znn chain -o out
(cd chain && only)
same out/b.safetensors kept/b.safetensors

begin "compress -r --rm with a base among the files"
make_chain chain
rm chain/*
for output in chain out; do
    cp kept/* chain
    expect 0 "$ZNN" compress -q -r --rm --base chain/b.safetensors chain -o $output
    (cd $output && only a.safetensors.znn b.safetensors.znn c.safetensors.znn)
    expect 0 "$ZNN" decompress -r --rm $output -o back
    whole back
    rm -rf back chain/*
done

begin "nor is a base removed before the others in a list"
make_chain chain
cp kept/* .
expect 0 "$ZNN" compress -q --rm --base a.safetensors a.safetensors b.safetensors c.safetensors
only a.znn b.znn c.znn chain kept
expect 0 "$ZNN" decompress --rm a.znn b.znn c.znn
for model in a b c; do
    same $model.safetensors kept/$model.safetensors
done

begin "a base that is rounded is not the base any more"
make_chain chain
cat "$ZNN_DATA/tiny-base-f32.safetensors" >a.safetensors 2>/dev/null || cp "$ZNN_DATA/tiny-base-bf16.safetensors" a.safetensors
cp a.safetensors b.safetensors
cp a.safetensors kept/original
expect 1 "$ZNN" compress --rm --fixed-point 8 --force-lossy-rm --base a.safetensors a.safetensors b.safetensors
grep -qF "a.safetensors: not removed, because it is the base and must stay exact" "$logs/err" ||
    fail "$(cat "$logs/err")"
same a.safetensors kept/original

begin "a base that is called .znn is found under its other name"
make_chain chain
expect 0 "$ZNN" compress --base chain/a.znn kept/b.safetensors -o b.znn
expect 0 "$ZNN" decompress chain/a.znn -o a.safetensors
expect 0 "$ZNN" decompress b.znn -o back
same back kept/b.safetensors
finish
