#!/bin/sh
# A .znn file is the same from every run, whatever the number of threads and whichever of them got which chunk.
. "$(dirname "$0")/lib.sh"

ZNN_CONVERT=${ZNN_CONVERT:?set ZNN_CONVERT to the path of convert_model}

# always_same FILE TIMES FLAG...: so many runs with one, two and five threads each give the same bytes.
always_same() {
    file=$1
    times=$2
    shift 2
    expect 0 "$ZNN" compress -T1 "$@" "$file" -f -o first.znn
    for _ in $(seq "$times"); do
        for threads in 1 2 5; do
            "$ZNN" compress -T$threads "$@" -c "$file" >again.znn || fail "compress -T$threads $*"
            cmp -s first.znn again.znn || {
                fail "$file: another .znn file with -T$threads $*"
                return
            }
        done
    done
}

# pile NAME COUNT: an .npz of so many equal arrays, with headers and names between them, as masks and tied weights make.
pile() {
    command -v python3 >/dev/null || return 1
    python3 - "$1" "$2" <<'END'
import random, struct, sys, zipfile
numbers = random.Random(1)
data = b''.join(struct.pack('<f', numbers.gauss(0, 1)) for _ in range(40000))
header = "{'descr': '<f4', 'fortran_order': False, 'shape': (200, 200), }".ljust(117) + '\n'
npy = b'\x93NUMPY\x01\x00' + struct.pack('<H', len(header)) + header.encode() + data
with zipfile.ZipFile(sys.argv[1], 'w') as out:
    for i in range(int(sys.argv[2])):
        out.writestr(zipfile.ZipInfo('layer%d_mask.npy' % i), npy)
END
}

if at_corpus "$@"; then
    begin "corpus"
    find "$ZNN_CORPUS" -type f -size -512k | LC_ALL=C sort >"$logs/files"
    while IFS= read -r file; do
        always_same "$file" 3
    done <"$logs/files"
    finish
fi

begin "references"
model=${ZNN_DATA:?}/tiny-base-bf16.safetensors
"$ZNN_CONVERT" tied "$model" >tied.safetensors || fail "convert_model tied"
"$ZNN_CONVERT" twice "$model" >twice.npz || fail "convert_model twice"
always_same tied.safetensors 5
always_same twice.npz 5
if pile pile.npz 4; then
    always_same pile.npz 25
    always_same pile.npz 5 -1
    always_same pile.npz 5 --fixed-point 8 --only '*'
else
    echo "without python3, no pile of equal arrays"
fi

begin "rounded, and with a base"
always_same "$model" 5 --fixed-point 8
cp "$model" base.safetensors
always_same "$model" 2 --base base.safetensors --fixed-point 8
finish
