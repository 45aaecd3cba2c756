#!/bin/sh
# `znn mount`: which files appear, under which names, and with which attributes.
. "$(dirname "$0")/mount_lib.sh"

# names: all paths in the mount, in one line.
names() {
    (cd mnt && find . -mindepth 1 | LC_ALL=C sort | cut -c3- | tr '\n' ' ')
}

begin "a folder"
mkdir -p src/sub src/folder.znn mnt
cp "$data" src/a.safetensors
cp "$data" src/sub/b.safetensors
echo text >src/config.json
touch -d '2020-01-02 03:04:05' src/a.safetensors
chmod 640 src/a.safetensors
chmod 750 src/sub
expect 0 "$ZNN" compress --rm src/a.safetensors src/sub/b.safetensors
expect 0 "$ZNN" mount src mnt
silent
[ "$(names)" = "a.safetensors config.json folder.znn sub sub/b.safetensors " ] || fail "$(names)"
same "$data" mnt/a.safetensors
same "$data" mnt/sub/b.safetensors
same src/config.json mnt/config.json
[ "$(stat -c '%a %Y %s %u' mnt/a.safetensors)" = "640 $(stat -c '%Y' src/a.znn) $(size "$data") $(id -u)" ] ||
    fail "attributes: $(stat -c '%a %Y %s %u' mnt/a.safetensors)"
for path in . sub config.json; do
    [ "$(stat -c '%a %Y %F' mnt/$path)" = "$(stat -c '%a %Y %F' src/$path)" ] || fail "attributes of $path"
done
expect 1 cat mnt/a.znn
end_mount

begin "writing"
mkdir -p src/sub mnt
cp "$data" src/a.safetensors
expect 0 "$ZNN" compress --rm src/a.safetensors
echo text >src/b
expect 0 "$ZNN" mount src mnt
for command in "touch mnt/new" "touch mnt/b" "mkdir mnt/new" "rm mnt/b" "rmdir mnt/sub" "mv mnt/b mnt/c" "ln mnt/b mnt/c" \
    "ln -s b mnt/c" "chmod 600 mnt/b" "truncate -s 0 mnt/b" "cp mnt/b mnt/a.safetensors" "rm mnt/a.safetensors"; do
    # shellcheck disable=SC2086
    LC_ALL=C expect 1 $command
    grep -q 'Read-only file system' "$logs/err" || fail "$command: $(cat "$logs/err")"
done
same "$data" mnt/a.safetensors
end_mount

begin "names that collide"
mkdir src mnt
make_random src/a.bin 3
make_random src/b.bin 3
make_random src/c.bin 3
cp src/b.bin b && cp src/c.bin c
expect 0 "$ZNN" compress src/a.bin -o src/a.bin.znn # the real file has the name
expect 0 "$ZNN" compress src/b.bin -o src/b.znn
expect 0 "$ZNN" compress --rm src/c.bin -o src/c.bin.znn
mv src/b.bin src/b.bin.znn # no .znn file, whatever its name says
cp src/c.bin.znn src/c.znn # the longer name wins
expect 0 "$ZNN" mount src mnt
[ "$(names)" = "a.bin a.bin.znn b.bin b.bin.znn c.bin c.znn " ] || fail "$(names)"
same src/a.bin mnt/a.bin
same src/a.bin.znn mnt/a.bin.znn
same b mnt/b.bin
same c mnt/c.bin
same src/c.znn mnt/c.znn
echo other >src/b.bin
[ "$(cat mnt/b.bin)" = other ] || fail "the real file has the name"
same src/b.znn mnt/b.znn
rm src/b.bin
same b mnt/b.bin
end_mount

