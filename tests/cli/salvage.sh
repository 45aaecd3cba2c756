#!/bin/sh
# decompress --salvage gives what is intact in a damaged file, and says what is not.
. "$(dirname "$0")/lib.sh"

# make_two FILE: a model of two tensors of 1.2 MB, each of which gets a chunk of its own.
make_two() {
    dd if=/dev/urandom bs=1000 count=2400 of="$logs/data" 2>/dev/null
    make_safetensors "$1" "{\"a\":{\"dtype\":\"F32\",\"shape\":[300000],\"data_offsets\":[0,1200000]},\
\"b\":{\"dtype\":\"F32\",\"shape\":[300000],\"data_offsets\":[1200000,2400000]}}" "$logs/data"
}

begin "a file that is whole"
make_layers m.safetensors
"$ZNN" compress m.safetensors || fail "compress"
mv m.safetensors original
expect 0 "$ZNN" decompress --salvage m.znn
silent
same m.safetensors original
expect 0 "$ZNN" decompress --salvage -v -f m.znn
says "m.znn: nothing is lost, "

begin "a damaged chunk"
make_two m.safetensors
"$ZNN" compress -1 m.safetensors || fail "compress"
mv m.safetensors original
flip m.znn $(($(wc -c <m.znn) * 3 / 4))
expect 1 "$ZNN" decompress m.znn
only m.znn original
expect 1 "$ZNN" decompress --salvage m.znn
[ "$(wc -l <"$logs/err")" -ge 3 ] || fail "too few lines: $(cat "$logs/err")"
grep -q "m.znn: bytes [0-9]* to [0-9]* are lost and replaced by zeros" "$logs/err" || fail "no range: $(cat "$logs/err")"
grep -q "m.znn: tensor 'b' has lost [0-9]* of its 1200000 bytes" "$logs/err" || fail "no tensor: $(cat "$logs/err")"
tail -n 1 "$logs/err" | grep -q "of 2400143 bytes are lost, in 1 ranges and 1 of 2 tensors; the rest is intact" ||
    fail "no summary: $(cat "$logs/err")"
range=$(sed -n 's/.*bytes \([0-9]*\) to \([0-9]*\) are lost.*/\1 \2/p' "$logs/err")
start=${range% *}
end=${range#* }
head -c "$start" original >expected
zeros $((end - start)) >>expected
tail -c +$((end + 1)) original >>expected
same m.safetensors expected
expect 1 "$ZNN" decompress --salvage -c m.znn
cmp "$logs/out" expected || fail "other bytes on standard output"
expect 1 "$ZNN" decompress --salvage m.znn
says "exists already"
expect 1 "$ZNN" decompress --salvage m.znn -f -qq
silent

begin "a file that is cut short"
make_two m.safetensors
"$ZNN" compress -1 m.safetensors || fail "compress"
head -c $(($(wc -c <m.znn) - 100000)) m.znn >cut.znn
expect 1 "$ZNN" decompress --salvage cut.znn
says "there may have been more bytes"
[ "$(wc -c <cut.safetensors)" -gt 1000000 ] || fail "too short"
head -c "$(wc -c <cut.safetensors)" m.safetensors | cmp - cut.safetensors || fail "other bytes"

begin "a damaged header"
make_layers m.safetensors
"$ZNN" compress m.safetensors -o m.znn || fail "compress"
flip m.znn 20
expect 1 "$ZNN" decompress --salvage m.znn
says "name the output with -o"
expect 1 "$ZNN" decompress --salvage m.znn -o out
says "is damaged, but the 6991 bytes that were found are intact: the header's checksum does not match"
same out m.safetensors

begin "a damaged index"
make_layers m.safetensors
"$ZNN" compress m.safetensors -o m.znn || fail "compress"
flip m.znn $(($(wc -c <m.znn) - 45))
expect 1 "$ZNN" decompress --salvage m.znn -o out
says "is damaged, but the 6991 bytes that were found are intact: a compressed table does not decode"
same out m.safetensors
"$ZNN" compress m.safetensors -f -o m.znn || fail "compress"
flip m.znn $(($(wc -c <m.znn) - 30))
expect 1 "$ZNN" decompress --salvage m.znn -f -o out
says "are intact: the footer's checksum does not match"
same out m.safetensors

begin "a file within a file, and a byte more"
make_random noise 1000
"$ZNN" compress -q noise -o inner.znn || fail "compress"
cat noise inner.znn noise >outer
"$ZNN" compress -q outer -o outer.znn || fail "compress"
{
    head -c 500000 outer.znn
    printf x
    tail -c +500001 outer.znn
} >longer.znn
expect 1 "$ZNN" decompress --salvage longer.znn -o out
range=$(sed -n 's/.*bytes \([0-9]*\) to \([0-9]*\) are lost.*/\1 \2/p' "$logs/err")
start=${range% *}
end=${range#* }
{
    head -c "$start" outer
    zeros $((end - start))
    tail -c +$((end + 1)) outer
} >expected
same out expected

begin "nothing to salvage"
make_random noise.znn 10
expect 1 "$ZNN" decompress --salvage noise.znn -o out
says "there is no intact record in it"
if grep -q -e --salvage "$logs/err"; then fail "it hints at itself"; fi
expect 1 "$ZNN" decompress --salvage -o out <noise.znn
says "there is no intact record in it"
: >empty.znn
expect 1 "$ZNN" decompress --salvage empty.znn -o out
only empty.znn noise.znn
# shellcheck disable=SC2002
cat noise.znn | expect 1 "$ZNN" decompress --salvage -o out
says "is a stream"

begin "usage"
expect 2 "$ZNN" decompress --salvage --rm a.znn
expect 2 "$ZNN" decompress --salvage -r a.znn
expect 2 "$ZNN" decompress --salvage --range 0:1 a.znn
expect 2 "$ZNN" compress --salvage a

begin "--max-output"
make_layers m.bin
size=$(wc -c <m.bin)
"$ZNN" compress m.bin || fail "compress"
expect 0 "$ZNN" decompress --max-output "$size" m.znn -o out
expect 1 "$ZNN" decompress --max-output $((size - 1)) m.znn -o out2
says "m.znn: the original is larger than allowed: it has at least $size bytes, and $((size - 1)) are allowed; raise"
expect 1 "$ZNN" test --max-output 4KiB m.znn
says "the original is larger than allowed"
expect 0 "$ZNN" test --max-output 1MiB m.znn
expect 1 "$ZNN" decompress --salvage --max-output 100 m.znn -o out2
says "the original is larger than allowed"
expect 2 "$ZNN" test --max-output 0 m.znn
says "at least one byte"
expect 2 "$ZNN" test --max-output x m.znn
says "--max-output takes a number of bytes"
zeros 30000000 >zeros
"$ZNN" compress zeros || fail "compress"
expect 1 "$ZNN" decompress --max-output 20000000 -c zeros.znn
[ "$(wc -c <"$logs/out")" -le 20000000 ] || fail "more than allowed came out"
finish
