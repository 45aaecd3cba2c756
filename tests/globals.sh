#!/bin/sh
# No global state: lists the variables of the static library ZNN_LIBRARY that can change while a program runs, and fails
# if one is not in the list below.
#
# Constants do not count, nor do those that hold addresses (.data.rel.ro): the loader fills them in, and then they are
# read-only.
set -eu

# Each with its reason.  An atomic is safe from several threads at once.
allowed='
known       platform/cpu.c: an atomic that caches the level of this machine; every thread stores the same value
current     common/memory.c: the allocator of a thread during a call; other threads do not see it
by_libzstd  codec/frame.c: an atomic that benchmarks set; builds without tests and benchmarks do not have it
'

# variables FILE: names of what lies in sections that are written to.
variables() {
    nm -f sysv "$1" 2>/dev/null | awk -F'|' '
        NF >= 7 {
            gsub(/ /, "")
            if ($7 ~ /^(\.data|\.bss|\.tdata|\.tbss|\.l?common|\*COM)/ && $7 !~ /^\.data\.rel\.ro/ && $1 !~ /^\./)
                print $1
        }' | sort
}

skip() {
    echo "skipped: $*"
    exit 77
}

nm -f sysv "${ZNN_LIBRARY:?}" >/dev/null 2>&1 || skip "there is no nm that names sections"

failures=0
found=$(variables "$ZNN_LIBRARY")
for name in $found; do
    # Compilers append a number to a name that is local to a function.
    if ! echo "$allowed" | grep -q "^${name%%.*} "; then
        echo "a variable that can change: $name"
        failures=1
    fi
done
case $found in
*known*) ;;
*)
    echo "not found: known; does the check look at the right sections?"
    failures=1
    ;;
esac
exit $failures
