#!/bin/sh
# --base: quantized models as what the floats that they were made from do not predict.
. "$(dirname "$0")/lib.sh"

data=${ZNN_DATA:?set ZNN_DATA to the folder of the sample models}
convert=${ZNN_CONVERT:?set ZNN_CONVERT to the program convert_model}
base=$data/tiny-base-bf16.safetensors

size_of() {
    wc -c <"$1" | tr -d ' '
}

# start: a base, and a GGUF file of its weights as F16, Q8_0 and Q4_K; those in Q4_K have other shapes.
start() {
    begin "$1"
    cp "$base" base.safetensors
    "$convert" gguf "$base" >model.gguf
    chmod u+w base.safetensors
}

start "there and back"
expect 0 "$ZNN" compress -o alone.znn model.gguf
expect 0 "$ZNN" compress --base base.safetensors model.gguf
silent
[ $((4 * $(size_of model.znn))) -lt "$(size_of alone.znn)" ] || fail "not a quarter of its size without the base"
mv model.gguf original
expect 0 "$ZNN" decompress model.znn
silent
same model.gguf original
expect 0 "$ZNN" test model.znn
"$ZNN" decompress --base base.safetensors - <model.znn | cmp - original || fail "through a pipe"

start "the same for any number of threads, and from a pipe"
for threads in 1 2 5; do
    expect 0 "$ZNN" compress -T "$threads" --base base.safetensors -o "$threads.znn" model.gguf
    same 1.znn "$threads.znn"
    expect 0 "$ZNN" decompress -T "$threads" --base base.safetensors -o "$threads.out" 1.znn
    same "$threads.out" model.gguf
done
expect 0 sh -c "cat model.gguf | '$ZNN' compress --base base.safetensors - >piped.znn"
expect 0 "$ZNN" decompress piped.znn -o back
same back model.gguf

start "a base that is compressed"
expect 0 "$ZNN" compress base.safetensors
expect 0 "$ZNN" compress --base base.znn model.gguf
expect 0 "$ZNN" decompress --base base.znn -o back model.znn
same back model.gguf

start "tensors one by one"
expect 0 "$ZNN" compress --base base.safetensors model.gguf
expect 0 "$ZNN" compress -o alone.znn model.gguf
"$ZNN" list alone.znn | awk '$2 == "q8_0" { print $1 }' | head -n 4 >names
while read -r name; do
    expect 0 "$ZNN" extract -o one model.znn "$name"
    expect 0 "$ZNN" extract -o two alone.znn "$name"
    same one two
    rm one two
done <names

start "another base"
expect 0 "$ZNN" compress --base base.safetensors model.gguf
mv model.gguf original
for place in 1 2 3 4 5 6 7; do # somewhere in each large tensor
    printf X | dd of=base.safetensors bs=1 seek=$((place * 100000)) conv=notrunc 2>/dev/null
done
expect 1 "$ZNN" decompress model.znn
[ ! -e model.gguf ] || fail "there is an output"

finish