begin "links, odd names and other kinds of files"
mkdir -p src/sub mnt
cp "$data" src/a.safetensors
expect 0 "$ZNN" compress --rm src/a.safetensors
cp src/a.znn 'src/sub/with space
and line.znn'
ln -s ../a.znn src/sub/link.znn
ln -s sub src/way
ln -s nowhere src/dangling
ln -s nowhere src/dangling.znn
mkfifo src/fifo.znn
: >src/empty.znn
: >src/.znn
expect 0 "$ZNN" mount src mnt
same "$data" mnt/sub/link.safetensors
same "$data" mnt/way/link.safetensors
same "$data" 'mnt/sub/with space
and line.safetensors'
[ "$(readlink mnt/way) $(readlink mnt/dangling) $(readlink mnt/dangling.znn)" = "sub nowhere nowhere" ] || fail "links"
[ -p mnt/fifo.znn ] || fail "a FIFO"
[ -f mnt/empty.znn ] && [ ! -s mnt/empty.znn ] || fail "an empty file"
[ "$(find mnt | wc -l)" -eq "$(find src | wc -l)" ] || fail "$(find mnt)"
end_mount

# The server would have to ask itself where they lead, while the kernel waits for it.
begin "links into the mount"
mkdir src src/below mnt
expect 0 "$ZNN" compress "$data" -o src/a.znn
for i in 1 2 3 4 5 6 7 8 9; do
    ln -s "../mnt/self$i.znn" src
done
ln -s ../mnt/a.safetensors src/original.znn
ln -s ../mnt/plain src/plain
ln -s "$PWD/mnt/deep.znn" src/deep.znn
ln -s ../../src/../mnt/far.znn src/below/far.znn
ln -s ../self1.znn src/below/near.znn
ln -s ../src/a.znn src/good.znn
expect 0 "$ZNN" mount src mnt
expect 0 timeout 30 ls -lR mnt
for i in 1 2 3 4 5 6 7 8 9; do
    timeout 30 cat "mnt/self$i" "mnt/self$i.znn" >/dev/null 2>&1 &
done
wait
for name in plain deep deep.znn below/far below/far.znn below/near below/near.znn; do
    expect 1 timeout 30 cat "mnt/$name"
done
same "$data" mnt/a.safetensors
same "$data" mnt/good.safetensors
same "$data" mnt/original.znn # the kernel follows this link, and not the server
end_mount

begin "a single file"
mkdir -p src mnt
expect 0 "$ZNN" compress "$data" -o src/m.znn
cp "$data" src/m.safetensors # is not shown, and has no say
echo >src/other
expect 0 "$ZNN" mount src/m.znn mnt
[ "$(names)" = "m.safetensors " ] || fail "$(names)"
same "$data" mnt/m.safetensors
end_mount

begin "a folder at itself, and a directory that is not empty"
mkdir src mnt
expect 0 "$ZNN" compress "$data" -o src/m.znn
echo hidden >mnt/hidden
expect 0 "$ZNN" mount src mnt
[ "$(names)" = "m.safetensors " ] || fail "$(names)"
end_mount
[ "$(cat mnt/hidden)" = hidden ] || fail "it is not back"
expect 0 "$ZNN" mount src src
same "$data" src/m.safetensors
expect 0 "$ZNN" umount src
wait_until nobody
[ "$(ls src)" = m.znn ] || fail "$(ls src)"

begin "two mounts of one folder"
mkdir src mnt other
expect 0 "$ZNN" compress "$data" -o src/m.znn
expect 0 "$ZNN" mount src mnt
expect 0 "$ZNN" mount src other
same mnt/m.safetensors other/m.safetensors
expect 0 "$ZNN" umount other
wait_until gone other
same "$data" mnt/m.safetensors
end_mount

begin "wrong arguments"
mkdir mnt src
: >file
: >src/file
expect 2 "$ZNN" mount mnt
expect 2 "$ZNN" umount
expect 1 "$ZNN" mount nothing mnt
says nothing
expect 1 "$ZNN" mount src nothing
says "make the directory first"
expect 1 "$ZNN" mount src file
says "is not a directory"
expect 1 "$ZNN" mount . mnt
says "lies in the folder"
expect 1 "$ZNN" mount file mnt
says "file"
expect 1 "$ZNN" mount --log nothing/log src mnt
says "nothing/log"
expect 1 "$ZNN" umount mnt
says "is not a mount of znn"
gone mnt || fail "something is mounted"
ended
finish
