#!/bin/sh
# Every fenced command of the README is run, unless a comment before it says why not:
#
#     <!-- command: NAME -->     .ci/run runs it: it installs packages, or takes a source tree and minutes
#     <!-- network -->           it needs one, and nothing runs it
#     <!-- needs: rsync -->      it is left out where that program is missing
#     <!-- then: TEST -->        what must be true afterwards
#
# Blocks of `console` show what commands print; those commands are run, too.
. "$(dirname "$0")/lib.sh"
awk -v blocks="$blocks" '
    function path(kind) { return sprintf("%s/%03d.%s", blocks, number, kind) }
    /^<!-- (command|network)/ { is_left_out = 1 }
    /^<!-- needs: / { sub(/^<!-- needs: /, ""); sub(/ -->$/, ""); gsub(/ /, "\n"); needs = $0 }
    /^<!-- then: / { sub(/^<!-- then: /, ""); sub(/ -->$/, ""); then = then $0 "\n" }
    /^```/ && inside { inside = is_left_out = 0; needs = then = ""; next }
    /^```(sh|console)$/ {
        inside = 1
        is_console = $0 ~ /console/
        number++
        if (!is_left_out && needs) print needs >path("needs")
        if (!is_left_out && then) printf "%s", then >path("then")
        next
    }
    /^```/ { inside = is_left_out = 1; next }
    !inside || is_left_out { next }
    !is_console { print >path("sh") }
    is_console && sub(/^\$ /, "") { print >path("sh") }
' "${ZNN_SOURCE:?}/README.md"
run_blocks README.md
finish
