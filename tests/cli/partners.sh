#!/bin/sh
# --base: tensors whose partners have other names, and what stat says about them.
. "$(dirname "$0")/lib.sh"

ZNN_CONVERT=${ZNN_CONVERT:?set ZNN_CONVERT to the path of convert_model}
data=${ZNN_DATA:?set ZNN_DATA to the folder of the sample models}

size_of() {
    wc -c <"$1" | tr -d ' '
}

# start TITLE: a case with the sample model as F32 under several names, its child, and a quantized copy.
start() {
    begin "$1"
    cp "$data/tiny-base-bf16.safetensors" base.safetensors
    cp "$data/tiny-child-bf16.safetensors" child.safetensors
    for mode in neox gguf-names reversed; do
        "$ZNN_CONVERT" "$mode" base.safetensors >"$mode.safetensors" || fail "convert_model"
    done
    "$ZNN_CONVERT" gguf base.safetensors >model.gguf || fail "convert_model"
    chmod u+w ./*.safetensors
}

# round_trip FILE BASE BYTES: compresses FILE against BASE to so many bytes at most, and expects it back.
round_trip() {
    expect 0 "$ZNN" compress -f --base "$2" -o packed.znn "$1"
    silent
    [ "$(size_of packed.znn)" -le "$3" ] || fail "$1 on $2 takes $(size_of packed.znn) bytes"
    expect 0 "$ZNN" decompress -c packed.znn
    same "$logs/out" "$1"
    "$ZNN" decompress --base "$2" - <packed.znn | cmp - "$1" || fail "through a pipe"
}

start "names of other programs"
round_trip neox.safetensors gguf-names.safetensors 4000
round_trip gguf-names.safetensors neox.safetensors 4000
round_trip gguf-names.safetensors base.safetensors 4000

start "another order"
round_trip reversed.safetensors base.safetensors 4000
round_trip base.safetensors reversed.safetensors 4000
expect 0 "$ZNN" compress --base base.safetensors -o named.znn child.safetensors
round_trip child.safetensors reversed.safetensors $(($(size_of named.znn) + 1000))

start "a quantized model whose base has other names"
expect 0 "$ZNN" compress --base base.safetensors -o named.znn model.gguf
for base in neox gguf-names reversed; do
    round_trip model.gguf $base.safetensors $(($(size_of named.znn) + 2000))
done

start "layers that were numbered anew"
sed 's/"h\.0\./"h.x./g; s/"h\.1\./"h.0./g; s/"h\.x\./"h.1./g' child.safetensors >swapped.safetensors
[ "$(size_of swapped.safetensors)" -eq "$(size_of child.safetensors)" ] || fail "sed changed the size"
expect 0 "$ZNN" compress --base base.safetensors -o named.znn child.safetensors
round_trip swapped.safetensors base.safetensors $(($(size_of named.znn) + 1000))

start "the same for any number of threads"
for threads in 1 2 5; do
    expect 0 "$ZNN" compress -T "$threads" --base reversed.safetensors -o "$threads.znn" child.safetensors
    same 1.znn "$threads.znn"
done

start "from a pipe, names still help"
expect 0 sh -c "'$ZNN' compress --base neox.safetensors - <gguf-names.safetensors >piped.znn"
[ "$(size_of piped.znn)" -le 4000 ] || fail "$(size_of piped.znn) bytes"
expect 0 "$ZNN" decompress piped.znn -o back
same back gguf-names.safetensors

start "what stat says"
expect 0 "$ZNN" stat --base neox.safetensors --tensors gguf-names.safetensors
prints "partners    41 by translated name"
grep -q "^  blk.0.attn_qkv.weight .* translation$" "$logs/out" || fail "no partner"
expect 0 "$ZNN" stat --base base.safetensors --tensors child.safetensors
prints "partners    41 by name"
expect 0 "$ZNN" stat --json --base reversed.safetensors --tensors --match "h.1.qkv.weight" child.safetensors
prints '"partner_by": "content"'
prints '"partner": "t'
prints '"partner_dtype": "F32"'
expect 0 "$ZNN" stat --related child.safetensors reversed.safetensors
prints "41 have another type"
expect 0 "$ZNN" stat --json --related gguf-names.safetensors neox.safetensors
prints '"translated_tensors": 41'

finish
