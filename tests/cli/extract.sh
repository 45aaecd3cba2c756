#!/bin/sh
# `extract`: the bytes, the three forms, the names of files.
. "$(dirname "$0")/lib.sh"

# part FILE OFFSET SIZE: some bytes of a file.
part() {
    tail -c +$(($2 + 1)) "$1" | head -c "$3"
}

begin "raw"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
header=$(($(wc -c <model.safetensors) - 6428))
"$ZNN" extract model.znn h.1.mlp.weight >out || fail "to standard output"
part model.safetensors $((header + 2176)) 4096 | cmp - out || fail "other bytes"
expect 0 "$ZNN" extract model.znn h.1.mlp.weight -o file
silent
same out file
expect 1 "$ZNN" extract model.znn h.1.mlp.weight -o file
says "file: exists already"
expect 0 "$ZNN" extract -f model.znn step -o file
[ "$(wc -c <file)" -eq 8 ] || fail "not replaced"
"$ZNN" extract - h.1.mlp.weight <model.znn | cmp - out || fail "from standard input"
"$ZNN" extract model.znn none >out || fail "a tensor without elements"
[ ! -s out ] || fail "bytes of a tensor without elements"
chmod 600 model.znn
expect 0 "$ZNN" extract model.znn step -o private
[ -n "$(find private -perm 600)" ] || fail "others may read it"

begin "several to a directory"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
expect 0 "$ZNN" extract model.znn 'h.*' step step -o out
only model.safetensors model.znn out
cd out || exit 1
only h.0.attn.weight.raw h.0.ln.weight.raw h.1.mask.raw h.1.mlp.weight.raw step.raw
cd ..
expect 1 "$ZNN" extract model.znn 'h.*' step -o out
[ "$(wc -l <"$logs/err")" -eq 5 ] || fail "not five lines"
expect 0 "$ZNN" extract model.znn step -o out2/
[ -f out2/step.raw ] || fail "a directory with a slash"
"$ZNN" extract model.znn 'h.*' >"$logs/out" 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code"
says "4 tensors are selected; give a directory with -o"

begin "names that select nothing"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
expect 1 "$ZNN" extract model.znn nope step -o out
says "no tensor matches 'nope'"
expect 1 "$ZNN" extract model.znn '[' -o out
only model.safetensors model.znn
expect 2 "$ZNN" extract model.znn
expect 2 "$ZNN" extract
expect 1 "$ZNN" extract model.safetensors step
says "not a .znn file"
# shellcheck disable=SC2002
cat model.znn | "$ZNN" extract - step >"$logs/out" 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code"
says "(stdin): is a stream"
expect 2 "$ZNN" extract --format csv model.znn step
says "--format takes"

begin "safetensors"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
expect 0 "$ZNN" extract -v model.znn '*' -o all.safetensors
says "all.safetensors: "
expect 0 "$ZNN" stat --json all.safetensors
if grep -q header_error "$logs/out"; then fail "refused: $(value header_error)"; fi
[ "$(value tensor_count)" = 8 ] || fail "not all tensors"
[ $((($(wc -c <all.safetensors) - 6428) % 8)) -eq 0 ] || fail "the header is not padded"
expect 0 "$ZNN" compress all.safetensors
for name in h.0.attn.weight h.1.mask wte.weight phase none; do
    "$ZNN" extract model.znn $name >one || fail "extract $name"
    "$ZNN" extract all.znn $name | cmp - one || fail "other bytes of $name"
done
"$ZNN" extract --format safetensors model.znn wte.weight step >two.safetensors || fail "to standard output"
expect 0 "$ZNN" stat --json --tensors two.safetensors
if grep -q header_error "$logs/out"; then fail "refused"; fi
prints '"dtype": "F8_E4M3"'
if command -v python3 >/dev/null; then
    python3 - <<'X' || fail "not as writers have it"
