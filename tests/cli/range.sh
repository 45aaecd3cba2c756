#!/bin/sh
# `decompress --range`: some bytes of the original.
. "$(dirname "$0")/lib.sh"

# is_range FILE RANGE OFFSET SIZE: the range is what stands there in the original.
is_range() {
    "$ZNN" decompress --range "$2" "$1.znn" >out 2>"$logs/err" || fail "$2: $(cat "$logs/err")"
    tail -c +$(($3 + 1)) "$1" | head -c "$4" | cmp - out || fail "$2: other bytes"
}

begin "ranges"
make_random model 3000
awk 'BEGIN { for (i = 0; i < 300000; i++) print i }' >>model
expect 0 "$ZNN" compress model
size=$(wc -c <model)
is_range model 0:10 0 10
is_range model 5:5 5 0
is_range model 1048570:1048590 1048570 20
is_range model 3071900:3072100 3071900 200
is_range model "0:$size" 0 "$size"
is_range model : 0 "$size"
is_range model :100 0 100
is_range model "$((size - 7)):" $((size - 7)) 7
is_range model "$size:$size" "$size" 0
is_range model "$size:" "$size" 0
expect 0 "$ZNN" decompress --range 100:300 model.znn -o part
[ "$(wc -c <part)" -eq 200 ] || fail "-o"
expect 1 "$ZNN" decompress --range 100:300 model.znn -o part
says "part: exists already"
expect 0 "$ZNN" decompress --range 100:301 -f model.znn -o part
[ "$(wc -c <part)" -eq 201 ] || fail "-f"
"$ZNN" decompress --range 0:4 model.znn model.znn >out || fail "two files"
[ "$(wc -c <out)" -eq 8 ] || fail "two files"
"$ZNN" decompress --range 7:9 - <model.znn >out || fail "redirected"
[ "$(wc -c <out)" -eq 2 ] || fail "redirected"

begin "what makes no sense"
echo text >a
expect 0 "$ZNN" compress a
rm a
for range in 1 x:y 5:2 1:2:3 -1:2 0x1:2 ' 1:2' 99999999999999999999: '1:2 '; do
    expect 2 "$ZNN" decompress --range "$range" a.znn
    [ ! -s "$logs/out" ] || fail "output for '$range'"
done
expect 1 "$ZNN" decompress --range 0:6 a.znn -o part
says "a.znn: the range extends beyond the original, which has 5 bytes"
expect 1 "$ZNN" decompress --range 6: a.znn
expect 2 "$ZNN" decompress --rm --range 0:1 a.znn -o part
says "--rm"
expect 2 "$ZNN" compress --range 0:1 a.znn
says "not a flag of 'znn compress'"
# shellcheck disable=SC2002
cat a.znn | "$ZNN" decompress --range 0:1 - >"$logs/out" 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code"
says "(stdin): is a stream"
only a.znn

begin "damage elsewhere"
make_random model 9000
expect 0 "$ZNN" compress model
flip model.znn 9000000
is_range model 0:1000 0 1000
expect 1 "$ZNN" decompress --range 0: model.znn -o part
says "model.znn: the file is damaged"
only model model.znn out
finish
