#!/bin/sh
# Runs every fuzz target for a while and prints the results.
#
#     run.sh BUILD MINUTES [TARGET...]
#
# BUILD is a build directory of the preset "fuzz".  Each target starts from the vectors, the sample data and its stored
# inputs, grows a corpus of its own in BUILD/fuzz-corpus/TARGET, from which the next run goes on, and leaves what it
# found in BUILD/fuzz-findings/TARGET.  Move a fixed finding to corpus/TARGET, under a name that describes it: then
# ctest always replays it.
set -u

[ $# -ge 2 ] || {
    echo "usage: run.sh BUILD MINUTES [TARGET...]" >&2
    exit 2
}
build=$1
seconds=$(awk "BEGIN { print int($2 * 60) }")
shift 2
tests=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -eq 0 ]; then
    for source in "$tests"/fuzz/fuzz_*.c; do
        name=${source##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi

failed=0
printf '%-16s %12s %10s %9s %9s\n' target executions 'per second' corpus findings
for target; do
    grown=$build/fuzz-corpus/$target
    found=$build/fuzz-findings/$target
    mkdir -p "$grown" "$found"
    set -- "$grown" "$tests/vectors" "$tests/data"
    [ ! -d "$tests/fuzz/corpus/$target" ] || set -- "$@" "$tests/fuzz/corpus/$target"
    nice -n 19 "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=65536 -timeout=60 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$found/" "$@" >"$build/fuzz-$target.log" 2>&1
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz-$target.log" | tail -n 1)
    count=$(find "$found" -type f | wc -l)
    [ "$count" -eq 0 ] || failed=1
    printf '%-16s %12s %10s %9s %9s\n' "$target" "${executions:-?}" "$((${executions:-0} / seconds))" \
        "$(find "$grown" -type f | wc -l)" "$count"
done
exit $failed
