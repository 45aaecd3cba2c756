#!/bin/sh
# `znn mount` and files that are damaged, hostile, or change meanwhile.
. "$(dirname "$0")/mount_lib.sh"

begin "damage costs its chunk"
mkdir src mnt
make_random plain 12000
expect 0 "$ZNN" compress --dtype BF16 plain -o src/plain.znn # in chunks of 1 MiB
flip src/plain.znn 6000000
expect 0 "$ZNN" mount --log log src mnt
expect 1 cat mnt/plain
[ "$(grep -c 'is damaged' log)" -eq 1 ] || fail "log: $(cat log)"
"${ZNN_READS:?}" pages plain mnt/plain >lost || fail "$(cat lost)"
read -r first end <lost
[ "$first" -le 6000000 ] && [ "$end" -ge 5990000 ] && [ $((end - first)) -le $((1024 * 1024 + 8192)) ] ||
    fail "unreadable: $(cat lost)"
[ "$(grep -c 'is damaged' log)" -eq 2 ] || fail "not one line each time: $(cat log)"
"$ZNN" compress plain -o new.znn && mv new.znn src/plain.znn
same plain mnt/plain
end_mount

# replace HOW: an open file keeps its content, or cannot be read; a new one has the new content.
replace() {
    exec 3<mnt/m
    head -c 100000 <&3 >part
    $1 new.znn src/m.znn
    "$ZNN_READS" pages old - <&3 >lost || fail "mixed: $(cat lost)"
    [ "$1" = cp ] || [ ! -s lost ] || fail "unreadable: $(cat lost)"
    same new mnt/m
    exec 3<&-
}

begin "a file that is replaced, and one that is written in place"
for how in mv cp; do
    rm -rf src
    mkdir -p src mnt
    make_random old 9000
    make_random new 9000
    expect 0 "$ZNN" compress -f old -o src/m.znn
    expect 0 "$ZNN" compress -f new -o new.znn
    expect 0 "$ZNN" mount src mnt
    replace $how
    end_mount
done

begin "files that pass through and change"
mkdir src mnt
expect 0 "$ZNN" mount src mnt
for text in one two three; do
    echo $text >src/text
    sleep 0.02
    [ "$(cat mnt/text)" = $text ] || fail "it is not '$text'"
done
rm src/text
expect 1 cat mnt/text
end_mount

begin "no .znn files, and parts of some"
mkdir src mnt
expect 0 "$ZNN" compress "$data" -o whole.znn
head -c 100000 whole.znn >src/cut.znn
head -c 20 whole.znn >src/head.znn
make_random src/noise.znn 20
cat whole.znn src/noise.znn >src/tail.znn
expect 0 "$ZNN" mount src mnt
for file in cut head noise tail; do
    same src/$file.znn mnt/$file.znn
done
end_mount

begin "a file that becomes very large"
mkdir src mnt
truncate -s 1G zeros
expect 0 "$ZNN" compress zeros -o src/zeros.znn
expect 0 "$ZNN" mount --memory-limit 16MiB src mnt
[ "$(size mnt/zeros)" -eq 1073741824 ] || fail "size"
head -c 100000000 mnt/zeros | cmp -n 100000000 - /dev/zero || fail "content"
find_processes
peak=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$server/status")
[ -n "${ZNN_SANITIZED:-}" ] || at_most "$peak" 100000 "KiB of memory"
end_mount

begin "sample files, good and bad"
mkdir src mnt
cp "${ZNN_SOURCE:?}"/tests/vectors/good-*.znn "$ZNN_SOURCE"/tests/vectors/bad-chunk-*.znn src
expect 0 "$ZNN" mount --log log src mnt
for file in mnt/*; do
    name=${file#mnt/}
    case $name in
    *.znn) continue ;;
    esac
    length=$(stat -c %s "$file")
    [ "$length" -le 100000000 ] || continue
    source=src/$name.znn
    [ -e "$source" ] || source=src/${name%.*}.znn
    wanted=0 got=0
    "$ZNN" decompress -cq --range "0:$length" "$source" >want 2>err || wanted=1
    cat "$file" >got 2>err || got=1
    [ $wanted = $got ] || fail "$name: $wanted $got"
    [ $wanted = 1 ] || cmp want got || fail "$name"
done
end_mount
finish