import json, struct
data = open("all.safetensors", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8 : 8 + size])
widths = {"C64": 8, "I64": 8, "F32": 4, "BF16": 2, "F16": 2, "F8_E4M3": 1, "BOOL": 1}
order = [widths[t["dtype"]] for t in header.values()]
assert order == sorted(order, reverse=True), order
ends = [t["data_offsets"] for t in header.values()]
assert ends[0][0] == 0 and all(a[1] == b[0] for a, b in zip(ends, ends[1:])), ends
assert ends[-1][1] == len(data) - 8 - size
X
fi

begin "npy"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
expect 0 "$ZNN" extract model.znn '*' --format npy -o out
# npy FILE DICTIONARY SIZE: the head is as it must be.
npy() {
    head -c 6 "out/$1" | od -An -c | grep -q '223 *N *U *M *P *Y' || fail "$1: no magic"
    head -n 1 "out/$1" | grep -qF "$2" || fail "$1: $(head -n 1 "out/$1")"
    [ $((($(wc -c <"out/$1") - $3) % 64)) -eq 0 ] || fail "$1: the head is not padded"
    "$ZNN" extract model.znn "${1%.npy}" >raw
    tail -c "$3" "out/$1" | cmp - raw || fail "$1: other bytes"
}
npy h.0.attn.weight.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (16, 32), }" 2048
npy h.1.mlp.weight.npy "{'descr': '<u2', 'fortran_order': False, 'shape': (32, 64), }" 4096
npy h.1.mask.npy "{'descr': '|b1', 'fortran_order': False, 'shape': (3, 4), }" 12
npy wte.weight.npy "{'descr': '|u1', 'fortran_order': False, 'shape': (128,), }" 128
npy step.npy "{'descr': '<i8', 'fortran_order': False, 'shape': (), }" 8
npy phase.npy "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }" 8
expect 0 "$ZNN" extract model.znn step -o step.npy
same step.npy out/step.npy
if python3 -c 'import numpy' 2>/dev/null; then
    python3 -c 'import numpy; assert numpy.load("out/h.0.attn.weight.npy").shape == (16, 32)' || fail "numpy.load()"
fi

begin "types that a form does not know"
make_random data 1
make_safetensors f4.safetensors '{"x":{"dtype":"F4","shape":[2048],"data_offsets":[0,1024]}}' data
expect 0 "$ZNN" compress f4.safetensors
expect 1 "$ZNN" extract f4.znn x --format npy -o x.npy
grep -q "tensor 'x': npy has no such type" "$logs/err" || fail "no reason: $(cat "$logs/err")"
expect 0 "$ZNN" extract f4.znn x --format safetensors -o x.safetensors
"$ZNN" extract f4.znn x | cmp - data || fail "other bytes"

begin "names that are no names for files"
long=$(printf '%0300d' 1)
make_random data 1
make_safetensors n.safetensors "{\"../../x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\
\"/etc/x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},\
\".hidden\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]},\
\"a\\\\u0000b%2F\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[3,4]},\
\"\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,5]},\
\"${long}a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[5,6]},\
\"${long}b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[6,7]},\
\"..\":{\"dtype\":\"U8\",\"shape\":[1017],\"data_offsets\":[7,1024]}}" data
expect 0 "$ZNN" compress n.safetensors
expect 0 "$ZNN" extract n.znn '*' -o out
only data n.safetensors n.znn out
cd out || exit 1
cut=$(printf '%0200d' 0)
only '%2E.%2F..%2Fx.raw' '%2E..raw' '%2Ehidden.raw' '%2Fetc%2Fx.raw' '%~4.raw' "$cut%~5.raw" "$cut%~6.raw" \
    'a%00b%252F.raw'
begin "names that are nearly right"
make_layers model.safetensors
"$ZNN" compress model.safetensors
expect 1 "$ZNN" extract model.znn wte -o a
says "did you mean 'wte.weight'?"
expect 1 "$ZNN" extract model.znn h.1.mlp.weihgt -o a
says "did you mean 'h.1.mlp.weight'?"
expect 1 "$ZNN" extract model.znn nothing.like.that -o a
says "'znn list' lists the names"
finish
