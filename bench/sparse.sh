#!/bin/sh
# sparse.sh - measures sparse updates: models of which few numbers differ from their base
#
#     bench/sparse.sh [-n RUNS] [-p PERCENT] PROGRAM BENCH_SPARSE BASE
#
# Changes PERCENT (1) of the numbers of BASE, a safetensors file of 16-bit numbers of some hundred MB, by one up or down.
# Prints the speed of whole processes with one thread, in GB/s of the child's size: the medians of RUNS (11) runs that
# take turns, beside copying the child.  Then BENCH_SPARSE (bench/bench_sparse.c) measures the same in memory.
# The files are in /dev/shm if that exists, to leave the disk out of the measurement.
set -eu

runs=11
percent=1
while getopts n:p: flag; do
    case $flag in
    n) runs=$OPTARG ;;
    p) percent=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
znn=$(realpath "${1:?usage: sparse.sh PROGRAM BENCH_SPARSE BASE}")
maker=$(realpath "$2")
base=$(realpath "$3")

work=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)/znn-sparse.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
cp "$base" base
"$maker" -w child base "$percent"

# timed NAME COMMAND...: runs the command, which writes `out`, and appends its seconds to the file NAME.
timed() {
    name=$1
    shift
    rm -f out
    start=$(date +%s.%N)
    "$@"
    end=$(date +%s.%N)
    awk -v a="$start" -v b="$end" 'BEGIN { print b - a }' >>"$name"
}

from_pipe() {
    # The pipe is what is measured.
    # shellcheck disable=SC2002
    cat child | "$znn" compress -q -T1 --base base - >out
}

to_pipe() {
    "$znn" decompress -q -T1 --base base -c child.znn | cat >/dev/null
}

"$znn" compress -q -T1 --base base -o child.znn child
"$znn" decompress -q --base base -o out child.znn
cmp out child
i=0
while [ $i -lt "$runs" ]; do
    timed copy cp child out
    timed compress "$znn" compress -q -T1 --base base -o out child
    timed compress.pipe from_pipe
    timed decompress "$znn" decompress -q -T1 --base base -o out child.znn
    timed decompress.pipe to_pipe
    i=$((i + 1))
done

awk -v c="$(wc -c <child.znn)" -v n="$(wc -c <child)" -v p="$percent" \
    'BEGIN { printf "%s %% changed, %.3f %% left\n", p, 100 * c / n }'
for name in copy compress compress.pipe decompress decompress.pipe; do
    sort -n "$name" | awk -v name=$name -v n="$(wc -c <child)" '
        { t[NR] = $1 } END { printf "%-16s %6.2f GB/s\n", name, n / t[int((NR + 1) / 2)] / 1e9 }'
done
"$maker" base "$percent"
