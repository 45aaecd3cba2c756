#!/bin/sh
# What the programs of libznn.3 do.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"
examples=${ZNN_EXAMPLES:?}

begin "compress_buffer"
expect 0 "$examples/compress_buffer"
silent
prints "400000 bytes became "
prints "and came back the same"

begin "stream_callbacks"
make_layers model.safetensors
"$examples/stream_callbacks" <model.safetensors >model.znn 2>"$logs/err" || fail "it failed"
says "safetensors: 8 tensors, "
expect 0 "$ZNN" decompress -c model.znn
same "$logs/out" model.safetensors
if [ -c /dev/full ]; then
    "$examples/stream_callbacks" <model.safetensors >/dev/full 2>"$logs/err" && fail "nothing noticed"
    says "write"
fi

begin "read_tensor"
make_layers model.safetensors
"$ZNN" compress model.safetensors
"$ZNN" extract model.znn wte.weight -o wanted
"$examples/read_tensor" model.znn wte.weight >found 2>"$logs/err" || fail "it failed"
says "F8_E4M3, 128 bytes"
same wanted found
expect 1 "$examples/read_tensor" model.znn nothing
says "there is no tensor 'nothing'"
expect 1 "$examples/read_tensor" missing nothing
says "usage"
expect 1 "$examples/read_tensor" model.safetensors nothing
says "it is a model"
finish
