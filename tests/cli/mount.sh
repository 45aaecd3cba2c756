#!/bin/sh
# `znn mount` and `znn umount`: the originals in a folder, read through the kernel.
. "$(dirname "$0")/lib.sh"
"$ZNN" -V | grep -q 'mount: FUSE' || skip "this build has no mount"
: 2>/dev/null <>/dev/fuse || skip "/dev/fuse cannot be opened"
data=${ZNN_DATA:?}/tiny-base-bf16.safetensors

# gone: the mount has ended, and nothing is in the directory.
gone() {
    [ -z "$(ls mnt)" ]
}

# end_mount: unmounts what a case has left.
end_mount() {
    expect 0 "$ZNN" umount mnt
    wait_until gone
}

begin "a folder"
mkdir -p src/sub mnt
cp "$data" src/a.safetensors
cp "$data" src/sub/b.safetensors
echo text >src/config.json
touch -d '2020-01-02 03:04:05' src/a.safetensors
chmod 640 src/a.safetensors
expect 0 "$ZNN" compress --rm src/a.safetensors src/sub/b.safetensors
expect 0 "$ZNN" mount src mnt
silent
[ "$(cd mnt && find . | LC_ALL=C sort | tr '\n' ' ')" = ". ./a.safetensors ./config.json ./sub ./sub/b.safetensors " ] ||
    fail "$(ls -R mnt)"
same "$data" mnt/a.safetensors
same "$data" mnt/sub/b.safetensors
same src/config.json mnt/config.json
[ "$(stat -c '%a %Y %s' mnt/a.safetensors)" = "640 $(stat -c %Y src/a.znn) $(size "$data")" ] || fail "attributes"
expect 1 cp mnt/config.json mnt/new
for i in 1 2 3 4 5 6 7 8; do
    tail -c +$((i * 90000)) "$data" | head -c 4096 >"want$i"
    tail -c +$((i * 90000)) mnt/a.safetensors | head -c 4096 >"got$i" &
done
wait
for i in 1 2 3 4 5 6 7 8; do
    same "want$i" "got$i"
done
echo other >src/a.safetensors
[ "$(cat mnt/a.safetensors)" = other ] || fail "the real file has the name"
same src/a.znn mnt/a.znn
end_mount

begin "a single file in the foreground, SIGTERM"
mkdir mnt
expect 0 "$ZNN" compress "$data" -o m.znn
"$ZNN" mount -f m.znn mnt 2>"$logs/err" &
process=$!
wait_until test -e mnt/m.safetensors
same "$data" mnt/m.safetensors
kill -TERM $process
wait $process || fail "exit code $?"
wait_until gone

begin "damage, and a replaced file"
mkdir src mnt
make_random plain 12000
expect 0 "$ZNN" compress plain -o src/plain.znn
flip src/plain.znn 6000000
expect 0 "$ZNN" mount --log log src mnt
head -c 1000000 plain >want
head -c 1000000 mnt/plain | cmp - want || fail "the intact part"
expect 1 cat mnt/plain
tail -c 1000000 plain >want
tail -c 1000000 mnt/plain | cmp - want || fail "the intact part behind"
[ "$(grep -c 'is damaged' log)" -ge 1 ] || fail "log: $(cat log)"
"$ZNN" compress plain -o new.znn && mv new.znn src/plain.znn
same plain mnt/plain
end_mount

begin "wrong arguments"
mkdir mnt
expect 2 "$ZNN" mount mnt
expect 1 "$ZNN" mount nothing mnt
expect 1 "$ZNN" mount . mnt
expect 1 "$ZNN" umount mnt
finish
