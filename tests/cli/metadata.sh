#!/bin/sh
# Mode, time and owner go from input to output.
. "$(dirname "$0")/lib.sh"

mode() {
    # shellcheck disable=SC2012
    ls -ld "$1" | cut -c 1-10
}

# same_time FILE FILE: to the nanosecond, as far as the file system goes.
same_time() {
    [ -z "$(find "$1" -newer "$2")$(find "$2" -newer "$1")" ] || fail "$1 and $2 have different times"
}

begin "mode and time"
for bits in 644 600 640 444 755 777; do
    rm -f a.bin a.znn
    echo content >a.bin
    chmod $bits a.bin
    touch -d 2001-02-03T04:05:06.123456789 a.bin
    expect 0 "$ZNN" compress a.bin
    [ "$(mode a.znn)" = "$(mode a.bin)" ] || fail "mode $(mode a.znn) instead of $(mode a.bin)"
    same_time a.bin a.znn
    mv a.bin original
    expect 0 "$ZNN" decompress a.znn
    [ "$(mode original)" = "$(mode a.bin)" ] || fail "mode $(mode a.bin) instead of $(mode original)"
    same_time a.bin original
    rm -f original
done

begin "a link's target counts, not the link"
echo content >blob
chmod 640 blob
touch -d 2001-02-03T04:05:06 blob
ln -s blob a.bin
expect 0 "$ZNN" compress a.bin
[ "$(mode a.znn)" = -rw-r----- ] || fail "mode $(mode a.znn)"
same_time blob a.znn

begin "set-id bits do not pass on"
echo content >a.bin
chmod 6755 a.bin
expect 0 "$ZNN" compress a.bin
[ "$(mode a.znn)" = -rwxr-xr-x ] || fail "mode $(mode a.znn)"

begin "owner"
if [ "$(id -u)" -eq 0 ]; then
    echo content >a.bin
    chown 1:2 a.bin
    expect 0 "$ZNN" compress a.bin
    [ "$(find a.znn -user 1 -group 2)" ] || fail "the owner was not copied"
fi

begin "from standard input the mode is the default one"
echo content | "$ZNN" compress -o a.znn || fail "compress"
[ "$(mode a.znn)" = -rw-r--r-- ] || fail "mode $(mode a.znn)"
(umask 077 && echo content | "$ZNN" compress - -o b.znn) || fail "compress"
[ "$(mode b.znn)" = -rw------- ] || fail "mode $(mode b.znn)"

begin "and from a pipe with a name"
mkfifo -m 600 pipe
echo content >pipe &
expect 0 "$ZNN" compress pipe -o a.znn
wait
[ "$(mode a.znn)" = -rw-r--r-- ] || fail "mode $(mode a.znn)"

begin "while it is written, the file is the user's alone"
umask 0
mkfifo -m 666 in.bin
echo old >in.znn
{
    wait_for '.in.znn.znn-tmp-*'
    for file in .in.znn.znn-tmp-*; do mode "$file"; done >mode
} >in.bin &
expect 0 "$ZNN" compress -f in.bin
wait
[ "$(cat mode)" = -rw------- ] || fail "mode $(cat mode)"
umask 022

begin "what is derived from a model gets the user's mode, what is a part of it the model's"
make_layers a.safetensors
chmod 751 a.safetensors
expect 0 "$ZNN" compress a.safetensors
for flag in --layers --sweep; do
    expect 0 "$ZNN" stat $flag -f a.safetensors --svg a.svg
    [ "$(mode a.svg)" = -rw-r--r-- ] || fail "mode $(mode a.svg)"
done
expect 0 "$ZNN" extract a.znn step -o step
[ "$(mode step)" = -rwxr-x--x ] || fail "mode $(mode step)"
[ -n "$(find step -newer a.safetensors)" ] || fail "the part has the model's time"

begin "access lists: no right is gained"
if ! command -v setfacl >/dev/null || ! { echo x >probe && setfacl -m u:1:r probe 2>/dev/null; }; then
    echo "note: there are no access lists here, and they are not tested"
else
    # rights FILE: its access list.
    rights() {
        getfacl -cn "$1" 2>/dev/null
    }
    echo content >a.bin
    chmod 640 a.bin
    setfacl -m u:1:rw,g::---,m::rw a.bin
    expect 0 "$ZNN" compress a.bin
    [ "$(rights a.znn)" = "$(rights a.bin)" ] || fail "$(rights a.znn)"
    expect 0 "$ZNN" decompress a.znn -o b.bin
    [ "$(rights b.bin)" = "$(rights a.bin)" ] || fail "$(rights b.bin)"
    mkdir d
    setfacl -d -m u:2:rwx,g::rwx d
    echo content >plain
    chmod 660 plain
    expect 0 "$ZNN" compress plain -o d/plain.znn
    [ "$(rights d/plain.znn)" = "$(rights plain)" ] || fail "$(rights d/plain.znn)"
    mkdir m
    echo content >m/x.bin
    chmod 750 m
    setfacl -m u:1:rwx,g::---,m::rwx m
    expect 0 "$ZNN" compress -r m -o out
    [ "$(rights out)" = "$(rights m)" ] || fail "$(rights out)"
fi

begin "zeros become holes"
dd if=/dev/zero of=a.bin bs=1048576 count=8 2>/dev/null
echo end >>a.bin
expect 0 "$ZNN" compress a.bin
expect 0 "$ZNN" decompress a.znn -o b.bin
same a.bin b.bin
dd if=/dev/zero of=sparse bs=1024 seek=8192 count=1 2>/dev/null
used() {
    du -k "$1" | cut -f 1
}
if [ "$(used sparse)" -lt 4096 ]; then
    [ "$(used b.bin)" -lt 4096 ] || fail "$(used b.bin) KiB on the disk"
else
    echo "note: this file system has no holes"
fi
finish
