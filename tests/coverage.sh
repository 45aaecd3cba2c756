#!/bin/sh
# Which lines of src/ the tests execute.
#
#     coverage.sh BUILD [CTEST-ARGUMENT...]
#
# BUILD is a build directory of the preset "coverage".  The tests are run, then a table of the files is printed, those
# with the most missing lines first, and the sum; the lines themselves go to BUILD/uncovered.txt.  Tests that stop the
# program in the midst, or let its calls fail, are left out: what was counted is written when a program ends.
set -u

[ $# -ge 1 ] || {
    echo "usage: coverage.sh BUILD [CTEST-ARGUMENT...]" >&2
    exit 2
}
build=$(cd "$1" && pwd) || exit 2
shift
root=$(cd "$(dirname "$0")/.." && pwd)

find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" -E 'cli_faults|cli_interrupts|cli_sandbox' "$@" >"$build/coverage.log" 2>&1 ||
    echo "note: some tests failed; see $build/coverage.log"

# gcov prints each line with how often it was executed: "-" for those without code, "#####" for never.
list_lines() {
    find "$build/src" -name '*.gcda' | while read -r counts; do
        gcov -t "$counts" 2>/dev/null
    done
}

list_lines | awk -F: -v root="$root/src/" -v missing="$build/uncovered.txt" '
    $3 == "Source" {
        file = $4
        mine = index(file, root) == 1 && file ~ /\.c$/
        file = substr(file, length(root) + 1)
        next
    }
    !mine || $1 ~ /^ *-$/ { next }
    { lines[file]++; all++ }
    $1 ~ /#####|=====/ {
        lost[file]++
        none++
        print file ":" $2 ":" substr($0, length($1) + length($2) + 3) > missing
    }
    END {
        for (file in lines) {
            share = 100 - 100 * lost[file] / lines[file]
            printf "%5d of %4d lines missing  %5.1f %%  %s\n", lost[file], lines[file], share, file | "sort -k1,1nr"
        }
        close("sort -k1,1nr")
        printf "%d of %d lines executed, %.1f %%\n", all - none, all, 100 - 100 * none / all
    }'
