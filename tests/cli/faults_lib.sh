# shellcheck shell=sh
# What the scripts called faults*.sh share: whatever call of the system fails, there is no crash, no leak, no wrong or
# partial file, nothing left behind, and a message.
#
# ../faults/walk.c lets each call fail once, then it and all after it.  It prints how many there were.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

[ -n "${ZNN_SHIM:-}" ] || skip "no library can be loaded before the C library here"

# walk KIND MODE[=PATH] COMMAND...: what walk.c does, on a copy of the directory `start`.
walk() {
    kind=$1
    mode=$2
    shift 2
    "${ZNN_WALK:?set ZNN_WALK to the path of walk}" "$ZNN_SHIM" start "$kind" "$mode" -- "$ZNN" "$@" ||
        fail "$kind $mode: $*"
}

# all COMMAND...: every fault of a kind that a command must survive.
all() {
    for mode in once on; do
        walk alloc "$mode" "$@"
        walk io "$mode" "$@"
    done
    walk io short "$@"
    walk io interrupt "$@"
}

# make_start: a model with tensors, text and zeros, long enough for several chunks.
make_start() {
    mkdir start
    awk 'BEGIN { for (i = 0; i < 10000; i++) printf "%c%c%c<", 65 + (i * 7919) % 53, 33 + (i * i) % 90, 34 + i % 7 }' >data
    dd if=/dev/zero bs=1024 count=1300 2>/dev/null >>data
    size=$(($(wc -c <data)))
    make_safetensors start/m.safetensors "{\"a\":{\"dtype\":\"BF16\",\"shape\":[8000],\"data_offsets\":[0,16000]},\
\"b\":{\"dtype\":\"F32\",\"shape\":[4000],\"data_offsets\":[16000,32000]},\
\"c\":{\"dtype\":\"U8\",\"shape\":[$((size - 32000))],\"data_offsets\":[32000,$size]}}" data
}
