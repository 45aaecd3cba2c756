#!/bin/sh
# Rounding from the command line: what it says, what it refuses, which tensors it takes.
. "$(dirname "$0")/lib.sh"

model=${ZNN_DATA:?}/tiny-base-bf16.safetensors
[ -r "$model" ] || skip "$model is not there"

# differs FILE: it is as long as the model, and another one.
differs() {
    [ "$(size "$1")" -eq "$(size "$model")" ] || fail "$1 has another length"
    if cmp -s "$1" "$model"; then fail "$1 was not rounded"; fi
}

begin "a rounded model"
expect 0 "$ZNN" compress -v --fixed-point 8 -o a.znn "$model"
says "LOSSY: fixed point, B = 8: at most 2^-9 from the original"
says " of "
expect 0 "$ZNN" decompress -v -o back a.znn
says "LOSSY: fixed point, B = 8"
differs back
expect 0 "$ZNN" compress --fixed-point 8 -o again.znn back
expect 0 "$ZNN" decompress -o twice again.znn
same back twice
expect 0 "$ZNN" test a.znn
prints "LOSSY: fixed point, B = 8: at most 2^-9 from the original"
expect 0 "$ZNN" test --json a.znn
prints '"max_error": "2^-9"'
expect 0 "$ZNN" list a.znn
prints "LOSSY: fixed point, B = 8"
prints "rounded"
prints "exact"
expect 0 "$ZNN" list --json a.znn
prints '"rounded_bytes"'
prints '"mode": "fixed-point"'
expect 0 "$ZNN" stat a.znn
prints "LOSSY       fixed point, B = 8"
expect 0 "$ZNN" stat --json a.znn
prints '"bits": 8'
expect 0 "$ZNN" compress -T2 --fixed-point 8 -c "$model"
same "$logs/out" a.znn
# shellcheck disable=SC2002
cat "$model" | "$ZNN" compress --fixed-point 8 - | "$ZNN" decompress - >piped || fail "through pipes"
same piped back

begin "rounding down, zeros"
expect 0 "$ZNN" compress -v --fixed-point 8 --rounding floor --exact-zero -o a.znn "$model"
says "less than 2^-8 below the original, negative zeros kept"
expect 0 "$ZNN" test --json a.znn
prints '"rounding": "floor"'
prints '"exact_zero": true'

begin "an error that is allowed"
for error in 2^-9 0.001953125 1.953125e-3; do
    expect 0 "$ZNN" compress -f -v --max-error "$error" -o a.znn "$model"
    says "B = 8:"
done
expect 0 "$ZNN" compress -f -v --max-error 0.00195 -o a.znn "$model"
says "B = 9:"
expect 0 "$ZNN" compress -f -v --max-error 2^-9 --rounding floor -o a.znn "$model"
says "B = 9:"
expect 0 "$ZNN" compress -f --max-error 1e-15 -o a.znn "$model"
says "because B = 49 is only for F64"
expect 0 "$ZNN" decompress -f -o back a.znn
same back "$model"
expect 0 "$ZNN" compress -f -v --max-error 1e-30 -o a.znn "$model"
grep -qF "no precision meets an error of 1e-30" "$logs/err" || fail "no word on the error"
expect 0 "$ZNN" decompress -f -o back a.znn
same back "$model"
expect 0 "$ZNN" compress -f --max-error 1e-30 -o a.znn "$model"
says "no precision meets an error of 1e-30"
expect 0 "$ZNN" compress -q -f --max-error 1e-30 -o a.znn "$model"
silent

begin "what was asked for and not done"
expect 0 "$ZNN" compress --fixed-point 10 -o a.znn "$model"
silent # norms and biases are little, and nobody misses them
awk 'BEGIN { for (i = 0; i < 40000; i++) printf "%c", i % 4 == 3 ? 61 : 65 + (i * 7919) % 53 }' >flat
make_safetensors state.safetensors \
    '{"exp_avg":{"dtype":"F32","shape":[10000],"data_offsets":[0,40000]}}' flat
expect 0 "$ZNN" compress --fixed-point 10 state.safetensors
says "1 of 1 tensors is not rounded: 1 with fewer than 2 dimensions or 4096 numbers, which --only rounds"
expect 0 "$ZNN" compress -f --json --fixed-point 10 state.safetensors
prints '"small_bytes": 40000'
expect 0 "$ZNN" compress -f --fixed-point 10 --only '*' state.safetensors
silent
expect 0 "$ZNN" compress -f --fixed-point 10 --keep '*' state.safetensors
silent
echo text >text
expect 0 "$ZNN" compress --fixed-point 10 text
says "has no tensor to round, so it is lossless"

begin "numbers that become zero"
expect 0 "$ZNN" compress --fixed-point 3 -o a.znn "$model"
says "B = 3 turns "
expect 0 "$ZNN" compress -f --max-error 5 -o a.znn "$model"
says "turns 100.0 % of the rounded numbers into zeros"
expect 0 "$ZNN" compress -f --json --max-error 5 -o a.znn "$model"
[ "$(value zeroed_numbers)" -gt 100000 ] || fail "JSON tells of $(value zeroed_numbers) zeros"
expect 0 "$ZNN" compress -q -f --max-error 5 -o a.znn "$model"
silent

