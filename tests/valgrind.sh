#!/bin/sh
# The command-line tests under valgrind: no invalid access, no use of what was never set, no leak.
#
#     valgrind.sh BUILD [SUBJECT...]
#
# BUILD is a build directory; its program should have debug information.  Each script of cli/ that only runs the program
# is run with a wrapper in its place; what valgrind has to say goes to BUILD/valgrind, and counts as a failure.  Left out
# are scripts that measure, send signals, run for long, or take away what valgrind needs itself: its temporary directory,
# and descriptors that are closed.
set -u

[ $# -ge 1 ] || {
    echo "usage: valgrind.sh BUILD [SUBJECT...]" >&2
    exit 2
}
command -v valgrind >/dev/null || {
    echo "skipped: there is no valgrind"
    exit 77
}
build=$(cd "$1" && pwd) || exit 2
shift
tests=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- delta dtype errors extract full header_errors links list lossy metadata models names \
    overwrite range recursive rm salvage stat terminal testcmd usage

logs=$build/valgrind
rm -rf "$logs"
mkdir -p "$logs"
# What can still be reached at the end is no leak, nor what only may be lost: a program that a signal ends has all of its
# memory then, and threads.
# The kernel's calls for the sandbox are unknown to older valgrinds, which say so: that is no error.
cat >"$logs/znn" <<EOF
#!/bin/sh
exec valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --error-exitcode=0 \\
    --log-file="$logs/%p.log" "$build/znn" "\$@"
EOF
chmod +x "$logs/znn"

failed=0
for subject; do
    ZNN=$logs/znn ZNN_DATA=$tests/data ZNN_DAMAGE=$build/tests/cli/damage ZNN_CONVERT=$build/tests/models/convert_model \
        sh "$tests/cli/$subject.sh" >"$logs/$subject.out" 2>&1
    status=$?
    runs=$(find "$logs" -maxdepth 1 -name '*.log' | wc -l)
    found=$(find "$logs" -maxdepth 1 -name '*.log' \
        -exec grep -lE '== (Invalid|Conditional|Use of|Syscall param|.*(definitely|indirectly) lost)' {} + | wc -l)
    [ "$status" -eq 0 ] || [ "$status" -eq 77 ] || failed=1
    [ "$found" -eq 0 ] || failed=1
    echo "$subject: exit code $status, $runs runs, $found with findings"
    mkdir "$logs/$subject"
    find "$logs" -maxdepth 1 -name '*.log' -exec mv {} "$logs/$subject" \;
done
exit $failed
