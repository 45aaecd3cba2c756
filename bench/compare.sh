#!/bin/sh
# compare.sh - znn, zstd and cp on one large model: whole processes, from page cache to page cache
#
#     bench/compare.sh [PROGRAM [DTYPE [MEGABYTES]]]
#
# Works in /dev/shm where it exists, so that no disk is measured.  znn and zstd get one compressing thread each; both do
# their input and output beside it.  Each command is run five times, in turns, and medians are printed: machines are
# noisy, so only the ratios mean something.
set -eu

znn=$(realpath "${1:-build/release/znn}")
dtype=${2:-BF16}
megabytes=${3:-600}
make_model=$(dirname "$znn")/bench/make_model

work=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)/znn-compare.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
"$make_model" "$dtype" "$megabytes" > model.safetensors

# Runs "$@", which writes the file $2, and adds the seconds it took to the file $1.times.
timed() {
    name=$1
    output=$2
    shift 2
    rm -f "$output"
    start=$(date +%s.%N)
    "$@"
    end=$(date +%s.%N)
    awk -v a="$start" -v b="$end" 'BEGIN { print b - a }' >> "$name.times"
}

for _ in 1 2 3 4 5; do
    timed znn-compress model.znn "$znn" compress -T1 -o model.znn model.safetensors
    timed zstd-compress model.zst zstd -q -3 -T1 -o model.zst model.safetensors
    timed znn-decompress znn.out "$znn" decompress -T1 -o znn.out model.znn
    timed zstd-decompress zstd.out zstd -q -d -o zstd.out model.zst
    timed cp cp.out cp model.safetensors cp.out
done
cmp znn.out model.safetensors

median() {
    sort -n "$1.times" | sed -n 3p
}

size() {
    wc -c < "$1"
}

original=$(size model.safetensors)
printf '%s, %d bytes; medians of five runs\n' "$dtype" "$original"
for name in znn-compress zstd-compress znn-decompress zstd-decompress cp; do
    awk -v name="$name" -v t="$(median "$name")" -v n="$original" -v c="$(median cp)" \
        'BEGIN { printf "%-16s %6.3f s  %6.2f GB/s  %5.2f x cp\n", name, t, n / t / 1e9, t / c }'
done
awk -v a="$(median znn-compress)" -v b="$(median zstd-compress)" -v c="$(median znn-decompress)" \
    -v d="$(median zstd-decompress)" -v s="$(size model.znn)" -v z="$(size model.zst)" -v n="$original" 'BEGIN {
        printf "znn compresses %.2f times as fast as zstd -3, decompresses %.2f times as fast as zstd -d\n", b / a, d / c
        printf "left: znn %.2f %%, zstd -3 %.2f %%\n", 100 * s / n, 100 * z / n
    }'
