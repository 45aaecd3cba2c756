#!/bin/sh
# The line of progress, and what is said of each file on a terminal.  `script` of util-linux provides one.
#
# The inputs are pipes that pause for a second, so that the line is certainly due when they go on.
. "$(dirname "$0")/lib.sh"
[ "$(script -qec 'echo works' /dev/null </dev/null 2>/dev/null | tr -d '\r')" = works ] ||
    skip "there is no 'script -qec' here"
wipe=$(printf '\r\033[K')
make_random noise 9000

# on_terminal COMMAND: runs a shell command with a terminal as its standard streams.
on_terminal() {
    script -qec "$1" /dev/null </dev/null >"$logs/out" 2>/dev/null
}

# With a terminal for standard error; its input pauses.
slowly() {
    on_terminal "{ cat ../noise; sleep 1; cat ../noise; } | $1"
}

lacks() {
    if grep -qF -e "$1" "$logs/out"; then fail "'$1' is in: $(cat -v "$logs/out")"; fi
}

begin "a line appears and goes"
slowly "TERM=xterm \"$ZNN\" compress - -o a.znn"
prints "$wipe(stdin): "
prints " MiB -> 100.0 %, "
prints "MiB/s$wipe" # nothing stays
prints "$wipe(stdin): 17.6 MiB -> 17.6 MiB, 100.0 %, "
expect 0 "$ZNN" test a.znn
slowly "TERM=xterm NO_COLOR=1 \"$ZNN\" stat - >/dev/null"
prints "$wipe(stdin): "
on_terminal "{ head -c 9000000 a.znn; sleep 1; tail -c +9000001 a.znn; } | TERM=xterm \"$ZNN\" test -"
prints "$wipe(stdin): "
prints "$wipe(stdin): ok, "
on_terminal "{ head -c 9000000 a.znn; sleep 1; tail -c +9000001 a.znn | head -c 9000000; } | TERM=xterm \"$ZNN\" decompress - -o b"
prints "$wipe(stdin): "
prints "${wipe}znn: (stdin): the file is damaged"

begin "parts of a file, to one who takes his time"
make_safetensors a.safetensors '{"a":{"dtype":"U8","shape":[9216000],"data_offsets":[0,9216000]}}' ../noise
expect 0 "$ZNN" compress a.safetensors
on_terminal "TERM=xterm \"$ZNN\" decompress -v --range 1:9000001 a.znn | { sleep 1; cat >part; }"
prints "${wipe}a.znn: "
prints " MiB of 8.58 MiB, "
prints "MiB/s"
lacks " -> "
[ "$(tail -c 4 "$logs/out")" = "$wipe" ] || fail "the last is no wiping: $(cat -v "$logs/out")"
on_terminal "TERM=xterm \"$ZNN\" extract -v a.znn a | { sleep 1; cat >part; }"
cmp -s part ../noise || fail "the tensor is not as it was"
prints "${wipe}a.znn: "
prints " MiB of 8.79 MiB, "
lacks " -> "
on_terminal "TERM=xterm \"$ZNN\" extract a.znn a | { sleep 1; cat >part; }"
[ ! -s "$logs/out" ] || fail "within a pipeline, and yet: $(cat -v "$logs/out")"
flip a.znn 9200000
on_terminal "TERM=xterm \"$ZNN\" decompress -v --range 0:9000001 a.znn | { sleep 1; cat >part; }"
prints "${wipe}znn: a.znn: the file is damaged" # a message does not stand in the line of progress

begin "none where nobody wants it"
slowly "TERM=dumb \"$ZNN\" compress - -o a.znn"
lacks "$wipe"
prints "(stdin): 17.6 MiB -> 17.6 MiB, 100.0 %, " # that is no progress, but what was done
slowly "TERM= \"$ZNN\" compress - -o a1.znn"
lacks "$wipe"
slowly "TERM=xterm \"$ZNN\" compress -q - -o b.znn"
[ ! -s "$logs/out" ] || fail "-q, and yet: $(cat -v "$logs/out")"
slowly "TERM=xterm \"$ZNN\" compress - 2>&1 >c.znn | cat"
[ ! -s "$logs/out" ] || fail "no terminal, and yet: $(cat -v "$logs/out")"
slowly "TERM=xterm \"$ZNN\" compress - >d.znn"
[ ! -s "$logs/out" ] || fail "within a pipeline, and yet: $(cat -v "$logs/out")"
slowly "TERM=xterm \"$ZNN\" compress -v - >e.znn"
prints "$wipe(stdin): "
prints "(stdin) -> (stdout): 18432000 -> "
on_terminal "TERM=xterm \"$ZNN\" decompress -c e.znn | cmp - ../noise | head -c 100"
lacks "MiB/s"

