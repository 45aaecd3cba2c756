#!/bin/sh
# What a killed znn leaves behind: nothing, or a file that the next ones know.
. "$(dirname "$0")/lib.sh"

# killed COMMAND...: the command, which reads from the FIFO in.bin, is killed while it writes.
killed() {
    rm -f in.bin
    mkfifo in.bin
    {
        dd if=/dev/zero bs=65536 count=8 2>/dev/null
        kill -9 "$(cat "$logs/pid")"
        sleep 0.1
    } >in.bin &
    # shellcheck disable=SC2016
    sh -c 'echo $$ >"$0/pid"; exec "$@"' "$logs" "$@" 2>/dev/null
    wait
}

begin "a new output leaves nothing, where files can be made without a name"
killed "$ZNN" compress in.bin
if [ "$(ls -A)" = in.bin ]; then
    echo content >a.bin
    expect 0 "$ZNN" compress a.bin
else
    echo "note: there are no files without a name here"
fi

begin "one that replaces another leaves a file that -r leaves out"
echo old >in.znn
killed "$ZNN" compress -f in.bin
[ "$(cat in.znn)" = old ] || fail "in.znn was changed"
set -- .in.znn.znn-tmp-??????
[ -f "$1" ] || fail "no $1"
rm in.bin in.znn
echo content >a.bin
cp "$1" .b.znn.znn-tmp-ABCDEF
expect 0 "$ZNN" compress -v -r --all .
grep -qF "$1: is a temporary file of znn, and is skipped" "$logs/err" || fail "$(cat "$logs/err")"
expect 0 "$ZNN" compress -r --all . -o out
expect 0 "$ZNN" test -r .
(cd out && only a.bin.znn)
mkdir d
echo content >d/.x.znn-tmp-12345
echo content >d/x.znn-tmp-123456
echo content >d/.x.znn-tmp-12345_
expect 0 "$ZNN" compress -r --all d -o other
(cd other && only .x.znn-tmp-12345.znn .x.znn-tmp-12345_.znn x.znn-tmp-123456.znn)

begin "it is removed when it is old, and nobody's"
if [ -z "${ZNN_LATER:-}" ]; then
    echo "note: no library can be loaded before the C library here, and old files are not tested"
    finish
fi
# later COMMAND...: two hours later.
# shellcheck disable=SC2317
later() {
    LD_PRELOAD=$ZNN_LATER "$@"
}
sweep() {
    echo content >a.bin
    expect 0 later "$ZNN" compress -f a.bin
}
touch .a.znn.znn-tmp-ABCDEF .b.raw.znn-tmp-123456 .c.znn-tmp-12345 d.znn-tmp-123456
mkdir .dir.znn-tmp-ABCDEF
ln -s a.bin .link.znn-tmp-ABCDEF
mkfifo .pipe.znn-tmp-ABCDEF
sweep
only .c.znn-tmp-12345 .dir.znn-tmp-ABCDEF .link.znn-tmp-ABCDEF .pipe.znn-tmp-ABCDEF a.bin a.znn d.znn-tmp-123456

begin "but not a young one, one that is locked, or another user's"
touch .a.znn.znn-tmp-ABCDEF
echo content >a.bin
expect 0 "$ZNN" compress a.bin
[ -f .a.znn.znn-tmp-ABCDEF ] || fail "a young file was removed"
if command -v flock >/dev/null; then
    exec 5<.a.znn.znn-tmp-ABCDEF
    flock -s 5
    sweep
    [ -f .a.znn.znn-tmp-ABCDEF ] || fail "a locked file was removed"
    exec 5<&-
    sweep
    [ ! -e .a.znn.znn-tmp-ABCDEF ] || fail "the file was not removed"
fi
if [ "$(id -u)" -eq 0 ]; then
    touch .a.znn.znn-tmp-ABCDEF
    chown 1 .a.znn.znn-tmp-ABCDEF
    sweep
    [ -f .a.znn.znn-tmp-ABCDEF ] || fail "another user's file was removed"
fi

begin "every command that writes does it"
make_layers m.safetensors
expect 0 "$ZNN" compress m.safetensors
for command in "compress -f m.safetensors" "decompress -f m.znn" "decompress -f --range 0:9 m.znn -o part" \
    "decompress -f --salvage m.znn -o saved" "extract -f m.znn step -o step" "stat -f m.znn --svg m.svg"; do
    touch .x.znn-tmp-ABCDEF
    # shellcheck disable=SC2086
    expect 0 later "$ZNN" $command
    [ ! -e .x.znn-tmp-ABCDEF ] || fail "$command does not"
done
finish
