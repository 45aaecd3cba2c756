# shellcheck shell=sh
# What the scripts in this folder share.  A script starts with
#
#     . "$(dirname "$0")/lib.sh"
#
# which makes an empty directory, goes there and removes it in the end.  $ZNN is the program under test.  A check that
# fails says so and lets the script go on; the script ends with `finish`, which gives the verdict.

ZNN=${ZNN:?set ZNN to the path of the program}
case $ZNN in
/*) ;;
*) ZNN=$PWD/$ZNN ;;
esac
export ZNN
[ -z "${ZNN_CORPUS:-}" ] || ZNN_CORPUS=$(cd "$ZNN_CORPUS" && pwd) || exit 1

# What a sanitizer finds must not look like an orderly failure.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99"
export LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}exitcode=99"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99"
export TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}exitcode=99"

umask 022
failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-test-XXXXXX") || exit 1
logs=$work.logs # outside the directory, so that tests can list it
mkdir "$logs" || exit 1
trap 'cd / && chmod -R u+rwX "$work" && rm -rf "$work" "$logs"' EXIT
cd "$work" || exit 1

# fail TEXT...: notes a failed check.
fail() {
    failures=$((failures + 1))
    echo "FAILED: ${case_title:-}: $*"
}

# begin TITLE: starts a case in an empty directory.
begin() {
    case_title=$1
    cd "$work" || exit 1
    rm -rf case
    mkdir case && cd case || exit 1
}

# skip TEXT...: ends the script, as it cannot run here.
skip() {
    echo "skipped: $*"
    exit 77
}

# What needs real models, from the folder that $ZNN_CORPUS names, is a run of its own: `sh SCRIPT corpus`.  So ctest shows
# that run as skipped if there is no such folder, and the other one as what it is.

# at_corpus ARGUMENT...: whether the script, called with these, is to do its part for the corpus.
at_corpus() {
    [ "${1:-}" = corpus ] || return 1
    need_corpus
}

# need_corpus: ends the script if there are no models.
need_corpus() {
    [ -n "${ZNN_CORPUS:-}" ] || skip "ZNN_CORPUS names no folder of models"
}

# finish: the verdict.
finish() {
    check_json
    [ "$failures" -eq 0 ] || echo "$failures checks failed"
    [ "$failures" -eq 0 ]
    exit
}

# expect STATUS COMMAND...: runs a command, whose output goes to $logs/out and $logs/err, and checks its exit code.
expect() {
    wanted=$1
    shift
    "$@" >"$logs/out" 2>"$logs/err"
    status=$?
    [ "$status" -eq "$wanted" ] || {
        fail "exit code $status instead of $wanted: $*"
        sed 's/^/    /' "$logs/err"
    }
}

# silent: the last command of `expect` said nothing on standard error.
silent() {
    [ ! -s "$logs/err" ] || fail "unexpected message: $(cat "$logs/err")"
}

# says TEXT: it said exactly one line there, and the line contains TEXT.
says() {
    [ "$(wc -l <"$logs/err")" -eq 1 ] || fail "not one line: $(cat "$logs/err")"
    grep -qF -e "$1" "$logs/err" || fail "'$1' is missing in: $(cat "$logs/err")"
}

# prints TEXT: its standard output contains TEXT.
prints() {
    grep -qF -e "$1" "$logs/out" || fail "'$1' is missing in: $(cat "$logs/out")"
}

# same FILE FILE: the bytes are the same.
same() {
    cmp "$1" "$2" || fail "$1 and $2 differ"
}

# only NAME...: the current directory holds exactly these, in the order of LC_ALL=C ls -A.
only() {
    listing=$(LC_ALL=C ls -A)
    wanted=$(printf '%s\n' "$@")
    [ "$listing" = "$wanted" ] || fail "the directory holds '$listing' instead of '$wanted'"
}

# make_model FILE: a small safetensors file of four numbers.
make_model() {
    header='{"weight":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'
    {
        # shellcheck disable=SC2059
        printf "\\$(printf %03o ${#header})\\0\\0\\0\\0\\0\\0\\0"
        printf '%s' "$header"
        printf '\315\314\114\075\000\000\200\077\012\327\043\274\315\314\314\275'
    } >"$1"
}

# make_random FILE KIB: bytes that cannot be compressed.
make_random() {
    dd if=/dev/urandom of="$1" bs=1024 count="$2" 2>/dev/null
}

# wait_for PATTERN: waits until a file in the current directory matches, for 20 seconds at the most.
wait_for() {
    for _ in $(seq 400); do
        for found in $1; do
            [ ! -e "$found" ] || return 0
        done
        sleep 0.05
    done
    fail "no file $1 appeared"
}

# wait_until COMMAND...: waits until it succeeds, for 20 seconds at the most.
wait_until() {
    for _ in $(seq 400); do
        ! "$@" 2>/dev/null || return 0
        sleep 0.05
    done
    fail "in vain: $*"
}

# has_output PID: the program writes to a temporary file, with a name in this directory or without any.
has_output() {
    for found in .*.znn-tmp-*; do
        [ ! -e "$found" ] || return 0
    done
    find "/proc/$1/fd" -lname '* (deleted)' | grep -q .
}

# le64 NUMBER: writes it as 8 bytes, little-endian.
le64() {
    number=$1
    for _ in 1 2 3 4 5 6 7 8; do
        # shellcheck disable=SC2059
        printf "\\$(printf %03o $((number % 256)))"
        number=$((number / 256))
    done
}

# zeros COUNT: writes so many zero bytes.
zeros() {
    [ "$1" -eq 0 ] || dd if=/dev/zero bs="$1" count=1 2>/dev/null
}

# make_safetensors FILE HEADER [DATA]: the header as printf's %b has it, and behind it the file DATA, or nothing.
make_safetensors() {
    printf '%b' "$2" >"$logs/header"
    {
        le64 "$(wc -c <"$logs/header")"
        cat "$logs/header"
        [ -z "${3:-}" ] || cat "$3"
    } >"$1"
}

# make_layers FILE: a model of two layers with tensors of several types, 6428 bytes of data.
make_layers() {
    awk 'BEGIN { for (i = 0; i < 6428; i++) printf "%c", 65 + (i * 7919) % 53 }' >"$logs/data"
    make_safetensors "$1" "{\"h.0.attn.weight\":{\"dtype\":\"F32\",\"shape\":[16,32],\"data_offsets\":[0,2048]},\
\"h.0.ln.weight\":{\"dtype\":\"F32\",\"shape\":[32],\"data_offsets\":[2048,2176]},\
\"h.1.mlp.weight\":{\"dtype\":\"BF16\",\"shape\":[32,64],\"data_offsets\":[2176,6272]},\
\"h.1.mask\":{\"dtype\":\"BOOL\",\"shape\":[3,4],\"data_offsets\":[6272,6284]},\
\"wte.weight\":{\"dtype\":\"F8_E4M3\",\"shape\":[128],\"data_offsets\":[6284,6412]},\
\"step\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[6412,6420]},\
\"none\":{\"dtype\":\"F16\",\"shape\":[0,7],\"data_offsets\":[6420,6420]},\
\"phase\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[6420,6428]}}" "$logs/data"
}

# is_json: the last command's standard output is JSON.  All of it is checked by one python3 in the end, if there is one.
is_json() {
    { cat "$logs/out" && printf '\036'; } >>"$logs/json"
}

# check_json: checks what was noted.
check_json() {
    [ -s "$logs/json" ] && command -v python3 >/dev/null || return 0
    python3 - "$logs/json" <<'X' || fail "no JSON, above"
import json, sys
for text in open(sys.argv[1], encoding="utf-8").read().split("\x1e")[:-1]:
    try:
        json.loads(text)
    except ValueError as reason:
        sys.exit(f"{reason}: {text}")
X
}

# value KEY: what stands behind the first KEY of indented JSON in the last command's standard output.
value() {
    sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$logs/out" | head -n 1
}

# size FILE: its length.
size() {
    wc -c <"$1" | tr -d ' '
}

# at_most NUMBER FORMULA WHAT: the number is not larger than the formula's value.
at_most() {
    awk "BEGIN { exit !($1 <= $2) }" || fail "$3: $1 is more than $2"
}

# flip FILE OFFSET: changes one byte.
flip() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %03o $((byte ^ 64)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
