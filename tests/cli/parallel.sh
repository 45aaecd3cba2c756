#!/bin/sh
# Several znn at once, and other programs that write: what --rm and -f must not lose.
#
# ../faults/pause.c, loaded before the C library, stops the program at a call until it may go on, so that another program
# can be run exactly then.
. "$(dirname "$0")/lib.sh"

[ -n "${ZNN_PAUSE:-}" ] || skip "no library can be loaded before the C library here"
case $ZNN_PAUSE in
/*) ;;
*) ZNN_PAUSE=$OLDPWD/$ZNN_PAUSE ;;
esac

# pause_at CALL COMMAND...: starts the command, and returns when it is about to make the call, such as unlink or rename.
pause_at() {
    call=$1
    shift
    rm -f "$logs/reached" "$logs/go"
    ZNN_PAUSE_AT=$call ZNN_PAUSE_REACHED=$logs/reached ZNN_PAUSE_GO=$logs/go LD_PRELOAD=$ZNN_PAUSE \
        "$@" >"$logs/paused.out" 2>"$logs/paused.err" &
    paused=$!
    wait_for "$logs/reached"
}

# go_on STATUS: lets it go on, and expects that exit code.
go_on() {
    : >"$logs/go"
    wait $paused
    status=$?
    [ $status -eq "$1" ] || fail "exit code $status instead of $1: $(cat "$logs/paused.err")"
}

# said TEXT: the paused program did.
said() {
    grep -qF -e "$1" "$logs/paused.err" || fail "'$1' is missing in: $(cat "$logs/paused.err")"
}

# make_pair: two models that are good bases for each other.
make_pair() {
    make_layers a.safetensors
    cp a.safetensors b.safetensors
    flip b.safetensors 700
}

begin "three models that all want to be one .znn file"
for _ in 1 2 3; do
    make_layers m.bin
    make_random m.pt 20
    make_model m.safetensors
    for model in m.bin m.pt m.safetensors; do
        cp $model kept-$model
        "$ZNN" compress -q -f --rm $model &
    done
    wait
    expect 0 "$ZNN" decompress -f m.znn
    for model in m.bin m.pt m.safetensors; do
        same $model kept-$model
    done
    rm -f m.*
done

begin "another model is compressed to the same name in the last moment"
make_layers m.bin
make_model m.safetensors
pause_at linkat "$ZNN" compress -f --rm m.bin
expect 0 "$ZNN" compress -f --rm m.safetensors
go_on 1
said "m.znn: was made or replaced by another program meanwhile"
only m.bin m.znn
expect 0 "$ZNN" decompress --rm m.znn
only m.bin m.safetensors
for call in rename unlink; do
    rm -f m.znn
    [ "$call" != rename ] || expect 0 "$ZNN" compress m.bin
    pause_at "$call" "$ZNN" compress -f --rm m.bin
    expect 1 "$ZNN" compress -f --rm m.safetensors
    says "m.znn: is the compressed 'm.bin'"
    go_on 0
    expect 0 "$ZNN" decompress --rm m.znn
    only m.bin m.safetensors
done

begin "another znn replaces the output between the look and the step"
make_layers m.bin
echo one >m.znn
pause_at rename "$ZNN" compress -f m.bin
expect 1 timeout 20 "$ZNN" compress -q -f m.bin # after waiting for five seconds
says "m.znn: is in use by another znn"
go_on 0
pause_at open:2 "$ZNN" compress -f m.bin
expect 0 "$ZNN" compress -q -f m.bin -9
cp m.znn kept
go_on 1
said "m.znn: was made or replaced by another program meanwhile"
same m.znn kept

begin "a lock that another program has for a moment is waited for"
make_pair
if command -v flock >/dev/null; then
    echo old >b.znn
    for held in b.znn a.safetensors; do
        rm -f "$logs/held"
        flock -x $held sh -c ": >'$logs/held'; sleep 1" &
        wait_for "$logs/held"
        expect 0 "$ZNN" compress -q -f --base a.safetensors b.safetensors
        wait
    done
fi

begin "each of two takes the other one's source as its base"
for call in linkat unlink; do
    rm -f ./*
    make_pair
    cp a.safetensors kept-a
    cp b.safetensors kept-b
    pause_at "$call" "$ZNN" compress --rm --base b.safetensors a.safetensors
    expect 1 "$ZNN" compress --rm --base a.safetensors b.safetensors
    if [ "$call" = unlink ]; then
        says "a.safetensors: another znn is replacing or removing the base"
    else
        says "b.safetensors: not removed, because another znn uses it, perhaps as a base"
    fi
    go_on 0
    same b.safetensors kept-b
    expect 0 "$ZNN" decompress a.znn -o again
    same again kept-a
done

begin "and at random times"
for _ in 1 2 3 4 5; do
    rm -f ./*
    make_pair
    cp a.safetensors "$logs/kept-a"
    cp b.safetensors "$logs/kept-b"
    "$ZNN" compress --rm --base b.safetensors a.safetensors 2>/dev/null &
    "$ZNN" compress --rm --base a.safetensors b.safetensors 2>/dev/null &
    wait
    [ -f a.safetensors ] || expect 0 "$ZNN" decompress a.znn
    [ -f b.safetensors ] || expect 0 "$ZNN" decompress b.znn
    same a.safetensors "$logs/kept-a"
    same b.safetensors "$logs/kept-b"
done

begin "a base is not removed or replaced while it is used, whatever uses it"
make_pair
cp b.safetensors c.safetensors
expect 0 "$ZNN" compress --base a.safetensors b.safetensors
for command in "decompress -f b.znn -o out" "test b.znn" "extract -f b.znn step -o out" \
    "compress -f --base a.safetensors c.safetensors -o out" "decompress -f --salvage b.znn -o out" \
    "stat c.safetensors --base a.safetensors" "decompress -f --range 0:9 b.znn -o out"; do
    # shellcheck disable=SC2086
    pause_at base "$ZNN" $command
    expect 1 "$ZNN" compress -f --rm a.safetensors
    says "a.safetensors: not removed, because another znn uses it"
    echo content >x
    expect 1 "$ZNN" compress -f x -o a.safetensors
    says "a.safetensors: is in use by another znn"
    go_on 0
done

begin "the base of the output is gone when the source is to go"
make_pair
pause_at unlink "$ZNN" compress --rm --base a.safetensors b.safetensors
mv a.safetensors elsewhere
go_on 0
rm -f b.znn
mv elsewhere a.safetensors
cp a.safetensors b.safetensors
pause_at linkat "$ZNN" compress --rm --base a.safetensors b.safetensors
mv a.safetensors elsewhere
go_on 1
said "b.safetensors: not removed, because the base of 'b.znn' is no longer there"
[ -f b.safetensors ] || fail "b.safetensors is lost"

begin "the base of the output has changed when the source is to go"
make_pair
pause_at linkat "$ZNN" compress --rm --base a.safetensors b.safetensors
echo more >>a.safetensors
go_on 1
said "b.safetensors: not removed, because the base of 'b.znn' is no longer there"
[ -f b.safetensors ] || fail "b.safetensors is lost"

begin "the output is gone or replaced when the source is to go"
for change in 'rm a.znn' 'mv a.znn b.znn; cp b.znn a.znn' 'echo x >>a.znn'; do
    rm -f ./*
    make_model a.bin
    pause_at fsync:2 "$ZNN" compress --rm a.bin
    eval "$change"
    go_on 1
    said "a.bin: not removed, because 'a.znn' is no longer the file that was written"
    [ -f a.bin ] || fail "a.bin is lost: $change"
done

begin "a source that another program has open for writing"
make_model a.bin
exec 5>>a.bin
expect 1 "$ZNN" compress --rm a.bin
says "a.bin: is open for writing in another program"
expect 0 "$ZNN" compress a.bin
expect 1 "$ZNN" compress -f -r --rm .
grep -qF "a.bin: is open for writing" "$logs/err" || fail "$(cat "$logs/err")"
exec 5>&-
rm -f ./*.znn
pause_at fsync "$ZNN" compress --rm a.bin
exec 5>>a.bin
go_on 1
said "a.bin: not removed, because another program has it open for writing"
exec 5>&-
only a.bin a.znn

begin "a source that changes, though its time does not"
for call in open:2 fsync; do
    rm -f ./*
    make_model a.bin
    touch -d 2001-02-03T04:05:06 a.bin
    pause_at "$call" "$ZNN" compress --rm a.bin
    printf x | dd of=a.bin bs=1 conv=notrunc 2>/dev/null
    touch -d 2001-02-03T04:05:06 a.bin
    go_on 1
    grep -qE "a.bin: (changed while it was read|not removed, because it is no longer the file)" "$logs/paused.err" ||
        fail "$(cat "$logs/paused.err")"
    [ -f a.bin ] || fail "a.bin is lost"
done

begin "killed at any step, nothing is lost, and no lock stays"
make_pair
for call in linkat fsync fsync:2 unlink; do
    rm -f a.znn
    cp b.safetensors kept
    pause_at "$call" "$ZNN" compress --rm --base a.safetensors b.safetensors -o b.znn
    kill -9 $paused
    wait $paused 2>/dev/null
    expect 0 "$ZNN" compress --rm a.safetensors
    expect 0 "$ZNN" decompress --rm a.znn
    same b.safetensors kept
    rm -f b.znn
    only a.safetensors b.safetensors kept
done
finish
