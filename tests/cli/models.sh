#!/bin/sh
# Models in formats other than safetensors, and of few values, made from real weights: each is recognised, makes the
# round trip, and leaves what it should.
. "$(dirname "$0")/lib.sh"

ZNN_CONVERT=${ZNN_CONVERT:?set ZNN_CONVERT to the path of convert_model}

# try MODE FILE FORMAT TENSORS: a model in that mode is seen as FORMAT, with so many tensors.
try() {
    begin "$1"
    "$ZNN_CONVERT" "$1" "$ZNN_DATA/tiny-base-bf16.safetensors" >"$2" || fail "convert_model"
    expect 0 "$ZNN" compress -v "$2" -o a.znn
    grep -q ", $3, $4 tensor" "$logs/out" "$logs/err" || fail "not $3 with $4 tensors: $(cat "$logs/out" "$logs/err")"
    expect 0 "$ZNN" decompress a.znn -o back
    same "$2" back
    # shellcheck disable=SC2002
    cat "$2" | "$ZNN" compress - | "$ZNN" decompress - | cmp - "$2" || fail "through pipes"
}

try gguf model.gguf gguf 41
try npy weight.npy npy 1
try npz model.npz npz 41
try gptq model.safetensors safetensors 50
try f8 model.safetensors safetensors 41
try c64 model.safetensors safetensors 41

# few MODE PERCENT: weights that take few values, widened again, leave no more than so much.
few() {
    begin "$1"
    "$ZNN_CONVERT" "$1" "$ZNN_DATA/tiny-base-bf16.safetensors" >model.safetensors || fail "convert_model"
    expect 0 "$ZNN" compress model.safetensors -o a.znn
    expect 0 "$ZNN" decompress a.znn -o back
    same model.safetensors back
    size=$(wc -c <model.safetensors)
    left=$(wc -c <a.znn)
    [ $((left * 100)) -le $((size * $2)) ] || fail "$left of $size bytes are left, more than $2 %"
    # shellcheck disable=SC2002
    cat model.safetensors | "$ZNN" compress -9 - | "$ZNN" decompress - | cmp - model.safetensors || fail "through pipes"
}

few int8 25
few int4 20
few int4-bf16 28
few nf4 32
few nf4-bf16 36
few mask 5
few half-zero 43

finish
