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

# finish: the verdict.
finish() {
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
