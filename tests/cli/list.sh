#!/bin/sh
# What `list` shows.
. "$(dirname "$0")/lib.sh"

begin "a .znn file"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
expect 0 "$ZNN" list model.znn
silent
prints "model.znn: safetensors, 8 tensors"
header=$(($(wc -c <model.safetensors) - 6428))
grep -q "^  h.0.ln.weight  *f32  *32  *$((header + 2048))  *128 B " "$logs/out" || fail "no row: $(cat "$logs/out")"
awk 'length > 80 { exit 1 }' "$logs/out" || fail "a line is too wide"
expect 0 "$ZNN" list - <model.znn
prints "(stdin): safetensors, 8 tensors"
expect 0 "$ZNN" list --sort name --match '*.weight' model.znn
[ "$(awk 'NR > 2 { print $1 }' "$logs/out" | tr '\n' ' ')" = \
    "h.0.attn.weight h.0.ln.weight h.1.mlp.weight wte.weight " ] || fail "wrong rows: $(cat "$logs/out")"

begin "patterns"
make_random data 1
header='{"x":{"dtype":"U8","shape":[1014],"data_offsets":[10,1024]}'
i=0
for name in a.0 a.1 a.10 b.0 'b[0]' 'b*' '\0303\0251' '-' '^x' abab; do
    header="$header,\"$name\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[$i,$((i += 1))]}"
done
make_safetensors m.safetensors "$header}" data
expect 0 "$ZNN" compress m.safetensors
# matches PATTERN NAME...: the pattern has these matches, in the order of the file.
matches() {
    expect 0 "$ZNN" list --match "$1" m.znn
    pattern=$1
    shift
    found=$(awk 'NR > 2 { printf "%s ", $1 }' "$logs/out")
    wanted=
    [ -z "$1" ] || wanted=$(printf '%s ' "$@")
    [ "$found" = "$wanted" ] || fail "$pattern matches $found"
}
matches 'a.?' a.0 a.1
matches 'a.*' a.0 a.1 a.10
matches '[ab].0' a.0 b.0
matches '[!a-b]*' "$(printf '\303\251')" - ^x x
matches '[^a-z]*' "$(printf '\303\251')" - ^x
matches '?' "$(printf '\303\251')" - x
matches "[$(printf '\303\250')-$(printf '\303\252')]" "$(printf '\303\251')"
matches 'b[[]0]' 'b[0]'
matches 'b\*' 'b*'
matches 'b[' ''
matches '[]-]' -
matches '*b*b' abab
matches '**0' a.0 a.10 b.0
matches 'A*' ''
matches '****************************a*a*a*a*a*a*a*a*a*a*a*a*a*a*a' ''

begin "names alone"
make_layers model.safetensors
"$ZNN" compress model.safetensors
expect 0 "$ZNN" list --names model.znn
silent
printf '%s\n' h.0.attn.weight h.0.ln.weight h.1.mlp.weight h.1.mask wte.weight step none phase >names
sort names >sorted
sort "$logs/out" | cmp - sorted || fail "not all names"
expect 0 "$ZNN" list --names --match 'h.*' model.znn
[ "$(wc -l <"$logs/out")" -eq 4 ] || fail "not four names"
expect 0 "$ZNN" list --names --sort name --match '[sw]*' model.znn
printf 'step\nwte.weight\n' | cmp - "$logs/out" || fail "wrong order"
expect 2 "$ZNN" list --names --json model.znn
says "contradict"

begin "JSON"
make_layers model.safetensors
make_model b.safetensors
expect 0 "$ZNN" compress model.safetensors b.safetensors
expect 0 "$ZNN" list --json model.znn b.znn
is_json
[ "$(grep -c '"path"' "$logs/out")" -eq 2 ] || fail "not two objects"
[ "$(grep -c '"name"' "$logs/out")" -eq 9 ] || fail "not nine tensors"
[ "$(value original_bytes)" = "$(wc -c <model.safetensors)" ] || fail "original_bytes"
prints '"shape": [16, 32],'
prints '"offset": '

begin "what is no .znn file"
make_model model.safetensors
"$ZNN" compress model.safetensors
expect 1 "$ZNN" list --json model.safetensors model.znn
says "model.safetensors: not a .znn file"
is_json
prints '"error": "ZNN_ERROR_NOT_ZNN"'
prints '"name": "weight"'
# shellcheck disable=SC2002
cat model.znn | "$ZNN" list - >"$logs/out" 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code"
says "(stdin): is a stream"
echo text >text
expect 0 "$ZNN" compress text
expect 0 "$ZNN" list text.znn
prints "text.znn: bytes, 0 tensors"
finish
