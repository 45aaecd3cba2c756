#!/bin/sh
# --base: models in another float type than their base.
. "$(dirname "$0")/lib.sh"

ZNN_CONVERT=${ZNN_CONVERT:?set ZNN_CONVERT to the path of convert_model}
data=${ZNN_DATA:?set ZNN_DATA to the folder of the sample models}

size_of() {
    wc -c <"$1" | tr -d ' '
}

# start TITLE: a case with the sample model in several types, and its child.
start() {
    begin "$1"
    cp "$data/tiny-base-bf16.safetensors" bf16.safetensors
    cp "$data/tiny-child-bf16.safetensors" child.safetensors
    "$ZNN_CONVERT" tied bf16.safetensors >f32.safetensors || fail "convert_model"
    "$ZNN_CONVERT" f8 bf16.safetensors >f8.safetensors || fail "convert_model"
    "$ZNN_CONVERT" npz bf16.safetensors >mixed.npz || fail "convert_model" # F32, F16 and F64 by turns
    chmod u+w ./*.safetensors
}

# round_trip FILE BASE PERCENT: compresses FILE against BASE to that much and 3 KB at most, and expects it back.
round_trip() {
    expect 0 "$ZNN" compress -f --base "$2" -o packed.znn "$1"
    silent
    [ "$(size_of packed.znn)" -le $(($(size_of "$1") * $3 / 100 + 3000)) ] ||
        fail "$1 on $2 takes $(size_of packed.znn) bytes"
    expect 0 "$ZNN" decompress -c packed.znn
    same "$logs/out" "$1"
    "$ZNN" decompress --base "$2" - <packed.znn | cmp - "$1" || fail "through a pipe"
    expect 0 "$ZNN" test packed.znn
}

start "the same model in another type"
round_trip bf16.safetensors f32.safetensors 0
round_trip bf16.safetensors mixed.npz 0
round_trip mixed.npz bf16.safetensors 1
round_trip f8.safetensors bf16.safetensors 0
round_trip f8.safetensors f32.safetensors 0
round_trip f8.safetensors mixed.npz 0
round_trip bf16.safetensors f8.safetensors 40

start "a fine-tune in another type"
round_trip child.safetensors f32.safetensors 30
round_trip child.safetensors mixed.npz 30

start "the same for any number of threads"
for threads in 1 2 5; do
    expect 0 "$ZNN" compress -T "$threads" --base f32.safetensors -o "$threads.znn" child.safetensors
    same 1.znn "$threads.znn"
    expect 0 "$ZNN" decompress -T "$threads" -o "$threads.out" 1.znn
    same "$threads.out" child.safetensors
done

start "from a pipe"
expect 0 sh -c "cat child.safetensors | '$ZNN' compress --base f32.safetensors - >piped.znn"
[ "$(size_of piped.znn)" -lt $(($(size_of child.safetensors) * 4 / 10)) ] || fail "no difference"
expect 0 "$ZNN" decompress piped.znn -o back
same back child.safetensors

start "ranges and tensors"
expect 0 "$ZNN" compress --base f32.safetensors child.safetensors
expect 0 "$ZNN" decompress --range 400001:500000 -o part child.znn
tail -c +400002 child.safetensors | head -c 99999 | cmp - part || fail "a range"
expect 0 "$ZNN" extract child.znn 'wte.weight' -o related
expect 0 "$ZNN" compress -f child.safetensors -o alone.znn
expect 0 "$ZNN" extract alone.znn 'wte.weight' -o alone
same related alone

start "a chain of types, and a base that is compressed"
expect 0 "$ZNN" compress f32.safetensors
expect 0 "$ZNN" compress --base f32.znn bf16.safetensors
expect 0 "$ZNN" compress --base bf16.znn f8.safetensors
mkdir old
mv ./*.safetensors old
expect 0 "$ZNN" decompress f8.znn
same f8.safetensors old/f8.safetensors
expect 0 "$ZNN" test bf16.znn

start "what matched"
expect 0 "$ZNN" stat --base f32.safetensors bf16.safetensors
prints "40 tensors of f32.safetensors" # a pair of the smallest one does not pay
expect 0 "$ZNN" stat --related bf16.safetensors f32.safetensors
prints "41 of 41 have a partner, and 41 gain from it"
prints "partners    41 by name; 41 have another type"
expect 0 "$ZNN" stat --related child.safetensors bf16.safetensors
prints "partners    41 by name"
! grep -q "another type" "$logs/out" || fail "something was converted"
expect 0 "$ZNN" stat --json --related bf16.safetensors f32.safetensors
prints '"converted_tensors": 41'

start "a wrong base"
expect 0 "$ZNN" compress --base f32.safetensors bf16.safetensors
mv bf16.safetensors original
mv f32.safetensors right
cp right f32.safetensors
printf '\377\377\377' | dd of=f32.safetensors bs=1 seek=1000001 conv=notrunc 2>/dev/null
expect 1 "$ZNN" decompress bf16.znn
says "is needed, as in 'f32.safetensors'"
[ ! -e bf16.safetensors ] || fail "output from a wrong base"
cp original f32.safetensors # has tensors of these names, but not of the type
expect 1 "$ZNN" decompress bf16.znn
says "it has no tensor '"
mv right f32.safetensors
expect 0 "$ZNN" decompress bf16.znn
same bf16.safetensors original

start "salvage"
expect 0 "$ZNN" compress --base f32.safetensors child.safetensors
expect 0 "$ZNN" decompress --salvage -o back child.znn
same back child.safetensors
printf '\377\377' | dd of=child.znn bs=1 seek=150000 conv=notrunc 2>/dev/null
expect 1 "$ZNN" decompress -f --salvage -o back child.znn
[ "$(size_of back)" -eq "$(size_of child.safetensors)" ] || fail "the salvaged file has $(size_of back) bytes"

start "rounding"
for base in bf16 f32; do
    expect 0 "$ZNN" compress --fixed-point 12 --base $base.safetensors -o $base.znn child.safetensors
    expect 0 "$ZNN" decompress -o $base.out $base.znn
done
same bf16.out f32.out
[ "$(size_of f32.znn)" -le $(($(size_of bf16.znn) * 101 / 100)) ] || fail "rounding gains less"

finish
