#!/bin/sh
# --dtype: raw rows of numbers, of which nothing but the user knows the type.
. "$(dirname "$0")/lib.sh"

# make_row FILE SIZE: BF16 weights without any header.
make_row() {
    tail -c 400000 "$ZNN_DATA/tiny-base-bf16.safetensors" | head -c "$2" >"$1"
}

begin "it pays where too little is there to guess from"
make_row row.raw 12000
expect 0 "$ZNN" compress row.raw -o guessed
expect 0 "$ZNN" compress -v --dtype BF16 row.raw -o told
says "row.raw -> told: 12000 -> "
grep -q ', bytes$' "$logs/err" || fail "not plain bytes: $(cat "$logs/err")"
[ $(($(size told) + 500)) -lt "$(size guessed)" ] || fail "$(size told) bytes with --dtype, $(size guessed) without"
expect 0 "$ZNN" decompress told -o back
same row.raw back
"$ZNN" compress --dtype BF16 <row.raw | cmp - told || fail "a pipe gives another file"

begin "spellings"
make_row row.raw 4000
try() {
    type=$1
    shift
    expect 0 "$ZNN" compress -f --dtype "$type" row.raw -o wanted
    for word in "$@"; do
        expect 0 "$ZNN" compress -f "--dtype=$word" row.raw -o given
        silent
        same wanted given
    done
    expect 0 "$ZNN" decompress -f wanted -o back
    same row.raw back
}
try F32 f32 fp32 FP32 float32 Float
try F16 f16 fp16 float16 half
try BF16 bf16 Bf16 bfloat16
try F64 f64 double float64
try C64 complex64
try F8_E4M3 f8_e4m3 float8_e4m3fn
try F8_E5M2 float8_e5m2
try I8 int8
try I16 int16
try I32 int32
try I64 int64
try U8 uint8
try U16 uint16
try U32 uint32
try U64 uint64
try BOOL bool
for type in F4 F6_E2M3 F6_E3M2 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ; do
    try $type $type
done

begin "any size, and what is no row of numbers at all"
for count in 0 1 3 5 1001 300001; do
    make_row row.raw $count
    for type in I8 F16 F32 F64; do
        expect 0 "$ZNN" compress -f --dtype $type row.raw -o a.znn
        expect 0 "$ZNN" decompress -f a.znn -o back
        same row.raw back
    done
done
make_model a.safetensors
expect 0 "$ZNN" compress -v --dtype f32 a.safetensors -o told.znn
grep -q ', bytes$' "$logs/err" || fail "it was looked into: $(cat "$logs/err")"
expect 0 "$ZNN" decompress -f told.znn -o back
same a.safetensors back

begin "directories of raw rows"
mkdir d
make_row d/a.raw 4000
make_row d/b.raw 8000
expect 0 "$ZNN" compress -r --all --dtype bf16 d -o out
expect 0 "$ZNN" decompress -r out
same d/a.raw out/a.raw
same d/b.raw out/b.raw

begin "wrong usage"
echo content >a.bin
expect 2 "$ZNN" compress --dtype fp33 a.bin
says "did you mean 'fp32'?"
expect 2 "$ZNN" compress --dtype weights a.bin
says "--dtype takes an element type, such as"
expect 2 "$ZNN" compress --dtype bf16bf16bf16bf16bf16bf16 a.bin
says "--dtype takes an element type, such as"
expect 2 "$ZNN" compress --dtype BYTES a.bin
expect 2 "$ZNN" compress a.bin --dtype
says "needs an argument"
expect 2 "$ZNN" decompress --dtype F32 a.bin
says "is not a flag of 'znn decompress'"
only a.bin
finish
