#!/bin/sh
# Headers that the safetensors reference reader refuses, and some that it accepts: `stat` says what it would say.
#
# Each recipe is a line: the error kind or "accepted", the length field or "-" for the header's own, how many zero bytes
# of data follow, and the header, in which \ starts what printf's %b understands.
. "$(dirname "$0")/lib.sh"

# check LINE: makes the file and compares.
check() {
    kind=${1%% *}
    rest=${1#* }
    length=${rest%% *}
    rest=${rest#* }
    data=${rest%% *}
    printf '%b' "${rest#* }" >"$logs/header"
    [ "$length" != - ] || length=$(wc -c <"$logs/header")
    {
        le64 "$length"
        cat "$logs/header"
        zeros "$data"
    } >m.safetensors
    compare "$kind" "$1"
}

# compare KIND RECIPE
compare() {
    cp m.safetensors "all/$((count += 1))"
    expect 0 "$ZNN" stat --json m.safetensors
    silent
    found=$(value header_error)
    [ "${found:-accepted}" = "$1" ] || fail "${found:-accepted}: $2"
    expect 0 "$ZNN" compress -f m.safetensors
    expect 0 "$ZNN" stat --json m.znn
    [ "$(value header_error)" = "$found" ] || fail "the .znn file says $(value header_error): $2"
    "$ZNN" decompress -c m.znn | cmp - m.safetensors || fail "other bytes: $2"
}

begin "files that are too short"
count=0
mkdir all
for size in 0 1 7; do
    zeros $size >m.safetensors
    compare HeaderTooSmall "$size bytes"
done

begin "recipes"
mkdir all
nested() {
    printf '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":%s%s}}' "$(printf "%0$1d" 0 | tr 0 '[')" \
        "$(printf "%0$1d" 0 | tr 0 ']')"
}
{
    cat <<'X'
HeaderTooLarge 100000001 0 {}
HeaderTooLarge 4611686018427387904 0 {}
InvalidHeaderLength 3 0 {}
InvalidHeaderLength 100000000 0 {}
InvalidHeaderDeserialization 0 0 {}
InvalidHeader - 0 {"\0377":1}
InvalidHeader - 0 {"\0300\0257":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}
InvalidHeader - 0 {"\0355\0240\0200":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}
InvalidHeaderDeserialization - 0 {}\0000\0000
InvalidHeaderDeserialization - 0 \0357\0273\0277{}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},}
InvalidHeaderDeserialization - 0 {}//
InvalidHeaderDeserialization - 0 {}{}
InvalidHeaderDeserialization - 0 []
InvalidHeaderDeserialization - 0 {
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"shape":[4],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"u8","shape":[4],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"F128","shape":[4],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4e0],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[-0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[04],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[18446744073709551616],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":NaN}}
InvalidHeaderDeserialization - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1e999}}
InvalidHeaderDeserialization - 0 {"__metadata__":{"a":1}}
InvalidHeaderDeserialization - 0 {"__metadata__":{},"__metadata__":{}}
InvalidHeaderDeserialization - 4 {"\\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}
InvalidHeaderDeserialization - 4 {"a\0001":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}
InvalidOffset - 8 {"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}
InvalidOffset - 8 {"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}
InvalidOffset - 8 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[3],"data_offsets":[5,8]}}
InvalidOffset - 8 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}}
InvalidOffset - 8 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}
ValidationOverflow - 0 {"a":{"dtype":"U8","shape":[18446744073709551615,18446744073709551615,0],"data_offsets":[0,0]}}
ValidationOverflow - 0 {"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}
MisalignedSlice - 1 {"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}
MisalignedSlice - 3 {"a":{"dtype":"F6_E2M3","shape":[5],"data_offsets":[0,3]}}
TensorInvalidInfo - 4 {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}
TensorInvalidInfo - 4 {"a":{"dtype":"U8","shape":[0],"data_offsets":[0,4]}}
MetadataIncompleteBuffer - 3 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}
MetadataIncompleteBuffer - 5 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}
MetadataIncompleteBuffer - 1 {}
accepted - 0 {}
accepted - 0  \t\r\n{} \r\n
accepted - 0 {"__metadata__":null}
accepted - 0 {"__metadata__":{"a":"b","a":"c"}}
accepted - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":[1.5,null,{"y":true}]}}
accepted - 4 {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}
accepted - 4 {"a":["U8",[4],[0,4]]}
accepted - 4 {"a":{"dtype":"F\\u0033\\u0032","shape":[],"data_offsets":[0,4]}}
accepted - 4 {"":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[0,7],"data_offsets":[4,4]}}
accepted - 1 {"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}
X
    echo "accepted - 4 $(nested 118)"
    echo "InvalidHeaderDeserialization - 4 $(nested 200)"
} >recipes
while IFS= read -r line; do
    check "$line"
done <recipes
expect 0 "$ZNN" stat --json all/*
is_json
finish
