#!/bin/sh
# A disk that is full, and a pipe that nobody reads any more: an error, and nothing left behind.
#
# The disk is a tmpfs of one MiB, which takes the right to mount.
. "$(dirname "$0")/lib.sh"
trap : PIPE

[ ! -c /dev/full ] || {
    begin "/dev/full"
    make_random a.bin 100
    "$ZNN" compress -k a.bin || fail "compress"
    for command in "compress -c a.bin" "decompress -c a.znn" "decompress --range 0:4096 a.znn" "list a.znn" \
        "stat a.znn" "stat --json a.znn" "test a.znn" "help"; do
        # shellcheck disable=SC2086
        "$ZNN" $command >/dev/full 2>"$logs/err"
        status=$?
        [ $status -eq 1 ] || fail "exit code $status: $command"
        says "could not write"
    done
    only a.bin a.znn
}

begin "a pipe that is closed"
make_random a.bin 1000
"$ZNN" compress a.bin || fail "compress"
for command in "compress -c a.bin" "decompress -c a.znn"; do
    # shellcheck disable=SC2086
    { "$ZNN" $command 2>"$logs/err"; echo $? >status; } | dd bs=1 count=1 >/dev/null 2>&1
    [ "$(kill -l "$(cat status)")" = PIPE ] || fail "exit code $(cat status): $command"
    (
        trap '' PIPE
        # shellcheck disable=SC2086
        { "$ZNN" $command 2>"$logs/err"; echo $? >status; } | dd bs=1 count=1 >/dev/null 2>&1
    )
    [ "$(cat status)" -eq 1 ] || fail "exit code $(cat status), with SIGPIPE ignored: $command"
    says "could not write"
done

among() { # one of several lines
    grep -qF "$1" "$logs/err" || fail "no '$1': $(cat "$logs/err")"
}

begin "a disk that is full"
mkdir disk
if ! mount -t tmpfs -o size=1m znn-test disk 2>/dev/null; then
    echo "note: no tmpfs can be mounted here, so that a full disk is not tested"
    finish
fi
trap 'cd / && umount "$work/case/disk"; rm -rf "$work" "$logs"' EXIT
make_random a.bin 1500
make_model b.bin
expect 1 "$ZNN" compress a.bin -o disk/a.znn
among "disk/a.znn: takes up to 1.46 MiB, but only 1.00 MiB are free there"
among "disk/a.znn: could not write: "
[ -z "$(ls -A disk)" ] || fail "left behind: $(ls -A disk)"
"$ZNN" compress a.bin || fail "compress"
expect 1 "$ZNN" decompress a.znn -o disk/a.bin
says "disk/a.bin: takes 1.46 MiB, but only 1.00 MiB are free there"
make_random third 500
cat third third third >thrice.bin
"$ZNN" compress thrice.bin || fail "compress thrice.bin"
expect 1 "$ZNN" decompress thrice.znn -o disk/a.bin # it might have holes, so this is tried
among "disk/a.bin: takes up to 1.46 MiB"
among "disk/a.bin: could not write: "
[ -z "$(ls -A disk)" ] || fail "left behind: $(ls -A disk)"
expect 0 "$ZNN" compress b.bin -o disk/b.znn
make_random disk/c.bin 700
expect 1 "$ZNN" compress --rm disk/c.bin
[ -f disk/c.bin ] || fail "the input is gone"
[ "$(LC_ALL=C ls -A disk)" = "b.znn
c.bin" ] || fail "the disk holds $(ls -A disk)"
finish
