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
