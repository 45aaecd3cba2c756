#!/bin/sh
# Reading through `znn mount`: in any order, by several programs at once, and through mmap().
. "$(dirname "$0")/mount_lib.sh"

if at_corpus "$@"; then
    [ -z "${ZNN_SANITIZED:-}" ] || skip "it takes too long with sanitizers"
    begin "the corpus"
    mkdir src mnt
    expect 0 "$ZNN" compress -q -1 -r --all "$ZNN_CORPUS" -o src
    expect 0 "$ZNN" mount src mnt
    diff -r "$ZNN_CORPUS" mnt || fail "files differ"
    end_mount
    finish
fi

# make_large FILE: 20 MiB, most of which can be compressed.
make_large() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
        cat "$data"
        head -c 50000 /dev/urandom
    done >"$1"
}

begin "programs"
mkdir src mnt
make_large large
expect 0 "$ZNN" compress large -o src/large.znn
expect 0 "$ZNN" mount src mnt
expect 0 cp mnt/large copy
same large copy
[ "$(sha256sum <mnt/large)" = "$(sha256sum <large)" ] || fail "sha256sum"
expect 0 cp --sparse=always mnt/large sparse
same large sparse
tail -c 5000 large >want
tail -c 5000 mnt/large >got
same want got
end_mount

begin "at random, and by threads"
mkdir src mnt
make_large large
expect 0 "$ZNN" compress large -o src/large.znn
expect 0 "$ZNN" mount src mnt
same_bytes large mnt/large
end_mount
expect 0 "$ZNN" mount --memory-limit 2MiB -T 1 src mnt # less than the threads use at once
same_bytes large mnt/large
end_mount

begin "by several programs at once"
mkdir src mnt
make_large large
expect 0 "$ZNN" compress large -o src/a.znn
expect 0 "$ZNN" compress "$data" -o src/b.znn
expect 0 "$ZNN" mount --memory-limit 8MiB src mnt
for i in 1 2 3 4; do
    cmp large mnt/a >"cmp$i" 2>&1 &
    cmp "$data" mnt/b.safetensors >"cmp-$i" 2>&1 &
done
wait
cat cmp* >all
[ ! -s all ] || fail "$(cat all)"
end_mount

begin "closing and unmounting while blocks are read ahead"
mkdir src mnt
make_large large
expect 0 "$ZNN" compress large -o src/large.znn
for i in 1 2 3 4 5; do
    expect 0 "$ZNN" mount src mnt
    for part in 2500000 4500000 7000000; do
        timeout 60 head -c $part mnt/large >got || fail "it hangs, in round $i"
    done
    expect 0 timeout 60 "$ZNN" umount mnt
    ended
done
finish
