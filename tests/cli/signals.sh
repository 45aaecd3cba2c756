#!/bin/sh
# A signal removes the unfinished output and still kills the program.
#
# The input is a FIFO that nobody closes before the signal is sent, so the program is certainly at work then.  It runs
# in the foreground, as the shell starts background programs with SIGINT ignored.
. "$(dirname "$0")/lib.sh"
trap : INT HUP TERM PIPE

# shellcheck disable=SC2317
is_writing() {
    [ -s "$logs/pid" ] && has_output "$(cat "$logs/pid")"
}

# strike SIGNAL COMMAND...: runs the command and sends it the signal once it has created its temporary file.
strike() {
    signal=$1
    shift
    rm -f "$logs/pid"
    mkfifo in.bin
    {
        wait_until is_writing
        kill -s "$signal" "$(cat "$logs/pid")"
        wait_for "$logs/ended"
    } >in.bin &
    # shellcheck disable=SC2016
    sh -c 'echo $$ >"$0/pid"; exec "$@" >"$0/out" 2>"$0/err"' "$logs" "$@" 2>/dev/null # the shell talks, too
    status=$?
    : >"$logs/ended"
    wait
    rm "$logs/ended"
}

is_ignored() {
    # shellcheck disable=SC2016
    sh -c "kill -s $1 \$\$"
}

# shellcheck disable=SC3045
ulimit -c 0
for signal in INT TERM HUP PIPE XCPU XFSZ; do
    begin "signal $signal"
    if is_ignored $signal 2>/dev/null; then
        echo "note: $signal is ignored here and cannot be tested"
        continue
    fi
    strike $signal "$ZNN" compress in.bin
    [ "$(kill -l $status)" = "$signal" ] || fail "exit code $status"
    silent
    only in.bin
done

begin "what was there before stays, also with -f"
echo old >in.znn
strike TERM "$ZNN" compress -f in.bin
[ "$(kill -l $status)" = TERM ] || fail "exit code $status"
[ "$(cat in.znn)" = old ] || fail "in.znn was changed"
only in.bin in.znn

begin "files that were finished before stay"
make_model a.bin
strike TERM "$ZNN" compress a.bin in.bin
[ "$(kill -l $status)" = TERM ] || fail "exit code $status"
only a.bin a.znn in.bin
expect 0 "$ZNN" decompress a.znn -o a
same a.bin a

begin "decompress"
strike TERM "$ZNN" decompress in.bin -o b.bin
[ "$(kill -l $status)" = TERM ] || fail "exit code $status"
only in.bin

begin "a signal that is ignored stays ignored"
rm -f "$logs/pid"
mkfifo in.bin
{
    wait_until is_writing
    kill -s HUP "$(cat "$logs/pid")"
    echo content
} >in.bin &
(
    trap '' HUP
    # shellcheck disable=SC2016
    sh -c 'echo $$ >"$0"; exec "$@"' "$logs/pid" "$ZNN" compress in.bin
) || fail "exit code $?"
wait
only in.bin in.znn

begin "a limit on the size of files"
make_random a.bin 64
if is_ignored XFSZ 2>/dev/null; then
    echo "note: XFSZ is ignored here and cannot be tested"
else
    # shellcheck disable=SC2016
    sh -c 'ulimit -f 8; exec "$0" compress a.bin' "$ZNN" 2>/dev/null
    [ "$(kill -l $?)" = XFSZ ] || fail "not killed by XFSZ"
    only a.bin
fi
finish
