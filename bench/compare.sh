#!/bin/sh
# compare.sh - znn and other programs on one large model: whole processes, from page cache to page cache
#
#     bench/compare.sh [-x] [-n RUNS] [PROGRAM [DTYPE [MEGABYTES]]]
#
# Works in /dev/shm where it exists, so that no disk is measured.  Each command is run RUNS times (five), in turns, and
# medians are taken: machines are noisy, so only the ratios mean something.  The script runs the programs that are
# installed: zstd, lz4 and pigz, the Python modules blosc and zipnn, and, with -x and once only, since it takes minutes,
# xz -1.  The last columns are those of figures 4 to 6 of the seed paper: how much sooner one has a model at 10, 30 and
# 120 MB/s when it is downloaded compressed and then decompressed, in percent of a download as it is.
set -eu

runs=5
with_xz=
while getopts xn: flag; do
    case $flag in
    x) with_xz=1 ;;
    n) runs=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
znn=$(realpath "${1:-build/release/znn}")
dtype=${2:-BF16}
megabytes=${3:-540}
make_model=$(dirname "$znn")/bench/make_model

work=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)/znn-compare.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
"$make_model" "$dtype" "$megabytes" > model.safetensors
original=$(wc -c < model.safetensors)

# Python's share: one call that reads a file and writes another.
cat > module.py << 'END'
import sys
name, how, source, target = sys.argv[1:]
data = open(source, "rb").read()
if name == "blosc":
    import blosc
    blosc.set_nthreads(1)
    if how == "c":
        step = 1 << 30
        parts = [blosc.compress(data[i:i + step], typesize=WIDTH, cname="zstd", clevel=3,
                                shuffle=blosc.BITSHUFFLE) for i in range(0, len(data), step)]
        out = b"".join(len(p).to_bytes(8, "little") + p for p in parts)
    else:
        out, at = [], 0
        while at < len(data):
            n = int.from_bytes(data[at:at + 8], "little")
            out.append(blosc.decompress(data[at + 8:at + 8 + n]))
            at += 8 + n
        out = b"".join(out)
else:
    import zipnn
    z = zipnn.ZipNN(input_format="byte", bytearray_dtype="DTYPE", threads=1)
    out = z.compress(data) if how == "c" else z.decompress(data)
open(target, "wb").write(out)
END
case $dtype in
BF16) sed -i "s/DTYPE/bfloat16/; s/WIDTH/2/" module.py ;;
F16) sed -i "s/DTYPE/float16/; s/WIDTH/2/" module.py ;;
*) sed -i "s/DTYPE/float32/; s/WIDTH/4/" module.py ;;
esac

have() { command -v "$1" > /dev/null 2>&1; }
module() { have python3 && python3 -c "import $1" 2> /dev/null; }

# The contestants: name, and how each compresses model.safetensors to $out and decompresses $in to $out.
compress() {
    case $1 in
    znn-T*) "$znn" compress -q "${1#znn}" -o "$out" model.safetensors ;;
    zstd-1-T* | zstd-3-T*)
        level=${1#zstd}
        zstd -q "${level%-T*}" "-T${1##*-T}" -o "$out" model.safetensors
        ;;
    lz4) lz4 -q model.safetensors "$out" ;;
    pigz) pigz -c -p1 model.safetensors > "$out" ;;
    xz) xz -T1 -1 -c model.safetensors > "$out" ;;
    blosc | zipnn) python3 module.py "$1" c model.safetensors "$out" ;;
    cp) cp model.safetensors "$out" ;;
    esac
}

decompress() {
    case $1 in
    znn-T*) "$znn" decompress -q "${1#znn}" -o "$out" "$in" ;;
    zstd-*) zstd -q -d -o "$out" "$in" ;;
    lz4) lz4 -q -d "$in" "$out" ;;
    pigz) pigz -d -c "$in" > "$out" ;;
    xz) xz -T1 -d -c "$in" > "$out" ;;
    blosc | zipnn) python3 module.py "$1" d "$in" "$out" ;;
    cp) cp "$in" "$out" ;;
    esac
}

# Runs a command, which writes $out, and adds the seconds that it took to the file $1.
timed() {
    times=$1
    shift
    rm -f "$out"
    start=$(date +%s.%N)
    "$@"
    end=$(date +%s.%N)
    awk -v a="$start" -v b="$end" 'BEGIN { print b - a }' >> "$times"
}

contestants="cp znn-T1 znn-T2"
have zstd && contestants="$contestants zstd-1-T1 zstd-1-T0 zstd-3-T1 zstd-3-T0"
have lz4 && contestants="$contestants lz4"
have pigz && contestants="$contestants pigz"
module blosc && contestants="$contestants blosc"
module zipnn && contestants="$contestants zipnn"

round() {
    for name in "$@"; do
        out=$name.packed
        timed "$name.compress" compress "$name"
        in=$out
        out=unpacked
        timed "$name.decompress" decompress "$name"
    done
}

i=0
while [ $i -lt "$runs" ]; do
    # shellcheck disable=SC2086 # one word for each
    round $contestants
    i=$((i + 1))
done
in=znn-T1.packed out=unpacked
rm -f unpacked
decompress znn-T1
cmp unpacked model.safetensors
if [ -n "$with_xz" ] && have xz; then
    round xz
    contestants="$contestants xz"
fi

median() {
    sort -n "$1" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'
}

cp_time=$(median cp.compress)
printf '%s, %d bytes; medians of %d runs\n' "$dtype" "$original" "$runs"
printf '%-10s %7s | %7s %6s %6s | %7s %6s %6s | %s\n' '' left 'in, s' GB/s 'x cp' 'out, s' GB/s 'x cp' \
    'saved at 10, 30, 120 MB/s'
for name in $contestants; do
    awk -v name="$name" -v n="$original" -v z="$(wc -c < "$name.packed")" -v c="$(median "$name.compress")" \
        -v d="$(median "$name.decompress")" -v cp="$cp_time" '
        function saved(rate) {
            return name == "cp" ? 0 : 100 - 100 * (z / rate / 1e6 + d) / (n / rate / 1e6)
        }
        BEGIN {
            printf "%-10s %6.2f%% | %7.3f %6.2f %6.2f | %7.3f %6.2f %6.2f | %5.1f%% %5.1f%% %5.1f%%\n", name, 100 * z / n,
                c, n / c / 1e9, c / cp, d, n / d / 1e9, d / cp, saved(10), saved(30), saved(120)
        }'
done
if [ -f zstd-3-T1.compress ]; then
    awk -v a="$(median znn-T1.compress)" -v b="$(median zstd-3-T1.compress)" -v c="$(median znn-T1.decompress)" \
        -v d="$(median zstd-3-T1.decompress)" \
        'BEGIN { printf "znn -T1 against zstd -3 -T1: %.2f times as fast in, %.2f times out\n", b / a, d / c }'
fi