begin "which tensors"
expect 0 "$ZNN" compress --fixed-point 6 --keep '*' -v -o a.znn "$model"
grep -qF "has no tensor to round" "$logs/err" || fail "no word on that nothing was rounded"
expect 0 "$ZNN" decompress -o back a.znn
same back "$model"
expect 0 "$ZNN" compress -f --fixed-point 6 --only 'lnf.*' -v -o a.znn "$model"
says " 2 of "
expect 0 "$ZNN" compress -f --fixed-point 6 --only '*' --keep '*.bias' --keep 'h.0.*' -v -o a.znn "$model"
expect 0 "$ZNN" list --json --match 'h.0.*' a.znn
if grep -q rounded_bytes "$logs/out"; then fail "a tensor was rounded that is to be kept"; fi
expect 0 "$ZNN" list --json --match 'h.1.ln1.weight' a.znn
prints rounded_bytes
expect 0 "$ZNN" list --json --match '*.bias' a.znn
if grep -q rounded_bytes "$logs/out"; then fail "a bias was rounded that is to be kept"; fi

begin "patterns that match nothing"
expect 0 "$ZNN" compress -f --fixed-point 6 --keep 'nosuch*' --keep 'h.0.*' -o a.znn "$model"
says "--keep 'nosuch*' matches no tensor"
if grep -qF "h.0" "$logs/err"; then fail "a pattern that matches was complained of"; fi
expect 0 "$ZNN" compress -q -f --fixed-point 6 --keep 'nosuch*' -o a.znn "$model"
silent
expect 0 "$ZNN" compress -f --fixed-point 6 --only 'nosuch*' -o a.znn "$model"
says "--only 'nosuch*' matches no tensor"
expect 0 "$ZNN" compress -f --fixed-point 6 --only 'h.0.*' --keep '*' -o a.znn "$model"
silent
mkdir tree
cp "$model" tree/m.safetensors
echo text >tree/other.txt
expect 0 "$ZNN" compress -q -f -r --fixed-point 6 --keep 'h.0.*' tree
silent
rm -r tree
expect 0 "$ZNN" stat --fixed-point 6 --keep 'nosuch*' "$model"
says "--keep 'nosuch*' matches no tensor"
expect 0 "$ZNN" compress -f --max-error 1e-30 --keep 'nosuch*' -o a.znn "$model"
says "no precision meets an error"

begin "signs"
for sign in auto rotate separate; do
    expect 0 "$ZNN" compress -f --sign "$sign" -o a.znn "$model"
    expect 0 "$ZNN" decompress -f -o back a.znn
    same back "$model"
done
expect 0 "$ZNN" compress -o auto.znn "$model"
expect 0 "$ZNN" compress --sign rotate -o rotate.znn "$model"
same auto.znn rotate.znn

begin "a row of numbers"
expect 0 "$ZNN" compress --dtype BF16 --fixed-point 10 -v -o a.znn "$model"
says "LOSSY"

begin "what would come of it"
expect 0 "$ZNN" stat --sweep "$model"
prints "max error"
prints "27"
expect 0 "$ZNN" stat --sweep --tensors --match 'h.0.*' --json "$model"
prints '"zeroed_parameters"'
expect 0 "$ZNN" stat --sweep --tensors --match 'h.0.*' "$model"
[ "$(grep -c '^  h\.0\.' "$logs/out")" -ge 9 ] || fail "a line for each precision"
expect 0 "$ZNN" stat --fixed-point 10 --svg picture.svg "$model"
grep -q '</svg>' picture.svg || fail "no picture"
expect 0 "$ZNN" stat --fixed-point 10 --json "$model"
stated=$(value file_bytes)
expect 0 "$ZNN" compress --fixed-point 10 -c "$model"
[ "$stated" -eq "$(size "$logs/out")" ] || fail "stat says $stated bytes, compress makes $(size "$logs/out")"
expect 0 "$ZNN" compress -o a.znn "$model"
expect 1 "$ZNN" stat --sweep a.znn
says "is already compressed"
expect 1 "$ZNN" stat --fixed-point 5 a.znn
says "is already compressed"
# shellcheck disable=SC2002
cat "$model" | expect 1 "$ZNN" stat --sweep -

begin "removal"
cp "$model" m.safetensors
expect 2 "$ZNN" compress --rm --fixed-point 8 m.safetensors
says "--force-lossy-rm"
only m.safetensors
expect 2 "$ZNN" compress --rm --max-error 0.1 m.safetensors
only m.safetensors
expect 0 "$ZNN" compress --rm --force-lossy-rm --fixed-point 8 m.safetensors
only m.znn
expect 0 "$ZNN" decompress --rm m.znn
only m.safetensors

begin "refusals"
cp "$model" m.safetensors
expect 2 "$ZNN" compress --fixed-point 62 m.safetensors
says "from 0 to 61"
for wrong in -1 1.5 x ""; do
    expect 2 "$ZNN" compress --fixed-point="$wrong" m.safetensors
done
for wrong in 0 -1 1e 2^ x; do
    expect 2 "$ZNN" compress --max-error="$wrong" m.safetensors
    says "--max-error takes"
done
expect 2 "$ZNN" compress --fixed-point 8 --max-error 0.1 m.safetensors
says "give one of them"
expect 2 "$ZNN" stat --fixed-point 8 --sweep m.safetensors
expect 2 "$ZNN" compress --fixed-point 8 --rounding up m.safetensors
says "--rounding takes"
expect 2 "$ZNN" compress --sign left m.safetensors
says "--sign takes"
for flag in --exact-zero --rounding=floor --keep=x --only=x; do
    expect 2 "$ZNN" compress "$flag" m.safetensors
    says "use it with --fixed-point or --max-error"
done
expect 2 "$ZNN" decompress --fixed-point 8 m.safetensors
says "is not a flag of"
only m.safetensors

finish
