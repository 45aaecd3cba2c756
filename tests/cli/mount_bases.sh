#!/bin/sh
# `znn mount` finds bases as `znn decompress` does.
. "$(dirname "$0")/mount_lib.sh"
child=${ZNN_DATA:?}/tiny-child-bf16.safetensors

# make_child: src/child.znn, which needs its base; that is in `bases`.
make_child() {
    mkdir -p src bases mnt
    cp "$data" bases/base.safetensors
    expect 0 "$ZNN" compress --base bases/base.safetensors "$child" -o src/child.znn
}

begin "beside the file, plain and compressed"
make_child
cp bases/base.safetensors src
expect 0 "$ZNN" mount src mnt
same_bytes "$child" mnt/child.safetensors
end_mount
expect 0 "$ZNN" compress --rm src/base.safetensors
expect 0 "$ZNN" mount src mnt
same_bytes "$child" mnt/child.safetensors
same "$data" mnt/base.safetensors
end_mount

begin "in another folder, as --related stores it"
mkdir -p src/a src/b mnt
cp "$data" src/a/model.safetensors
cp "$child" src/b/model.safetensors
chmod -R u+w src
expect 0 "$ZNN" compress -rq --rm --related src
expect 0 "$ZNN" mount src mnt
same_bytes "$data" mnt/a/model.safetensors
same_bytes "$child" mnt/b/model.safetensors
end_mount
expect 0 "$ZNN" mount src src
same_bytes "$child" src/b/model.safetensors
expect 0 "$ZNN" umount src
ended

begin "named on the command line"
make_child
expect 0 "$ZNN" compress "$data" -o src/free.znn # needs none
for flag in "--base-dir bases" "--base bases/base.safetensors"; do
    # shellcheck disable=SC2086
    expect 0 "$ZNN" mount $flag src mnt
    same_bytes "$child" mnt/child.safetensors
    same "$data" mnt/free.safetensors
    end_mount
done

begin "missing"
make_child
expect 0 "$ZNN" compress "$data" -o src/free.znn
expect 0 "$ZNN" mount --log log src mnt
LC_ALL=C expect 1 cat mnt/child.safetensors
grep -q 'Input/output error' "$logs/err" || fail "$(cat "$logs/err")"
[ "$(wc -l <log)" -eq 1 ] || fail "not one line: $(cat log)"
grep -q 'child.znn: the base model is missing' log || fail "$(cat log)"
same "$data" mnt/free.safetensors
cp bases/base.safetensors src
same "$child" mnt/child.safetensors # it is there now
end_mount

begin "a wrong one"
make_child
cp "$child" bases/wrong
expect 0 "$ZNN" mount --log log --base bases/wrong src mnt
LC_ALL=C expect 1 cat mnt/child.safetensors
[ -s log ] || fail "the log is empty"
end_mount

begin "one that the mount would hide"
make_child
expect 1 "$ZNN" mount --base-dir bases src bases
says "would be hidden by the mount"
expect 1 "$ZNN" mount --base bases/base.safetensors src bases
says "would be hidden by the mount"
ended
begin "a link into the mount"
make_child
ln -s ../mnt/base.safetensors src
expect 0 "$ZNN" mount --log log src mnt
expect 1 timeout 30 cat mnt/child.safetensors
end_mount
finish
