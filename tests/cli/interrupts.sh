#!/bin/sh
# Signals at random times, and the order of what --rm does.
#
#     interrupts.sh [RUNS]
#
# The work is done by ../faults/interrupt.c.  That a source is removed only once its output is on the disk cannot be
# seen from outside without cutting the power, so it is seen in the order of the program's calls: strace shows the file
# written to the disk, then named, then its directory written, and only then the source removed.
. "$(dirname "$0")/lib.sh"

runs=${1:-${ZNN_INTERRUPTS:-60}}

# make_large FILE: about 3 MB that take some time.
make_large() {
    for _ in 1 2 3 4; do
        cat "${ZNN_DATA:?}/tiny-base-bf16.safetensors"
    done >"$1"
}

begin "signals"
make_large "$logs/model"
"${ZNN_INTERRUPT:?set ZNN_INTERRUPT to the path of interrupt}" "$ZNN" "$logs/model" "$runs" || fail "interrupt"

# calls_of COMMAND...: the names of the calls that matter, in their order; fsync of a directory is called "sync-dir".
calls_of() {
    strace -f -y -e trace=fsync,link,linkat,rename,renameat,renameat2,unlink,unlinkat -o "$logs/trace" "$@" || fail "$*"
    sed -n 's/^[0-9]* *\(.*\)$/\1/p' "$logs/trace" | sed -n \
        -e "s|^fsync([0-9]*<.*tmp-.*|fsync|p" -e "s|^fsync([0-9]*<.*/#.*|fsync|p" -e "s|^fsync([0-9]*<.*|sync-dir|p" -e 's|^link.*|name|p' \
        -e 's|^rename.*|name|p' -e 's|^unlink[^"]*"[^"]*tmp-.*|drop-temporary|p' -e 's|^unlink.*|remove-source|p' | tr '\n' ' '
}

begin "--rm"
if ! strace -o /dev/null true 2>/dev/null; then
    echo "note: there is no strace here that works, so that the order of calls is not tested"
    finish
fi
# check_order ORDER COMMAND...: where files cannot be made without a name, a temporary one is dropped.
check_order() {
    wanted=$1
    shift
    order=$(calls_of "$@" | sed 's/drop-temporary //')
    [ "$order" = "$wanted " ] || fail "$*: $order"
}
make_model a.bin
check_order "fsync name sync-dir remove-source" "$ZNN" compress --rm a.bin
echo old >a.bin
check_order "fsync name sync-dir remove-source" "$ZNN" decompress --rm -f a.znn
check_order "sync-dir fsync name sync-dir remove-source" "$ZNN" compress -r --rm -o out .
finish
