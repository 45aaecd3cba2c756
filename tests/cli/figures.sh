#!/bin/sh
# How small things get: bounds for models made from real weights, and for some files of $ZNN_CORPUS.
. "$(dirname "$0")/lib.sh"

ZNN_CONVERT=${ZNN_CONVERT:?set ZNN_CONVERT to the path of convert_model}
ZNN_ORDER0=${ZNN_ORDER0:?set ZNN_ORDER0 to the path of order0}

# percent FILE: what znn leaves of it.
percent() {
    "$ZNN" compress -q -f "$1" -o percent.znn || fail "compress $1"
    "$ZNN" decompress -q -f percent.znn -o percent.back && same "$1" percent.back
    awk "BEGIN { print 100 * $(size percent.znn) / $(size "$1") }"
}

# percent_zstd LEVEL FILE: what zstd leaves.
percent_zstd() {
    zstd -q -f "-$1" "$2" -o percent.zst || fail "zstd $2"
    awk "BEGIN { print 100 * $(size percent.zst) / $(size "$2") }"
}

# order0 FILE: what order-0 codes would leave of its tensors, the rest being as it is.
order0() {
    "$ZNN_ORDER0" "$1" | tail -n 1 | awk -F '\t' "{ print 100 * (\$3 + $(size "$1") - \$2) / $(size "$1") }"
}

# made MODE SOURCE FILE: a model made from real weights.
made() {
    "$ZNN_CONVERT" "$1" "$2" >"$3" || fail "convert_model $1"
}

# disguised FILE POINTS: the same in a container of no known format, at odd offsets, costs so many percent at the most.
disguised() {
    {
        echo "weights of some other program, version 1.0"
        tail -c +30 "$1" | LC_ALL=C sed 's/PK/QK/g' # or the parts of a zip file give it away
        echo "end"
    } >disguised.dat
    expect 0 "$ZNN" compress -v -f disguised.dat -o a.znn
    grep -q ', bytes$' "$logs/err" || fail "known after all: $(cat "$logs/err")"
    at_most "$(percent disguised.dat)" "$(percent "$1") + $2" "numbers in an unknown format"
}

# figures SOURCE: bounds for all that is made from it.
figures() {
    made gptq "$1" gptq.safetensors
    at_most "$(percent gptq.safetensors)" 91 "GPTQ"
    made f8 "$1" f8.safetensors
    at_most "$(percent f8.safetensors)" "$(order0 f8.safetensors) + 0.5" "F8_E4M3"
    made c64 "$1" c64.safetensors
    at_most "$(percent c64.safetensors)" "$(order0 c64.safetensors) + 0.6" "C64"
    made npz "$1" model.npz
    at_most "$(percent model.npz)" "$(order0 model.npz) + 0.6" "npz"
    made gguf "$1" model.gguf
    at_most "$(percent model.gguf)" "$(order0 model.gguf) + 0.6" "GGUF"
    disguised "$1" 0.3
    disguised model.npz 1.5 # its types change with every tensor, some being shorter than what is looked at together
}

if ! at_corpus "$@"; then
    begin "made from the weights that come along"
    figures "$ZNN_DATA/tiny-base-bf16.safetensors"
    finish
fi

corpus=$ZNN_CORPUS
command -v zstd >/dev/null || skip "there is no zstd"

# of NAME: the file of that name in the corpus; empty where there is none.
of() {
    find "$corpus" -type f -name "$1" | head -n 1
}

# gains POINTS NAME: it leaves at least so many percent of the file less than zstd -3 does.
gains() {
    file=$(of "$2")
    [ -z "$file" ] || at_most "$(percent "$file")" "$(percent_zstd 3 "$file") - $1" "$2"
}

begin "made from the larger model"
source=$(of gpt-base-fp32.safetensors)
[ -z "$source" ] || figures "$source"

begin "rows of numbers in files of unknown formats"
gains 8 noise0_model.bin
gains 24 af_heart.bin # whose lowest bytes repeat where the others do not
gains 8 for-tests-silero-v6.2.0-ggml.bin

begin "one model, three formats"
file=$(of tiny-base-fp32.safetensors)
if [ -n "$file" ]; then
    wanted=$(percent "$file")
    at_most "$(percent "$(of tiny-base.bin)")" "$wanted + 0.3" "a zip file"
    at_most "$(percent "$(of tiny-base-legacy.bin)")" "$wanted + 0.3" "a file of pickles"
fi

begin "the state of a training"
file=$(of tiny-train-state.pt)
if [ -n "$file" ]; then
    expect 0 "$ZNN" stat --json "$file"
    [ "$(value tensor_count)" -eq 164 ] || fail "$(value tensor_count) tensors"
    at_most "$(value opaque_bytes)" "$(value original_bytes) * 0.02" "opaque bytes"
fi

begin "six hundred small tensors"
file=$(of model_trained_on_dns3.tar)
[ -z "$file" ] || at_most "$(percent "$file")" "$(percent_zstd 19 "$file")" "gtcrn"
finish
