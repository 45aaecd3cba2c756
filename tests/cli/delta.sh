#!/bin/sh
# --base: models as what they differ in from others.
. "$(dirname "$0")/lib.sh"

data=${ZNN_DATA:?set ZNN_DATA to the folder of the sample models}
base=$data/tiny-base-bf16.safetensors
child=$data/tiny-child-bf16.safetensors

size_of() {
    wc -c <"$1" | tr -d ' '
}

# start: a base and its child in the current directory.
start() {
    begin "$1"
    cp "$base" base.safetensors
    cp "$child" child.safetensors
    chmod u+w ./*.safetensors
}

# flip FILE OFFSET: turns over a bit of the byte there.
flip() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

start "there and back"
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
silent
[ "$(size_of child.znn)" -lt $(($(size_of child.safetensors) * 3 / 10)) ] || fail "no more than 30 % left"
mv child.safetensors original
expect 0 "$ZNN" decompress child.znn
silent
same child.safetensors original
expect 0 "$ZNN" test child.znn
prints "child.znn: ok, 797504 bytes"
expect 0 "$ZNN" decompress --base base.safetensors -c child.znn
same "$logs/out" original
"$ZNN" decompress --base base.safetensors - <child.znn | cmp - original || fail "through a pipe"
expect 0 "$ZNN" compress -f -v --base base.safetensors child.safetensors
says "of a base"

start "the same for any number of threads"
for threads in 1 2 5; do
    expect 0 "$ZNN" compress -T "$threads" --base base.safetensors -o "$threads.znn" child.safetensors
    same 1.znn "$threads.znn"
    expect 0 "$ZNN" decompress -T "$threads" --base base.safetensors -o "$threads.out" 1.znn
    same "$threads.out" child.safetensors
done

start "a child from a pipe"
expect 0 sh -c "cat child.safetensors | '$ZNN' compress --base base.safetensors - >piped.znn"
[ "$(size_of piped.znn)" -lt $(($(size_of child.safetensors) * 4 / 10)) ] || fail "no delta"
expect 0 "$ZNN" decompress piped.znn -o back
same back child.safetensors

start "a child from a pipe, in which repeats are searched"
"$ZNN" compress --base base.safetensors -c - <child.safetensors >plain.znn
expect 0 sh -c "cat child.safetensors | '$ZNN' compress --dedup --base base.safetensors - >piped.znn"
[ "$(size_of piped.znn)" -lt $(($(size_of plain.znn) * 11 / 10)) ] || fail "only some tensors are related"
expect 0 "$ZNN" decompress piped.znn -o back
same back child.safetensors

start "the base is elsewhere, or called otherwise"
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
mkdir bases
mv base.safetensors bases
expect 1 "$ZNN" decompress -c child.znn
says "it needs its base, called 'base.safetensors' (797504 bytes), with tensor '"
[ ! -s "$logs/out" ] || fail "output without the base"
expect 0 "$ZNN" decompress --base-dir bases -c child.znn
same "$logs/out" child.safetensors
expect 0 "$ZNN" test --base-dir bases child.znn
mv bases/base.safetensors other
expect 1 "$ZNN" test --base-dir bases child.znn
says "it needs its base"
expect 0 "$ZNN" decompress --base other -c child.znn
same "$logs/out" child.safetensors
expect 1 "$ZNN" decompress --base missing -c child.znn
says "missing: could not open"

start "a base that is compressed"
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
expect 0 "$ZNN" compress --rm base.safetensors
expect 0 "$ZNN" decompress -c child.znn
same "$logs/out" child.safetensors
mv base.znn base.safetensors.znn
expect 0 "$ZNN" decompress -c child.znn
same "$logs/out" child.safetensors
mv base.safetensors.znn packed
expect 0 "$ZNN" compress -f --base packed child.safetensors
expect 0 "$ZNN" decompress -c child.znn
same "$logs/out" child.safetensors

start "chains"
cp child.safetensors second.safetensors
flip second.safetensors 400000
cp second.safetensors third.safetensors
flip third.safetensors 500000
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
expect 0 "$ZNN" compress --base child.safetensors second.safetensors
expect 0 "$ZNN" compress --base second.safetensors third.safetensors
[ "$(size_of third.znn)" -lt 3000 ] || fail "one bit takes $(size_of third.znn) bytes"
mkdir old
mv child.safetensors second.safetensors third.safetensors old
expect 0 "$ZNN" decompress third.znn
same third.safetensors old/third.safetensors
expect 0 "$ZNN" extract third.znn 'wte.weight' -o weights
expect 0 "$ZNN" decompress --range 400000:500001 -o part third.znn
tail -c +400001 old/third.safetensors | head -c 100001 | cmp - part || fail "a range"
mv base.safetensors old
expect 1 "$ZNN" decompress -f third.znn
says "third.znn: its base './second.znn': its base './child.znn': the base model is missing or a different one: it \
needs its base, called 'base.safetensors'"
expect 0 "$ZNN" decompress -f --base-dir old third.znn
cp old/base.safetensors .
cp child.znn 1.znn
for i in 1 2 3 4 5 6 7; do
    expect 0 "$ZNN" compress --base "$i.znn" -o "$((i + 1)).znn" old/second.safetensors
done
expect 0 "$ZNN" decompress -c 8.znn
same "$logs/out" old/second.safetensors
expect 1 "$ZNN" compress --base 8.znn -o 9.znn old/second.safetensors
says "needs a chain of more than 8 bases"

start "a wrong base"
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
rm child.safetensors
cp base.safetensors right
flip base.safetensors 700000
expect 1 "$ZNN" decompress child.znn
says "its tensor '"
says "is needed, as in 'base.safetensors'"
only base.safetensors child.znn right
expect 1 "$ZNN" test --json child.znn
prints '"error": "ZNN_ERROR_BASE"'
head -c 600000 right >base.safetensors
expect 1 "$ZNN" decompress child.znn
says "child.znn: its base './base.safetensors': it has no tensor '"
only base.safetensors child.znn right
echo text >base.safetensors
expect 1 "$ZNN" decompress child.znn
says "it has no tensor '"
cp "$child" base.safetensors
expect 1 "$ZNN" decompress child.znn
says "is needed"
only base.safetensors child.znn right
: >base.safetensors
expect 1 "$ZNN" decompress child.znn
says "child.znn: its base './base.safetensors': it has no tensor '"
ln -sf child.znn loop
rm base.safetensors
ln -s child.znn base.safetensors
expect 1 "$ZNN" decompress child.znn
says "it needs its base"

start "a bit of the base that no delta needs"
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
sed -i 's/"__metadata__"/"__METADATA__"/' base.safetensors
flip base.safetensors "$(($(size_of base.safetensors) - 1))"
cp "$base" whole
# A tensor more than the child has: it may change.
expect 0 "$ZNN" compress -f --base whole child.safetensors
expect 0 "$ZNN" decompress -c --base whole child.znn
same "$logs/out" child.safetensors

start "nothing in common"
make_random noise 300
expect 0 "$ZNN" compress -o alone.znn child.safetensors
expect 0 "$ZNN" compress --base noise -o with.znn child.safetensors
same alone.znn with.znn
expect 0 "$ZNN" compress --base base.safetensors -o noise.znn noise
expect 0 "$ZNN" decompress -c noise.znn
same "$logs/out" noise

start "the base is among the files"
expect 0 "$ZNN" compress --base base.safetensors base.safetensors child.safetensors
says "base.safetensors: is the base itself, and is compressed without one"
rm base.safetensors child.safetensors
expect 0 "$ZNN" decompress base.znn child.znn
same base.safetensors "$base"
same child.safetensors "$child"

start "rounded, and against a base"
expect 0 "$ZNN" compress --base base.safetensors -o exact.znn child.safetensors
expect 0 "$ZNN" compress --fixed-point 12 -o alone.znn child.safetensors
for threads in 1 2 5; do
    expect 0 "$ZNN" compress -f -T "$threads" --fixed-point 12 --base base.safetensors -o "$threads.znn" child.safetensors
    same 1.znn "$threads.znn"
done
[ "$(size_of 1.znn)" -lt "$(size_of exact.znn)" ] || fail "larger than without rounding"
[ "$(size_of 1.znn)" -lt $(($(size_of alone.znn) / 2)) ] || fail "larger than half of what it is alone"
expect 0 "$ZNN" decompress -o rounded 1.znn
expect 0 "$ZNN" compress --fixed-point 12 --base base.safetensors -o again.znn rounded
expect 0 "$ZNN" decompress -o twice again.znn
same rounded twice
expect 0 "$ZNN" test 1.znn
prints "LOSSY: fixed point, B = 12"
expect 0 "$ZNN" list 1.znn
prints "rounded"
expect 0 "$ZNN" list --json 1.znn
prints '"rounded_bytes": '
expect 0 "$ZNN" stat --tensors --json 1.znn
prints '"delta_bytes": '
expect 0 "$ZNN" stat --fixed-point 12 --json --base base.safetensors child.safetensors
with=$(grep '"file_ratio"' "$logs/out")
expect 0 "$ZNN" stat --fixed-point 12 --json child.safetensors
[ "$with" != "$(grep '"file_ratio"' "$logs/out")" ] || fail "the base does not count: $with"
expect 0 "$ZNN" decompress --range 300000:400001 -o part 1.znn
tail -c +300001 rounded | head -c 100001 | cmp - part || fail "a range"
expect 0 "$ZNN" extract 1.znn 'wte.weight' -o weights
expect 0 "$ZNN" extract alone.znn 'wte.weight' -o weights-alone
same weights weights-alone
expect 0 "$ZNN" decompress --salvage -o saved 1.znn
same saved rounded
"$ZNN" decompress --base base.safetensors - <1.znn | cmp - rounded || fail "through a pipe"
expect 0 "$ZNN" compress --fixed-point 12 -o base.znn base.safetensors
mv base.safetensors whole
expect 1 "$ZNN" decompress -c 1.znn
says "1.znn: its base './base.znn': its tensor '"
expect 0 "$ZNN" compress --fixed-point 12 --base base.znn -o lossy-base.znn child.safetensors
expect 0 "$ZNN" decompress -c lossy-base.znn
[ "$(size_of "$logs/out")" = "$(size_of child.safetensors)" ] || fail "another size"

start "what cannot be read leaves nothing, not even a head"
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
rm base.safetensors
for form in safetensors npy raw; do
    expect 1 "$ZNN" extract --format $form -o - child.znn wte.weight
    says "it needs its base, called 'base.safetensors'"
    [ ! -s "$logs/out" ] || fail "something was written"
done

start "stat"
expect 0 "$ZNN" stat --base base.safetensors --tensors child.safetensors
prints "tensors of base.safetensors"
prints "without it"
prints "delta"
prints "saved"
expect 0 "$ZNN" stat --base base.safetensors --tensors --json child.safetensors
prints '"base_tensors": '
prints '"alone_compressed_bytes": '
prints '"delta_bytes": '
expect 0 "$ZNN" compress --base base.safetensors child.safetensors
expect 0 "$ZNN" stat child.znn
prints "tensors of base.safetensors"
expect 0 "$ZNN" stat --json child.znn
prints '"base": "base.safetensors"'
expect 0 "$ZNN" list child.znn
prints "wte.weight"
prints "tensors of base.safetensors"
expect 0 "$ZNN" list --json child.znn
prints '"base": "base.safetensors"'
expect 0 "$ZNN" test child.znn
prints " tensors of base.safetensors"
expect 0 "$ZNN" test --json child.znn
prints '"base": "base.safetensors"'
expect 1 "$ZNN" stat child.znn base.safetensors --related
says "is already compressed"
expect 0 "$ZNN" stat child.safetensors base.safetensors --related
prints "yes: znn compress --base base.safetensors child.safetensors"
make_random noise 100
expect 0 "$ZNN" stat noise base.safetensors --related
prints "no: it would save next to nothing"
expect 0 "$ZNN" stat --json child.safetensors base.safetensors --related
prints '"related": true'
expect 2 "$ZNN" stat child.safetensors --related
says "--related takes two files"

finish