begin "a signal wipes it"
mkfifo in
# shellcheck disable=SC2016
{
    cat ../noise
    sleep 1
    cat ../noise
    for _ in $(seq 400); do
        if grep -q 'MiB/s' typescript; then break; fi
        sleep 0.05
    done
    kill -s TERM "$(cat pid)"
    wait_for ended
} >in &
on_terminal_live() {
    script -qefc "$1" /dev/null </dev/null >typescript 2>/dev/null
}
on_terminal_live "echo \$\$ >pid; TERM=xterm exec \"$ZNN\" compress in -o a.znn"
: >ended
wait
cp typescript "$logs/out"
prints "MiB/s$wipe"
[ ! -e a.znn ] || fail "a file was made"
[ "$(tail -c 4 typescript)" = "$wipe" ] || fail "the last is no wiping: $(cat -v typescript)"

begin "-v is the same in every run, but for the time on a terminal"
make_model a.safetensors
expect 0 "$ZNN" compress -v a.safetensors
grep -q '^a.safetensors -> a.znn: [0-9]* -> [0-9]* bytes, [0-9.]* %, safetensors, 1 tensor$' "$logs/err" ||
    fail "not as it was: $(cat "$logs/err")"
on_terminal "\"$ZNN\" compress -vf a.safetensors"
tr -d '\r' <"$logs/out" | grep -q '^a.safetensors -> a.znn: .*, 1 tensor, 0\.[0-9]* s$' || fail "$(cat "$logs/out")"
on_terminal "\"$ZNN\" decompress -f a.znn"
tr -d '\r' <"$logs/out" | grep -q '^a.znn: [0-9]* B -> [0-9]* B, [0-9.]* %, 0\.[0-9]* s$' || fail "$(cat "$logs/out")"

begin "JSON on what was done"
make_model a.safetensors
echo text >b.txt
expect 1 "$ZNN" compress --json a.safetensors missing b.txt
is_json
[ "$(grep -c '"path"' "$logs/out")" -eq 3 ] || fail "not three objects"
[ "$(value path)" = a.safetensors ] || fail "path"
[ "$(value output)" = a.znn ] || fail "output"
[ "$(value ok)" = true ] || fail "ok"
[ "$(value original_bytes)" = "$(wc -c <a.safetensors)" ] || fail "original_bytes"
[ "$(value compressed_bytes)" = "$(wc -c <a.znn)" ] || fail "compressed_bytes"
[ "$(value tensor_count)" = 1 ] || fail "tensor_count"
prints '"seconds": '
prints '"ok": false'
prints '"message": "could not open: No such file or directory"'
expect 0 "$ZNN" decompress -f --json a.znn
is_json
[ "$(value output)" = a.safetensors ] || fail "output of decompress"
cp a.znn c.znn
flip c.znn $(($(wc -c <c.znn) - 30))
expect 1 "$ZNN" decompress --json c.znn -o c
prints '"error": "ZNN_ERROR_CORRUPT"'
cp a.znn c.znn
flip c.znn 20
expect 1 "$ZNN" decompress --json c.znn b.txt.znn -f
is_json
prints '"error": "ZNN_ERROR_CORRUPT"'
expect 1 "$ZNN" decompress --json b.txt
is_json
prints '"message": "not a .znn file'
mkdir d && cp a.safetensors d && echo x >d/no.txt
echo x >d/x.safetensors.znn # in the way of the next
cp a.safetensors d/x.safetensors
expect 1 "$ZNN" compress -r --json d
is_json
[ "$(grep -c '"path"' "$logs/out")" -eq 2 ] || fail "not two objects: $(cat "$logs/out")"
"$ZNN" compress --json --rm -f - -o e.znn <b.txt >"$logs/out" 2>"$logs/err"
[ $? -eq 2 ] || fail "--rm"
"$ZNN" compress --json -f - -o e.znn <b.txt >"$logs/out"
is_json
[ "$(value path)" = - ] || fail "path of standard input"
expect 2 "$ZNN" compress --json -c a.safetensors
says "--json prints to standard output"
expect 2 "$ZNN" decompress --json --range 0:1 a.znn -o f
says "--range"
begin "of several files, which one it is, and what they come to"
make_model a.safetensors
cp a.safetensors b.safetensors
mkfifo pipe
on_terminal "{ cat ../noise; sleep 1; cat ../noise; } >pipe & TERM=xterm \"$ZNN\" compress -r a.safetensors pipe -o out"
prints "${wipe}2/2 pipe: "
prints "total: 2 files, "
on_terminal "\"$ZNN\" compress a.safetensors b.safetensors"
prints "total: 2 files, 168 B -> "
lacks "up to date"
on_terminal "\"$ZNN\" test a.znn b.znn"
prints "total: 2 files, "
expect 1 "$ZNN" compress a.safetensors b.safetensors -v
grep -qxF "total: 0 files, 0 B -> 0 B, 0 skipped, 2 failed" "$logs/err" || fail "no total with -v: $(cat "$logs/err")"
expect 0 "$ZNN" compress -f a.safetensors b.safetensors
silent
on_terminal "\"$ZNN\" compress -f a.safetensors"
lacks total
finish
