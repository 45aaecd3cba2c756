#!/bin/sh
# The processes of `znn mount`: their ends, and what they hold.
. "$(dirname "$0")/mount_lib.sh"

# prepare TITLE: a folder with a model.
prepare() {
    begin "$1"
    mkdir src mnt
    expect 0 "$ZNN" compress "$data" -o src/m.znn
}

prepare "in the background: it lets go of the terminal"
# shellcheck disable=SC2016
timeout 60 sh -c '"$ZNN" mount src mnt | cat' || fail "standard output stays open"
find_processes
for process in $watcher $server; do
    for stream in 0 1 2; do
        [ "$(readlink "/proc/$process/fd/$stream")" = /dev/null ] || fail "stream $stream of $process"
    done
done
end_mount

for number in INT TERM HUP; do
    prepare "in the foreground, $number"
    # A shell lets its background jobs ignore SIGINT.
    env --default-signal=INT "$ZNN" mount -f src mnt 2>"$logs/err" &
    process=$!
    wait_until test -e mnt/m.safetensors
    same "$data" mnt/m.safetensors
    kill -$number $process
    wait $process || fail "exit code $?"
    silent
    ended
done

prepare "in the foreground, unmounted"
"$ZNN" mount -f src mnt 2>"$logs/err" &
process=$!
wait_until test -e mnt/m.safetensors
expect 0 "$ZNN" umount mnt
wait $process || fail "exit code $?"
ended

# shellcheck disable=SC2016
for command in 'kill -TERM $watcher' 'kill -TERM $server' 'kill -KILL $server' 'fusermount3 -u mnt' \
    '"$ZNN" umount "$PWD/mnt/"'; do
    prepare "$command"
    expect 0 "$ZNN" mount --log log src mnt
    same "$data" mnt/m.safetensors
    find_processes
    eval "$command" || fail "exit code $?"
    ended
    case $command in
    *KILL*) grep -q 'was killed' log || fail "log: $(cat log)" ;;
    *) [ ! -s log ] || fail "log: $(cat log)" ;;
    esac
done

prepare "the watcher is killed"
expect 0 "$ZNN" mount src mnt
find_processes
kill -KILL "$watcher"
wait_until nobody
expect 1 "$ZNN" mount src mnt
says "run 'znn umount mnt'"
end_mount

prepare "a busy mount"
expect 0 "$ZNN" mount src mnt
exec 3<mnt/m.safetensors
expect 1 "$ZNN" umount mnt
grep -q 'close the files' "$logs/err" || fail "$(cat "$logs/err")"
cmp "$data" - <&3 || fail "it cannot be read any more"
exec 3<&-
end_mount

prepare "SIGTERM while a file is open"
expect 0 "$ZNN" mount src mnt
find_processes
exec 3<mnt/m.safetensors
kill -TERM "$watcher"
ended
if cat <&3 >got 2>err; then same "$data" got; fi
exec 3<&-

prepare "the server is confined"
expect 0 "$ZNN" mount src mnt
find_processes
case $("$ZNN" --version) in
*"sandbox: landlock "*", system calls"*)
    grep -q '^Seccomp:.2' "/proc/$server/status" && grep -q '^NoNewPrivs:.1' "/proc/$server/status" || fail "it is not"
    ;;
esac
end_mount

prepare "a machine without /dev/fuse"
mkdir empty
if unshare -m true 2>/dev/null; then
    # shellcheck disable=SC2016
    expect 1 unshare -m sh -c 'mount --bind empty /dev && exec "$ZNN" mount src mnt'
    says "/dev/fuse"
    says "tmpfs"
    says "Python"
    ended
fi
finish
