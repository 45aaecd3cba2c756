#!/bin/sh
# Disks without enough room: said before the work, where that can be known.  A small file system is needed, which root
# may mount.
. "$(dirname "$0")/lib.sh"
mkdir small
mount -t tmpfs -o size=2m none small 2>/dev/null || skip "no small file system can be mounted here"
trap 'cd / && umount "$work/small"; chmod -R u+rwX "$work" && rm -rf "$work" "$logs"' EXIT
small=$work/small

# clean: empties the small file system.
clean() {
    find "$small" -mindepth 1 -delete
}

# empty: nothing is on it, not even something temporary.
empty() {
    [ -z "$(ls -A "$small")" ] || fail "left: $(ls -A "$small")"
}

begin "an original that does not fit"
make_random big.bin 3000
make_random fits.bin 1500
expect 0 "$ZNN" compress big.bin fits.bin
expect 1 "$ZNN" decompress big.znn -o "$small/big.bin"
says "big.bin: takes 2.93 MiB, but only 2.00 MiB are free there; make space, or use -o for another place"
empty
expect 0 "$ZNN" decompress fits.znn -o "$small/fits.bin"
silent
expect 1 "$ZNN" decompress fits.znn -o "$small/second.bin"
says "second.bin: takes 1.46 MiB, but only "
expect 0 "$ZNN" decompress big.znn -o out # there is room elsewhere
clean

begin "one that is full of zeros may fit, as holes"
truncate -s 100M holes.bin
expect 0 "$ZNN" compress holes.bin
expect 0 "$ZNN" decompress holes.znn -o "$small/holes.bin"
says "holes.bin: takes up to 100 MiB, but only 2.00 MiB are free there"
same holes.bin "$small/holes.bin"
clean

begin "a .znn file that may not fit"
make_random big.bin 3000
expect 1 "$ZNN" compress big.bin -o "$small/big.znn"
grep -qxF "znn: $small/big.znn: takes up to 2.93 MiB, but only 2.00 MiB are free there" "$logs/err" ||
    fail "no warning: $(cat "$logs/err")"
grep -q "could not write: No space left" "$logs/err" || fail "no error: $(cat "$logs/err")"
empty
truncate -s 3000000 zeros.bin
expect 0 "$ZNN" compress zeros.bin -o "$small/zeros.znn"
says "zeros.znn: takes up to 2.86 MiB"
expect 0 "$ZNN" compress -fq zeros.bin -o "$small/zeros.znn"
silent
"$ZNN" compress - <big.bin >big.znn 2>"$logs/err" && silent
clean

begin "all files of a tree together"
mkdir -p m/a
for name in m/x.bin m/a/y.bin m/a/z.bin; do
    make_random $name 900
done
expect 0 "$ZNN" compress -r m -o packed
expect 1 "$ZNN" decompress -r packed -o "$small/new/back"
says "new/back: all files together take 2.64 MiB, but only 2.00 MiB are free there"
empty
expect 1 "$ZNN" compress -r m -o "$small/out"
grep -q "out: all files together take up to 2.64 MiB, but only 2.00 MiB are free there$" "$logs/err" ||
    fail "no warning: $(cat "$logs/err")"
[ "$(grep -c 'are free there' "$logs/err")" -eq 1 ] || fail "more than one warning: $(cat "$logs/err")"
clean
expect 0 "$ZNN" decompress -r packed -o "$small/back" --exclude x.bin.znn
says "packed: 2 files, "
clean
cp packed/x.bin.znn packed/a/y.bin.znn "$small"
expect 1 "$ZNN" decompress -r "$small"
says "$small: all files together take 1.76 MiB, but only "
clean

begin "with --rm each file makes room for the next"
mkdir m
for name in a b c d; do
    make_random m/$name.bin 400
done
cp m/* "$small"
expect 0 "$ZNN" compress -r --rm "$small"
says "4 files"
expect 0 "$ZNN" decompress -r --rm "$small"
says "4 files"
diff -r m "$small" || fail "the trees differ"
clean
finish
